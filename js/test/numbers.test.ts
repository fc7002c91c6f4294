import { describe, expect, test } from "vitest";
import {
  clamp,
  count,
  fixed,
  greatest,
  hkl,
  percent,
  probability,
  roughPercent,
  scientific,
  short,
  shortPercent,
  signed,
  sum,
  unbroken,
} from "../src/shared/numbers.ts";

describe("Miller indices", () => {
  test("stand close together", () => expect(hkl([1, 1, 0])).toBe("110"));
  test("have bars in place of minus signs", () => {
    expect(hkl([-1, 1, -2])).toBe("1\u030512\u0305");
  });
  test("are apart where one has two digits, each with its bar", () => {
    expect(hkl([-10, 2, 0])).toBe("1\u03050\u0305 2 0");
  });
});

describe("percentages", () => {
  test("are whole, or have the digits that are asked for", () => {
    expect(percent(0.125)).toBe("13 %");
    expect(percent(0.1234, 1)).toBe("12.3 %");
    expect(percent(1, 1)).toBe("100.0 %");
  });
  test("leave a zero behind the point away", () => {
    expect(shortPercent(0.5)).toBe("50 %");
    expect(shortPercent(0.9876)).toBe("98.8 %");
  });
  test("do not call something nothing", () => {
    expect(roughPercent(0.004)).toBe("< 1 %");
    expect(roughPercent(0)).toBe("0 %");
    expect(roughPercent(0.006)).toBe("1 %");
  });
  test("are not parted by a line break", () => {
    expect(unbroken("10 % or 20 % of it")).toBe("10\u00a0% or 20\u00a0% of it");
  });
});

describe("probabilities", () => {
  test("have three digits", () => expect(probability(0.9123)).toBe("= 0.912"));
  test("are neither rounded to certainty nor to nothing", () => {
    expect(probability(0.99999)).toBe("> 0.999");
    expect(probability(0.00001)).toBe("< 0.001");
  });
  test("that are small have a power of ten", () => {
    expect(scientific(0)).toBe("0.0000");
    expect(scientific(0.98123)).toBe("0.9812");
    expect(scientific(5.354e-9)).toBe("5.35\u200a×\u200a10⁻⁹");
    expect(scientific(1e-12)).toBe("1.00\u200a×\u200a10⁻¹²");
  });
});

test("signs are minus signs, and shown before both where they matter", () => {
  expect(fixed(-1.5)).toBe("−1.5000");
  expect(signed(0.25, 2)).toBe("+0.25");
  expect(signed(-0.25, 2)).toBe("−0.25");
});

test("large numbers are whole and have commas", () => {
  expect(count(82485)).toBe("82,485");
  expect(short(1234.6)).toBe("1,235");
  expect(short(12.345)).toBe("12.3");
});

test("sums and limits", () => {
  expect(sum([1, 2, 3])).toBe(6);
  expect(sum([])).toBe(0);
  expect(greatest([-3, -1])).toBe(0);
  expect(greatest(new Float32Array([1, 7, 2]))).toBe(7);
  expect([clamp(-1, 0, 5), clamp(9, 0, 5), clamp(3, 0, 5)]).toEqual([0, 5, 3]);
});
