// What the parts of this view share: its values, headings and squares.

import type { Bytes } from "../../shared/canvas.ts";
import { INFERNO, lookup, type Rgb, rgb } from "../../shared/colours.ts";
import { element } from "../../shared/elements.ts";
import type { Model } from "../../shared/model.ts";
import type { Pixel } from "../../shared/pixels.ts";
import type { CrystalClass } from "../../shared/structure_card.ts";

export type Choices = "show" | "layer" | "start" | "unpooling";

export interface Traits extends Record<Choices, string> {
  visible: boolean;
  /** Of each choice its values, and of each value its name and explanation. */
  choices: Record<Choices, Record<string, [name: string, explanation: string]>>;
  opacity: number;
  beside: boolean;
  /** The diffraction image; empty until something has arrived. */
  image: Bytes;
  total: Bytes;
  /** Index of each pixel's class; empty while filters are shown. */
  strongest: Bytes;
  /** The small multiples, one after the other. */
  maps: Bytes;
  captions: { name: string; value: string; part?: number }[];
  classes: CrystalClass[];
  templates: Bytes;
  similarity: number[];
  rows: Reflection[];
  no_rows: string;
  text: string;
  faithfulness: string;
}

/** A row of the table: one reflection, or all that is none. */
export interface Reflection {
  name: string;
  /** Spacing, Å. */
  d: number | null;
  /** Of the map's positive sum. */
  share: number;
  /** Of the image. */
  area: number;
  spots: Pixel[];
}

interface Section {
  node: HTMLElement;
  heading: HTMLElement;
  hint: HTMLElement;
}

/** A part of the panel under a heading. */
export function section(parent: Element, name: string, heading = "", hint = ""): Section {
  const node = element("section", `fcw-att-${name}`, parent);
  const line = element("h4", "fcw-att-heading", node);
  return {
    node,
    heading: element("span", "", line, heading),
    hint: element("small", "", line, hint),
  };
}

export const SIDE = 64; // pixels
export const GLOW = lookup(INFERNO);

/** A square with a canvas in it. */
export function square(parent: Element) {
  const frame = element("div", "fcw-frame fcw-att-frame", parent);
  return { frame, canvas: element("canvas", "fcw-canvas", frame) };
}

/** Whether the evidence for the classes is shown, in their colours, and not that of filters. */
export const showsClasses = (model: Model<Traits>): boolean =>
  model.get("strongest").byteLength > 0;

export const classColours = (model: Model<Traits>): Rgb[] =>
  model.get("classes").map(({ colour }) => rgb(colour));
