// The controls of a local map, and beside it what its colours mean, shares, grains and files.

import { bytes, pen } from "../../shared/canvas.ts";
import { choice } from "../../shared/choice.ts";
import { css, distinct, gradient, VIRIDIS } from "../../shared/colours.ts";
import { button, element, flag } from "../../shared/elements.ts";
import { assign, type Bindings, type Model } from "../../shared/model.ts";
import { percent } from "../../shared/numbers.ts";
import { type MapData, type Traits, UNKNOWN } from "./data.ts";

const AXES = ["x", "y", "z"];
const COLOURINGS = ["class", "trust", "orientation", "grain"] as const;
const GRAINS_LISTED = 12;
const FILES = [
  ["atoms", "atoms.xyz"],
  ["places", "places.csv"],
  ["grains", "grains.csv"],
] as const;

const options = (names: readonly string[], first: number) =>
  names.map((text, i) => ({ value: i + first, text }));

/** The choices and sliders above the map; those that mean nothing now are hidden. */
export function controls(parent: Element, model: Model<Traits>, bindings: Bindings<Traits>): void {
  const head = element("div", "fcw-loc-head", parent);
  const prefix = "fcw-loc";
  choice(head, model, bindings, {
    name: "colour",
    label: "colour",
    prefix,
    options: COLOURINGS.map((value) => ({ value, text: value })),
  });
  const along = choice(head, model, bindings, {
    name: "direction",
    label: "along",
    prefix,
    options: options(AXES, 0),
  });
  choice(head, model, bindings, {
    name: "axis",
    label: "slice",
    prefix,
    options: options(["all", ...AXES], -1),
  });
  const slide = (label: string, hook: string, name: Sliding, text: (value: number) => string) =>
    slider(head, model, bindings, { label, hook, name, text });
  const at = slide("at", "fcw-slice", "middle", percent);
  const thick = slide("thickness", "fcw-thickness", "thickness", percent);
  slide("trust at least", "fcw-threshold", "threshold", (value) => value.toFixed(2));
  bindings.follow(() => {
    along.box.hidden = model.get("colour") !== "orientation";
  }, "colour");
  bindings.follow(() => {
    at.hidden = thick.hidden = model.get("axis") < 0;
  }, "axis");
}

type Sliding = "middle" | "thickness" | "threshold";

interface Slider {
  label: string;
  hook: string;
  name: Sliding;
  text: (value: number) => string;
}

function slider(
  parent: Element,
  model: Model<Traits>,
  bindings: Bindings<Traits>,
  { label, hook, name, text }: Slider,
): HTMLElement {
  const box = element("label", `fcw-loc-slider ${hook}`, parent);
  element("span", "", box, label);
  const input = element("input", "", box);
  Object.assign(input, { type: "range", min: 0, max: 1, step: 0.01 });
  const value = element("output", "", box);
  input.addEventListener("input", () => assign(model, { [name]: Number(input.value) }));
  bindings.follow(() => {
    input.value = String(model.get(name));
    value.textContent = text(model.get(name));
  }, name);
  return box;
}

export class Sidebar {
  private readonly legend: HTMLElement;
  private readonly shares: HTMLElement;
  private readonly grains: HTMLElement;
  private readonly files: HTMLElement;

  constructor(
    parent: Element,
    private readonly model: Model<Traits>,
    private readonly data: MapData,
    private readonly redraw: () => void,
  ) {
    const side = element("aside", "fcw-loc-side", parent);
    this.legend = element("div", "fcw-loc-legend", side);
    this.shares = element("div", "fcw-loc-shares", side);
    this.grains = element("div", "fcw-loc-grains", side);
    this.files = element("div", "fcw-loc-saves", side);
    for (const [what, name] of FILES) {
      const save = () => model.send({ do: "save", what });
      button("fcw-toggle", this.files, name, save).title = "save as a file";
    }
  }

  draw(): void {
    const { model } = this;
    this.legend.replaceChildren();
    this.drawLegend();
    this.shares.replaceChildren();
    for (const [label, share] of model.get("shares")) this.addShare(label, share);
    this.drawGrains();
    this.files.hidden = !model.get("found").length && !model.get("shares").length;
  }

  private drawLegend(): void {
    const { legend, model } = this;
    const colouring = model.get("colour");
    if (colouring === "orientation") this.drawKey();
    else if (colouring === "trust") {
      element("div", "fcw-loc-bar", legend).style.background = gradient(VIRIDIS);
      element("p", "", legend, "trust, from 0 to 1; trusted from 0.8 on");
    } else if (colouring === "grain") {
      element("p", "", legend, "each grain has a colour of its own; grey: in no grain");
    } else {
      const none = { label: "none of these", colour: css(UNKNOWN) };
      for (const { label, colour } of [...model.get("classes"), none]) {
        const item = element("span", "fcw-loc-item", legend);
        element("i", "", item).style.background = colour;
        item.append(label);
      }
    }
  }

  /** The inverse pole figure. */
  private drawKey(): void {
    const { legend, model } = this;
    const canvas = element("canvas", "fcw-loc-key", legend);
    const pixels = new Uint8ClampedArray(bytes(model.get("key")));
    canvas.width = model.get("key_width");
    canvas.height = pixels.length / 4 / canvas.width;
    pen(canvas).putImageData(new ImageData(pixels, canvas.width), 0, 0);
    for (const corner of ["001", "011", "111"]) {
      element("span", `fcw-loc-${corner}`, legend, corner);
    }
    element("p", "", legend, `crystal direction along ${AXES[model.get("direction")]}`);
  }

  private addShare(label: string, share: number): void {
    const row = element("div", "fcw-loc-share", this.shares);
    const known = this.model.get("classes").find((one) => one.label === label);
    element("span", "", row, label);
    const bar = element("b", "", row);
    bar.style.setProperty("--part", String(share));
    bar.style.background = known?.colour ?? css(UNKNOWN);
    element("em", "", row, percent(share, 1));
  }

  private drawGrains(): void {
    const { data, grains, model } = this;
    grains.replaceChildren();
    const all = model.get("found");
    const title = all.length === 1 ? "1 grain" : `${all.length} grains`;
    if (all.length) element("p", "fcw-loc-count", grains, title);
    for (const [number, [label, share, colours]] of all.slice(0, GRAINS_LISTED).entries()) {
      const toggle = () => {
        data.grain = data.grain === number ? -1 : number;
        this.draw();
        this.redraw();
      };
      const row = button("fcw-loc-grain", grains, "", toggle);
      flag(row, "aria-pressed", data.grain === number);
      const byDirection = model.get("colour") === "orientation";
      const colour = byDirection ? colours[model.get("direction")] : distinct(number);
      element("i", "", row).style.background = css(colour);
      row.append(`${number}: ${label}, ${percent(share)}`);
      row.title = "show this grain alone";
    }
  }
}
