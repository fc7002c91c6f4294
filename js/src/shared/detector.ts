// Geometry of q in the page: a flat detector that looks at the Ewald sphere.

import type { Pixel } from "./pixels.ts";

/** A detector and the structure before it; the detector's lengths are in m. */
export interface Geometry {
  /** Along one side. */
  pixels: number;
  /** In bond lengths. */
  wavelength: number;
  distance: number;
  pixel_size: number;
  /** Å */
  bond_length: number;
}

/** Length of the wave vectors, 1/Å in the structure itself. */
const waveNumber = ({ wavelength, bond_length }: Geometry): number =>
  (2 * Math.PI) / wavelength / bond_length;

const middle = ({ pixels }: Geometry): number => (pixels - 1) / 2;

/** The place along an axis, in pixels, at which q has this component and no other; q in 1/Å. */
export function pixelOfQ(geometry: Geometry, q: number): number {
  const angle = Math.asin(q / waveNumber(geometry));
  return (geometry.distance * Math.tan(angle)) / geometry.pixel_size + middle(geometry);
}

/** The component of q at the middle of an edge, 1/Å. */
export function edgeQ(geometry: Geometry): number {
  const { pixels, pixel_size, distance } = geometry;
  return waveNumber(geometry) * Math.sin(Math.atan(((pixels / 2) * pixel_size) / distance));
}

/** The scattering vector at a pixel, 1/Å: to the right, upwards, along the beam. */
export function scatteringVector(geometry: Geometry, [row, column]: Pixel): number[] {
  const { distance, pixel_size } = geometry;
  const [x, y] = [column, row].map((pixel) => (pixel - middle(geometry)) * pixel_size);
  const length = Math.hypot(x, y, distance);
  const wave = waveNumber(geometry);
  return [x / length, y / length, distance / length - 1].map((part) => part * wave);
}
