// Arrays from the engine, and canvases to draw them on.

import type { Rgb } from "./colours.ts";

/** Bytes of the engine, or an array laid over them. */
export type Bytes = ArrayBufferView<ArrayBuffer>;

/** A copy of the bytes: arrays of wider numbers must begin at a multiple of their width. */
const copy = (view: Bytes): ArrayBuffer =>
  view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);

export const floats = (view: Bytes): Float32Array<ArrayBuffer> => new Float32Array(copy(view));
export const int32s = (view: Bytes): Int32Array<ArrayBuffer> => new Int32Array(copy(view));
export const int16s = (view: Bytes): Int16Array<ArrayBuffer> => new Int16Array(copy(view));
export const int8s = (view: Bytes): Int8Array<ArrayBuffer> => new Int8Array(copy(view));
export const bytes = (view: Bytes): Uint8Array<ArrayBuffer> =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** Two-dimensional context of a canvas. */
export function pen(canvas: HTMLCanvasElement, options?: CanvasRenderingContext2DSettings) {
  return canvas.getContext("2d", options) as CanvasRenderingContext2D;
}

/**
 * Draw rows of values, the first at the bottom, as pixels. `colour` of a value and its index gives
 * red, green, blue and, if it is not opaque, alpha, 0 … 255.
 */
export function paint(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  width: number,
  colour: (value: number, index: number) => Rgb,
): void {
  const height = values.length / width;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = pen(canvas, { willReadFrequently: true });
  const image = context.createImageData(width, height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = row * width + column;
      const at = 4 * ((height - 1 - row) * width + column);
      image.data[at + 3] = 255;
      image.data.set(colour(values[from], from), at);
    }
  }
  context.putImageData(image, 0, 0);
}

/** Make a canvas as sharp as the screen, and empty; returns its context in CSS pixels. */
export function sharp(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  scale = devicePixelRatio,
): CanvasRenderingContext2D {
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = pen(canvas);
  context.scale(scale, scale);
  // Chromium goes on showing the last picture of a canvas on which nothing new is drawn.
  context.fillStyle = "rgb(0 0 0 / 1%)";
  context.fillRect(0, 0, 1, 1);
  context.fillStyle = "#000";
  return context;
}

export type Point = readonly [x: number, y: number];

function trace(context: CanvasRenderingContext2D, points: readonly Point[]): void {
  context.beginPath();
  for (const [i, [x, y]] of points.entries()) {
    if (i) context.lineTo(x, y);
    else context.moveTo(x, y);
  }
}

export function polyline(context: CanvasRenderingContext2D, points: readonly Point[]): void {
  trace(context, points);
  context.stroke();
}

export function polygon(context: CanvasRenderingContext2D, points: readonly Point[]): void {
  trace(context, points);
  context.fill();
}

function circle(context: CanvasRenderingContext2D, [x, y]: Point, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

export function dot(context: CanvasRenderingContext2D, centre: Point, radius: number): void {
  circle(context, centre, radius);
  context.fill();
}

export function ring(
  context: CanvasRenderingContext2D,
  centre: Point,
  radius: number,
  colour: string,
  width: number,
): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  circle(context, centre, radius);
  context.stroke();
}

/** A function to call for any number of reasons in one frame, which draws once. */
export interface Redraw {
  (): void;
  /** Draw no more. */
  end(): void;
}

export function redrawer(draw: () => void): Redraw {
  let due = 0;
  const redraw = () => {
    due ||= requestAnimationFrame(() => {
      due = 0;
      draw();
    });
  };
  redraw.end = () => cancelAnimationFrame(due);
  return redraw;
}
