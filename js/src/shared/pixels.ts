// Square pictures of n × n pixels, row 0 at the bottom: from pixels to places on the page and back.

import { clamp } from "./numbers.ts";

export type Pixel = readonly [row: number, column: number];

/** Centre of a pixel along one side, as a CSS percentage. */
const centre = (pixel: number, n: number): string => `${(100 * (pixel + 0.5)) / n}%`;

/** Lay a mark upon the middle of a pixel. */
export function markPixel(mark: HTMLElement, [row, column]: Pixel, n: number): void {
  mark.style.left = centre(column, n);
  mark.style.bottom = centre(row, n);
}

/** Lay a rectangle round the pixels first … last of rows and columns. */
export function markRange(box: HTMLElement, n: number, rows: Pixel, columns: Pixel): void {
  const part = (pixels: number) => `${(100 * pixels) / n}%`;
  box.style.left = part(columns[0]);
  box.style.bottom = part(rows[0]);
  box.style.width = part(columns[1] - columns[0] + 1);
  box.style.height = part(rows[1] - rows[0] + 1);
}

/** A pixel within the picture, or the nearest one that is. */
export function within([row, column]: Pixel, n: number): Pixel {
  return [clamp(row, 0, n - 1), clamp(column, 0, n - 1)];
}

/** The pixel under the pointer. */
export function pixelUnder(event: MouseEvent, frame: Element, n: number): Pixel {
  const box = frame.getBoundingClientRect();
  const row = Math.floor((1 - (event.clientY - box.top) / box.height) * n);
  const column = Math.floor(((event.clientX - box.left) / box.width) * n);
  return within([row, column], n);
}
