// Small drawings of the walk through the network: glyphs, maps that can be read, scales, sums.

import { paint } from "../../shared/canvas.ts";
import { gradient, INFERNO, lookup, RED_BLUE, type Rgb, shade } from "../../shared/colours.ts";
import { arrow, button, element, flag, group } from "../../shared/elements.ts";
import { count, sum } from "../../shared/numbers.ts";
import { markRange, type Pixel, pixelUnder, within } from "../../shared/pixels.ts";

export const IMAGE_SIDE = 64; // pixels

/** A layer as it is drawn. */
export interface Layer {
  name: string;
  kind: string;
  /** Of maps, units or classes. */
  count: number;
  /** Along one side of a map; 1 for a layer without maps. */
  size: number;
  shape: string;
  parameters: number;
}

export type ClassOfNetwork = [label: string, symbol: string, colour: string];

export const SIGNED = lookup(RED_BLUE);
export const WARM = lookup(INFERNO);

/** Draw values that are places 0 … 255 in the colour table. */
export const paintShades = (canvas: HTMLCanvasElement, shades: Uint8Array, width: number): void =>
  paint(canvas, shades, width, (value) => WARM[value]);

/** Colour of a value that is not negative, by its square root. */
export const warm = (value: number, top: number): Rgb =>
  shade(WARM, Math.sqrt(Math.max(0, value / (top || 1))));

/** Colour of a value between −top and top. */
export const signedColour = (value: number, top: number): Rgb =>
  shade(SIGNED, 0.5 * (1 + value / (top || 1)));

/** A strip of a colour table; returns how to label its ends. */
export function scaleBar(
  parent: Element,
  table: readonly Rgb[],
): (low: string, high: string) => void {
  const bar = element("div", "fcw-walk-scale", parent);
  const low = element("span", "", bar);
  const stops = table.filter((_, i) => i % 15 === 0);
  element("i", "", bar).style.background = gradient(stops);
  const high = element("span", "", bar);
  return (from, to) => {
    low.textContent = from;
    high.textContent = to;
  };
}

/** Returns how to write a line of a calculation: a text and a number. */
export const ledger =
  (parent: Element) =>
  (text: string, number: string, kind = ""): void => {
    const line = element("div", kind, parent);
    element("span", "", line, text);
    element("b", "", line, number);
  };

type Rectangle = [x: number, y: number, width: number, height: number];

/** The rectangles by which a layer is drawn in a square of 64: units in a column, or a stack of maps. */
function rectangles({ kind, count: number, size }: Layer): { each: Rectangle[]; round: number } {
  if (kind === "dense") {
    const column = Array.from({ length: 16 }, (_, i): Rectangle => [28.5, 1 + 3.9 * i, 7, 2.6]);
    return { each: column, round: 1 };
  }
  const side = 0.62 * size;
  const step = 2.6;
  const length = Math.round(number / 4);
  const start = 32 - (side + step * (length - 1)) / 2;
  const stack = Array.from({ length }, (_, i): Rectangle => {
    return [start + step * (length - 1 - i), start + step * i, side, side]; // the last in front
  });
  return { each: stack, round: 1.5 };
}

const SVG = "http://www.w3.org/2000/svg";

function svg(tag: string, attributes: Record<string, string | number>, parent: Element): Element {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  parent.append(node);
  return node;
}

/** A layer as a stack of maps in proportion, a column of units, or four dots. */
function drawGlyph(parent: Element, layer: Layer, classes: readonly ClassOfNetwork[]): void {
  const drawing = svg("svg", { viewBox: "0 0 64 64", "aria-hidden": "true" }, parent);
  if (layer.kind === "softmax") {
    for (const [i, [, , fill]] of classes.entries()) {
      svg("circle", { cx: 32, cy: 11 + 14 * i, r: 5, fill }, drawing);
    }
    return;
  }
  const { each, round } = rectangles(layer);
  for (const [x, y, width, height] of each) {
    svg("rect", { x, y, width, height, rx: round }, drawing);
  }
}

/** The network as buttons; returns the canvas for its image and how to mark a layer. */
export function drawNetwork(
  parent: Element,
  layers: readonly Layer[],
  classes: readonly ClassOfNetwork[],
  choose: (layer: string) => void,
): { image: HTMLCanvasElement; mark: (layer: string) => void } {
  const nav = group("fcw-walk-net", parent, "layers of the network");
  const start = element("div", "fcw-walk-layer fcw-walk-start", nav);
  const image = element("canvas", "fcw-walk-thumb", element("span", "fcw-walk-glyph", start));
  element("b", "", start, "image");
  element("span", "", start, `${IMAGE_SIDE} × ${IMAGE_SIDE}`);
  const buttons = layers.map((layer) => layerButton(nav, layer, classes, choose));
  const total = count(sum(layers.map(({ parameters }) => parameters)));
  const text = "Under each layer: how many maps of what size, and its parameters";
  element("p", "fcw-walk-total", parent, `${text}; ${total} in all.`);
  return {
    image,
    mark: (layer) => {
      for (const node of buttons) flag(node, "aria-pressed", node.dataset.layer === layer);
    },
  };
}

function layerButton(
  parent: Element,
  layer: Layer,
  classes: readonly ClassOfNetwork[],
  choose: (layer: string) => void,
): HTMLButtonElement {
  const { name, kind, shape, size, parameters } = layer;
  const node = button("fcw-walk-layer", parent, "", () => choose(name));
  node.dataset.layer = name;
  const number = parameters ? `${count(parameters)} parameters` : "no parameters";
  node.setAttribute("aria-label", `${name}, ${kind}, ${shape}, ${number}`);
  node.title = `${shape}, ${number}`;
  drawGlyph(element("span", "fcw-walk-glyph", node), layer, classes);
  element("b", "", node, name);
  element("span", "", node, size > 1 ? `${layer.count}×${size}²` : `${layer.count}`);
  element("span", "fcw-walk-count", node, parameters ? count(parameters) : "–");
  return node;
}

/** A map that can be read: the pointer and the arrow keys tell a place, a click chooses it. */
export class ReadableMap {
  readonly canvas: HTMLCanvasElement;
  private readonly box: HTMLElement;
  private size = 1;
  private place: Pixel = [0, 0];

  constructor(
    parent: Element,
    label: string,
    tell: (place: Pixel | null) => void,
    choose: (place: Pixel) => void,
  ) {
    const frame = element("div", "fcw-frame", parent);
    this.canvas = element("canvas", "fcw-canvas", frame);
    this.box = element("div", "fcw-walk-box", frame);
    frame.tabIndex = 0;
    frame.setAttribute("role", "application");
    frame.setAttribute("aria-label", label);
    frame.addEventListener("pointermove", (event) => tell(pixelUnder(event, frame, this.size)));
    frame.addEventListener("pointerleave", () => tell(null));
    frame.addEventListener("click", (event) => choose(pixelUnder(event, frame, this.size)));
    frame.addEventListener("keydown", (event) => {
      const step = arrow(event);
      if (!step) return;
      event.preventDefault();
      const [row, column] = this.place;
      this.place = within([row + step[1], column + step[0]], this.size);
      choose(this.place);
    });
  }

  /** Mark a pixel of a map of this size; `next` is where the arrow keys go on from. */
  mark(size: number, [row, column]: Pixel, next: Pixel): void {
    this.size = size;
    this.place = next;
    markRange(this.box, size, [row, row], [column, column]);
  }
}

/** The body of a table with these heads. */
export function table(parent: Element, heads: readonly string[]): HTMLTableSectionElement {
  const node = element("table", "fcw-walk-table", element("div", "fcw-walk-wide", parent));
  const row = element("tr", "", element("thead", "", node));
  for (const text of heads) element("th", "", row, text).scope = "col";
  return element("tbody", "", node);
}

/** The name of a class beside its colour. */
export function className(
  parent: Element,
  text: string,
  colour: string,
  tag: "span" | "h5" = "span",
) {
  const node = element(tag, "fcw-walk-class", parent, text);
  node.style.setProperty("--fcw-class", colour);
  return node;
}
