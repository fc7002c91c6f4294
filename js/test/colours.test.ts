import { describe, expect, test } from "vitest";
import {
  css,
  distinct,
  gradient,
  INFERNO,
  logarithmic,
  lookup,
  rgb,
  shade,
  tints,
} from "../src/shared/colours.ts";

const luminance = ([r, g, b]: readonly number[]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

describe("a colour table", () => {
  const table = lookup(INFERNO);
  test("runs from the first anchor to the last, through the others", () => {
    expect(table).toHaveLength(256);
    expect(table[0]).toEqual(INFERNO[0]);
    expect(table[255]).toEqual(INFERNO[INFERNO.length - 1]);
    const middle = lookup([
      [0, 0, 0],
      [100, 50, 0],
      [200, 50, 0],
    ]);
    expect(middle[127][0]).toBeCloseTo(99.6, 1);
    expect(middle[191][0]).toBeCloseTo(149.8, 1);
  });
  test("of intensities becomes brighter with each step", () => {
    for (let i = 1; i < 256; i++) {
      expect(luminance(table[i])).toBeGreaterThan(luminance(table[i - 1]));
    }
  });
  test("gives its ends to what lies outside", () => {
    expect(shade(table, -2)).toBe(table[0]);
    expect(shade(table, 7)).toBe(table[255]);
    expect(shade(table, 0.5)).toBe(table[128]);
  });
  test("of one colour runs from black through it to white", () => {
    const blue = tints([0, 60, 120]);
    expect([blue[0], blue[170], blue[255]]).toEqual([
      [0, 0, 0],
      [0, 60, 120],
      [255, 255, 255],
    ]);
  });
});

test("a logarithmic scale has three decades, and bears zero", () => {
  expect(logarithmic(1)).toBe(1);
  expect(logarithmic(0.001)).toBeCloseTo(0, 12);
  expect(logarithmic(0.1)).toBeCloseTo(2 / 3, 12);
  expect(logarithmic(0)).toBeLessThan(0);
});

test("colours are read from style sheets and written for them", () => {
  expect(rgb("#0072B2")).toEqual([0, 114, 178]);
  expect(css([0.4, 113.6, 178])).toBe("rgb(0 114 178)");
  expect(
    gradient([
      [0, 0, 0],
      [255, 0, 0],
    ]),
  ).toBe("linear-gradient(to right, rgb(0 0 0), rgb(255 0 0))");
});

test("numbers in a row have colours far apart", () => {
  const colours = Array.from({ length: 16 }, (_, i) => distinct(i));
  for (const [i, a] of colours.entries()) {
    for (const part of a) expect(part >= 0 && part <= 255).toBe(true);
    for (const b of colours.slice(i + 1)) {
      expect(Math.hypot(...a.map((part, k) => part - b[k]))).toBeGreaterThan(20);
    }
  }
});
