// Which part of a map is seen: from the places of points to the screen, and which point is near.

import type { Point } from "../../shared/canvas.ts";
import { clamp } from "../../shared/numbers.ts";

/** The place in the middle of the frame, pixels for each unit, and the same where all is shown. */
export interface Lens {
  x: number;
  y: number;
  scale: number;
  whole: number;
}

type Size = readonly [width: number, height: number];

const NEAR = 14; // pixels within which a point is under the cursor
const CLOSEST = 60; // times as large as where all is shown
const FARTHEST = 0.5;

/** A lens that shows all places (n, 2). */
export function fitted(places: Float32Array, [width, height]: Size): Lens {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < places.length; i += 2) {
    left = Math.min(left, places[i]);
    right = Math.max(right, places[i]);
    low = Math.min(low, places[i + 1]);
    high = Math.max(high, places[i + 1]);
  }
  const whole = Math.min((width - 70) / (right - left || 1), (height - 62) / (high - low || 1));
  return { x: (left + right) / 2, y: (low + high) / 2, scale: whole, whole };
}

export function toScreen({ x, y, scale }: Lens, [width, height]: Size, place: Point): Point {
  return [width / 2 + (place[0] - x) * scale, height / 2 - (place[1] - y) * scale];
}

/** A larger or smaller view in which what lies at `centre`, in pixels, stays there. */
export function zoomed(lens: Lens, factor: number, [width, height]: Size, centre: Point): Lens {
  const { whole } = lens;
  const scale = clamp(lens.scale * factor, FARTHEST * whole, CLOSEST * whole);
  const [dx, dy] = [centre[0] - width / 2, height / 2 - centre[1]];
  return {
    x: lens.x + dx / lens.scale - dx / scale,
    y: lens.y + dy / lens.scale - dy / scale,
    scale,
    whole,
  };
}

/** The row of the point under the cursor, or null. */
export function nearestPoint(screen: ReadonlyMap<number, Point>, [x, y]: Point): number | null {
  let best: number | null = null;
  let least = NEAR ** 2;
  for (const [row, [px, py]] of screen) {
    const far = (px - x) ** 2 + (py - y) ** 2;
    if (far > least) continue;
    best = row;
    least = far;
  }
  return best;
}

/** The row of the next point from `under`, or from the middle, to the right and downwards; or null. */
export function nextPoint(
  screen: ReadonlyMap<number, Point>,
  under: number | null,
  [width, height]: Size,
  [dx, dy]: Point,
): number | null {
  const start = under === null ? undefined : screen.get(under);
  const from = start ?? [width / 2, height / 2];
  let best: number | null = null;
  let least = Infinity;
  for (const [row, [x, y]] of screen) {
    const along = (x - from[0]) * dx + (y - from[1]) * dy;
    const across = Math.abs((x - from[0]) * dy) + Math.abs((y - from[1]) * dx);
    const behind = row === under || along <= 0;
    if (behind || (under !== null && across > 2 * along)) continue;
    const cost = along + 2 * across;
    if (cost >= least) continue;
    best = row;
    least = cost;
  }
  return best;
}
