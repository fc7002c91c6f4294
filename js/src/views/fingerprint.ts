// A diffraction fingerprint: image, axes in q, colour bar, and what lies under the cursor.

import { type Bytes, floats, paint } from "../shared/canvas.ts";
import { INFERNO, logarithmic, lookup, RED_BLUE, type Rgb, shade } from "../shared/colours.ts";
import { edgeQ, type Geometry, pixelOfQ, scatteringVector } from "../shared/detector.ts";
import { arrow, button, element, flag } from "../shared/elements.ts";
import { assign, Bindings, type Context, type Model } from "../shared/model.ts";
import { hkl, minus } from "../shared/numbers.ts";
import { markPixel, type Pixel, pixelUnder, within } from "../shared/pixels.ts";
import { ticks } from "../shared/plot.ts";

interface Traits {
  image: Bytes;
  pristine: Bytes;
  geometry: Geometry | Record<string, never>;
  reflections: Reflection[];
  scale: "linear" | "log";
  difference: boolean;
}

interface Reflection {
  hkl: [number, number, number];
  row: number;
  column: number;
  /** Spacing, Å; null of the direct beam. */
  d: number | null;
}

const GLOW = lookup(INFERNO);
const SIGNED = lookup(RED_BLUE);

/** What is drawn: the values of the pixels, and how they are coloured. */
interface Shown {
  values: Float32Array;
  /** "difference" from the pristine image, or the image on one of two scales. */
  kind: "linear" | "log" | "difference";
  /** The value at the upper end of the colours. */
  top: number;
}

function shownOf(model: Model<Traits>, image: Float32Array, pristine: Float32Array): Shown {
  if (!model.get("difference") || pristine.length !== image.length) {
    return { values: image, kind: model.get("scale"), top: 1 };
  }
  const values = image.map((value, i) => value - pristine[i]);
  const top = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0.01);
  return { values, kind: "difference", top };
}

/** Place of a value in the colour table, 0 … 1. */
function placeOf(value: number, { kind, top }: Shown): number {
  if (kind === "difference") return 0.5 * (1 + value / top);
  return kind === "log" ? logarithmic(value) : value;
}

type BarTick = readonly [percent: number, text: string];

const BAR_TICKS: Record<"linear" | "log", readonly BarTick[]> = {
  linear: [
    [0, "0"],
    [50, "0.5"],
    [100, "1"],
  ],
  log: [
    [0, "0.001"],
    [33.3, "0.01"],
    [66.7, "0.1"],
    [100, "1"],
  ],
};

/** Ticks of the colour bar. */
export function barTicks({ kind, top }: Pick<Shown, "kind" | "top">): readonly BarTick[] {
  if (kind !== "difference") return BAR_TICKS[kind];
  const end = top.toPrecision(2);
  return [
    [0, `−${end}`],
    [50, "0"],
    [100, `+${end}`],
  ];
}

/** The reflection nearest to a pixel, and how many pixels away it is. */
export function nearestReflection(reflections: readonly Reflection[], [row, column]: Pixel) {
  let nearest: { spot: Reflection; far: number } | null = null;
  for (const spot of reflections) {
    const far = Math.hypot(spot.row - row, spot.column - column);
    if (!nearest || far < nearest.far) nearest = { spot, far };
  }
  return nearest;
}

/** "q = 1.23 Å⁻¹, d = 5.10 Å, value 0.123 · nearest: 110 (d = 2.03 Å)" */
function describe(q: number, value: number, spot: Reflection | undefined): string {
  const spacing = q > 1e-6 ? `, d = ${((2 * Math.PI) / q).toFixed(2)} Å` : "";
  const sign = value < 0 ? "−" : "";
  const here = `q = ${q.toFixed(2)} Å⁻¹${spacing}, value ${sign}${Math.abs(value).toFixed(3)}`;
  if (!spot) return here;
  const d = spot.d === null ? "direct beam" : `d = ${spot.d.toFixed(2)} Å`;
  return `${here} · nearest: ${hkl(spot.hkl)} (${d})`;
}

class ColourBar {
  private readonly strip: HTMLCanvasElement;
  private readonly marks: HTMLElement;
  private drawn = "";

  constructor(parent: Element) {
    const bar = element("div", "fcw-colourbar", parent);
    this.strip = element("canvas", "fcw-strip", bar);
    this.marks = element("div", "fcw-marks", bar);
  }

  draw(shown: Shown, table: readonly Rgb[]): void {
    const key = `${shown.kind} ${shown.top}`;
    if (key === this.drawn) return;
    this.drawn = key;
    paint(this.strip, Array.from(table.keys()), 1, (i) => table[i]);
    this.marks.replaceChildren();
    for (const [part, text] of barTicks(shown)) {
      element("span", "", this.marks, text).style.bottom = `${part}%`;
    }
  }
}

/** Ticks and titles of q along two edges of the image. */
class AxesOfQ {
  private readonly y: HTMLElement;
  private readonly x: HTMLElement;
  private drawn = "";

  constructor(parent: Element) {
    this.y = element("div", "fcw-ticks fcw-ticks-y", parent);
    this.x = element("div", "fcw-ticks fcw-ticks-x", parent);
  }

  draw(geometry: Geometry): void {
    const key = JSON.stringify(geometry);
    if (key === this.drawn) return;
    this.drawn = key;
    this.x.replaceChildren();
    this.y.replaceChildren();
    const edge = edgeQ(geometry);
    for (const q of ticks(-edge, edge, 8, [1, 2, 5, 10])) {
      const part = `${(100 * (pixelOfQ(geometry, q) + 0.5)) / geometry.pixels}%`;
      const text = minus(String(q));
      element("span", "", this.x, text).style.left = part;
      element("span", "", this.y, text).style.bottom = part;
    }
    for (const [axis, name] of [
      [this.x, "x"],
      [this.y, "y"],
    ] as const) {
      const title = element("em", "", axis, "q");
      element("sub", "", title, name);
      title.append(" (Å⁻¹)");
    }
  }
}

class FingerprintView {
  private readonly frame: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly ring: HTMLElement;
  private readonly cross: HTMLElement;
  private readonly axes: AxesOfQ;
  private readonly bar: ColourBar;
  private readonly readout: HTMLElement;
  private readonly log: HTMLButtonElement;
  private readonly minusPristine: HTMLButtonElement;
  private shown: Shown = { values: new Float32Array(0), kind: "log", top: 1 };
  private cursor: Pixel | null = null;

  constructor(
    private readonly model: Model<Traits>,
    el: HTMLElement,
  ) {
    const tools = element("div", "fcw-tools", el);
    this.log = button("fcw-toggle", tools, "log", () =>
      assign(model, { scale: model.get("scale") === "log" ? "linear" : "log" }),
    );
    this.log.title = "Logarithmic colours";
    this.minusPristine = button("fcw-toggle", tools, "− pristine", () =>
      assign(model, { difference: !model.get("difference") }),
    );
    this.minusPristine.title = "Difference from the pristine image (Figure 2g, h)";
    const plot = element("div", "fcw-plot", el);
    this.frame = element("div", "fcw-frame", plot);
    this.canvas = element("canvas", "fcw-canvas", this.frame);
    this.ring = element("div", "fcw-ring", this.frame);
    this.cross = element("div", "fcw-cross", this.frame);
    this.axes = new AxesOfQ(plot);
    this.bar = new ColourBar(plot);
    this.readout = element("div", "fcw-readout", el);
    this.readout.setAttribute("aria-live", "polite");
    this.frame.tabIndex = 0;
    this.frame.setAttribute("role", "img");
    this.frame.setAttribute("aria-label", "diffraction image; use the arrow keys to read it");
    this.listen();
  }

  private get geometry(): Geometry {
    return this.model.get("geometry") as Geometry;
  }

  draw(): void {
    const { geometry, model } = this;
    const n = geometry.pixels;
    const image = floats(model.get("image"));
    if (!n || image.length !== n * n) return;
    const shown = shownOf(model, image, floats(model.get("pristine")));
    this.shown = shown;
    const isDifference = shown.kind === "difference";
    const table = isDifference ? SIGNED : GLOW;
    paint(this.canvas, shown.values, n, (value) => shade(table, placeOf(value, shown)));
    flag(this.minusPristine, "aria-pressed", model.get("difference"));
    flag(this.log, "aria-pressed", shown.kind === "log"); // of a difference, the scale is linear
    this.log.disabled = isDifference;
    this.bar.draw(shown, table);
    this.drawGeometry();
  }

  /** A structure scaled as a whole has the same image, and another q. */
  drawGeometry(): void {
    if (this.geometry.pixels) this.axes.draw(this.geometry);
    this.read();
  }

  /** Say what lies under the cursor. */
  read(): void {
    const { cursor, cross, geometry, model, ring } = this;
    ring.hidden = cross.hidden = cursor === null;
    if (cursor === null) {
      this.readout.textContent = "Point at the image for q and the nearest reflection.";
      return;
    }
    const n = geometry.pixels;
    const q = Math.hypot(...scatteringVector(geometry, cursor));
    const near = nearestReflection(model.get("reflections"), cursor);
    ring.hidden = !near || near.far > n / 12;
    if (near) markPixel(ring, [near.spot.row, near.spot.column], n);
    markPixel(cross, cursor, n);
    const value = this.shown.values[cursor[0] * n + cursor[1]] ?? 0;
    this.readout.textContent = describe(q, value, near?.spot);
  }

  private pointAt(pixel: Pixel | null): void {
    this.cursor = pixel;
    this.read();
  }

  private listen(): void {
    const { frame } = this;
    frame.addEventListener("pointermove", (event) =>
      this.pointAt(pixelUnder(event, frame, this.geometry.pixels)),
    );
    frame.addEventListener("pointerleave", () => this.pointAt(null));
    frame.addEventListener("blur", () => this.pointAt(null));
    frame.addEventListener("keydown", (event) => {
      const step = arrow(event);
      if (!step) return;
      event.preventDefault();
      const n = this.geometry.pixels;
      const middle = Math.floor(n / 2);
      const [row, column] = this.cursor ?? [middle, middle];
      this.pointAt(within([row + step[1], column + step[0]], n));
    });
  }
}

function render({ model, el }: Context<Traits>): () => void {
  el.classList.add("fcw-image");
  const view = new FingerprintView(model, el);
  const bindings = new Bindings(model);
  for (const name of ["image", "pristine", "scale", "difference"]) {
    bindings.on(`change:${name}`, () => view.draw());
  }
  bindings.on("change:geometry", () => view.drawGeometry());
  bindings.on("change:reflections", () => view.read());
  view.draw();
  view.read();
  return bindings.release;
}

export default { render };
