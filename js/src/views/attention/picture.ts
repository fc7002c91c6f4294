// The diffraction image with the map upon it or beside it.

import { bytes, floats, paint } from "../../shared/canvas.ts";
import { logarithmic, lookup, shade, tints } from "../../shared/colours.ts";
import { button, element, flag, group } from "../../shared/elements.ts";
import { assign, type Bindings, type Model } from "../../shared/model.ts";
import { greatest } from "../../shared/numbers.ts";
import { markPixel, type Pixel } from "../../shared/pixels.ts";
import { classColours, GLOW, SIDE, showsClasses, square, type Traits } from "./parts.ts";

const GREYS = lookup([
  [0, 0, 0],
  [225, 225, 225],
]);

export class Picture {
  private readonly over: ReturnType<typeof square>;
  private readonly overlay: HTMLCanvasElement;
  private readonly beside: ReturnType<typeof square>;
  private readonly key: HTMLElement;

  constructor(
    parent: Element,
    private readonly model: Model<Traits>,
    bindings: Bindings<Traits>,
  ) {
    const main = element("section", "fcw-att-main", parent);
    const pair = element("div", "fcw-att-pair", main);
    pair.setAttribute("role", "img");
    pair.setAttribute("aria-label", "diffraction image and response map");
    this.over = square(pair);
    this.overlay = element("canvas", "fcw-canvas", this.over.frame);
    this.beside = square(pair);
    this.key = element("div", "fcw-att-key", main);
    const tools = element("div", "fcw-att-tools", main);
    const modes = group("fcw-choice-group fcw-att-group", tools, "where the map is drawn");
    const onTop = button("", modes, "overlay", () => assign(model, { beside: false }));
    const aside = button("", modes, "beside", () => assign(model, { beside: true }));
    const range = element(
      "input",
      "",
      element("label", "fcw-att-opacity", tools, "opacity of the map"),
    );
    Object.assign(range, { type: "range", min: 0, max: 1, step: 0.05 });
    range.addEventListener("input", () => model.set("opacity", Number(range.value)));
    range.addEventListener("change", () => model.save_changes());
    const arrange = () => {
      const apart = model.get("beside");
      flag(onTop, "aria-pressed", !apart);
      flag(aside, "aria-pressed", apart);
      pair.classList.toggle("fcw-att-apart", apart);
      this.overlay.hidden = apart;
      this.beside.frame.hidden = !apart;
      range.disabled = apart;
      range.value = this.overlay.style.opacity = String(model.get("opacity"));
    };
    bindings.follow(arrange, "beside", "opacity");
  }

  draw(image: Float32Array): void {
    const { model } = this;
    const total = floats(model.get("total"));
    const most = greatest(total) || 1;
    paint(this.over.canvas, image, SIDE, (value) => shade(GREYS, logarithmic(value)));
    if (showsClasses(model)) this.drawClasses(total, most);
    else this.drawFilters(total, most);
  }

  private drawFilters(total: Float32Array, most: number): void {
    paint(this.overlay, total, SIDE, (value) => {
      const part = Math.max(0, value / most);
      return [...shade(GLOW, 0.3 + 0.55 * part), opacity(part)];
    });
    paint(this.beside.canvas, total, SIDE, (value) => shade(GLOW, value / most));
  }

  private drawClasses(total: Float32Array, most: number): void {
    const strongest = bytes(this.model.get("strongest"));
    const colours = classColours(this.model);
    const tables = colours.map(tints);
    paint(this.overlay, total, SIDE, (value, at) => [
      ...colours[strongest[at]],
      opacity(Math.max(0, value / most)),
    ]);
    paint(this.beside.canvas, total, SIDE, (value, at) =>
      shade(tables[strongest[at]], value / most),
    );
  }

  /** What the colours mean. */
  drawKey(): void {
    const { key, model } = this;
    key.replaceChildren();
    if (!showsClasses(model)) {
      const filters = `sum over all filters of ${model.get("layer")}`;
      element("span", "", key, `grey: diffraction image (log) · colour: ${filters}`);
      element("b", "fcw-att-scale", key, "weak").append(element("i", ""), "strong");
      return;
    }
    element("span", "", key, "grey: diffraction image (log) · colour: strongest class");
    const chips = element("b", "fcw-att-chips", key);
    for (const { label, colour } of model.get("classes")) {
      element("b", "fcw-att-chip", chips, label).style.setProperty("--fcw-class", colour);
    }
  }

  /** Ring these pixels, and no others. */
  ring(pixels: readonly Pixel[]): void {
    for (const { frame } of [this.over, this.beside]) {
      for (const old of frame.querySelectorAll(".fcw-ring")) old.remove();
      for (const pixel of pixels) markPixel(element("div", "fcw-ring", frame), pixel, SIDE);
    }
  }
}

const opacity = (part: number): number => 255 * Math.min(1, 1.3 * Math.sqrt(part));
