// Plots on a canvas: axes, and the colours of the page or of a printed picture.

import { type Point, polyline } from "./canvas.ts";

export interface Palette {
  ink: string;
  soft: string;
  line: string;
  card: string;
  accent: string;
}

/** Colours of a printed picture. */
export const PAPER: Palette = {
  ink: "#1d2129",
  soft: "#5c6470",
  line: "#dfe2e7",
  card: "#ffffff",
  accent: "#0067a3",
};

/** The page's colours as they are now. */
export function pageColours(el: Element): Palette {
  const style = getComputedStyle(el);
  const colours = { ...PAPER };
  for (const name of Object.keys(PAPER) as (keyof Palette)[]) {
    colours[name] = style.getPropertyValue(`--fcw-${name}`).trim() || PAPER[name];
  }
  return colours;
}

export const FONT =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
export const MARGIN = { left: 54, right: 14, top: 12, bottom: 44 };

/** The edges of a plot within its canvas, in pixels. */
export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** Of the whole canvas. */
  width: number;
}

/** The box of a plot, from data to pixels and back. */
export interface Scales extends Box {
  x(value: number): number;
  y(value: number): number;
  /** The value of x at a pixel. */
  back(pixel: number): number;
}

type Range = readonly [low: number, high: number];

export function scales(
  width: number,
  height: number,
  [low, high]: Range,
  [bottom, top]: Range,
  margin = MARGIN,
): Scales {
  const across = width - margin.left - margin.right;
  const up = height - margin.top - margin.bottom;
  return {
    x: (value) => margin.left + ((value - low) / (high - low)) * across,
    y: (value) => margin.top + (1 - (value - bottom) / (top - bottom)) * up,
    back: (pixel) => low + ((pixel - margin.left) / across) * (high - low),
    width,
    left: margin.left,
    right: margin.left + across,
    top: margin.top,
    bottom: margin.top + up,
  };
}

/** Steps between ticks, times a power of ten. */
const STEPS: readonly number[] = [1, 2, 2.5, 5, 10];

/** Round numbers from low to high, roughly `number` of them. */
export function ticks(low: number, high: number, number = 5, steps = STEPS): number[] {
  const rough = (high - low) / number;
  const power = 10 ** Math.floor(Math.log10(rough));
  const fitting = steps.find((s) => s * power >= rough * 0.999) ?? 10;
  const step = fitting * power;
  const first = Math.ceil(low / step - 1e-9);
  const length = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length }, (_, i) => Number(((first + i) * step).toPrecision(10)));
}

interface Axes {
  xTicks: readonly number[];
  yTicks: readonly number[];
  xLabel: string;
  yLabel: string;
  /** A tick of y as text. */
  yText?: (value: number) => string;
}

export function axes(
  context: CanvasRenderingContext2D,
  at: Scales,
  palette: Palette,
  { xTicks, yTicks, xLabel, yLabel, yText = String }: Axes,
): void {
  context.font = `11.5px ${FONT}`;
  context.lineWidth = 1;
  context.strokeStyle = palette.line;
  context.fillStyle = palette.soft;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of yTicks) {
    const y = Math.round(at.y(value)) + 0.5;
    horizontal(context, at, y);
    context.fillText(yText(value), at.left - 7, y);
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const value of xTicks) {
    const x = Math.round(at.x(value)) + 0.5;
    vertical(context, x, at.bottom, at.bottom + 4);
    context.fillText(String(value), x, at.bottom + 7);
  }
  axisTitles(context, at, palette.ink, xLabel, yLabel);
}

/** The names of the axes: below the plot, and beside it from bottom to top. */
export function axisTitles(
  context: CanvasRenderingContext2D,
  at: Box,
  colour: string,
  xLabel: string,
  yLabel: string,
): void {
  context.fillStyle = colour;
  context.font = `12px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "top";
  const length = context.measureText(xLabel).width; // on a narrow page as wide as that
  const centre = Math.min((at.left + at.right) / 2, at.width - length / 2 - 2);
  context.fillText(xLabel, Math.max(centre, at.width / 2), at.bottom + 25, at.width - 4);
  context.save();
  context.translate(9, (at.top + at.bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = "middle";
  context.fillText(yLabel, 0, 0, at.bottom + MARGIN.bottom - 4);
  context.restore();
}

const horizontal = (context: CanvasRenderingContext2D, at: Box, y: number) =>
  polyline(context, [
    [at.left, y],
    [at.right, y],
  ]);

/** A vertical line. */
export function vertical(
  context: CanvasRenderingContext2D,
  x: number,
  top: number,
  bottom: number,
): void {
  const ends: Point[] = [
    [x, top],
    [x, bottom],
  ];
  polyline(context, ends);
}
