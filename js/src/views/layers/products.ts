// The weights of a filter beside what lies under them, channel by channel.

import { floats, paint } from "../../shared/canvas.ts";
import { element } from "../../shared/elements.ts";
import type { Model } from "../../shared/model.ts";
import { fixed, greatest, short, signed } from "../../shared/numbers.ts";
import { type Pixel, pixelUnder } from "../../shared/pixels.ts";
import { SIGNED, scaleBar, signedColour, WARM, warm } from "./drawing.ts";
import { below, type ShownMaps, type Traits } from "./traits.ts";

export const KERNEL = 7; // pixels along one side

const KEY =
  "Left the weights (blue negative, red positive), right what lies under them, below the sum of the " +
  "49 products. Point at one to read it.";

interface Pair {
  box: HTMLElement;
  name: HTMLElement;
  weight: HTMLCanvasElement;
  input: HTMLCanvasElement;
  result: HTMLElement;
}

export class Products {
  private readonly node: HTMLElement;
  private readonly title: HTMLElement;
  private readonly labelWeights: (low: string, high: string) => void;
  private readonly labelInputs: (low: string, high: string) => void;
  private readonly channels: HTMLElement;
  private readonly readout: HTMLElement;
  private readonly pairs: Pair[] = [];
  private shown: ShownMaps | null = null;

  constructor(
    parent: Element,
    private readonly model: Model<Traits>,
  ) {
    this.node = element("div", "fcw-walk-inside", parent);
    const head = element("div", "fcw-walk-head", this.node);
    this.title = element("h4", "", head);
    this.labelWeights = scaleBar(head, SIGNED);
    this.labelInputs = scaleBar(head, WARM);
    this.channels = element("div", "fcw-walk-channels", this.node);
    this.readout = element("p", "fcw-walk-key", this.node);
  }

  private add(k: number): Pair {
    const box = element("div", "fcw-walk-pair", this.channels);
    const name = element("span", "", box);
    const weight = element("canvas", "", box);
    element("i", "", box, "×").setAttribute("aria-hidden", "true");
    const input = element("canvas", "", box);
    const result = element("span", "", box);
    for (const canvas of [weight, input]) {
      canvas.addEventListener("pointermove", (event) =>
        this.tell(k, pixelUnder(event, canvas, KERNEL)),
      );
      canvas.addEventListener("pointerleave", () => {
        this.readout.textContent = KEY;
      });
    }
    const pair = { box, name, weight, input, result };
    this.pairs.push(pair);
    return pair;
  }

  private nameOf({ layer, channels }: ShownMaps, k: number): string {
    return channels.length === 1 ? below(this.model, layer) : `map ${k}`;
  }

  private tell(k: number, [row, column]: Pixel): void {
    if (!this.shown) return;
    const at = k * KERNEL ** 2 + row * KERNEL + column;
    const weight = floats(this.model.get("weights"))[at];
    const input = floats(this.model.get("inputs"))[at];
    const middle = KERNEL >> 1;
    this.readout.textContent =
      `${this.nameOf(this.shown, k)}, row ${signed(row - middle, 0)}, column ` +
      `${signed(column - middle, 0)} from the position: weight ${fixed(weight)} × input ` +
      `${fixed(input)} = ${fixed(weight * input)}`;
  }

  draw(shown: ShownMaps): void {
    const { model } = this;
    this.shown = shown;
    this.node.hidden = Boolean(shown.block); // a pooling has no weights
    if (shown.block) return;
    const weights = floats(model.get("weights"));
    const inputs = floats(model.get("inputs"));
    const reach = greatest(weights.map(Math.abs));
    const top = greatest(inputs);
    this.title.textContent = `weights × inputs from ${below(model, shown.layer)} at this position`;
    this.labelWeights(fixed(-reach, 3), `+${fixed(reach, 3)} weight`);
    this.labelInputs("0", `${short(top)} input`);
    this.channels.classList.toggle("fcw-walk-single", shown.channels.length === 1);
    for (const [k, value] of shown.channels.entries()) {
      const { name, weight, input, result } = this.pairs[k] ?? this.add(k);
      const part = [k * KERNEL ** 2, (k + 1) * KERNEL ** 2];
      name.textContent = this.nameOf(shown, k);
      paint(weight, weights.subarray(...part), KERNEL, (w) => signedColour(w, reach));
      paint(input, inputs.subarray(...part), KERNEL, (v) => warm(v, top));
      result.textContent = signed(value);
      result.className = value < 0 ? "fcw-walk-negative" : "fcw-walk-positive";
    }
    for (const { box } of this.pairs.splice(shown.channels.length)) box.remove();
    this.readout.textContent = KEY;
  }
}
