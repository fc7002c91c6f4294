import { describe, expect, test } from "vitest";
import { MARGIN, scales, ticks } from "../src/shared/plot.ts";

describe("ticks", () => {
  test("are round numbers within the range", () => {
    expect(ticks(0, 100)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(ticks(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks(0.02, 0.26)).toEqual([0.05, 0.1, 0.15, 0.2, 0.25]);
    expect(ticks(-3, 3)).toEqual([-2, 0, 2]);
  });
  test("have no rounding errors", () => expect(ticks(0, 0.3)).toEqual([0, 0.1, 0.2, 0.3]));
  test("take the steps that are allowed", () => {
    expect(ticks(0, 12)).toEqual([0, 2.5, 5, 7.5, 10]);
    expect(ticks(0, 12, 5, [1, 2, 5, 10])).toEqual([0, 5, 10]);
  });
  test("are never crowded", () => {
    for (const top of [0.013, 0.7, 9, 41, 999, 12345]) {
      const length = ticks(0, top).length;
      expect(length).toBeGreaterThan(2);
      expect(length).toBeLessThan(8);
    }
  });
});

describe("scales", () => {
  const at = scales(400, 300, [0, 10], [0, 1]);
  test("reach from edge to edge, y upwards", () => {
    expect([at.x(0), at.x(10)]).toEqual([MARGIN.left, 400 - MARGIN.right]);
    expect([at.y(1), at.y(0)]).toEqual([MARGIN.top, 300 - MARGIN.bottom]);
    expect(at.left).toBe(at.x(0));
    expect(at.bottom).toBe(at.y(0));
  });
  test("go back from pixels to values", () => {
    for (const value of [0, 3.3, 10]) expect(at.back(at.x(value))).toBeCloseTo(value, 12);
  });
});
