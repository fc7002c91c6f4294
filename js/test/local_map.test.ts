// What a local map says of atoms.

import { expect, test } from "vitest";
import { MapData, type Traits, UNKNOWN } from "../src/views/local_map/data.ts";
import { cellEdges } from "../src/views/local_map/index.ts";
import { plainModel } from "./plain_model.ts";

const CLASSES = [
  { label: "fcc", colour: "#0072b2" },
  { label: "bcc", colour: "#d55e00" },
];
const view = <A extends ArrayLike<number> & ArrayBufferView>(array: A) => {
  return new DataView(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);
};
// two places; the third atom is nearest to one that is not worked on yet, the fourth in no grain
const values = {
  classes: CLASSES,
  trusted_from: 0.8,
  positions: view(new Float32Array([-2, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 1])),
  nearest: view(new Int32Array([0, 1, 2, -1])),
  labels: view(new Int8Array([0, 1])),
  trust: view(new Float32Array([0.9, 0.5])),
  colours: view(new Uint8Array([...Array(9).keys(), ...Array(9).keys()])),
  grains: view(new Int16Array([])),
  reasons: ["", "no order"],
  extents: [
    [-2, 2],
    [0, 3],
    [0, 1],
  ],
  colour: "class",
  direction: 1,
  axis: -1,
  middle: 0.5,
  thickness: 0.5,
  threshold: 0,
} as unknown as Traits;
const load = (more: Partial<Traits> = {}) => {
  const data = new MapData(plainModel({ ...values, ...more }));
  data.takeAtoms();
  data.takePlaces();
  return data;
};
const shown = (data: MapData) => [0, 1, 2, 3].filter(data.filter());
const grains = view(new Int16Array([0, 4]));

test("a local map reaches as far as its atoms", () =>
  expect([load().number, load().reach]).toEqual([4, 3]));
test("a local map colours by class where a place is trusted", () => {
  expect([0, 1, 2].map(load().colouring())).toEqual([[0, 114, 178], UNKNOWN, UNKNOWN]);
});
test("a local map colours by orientation along a direction", () => {
  expect(load({ colour: "orientation" }).colouring()(0)).toEqual([3, 4, 5]);
});
test("a local map colours a complete map by grain, save atoms in none", () => {
  const colouring = load({ colour: "grain", grains }).colouring();
  expect(colouring(0)).not.toEqual(UNKNOWN);
  expect(colouring(0)).not.toEqual(colouring(1));
  expect(colouring(3)).toEqual(UNKNOWN);
});
test("a local map shows a slice, a grain, or what is trusted", () => {
  expect(shown(load())).toEqual([0, 1, 2, 3]);
  expect(shown(load({ axis: 0 }))).toEqual([2, 3]);
  expect(shown(load({ threshold: 0.6 }))).toEqual([0, 3]);
  const data = load({ grains });
  data.grain = 4;
  expect(shown(data)).toEqual([1]);
});
test("a local map says what is known of an atom", () => {
  expect(load().describe(0)).toBe("atom 1: fcc, trust 0.90");
  expect(load().describe(1)).toBe("atom 2: bcc, trust 0.50 (no order)");
  expect(load().describe(2)).toContain("not looked at yet");
  expect(load({ grains }).describe(1)).toBe("atom 2: bcc, trust 0.50, grain 4 (no order)");
  expect(load({ grains }).describe(3)).toBe("atom 4: fcc, trust 0.90, in no grain");
});
test("a local map has a cell of twelve edges of three directions", () => {
  const edges = cellEdges([
    [0, 0, 0],
    [1, 0, 0],
    [0, 2, 0],
    [0, 0, 3],
  ]);
  const lengths = edges.map(([from, to]) => Math.hypot(...to.map((x, k) => x - from[k])));
  expect(lengths.sort()).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
  expect(new Set(edges.map(String)).size).toBe(12);
});
