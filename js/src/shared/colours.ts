// Colour scales, and colours as red, green and blue, 0 … 255.

import { clamp } from "./numbers.ts";

export type Rgb = readonly number[];

/** Anchors of matplotlib's "inferno". */
export const INFERNO: readonly Rgb[] = [
  [0, 0, 4],
  [31, 12, 72],
  [85, 15, 109],
  [136, 34, 106],
  [186, 54, 85],
  [227, 89, 51],
  [249, 140, 10],
  [249, 201, 50],
  [252, 255, 164],
];

/** Anchors of ColorBrewer's red-white-blue: negative values blue, positive ones red. */
export const RED_BLUE: readonly Rgb[] = [
  [5, 48, 97],
  [67, 147, 195],
  [209, 229, 240],
  [247, 247, 247],
  [253, 219, 199],
  [214, 96, 77],
  [103, 0, 31],
];

/** Anchors of matplotlib's "viridis". */
export const VIRIDIS: readonly Rgb[] = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

/** 256 colours along the anchors. */
export function lookup(anchors: readonly Rgb[]): Rgb[] {
  return Array.from({ length: 256 }, (_, i) => {
    const position = (i / 255) * (anchors.length - 1);
    const k = Math.min(Math.floor(position), anchors.length - 2);
    return anchors[k].map((low, j) => low + (anchors[k + 1][j] - low) * (position - k));
  });
}

/** Black, shades of one colour, white. */
export const tints = (rgb: Rgb): Rgb[] =>
  lookup([[0, 0, 0], rgb.map((c) => 0.6 * c), rgb, [255, 255, 255]]);

/** The colour of a table for a part of its range, 0 … 1. */
export const shade = (table: readonly Rgb[], part: number): Rgb =>
  table[Math.round(255 * clamp(part, 0, 1))];

const DECADES = 3;

/** Place of an intensity, at most 1, on a logarithmic scale of three decades; below 0 if too weak. */
export const logarithmic = (value: number): number =>
  1 + Math.log10(Math.max(value, 1e-9)) / DECADES;

/** Red, green, blue of "#rrggbb". */
export const rgb = (hex: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** A colour for style sheets. */
export const css = (colour: Rgb): string => `rgb(${colour.map(Math.round).join(" ")})`;

/** A background that runs through the colours from left to right. */
export const gradient = (colours: readonly Rgb[]): string =>
  `linear-gradient(to right, ${colours.map(css).join(", ")})`;

/** Colours far apart for numbers in a row. */
export function distinct(number: number): Rgb {
  const angle = (number * 137.508) % 360; // degrees; the golden angle never comes back
  const light = 0.58 - 0.16 * (Math.floor(number / 8) % 2);
  const channel = (n: number) => {
    const k = (n + angle / 30) % 12;
    const swing = 0.62 * Math.min(light, 1 - light);
    return Math.round(255 * (light - swing * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
