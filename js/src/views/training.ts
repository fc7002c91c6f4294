// Loss and accuracy, batch by batch: faint as they come, bold averaged over the batches before.

import { type Bytes, floats, polyline, redrawer, sharp } from "../shared/canvas.ts";
import { element, pointer } from "../shared/elements.ts";
import { Bindings, type Context, type Model } from "../shared/model.ts";
import { clamp, percent } from "../shared/numbers.ts";
import {
  axes,
  type Palette,
  pageColours,
  type Scales,
  scales,
  ticks,
  vertical,
} from "../shared/plot.ts";
import { onTheme } from "../shared/theme.ts";

interface Traits {
  losses: Bytes;
  accuracies: Bytes;
  /** Of the whole training; 0 while it is not known. */
  batches: number;
  epochs: number;
}

/** The average over what came so far, the latest most; it reaches back a 25th of the whole. */
export function smooth(values: Float32Array, total: number): number[] {
  const memory = 1 - 1 / clamp(total / 25, 3, 12);
  let sum = 0;
  let weight = 0;
  return Array.from(values, (value) => {
    sum = memory * sum + value;
    weight = memory * weight + 1;
    return sum / weight;
  });
}

/** One of the two plots. */
class Plot {
  readonly frame: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly empty: HTMLElement;
  /** Null until something was drawn. */
  at: Scales | null = null;

  constructor(
    parent: Element,
    private readonly name: string,
    private readonly label: string,
    private readonly logarithmic: boolean,
  ) {
    this.frame = element("div", `fcw-learning-frame fcw-learning-${name}`, parent);
    this.frame.setAttribute("role", "img");
    this.canvas = element("canvas", "fcw-learning-canvas", this.frame);
    const text = `${name} grows here once training starts`;
    this.empty = element("p", "fcw-learning-empty", this.frame, text);
  }

  /** `under` is the number of the batch under the cursor, or null. */
  draw(values: Float32Array, model: Model<Traits>, palette: Palette, under: number | null): void {
    const { clientWidth: width, clientHeight: height } = this.frame;
    if (!width) return;
    const context = sharp(this.canvas, width, height);
    this.empty.hidden = values.length > 0;
    if (!values.length) return;
    const total = Math.max(model.get("batches"), values.length);
    const bold = smooth(values, total);
    const [low, top] = this.range(bold);
    const at = scales(width, height, [0, total], [low, top]);
    this.at = at;
    this.drawAxes(context, at, palette, total, low);
    context.strokeStyle = palette.line; // where an epoch ends
    const epochs = model.get("epochs");
    for (let epoch = 1; epoch < epochs; epoch++) {
      vertical(context, at.x((epoch * total) / epochs), at.top, at.bottom);
    }
    context.strokeStyle = palette.accent;
    this.drawLines(context, at, values, bold);
    if (under !== null && under < values.length) {
      context.lineWidth = 1;
      context.strokeStyle = palette.ink;
      vertical(context, at.x(under + 1), at.top, at.bottom);
    }
    const now = bold[bold.length - 1].toPrecision(3);
    this.frame.setAttribute("aria-label", `${this.name}, ${values.length} batches, now ${now}`);
  }

  private scaled(value: number): number {
    return this.logarithmic ? Math.log10(Math.max(value, 1e-6)) : value;
  }

  private range(bold: number[]): [low: number, top: number] {
    if (!this.logarithmic) return [0, 1.02];
    const scaled = bold.map((value) => this.scaled(value));
    return [Math.floor(Math.min(0, ...scaled) - 0.05), Math.max(0.3, ...scaled)];
  }

  private drawAxes(
    context: CanvasRenderingContext2D,
    at: Scales,
    palette: Palette,
    total: number,
    low: number,
  ): void {
    const decades = Array.from({ length: 1 - low }, (_, i) => low + i);
    axes(context, at, palette, {
      xTicks: ticks(0, total).filter(Number.isInteger),
      xLabel: "batches",
      yLabel: this.label,
      yTicks: this.logarithmic ? decades : [0, 0.25, 0.5, 0.75, 1],
      yText: (value) => String(this.logarithmic ? Number((10 ** value).toPrecision(1)) : value),
    });
  }

  private drawLines(
    context: CanvasRenderingContext2D,
    at: Scales,
    values: Float32Array,
    bold: number[],
  ): void {
    const line = (series: ArrayLike<number>) =>
      polyline(
        context,
        Array.from(series, (v, i) => [at.x(i + 1), at.y(this.scaled(v))] as const),
      );
    context.save();
    context.beginPath();
    context.rect(at.left, at.top - 2, at.right - at.left, at.bottom - at.top + 2);
    context.clip();
    context.globalAlpha = 0.3;
    line(values);
    context.globalAlpha = 1;
    context.lineWidth = 2.2;
    line(bold);
    context.restore();
  }
}

/** The numbers of one batch; of the last one where none is under the cursor. */
function describe(
  losses: Float32Array,
  accuracies: Float32Array,
  total: number,
  under: number | null,
): string {
  if (!losses.length) return "";
  const last = losses.length - 1;
  const i = Math.min(under ?? last, last);
  const now = (values: Float32Array) => smooth(values.subarray(0, i + 1), total)[i];
  return (
    `batch ${i + 1}: loss ${now(losses).toPrecision(3)}, accuracy ${percent(now(accuracies), 1)} ` +
    "(averaged over the last batches; before learning from them, with dropout)"
  );
}

function render({ model, el }: Context<Traits>): () => void {
  el.classList.add("fcw-learning");
  const readout = element("p", "fcw-learning-readout", el);
  const panels = element("div", "fcw-learning-panels", el);
  const loss = new Plot(panels, "loss", "cross-entropy of a batch", true);
  const accuracy = new Plot(panels, "accuracy", "accuracy on a batch", false);
  let under: number | null = null;

  const draw = () => {
    const losses = floats(model.get("losses"));
    const accuracies = floats(model.get("accuracies"));
    el.dataset.batches = String(losses.length);
    const palette = pageColours(el);
    loss.draw(losses, model, palette, under);
    accuracy.draw(accuracies, model, palette, under);
    readout.textContent = describe(losses, accuracies, model.get("batches"), under);
  };
  const redraw = redrawer(draw);
  for (const plot of [loss, accuracy]) {
    plot.frame.addEventListener("pointermove", (event) => {
      if (!plot.at) return;
      under = Math.max(0, Math.round(plot.at.back(pointer(event, plot.frame)[0])) - 1);
      redraw();
    });
    plot.frame.addEventListener("pointerleave", () => {
      under = null;
      redraw();
    });
  }
  const bindings = new Bindings(model);
  bindings.on("change:losses change:accuracies change:batches change:epochs", redraw);
  onTheme(bindings, redraw);
  bindings.resized(panels, redraw);
  bindings.add(redraw.end);
  draw();
  return bindings.release;
}

export default { render };
