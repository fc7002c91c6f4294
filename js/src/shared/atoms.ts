// Atoms as shaded balls on a canvas, those behind first. Positions are (n, 3), relative to the middle.

import { type Point, sharp } from "./canvas.ts";
import { css, type Rgb } from "./colours.ts";
import { clamp } from "./numbers.ts";
import { dot, type Matrix, type Vector } from "./rotation.ts";

const BINS = 4096; // of depth, for sorting
const HIDDEN = 65535; // in place of a bin
const FOGS = 5; // steps in which what lies behind fades

/** How atoms are laid upon a canvas of this size, in CSS pixels. */
export interface Camera {
  rotation: Matrix;
  /** CSS pixels for each unit of the positions. */
  scale: number;
  width: number;
  height: number;
  /** Distance from the middle within which all atoms lie. */
  reach: number;
}

/** Where a point, relative to the middle, is drawn. */
export function project({ rotation, scale, width, height }: Camera, point: Vector): Point {
  return [
    width / 2 + scale * dot(rotation[0], point),
    height / 2 - scale * dot(rotation[1], point),
  ];
}

/** Atoms on a canvas: of each its x, y in CSS pixels and its depth, -1 … 1, the larger the nearer. */
export interface Projection {
  places: Float32Array;
  /** The atoms that are shown, those behind first. */
  order: Uint32Array;
}

export function projectAtoms(
  positions: Float32Array,
  camera: Camera,
  isShown: (atom: number) => boolean = () => true,
): Projection {
  const { scale, width, height, reach } = camera;
  const [u, v, w] = camera.rotation;
  const number = positions.length / 3;
  const places = new Float32Array(positions.length);
  const bins = new Uint16Array(number);
  const counts = new Uint32Array(BINS + 1);
  for (let i = 0; i < number; i++) {
    if (!isShown(i)) {
      bins[i] = HIDDEN;
      continue;
    }
    const x = positions[3 * i];
    const y = positions[3 * i + 1];
    const z = positions[3 * i + 2];
    const depth = (w[0] * x + w[1] * y + w[2] * z) / reach;
    places[3 * i] = width / 2 + scale * (u[0] * x + u[1] * y + u[2] * z);
    places[3 * i + 1] = height / 2 - scale * (v[0] * x + v[1] * y + v[2] * z);
    places[3 * i + 2] = depth;
    bins[i] = clamp(Math.floor(((depth + 1) / 2) * BINS), 0, BINS - 1);
    counts[bins[i] + 1]++;
  }
  for (let k = 0; k < BINS; k++) counts[k + 1] += counts[k];
  const order = new Uint32Array(counts[BINS]);
  for (let i = 0; i < number; i++) {
    if (bins[i] !== HIDDEN) order[counts[bins[i]]++] = i;
  }
  return { places, order };
}

/** The foremost atom at a point of the canvas, or null. */
export function atomAt(
  { places, order }: Projection,
  [x, y]: Point,
  radius: number,
): number | null {
  for (let k = order.length - 1; k >= 0; k--) {
    const i = order[k];
    if (Math.hypot(places[3 * i] - x, places[3 * i + 1] - y) <= radius) return i;
  }
  return null;
}

/** How far an atom fades, in steps: none in front. */
export const fogOf = (depth: number): number =>
  clamp(Math.floor(((1 - depth) / 2) * FOGS), 0, FOGS - 1);

/** Draw the atoms; with a background, those behind fade into it. */
export function paintAtoms(
  context: CanvasRenderingContext2D,
  { places, order }: Projection,
  radius: number,
  colourOf: (atom: number) => Rgb,
  background: Rgb | null = null,
): void {
  const balls = new Map<number, HTMLCanvasElement>(); // drawn once, each atom is a copy
  const side = Math.ceil(2 * radius + 2);
  for (const i of order) {
    const colour = colourOf(i);
    const fog = background ? fogOf(places[3 * i + 2]) : 0;
    const key = ((colour[0] >> 3) << 13) | ((colour[1] >> 3) << 8) | ((colour[2] >> 3) << 3) | fog;
    let ball = balls.get(key);
    if (!ball) {
      ball = drawBall(background ? faded(colour, background, fog) : colour, radius, side);
      balls.set(key, ball);
    }
    context.drawImage(ball, places[3 * i] - side / 2, places[3 * i + 1] - side / 2, side, side);
  }
}

/** A colour after so many steps of fog. */
export function faded(colour: Rgb, background: Rgb, fog: number): Rgb {
  const part = (0.5 * fog) / FOGS;
  return colour.map((c, j) => Math.round(c * (1 - part) + background[j] * part));
}

function drawBall(colour: Rgb, radius: number, side: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  const context = sharp(canvas, side, side);
  const middle = side / 2;
  const light = middle - radius / 3;
  const shade = context.createRadialGradient(light, light, radius / 8, middle, middle, radius);
  const mixed = (share: number, to: number) => css(colour.map((c) => c + (to - c) * share));
  shade.addColorStop(0, mixed(0.55, 255));
  shade.addColorStop(0.45, mixed(0, 0));
  shade.addColorStop(1, mixed(0.3, 0));
  context.fillStyle = shade;
  context.beginPath();
  context.arc(middle, middle, radius, 0, 2 * Math.PI);
  context.fill();
  return canvas;
}
