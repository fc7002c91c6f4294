// What the kernel shows of a layer, and what the page wishes to see.

import type { Bytes } from "../../shared/canvas.ts";
import type { Model } from "../../shared/model.ts";
import type { Pixel } from "../../shared/pixels.ts";
import type { ClassOfNetwork, Layer } from "./drawing.ts";

interface Shown {
  layer: string;
  /** What the layer does. */
  words: string;
}

/** A convolution or a pooling: its maps, and one of them in full. */
export interface ShownMaps extends Shown {
  size: number;
  sums: number[];
  tops: number[];
  strongest: number | null;
  filter: number;
  row: number;
  column: number;
  /** First and last row, and first and last column, of the image that the position sees. */
  seen: [rows: Pixel, columns: Pixel];
  note: string;
  /** Of a pooling: the 2 × 2 values. */
  block?: number[][];
  /** Of a convolution: the sum of the products in each channel, and how it goes on from there. */
  channels: number[];
  weighted: number;
  bias: number;
  before: number;
  after: number;
}

export interface ShownDense extends Shown {
  active: number;
  /** Of each unit the class that it pushes to most. */
  pushes: number[];
  /** The strongest. */
  units: { unit: number; active: number; weights: number[] }[];
}

export interface ShownSoftmax extends Shown {
  rows: ScoreRow[];
  sum: number;
  units: number;
}

export interface ScoreRow {
  score: number;
  exponential: number;
  probability: number;
  bias: number;
  terms: { unit: number; active: number; weight: number; product: number }[];
  rest: number;
}

export interface Traits {
  visible: boolean;
  layer: string;
  /** Null: the strongest. */
  filter: number | null;
  position: Pixel | null;
  order: "number" | "strength";
  network: Layer[];
  classes: ClassOfNetwork[];
  shown: ShownMaps | ShownDense | ShownSoftmax | Record<string, never>;
  /** The fingerprint, as places 0 … 255 in the colour table. */
  image: Bytes;
  /** All maps of the layer, likewise. */
  maps: Bytes;
  /** float32: the open filter's map, or the activations of the dense layer. */
  values: Bytes;
  /** float32 (channels, 7, 7), of the open filter. */
  weights: Bytes;
  /** float32 (channels, 7, 7), what it sees at the position. */
  inputs: Bytes;
}

/** Ask for something else to be shown. */
export type Wish = (wishes: Partial<Traits>) => void;

/** The name of what a layer reads. */
export function below(model: Model<Traits>, layer: string): string {
  const names = ["the image", ...model.get("network").map(({ name }) => name)];
  return names[names.indexOf(layer) - 1];
}
