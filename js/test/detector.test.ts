import { describe, expect, test } from "vitest";
import { edgeQ, pixelOfQ, scatteringVector } from "../src/shared/detector.ts";

const GEOMETRY = {
  pixels: 64,
  wavelength: 0.05,
  distance: 0.1,
  pixel_size: 4e-4,
  bond_length: 2.5,
};
const WAVE = (2 * Math.PI) / 0.05 / 2.5; // 1/Å in the structure

describe("the scattering vector", () => {
  test("vanishes in the middle of the detector", () => {
    const vector = scatteringVector(GEOMETRY, [31.5, 31.5]);
    expect(Math.hypot(...vector)).toBeCloseTo(0, 12);
  });
  test("ends on the Ewald sphere at every pixel", () => {
    for (const pixel of [
      [0, 0],
      [10, 50],
      [63, 31],
    ] as const) {
      const [x, y, z] = scatteringVector(GEOMETRY, pixel);
      expect(Math.hypot(x, y, z + WAVE)).toBeCloseTo(WAVE, 9);
    }
  });
  test("points to the right with the column and upwards with the row", () => {
    const [x, y] = scatteringVector(GEOMETRY, [20, 40]);
    expect(x).toBeGreaterThan(0);
    expect(y).toBeLessThan(0);
  });
  test("has the length of Bragg's law", () => {
    const angle = Math.atan((31.5 * GEOMETRY.pixel_size) / GEOMETRY.distance);
    const q = Math.hypot(...scatteringVector(GEOMETRY, [31.5, 63]));
    expect(q).toBeCloseTo(2 * WAVE * Math.sin(angle / 2), 9);
  });
});

test("pixels and q belong together along an axis", () => {
  for (const column of [0, 20, 31.5, 63]) {
    const [x] = scatteringVector(GEOMETRY, [31.5, column]);
    expect(pixelOfQ(GEOMETRY, x)).toBeCloseTo(column, 9);
  }
});

test("the edge of the image lies half a pixel beyond the last one", () => {
  expect(pixelOfQ(GEOMETRY, edgeQ(GEOMETRY))).toBeCloseTo(63.5, 9);
});

test("a structure scaled as a whole scales q the other way", () => {
  const larger = { ...GEOMETRY, bond_length: 5 };
  expect(edgeQ(larger)).toBeCloseTo(edgeQ(GEOMETRY) / 2, 12);
});
