// Small pictures in a row: filters or classes one by one, and the class templates.

import { floats, paint } from "../../shared/canvas.ts";
import { shade, tints } from "../../shared/colours.ts";
import { element } from "../../shared/elements.ts";
import type { Model } from "../../shared/model.ts";
import { fixed, greatest } from "../../shared/numbers.ts";
import { classColours, GLOW, SIDE, section, showsClasses, square, type Traits } from "./parts.ts";

const NUMBER = 4; // of filters, or of classes

/** Pictures in a row with a caption each. */
function multiples(parent: Element, number: number) {
  const strip = element("div", "fcw-att-strip", parent);
  return Array.from({ length: number }, () => {
    const figure = element("figure", "fcw-att-small", strip);
    const { canvas } = square(figure);
    const caption = element("figcaption", "", figure);
    const name = element("b", "", caption);
    const value = element("span", "", caption);
    const bar = element("i", "fcw-att-bar", caption);
    return { figure, canvas, name, value, bar };
  });
}

/** Map number i of those that lie one after the other. */
const nth = (maps: Float32Array, i: number) =>
  maps.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);

export class FilterMaps {
  private readonly parts: ReturnType<typeof section>;
  private readonly pictures: ReturnType<typeof multiples>;

  constructor(
    parent: Element,
    private readonly model: Model<Traits>,
  ) {
    this.parts = section(parent, "maps");
    this.pictures = multiples(this.parts.node, NUMBER);
  }

  drawHeading(): void {
    const { heading, hint } = this.parts;
    const byClass = showsClasses(this.model);
    heading.textContent = byClass
      ? "the evidence for each class"
      : `the four most active filters of ${this.model.get("layer")}`;
    hint.textContent = byClass
      ? "all on one scale; share of the pixels, weighed by strength, where it is the strongest"
      : "each on its own scale";
  }

  draw(): void {
    const { model } = this;
    const maps = floats(model.get("maps"));
    const captions = model.get("captions");
    const tables = showsClasses(model) ? classColours(model).map(tints) : null;
    const all = greatest(maps) || 1;
    for (const [i, { figure, canvas, name, value, bar }] of this.pictures.entries()) {
      const map = nth(maps, i);
      const most = tables ? all : greatest(map) || 1;
      const table = tables ? tables[i] : GLOW;
      paint(canvas, map, SIDE, (pixel) => shade(table, pixel / most));
      name.textContent = captions[i].name;
      value.textContent = captions[i].value;
      bar.hidden = !tables;
      bar.style.setProperty("--part", String(captions[i].part ?? 0));
      figure.style.setProperty("--fcw-class", model.get("classes")[i].colour); // of the bar
    }
  }
}

export class Templates {
  private readonly pictures: ReturnType<typeof multiples>;

  constructor(
    parent: Element,
    private readonly model: Model<Traits>,
  ) {
    const { node } = section(
      parent,
      "templates",
      "class templates",
      "mean map of each class's pristine structures, and how alike this image's own is (cosine)",
    );
    this.pictures = multiples(node, model.get("classes").length);
    const text =
      "Those of the shipped network, and always the sum over all filters of conv6, traced back as " +
      "in the paper, whatever is shown above.";
    element("p", "fcw-att-explained", node, text);
  }

  draw(): void {
    this.drawMaps();
    const similarity = this.model.get("similarity");
    const most = greatest(similarity);
    for (const [i, { figure, value, bar }] of this.pictures.entries()) {
      const part = similarity[i] ?? 0;
      const best = most > 0 && part === most;
      figure.classList.toggle("fcw-att-best", best);
      const cosine = `${fixed(part, 2)}${best ? " · best" : ""}`;
      value.textContent = similarity.length ? cosine : "…";
      bar.style.setProperty("--part", String(Math.max(0, part)));
    }
  }

  private drawMaps(): void {
    const maps = floats(this.model.get("templates"));
    if (!maps.length) return;
    for (const [i, { canvas, figure, name }] of this.pictures.entries()) {
      const { label, symbol, colour } = this.model.get("classes")[i];
      figure.style.setProperty("--fcw-class", colour);
      name.textContent = label;
      element("em", "", name, symbol);
      const map = nth(maps, i);
      const most = greatest(map) || 1;
      paint(canvas, map, SIDE, (value) => shade(GLOW, value / most));
    }
  }
}
