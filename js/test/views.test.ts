// What the views work out before they draw it.

import { describe, expect, test } from "vitest";
import { floats } from "../src/shared/canvas.ts";
import {
  type ListRow,
  structureAnswer,
  structureName,
  structureOf,
} from "../src/shared/structure_card.ts";
import { besideOthers } from "../src/views/curves/drawing.ts";
import { corners, groupsOf } from "../src/views/embedding/legend.ts";
import { fitted, nearestPoint, nextPoint, toScreen, zoomed } from "../src/views/embedding/lens.ts";
import { barTicks, nearestReflection } from "../src/views/fingerprint.ts";
import { cellOf } from "../src/views/picker.ts";
import { nextLabel } from "../src/views/tour/index.ts";
import { beside, GAP } from "../src/views/tour/place.ts";
import { smooth } from "../src/views/training.ts";
import { plainModel } from "./plain_model.ts";

const CLASSES = [
  { label: "fcc", symbol: "Fm-3m", colour: "#0072b2" },
  { label: "bcc", symbol: "Im-3m", colour: "#d55e00" },
];
const DEFECTS = [
  { name: "pristine", kind: "pristine", part: 1 },
  { name: "vacancies 30 %", kind: "vacancies", part: 0.6 },
];
const ROWS: ListRow[] = [
  [0, "Fe", 1, 1, 0.9999, 0.9999, 0, 2.48],
  [1, "Fe", 1, 0, 0.712, 0.2, 1, 2.48],
];
const STRUCTURES = ROWS.map(structureOf);

describe("structures of the sets", () => {
  const model = plainModel({ visible: true, chosen: -1, classes: CLASSES, defects: DEFECTS });
  test("have names in which a number and its unit stay together", () => {
    expect(structureName(model, STRUCTURES[1])).toBe("Fe bcc, vacancies 30\u00a0%");
  });
  test("are taken for a class, rightly or not", () => {
    expect(structureAnswer(model, STRUCTURES[0])).toBe(
      "rightly taken for bcc, p\u00a0>\u00a00.999",
    );
    expect(structureAnswer(model, STRUCTURES[1])).toBe("taken for fcc, p\u00a0=\u00a00.712");
  });
  test("fall into groups by class, defect or answer", () => {
    const facts = { classes: CLASSES, defects: DEFECTS };
    const group = (by: string, i: number) => {
      const { groups, groupOf } = groupsOf(by, facts, "#123456");
      return groups[groupOf(STRUCTURES[i])];
    };
    expect(group("class", 0)).toEqual({ name: "bcc", colour: "#d55e00", shape: "square" });
    expect(group("defect", 0)).toEqual({ name: "pristine", colour: "#123456", shape: "star" });
    expect(group("defect", 1).name).toBe("vacancies");
    expect([group("right", 0).name, group("right", 1).name]).toEqual(["right", "wrong"]);
  });
});

describe("the map of structures", () => {
  const size = [370, 262] as const;
  const places = new Float32Array([0, 0, 10, 0, 0, 5, 10, 5]);
  const lens = fitted(places, size);
  test("shows every point within its margins, on one scale", () => {
    expect(lens).toEqual({ x: 5, y: 2.5, scale: 30, whole: 30 });
    expect(toScreen(lens, size, [0, 0])).toEqual([35, 206]);
    expect(toScreen(lens, size, [10, 5])).toEqual([335, 56]);
  });
  test("keeps what lies under the cursor while it is zoomed", () => {
    const near = zoomed(lens, 3, size, [335, 56]);
    const [x, y] = toScreen(near, size, [10, 5]);
    expect([x, y]).toEqual([expect.closeTo(335, 9), expect.closeTo(56, 9)]);
    expect(near.scale).toBe(90);
    expect(zoomed(lens, 1000, size, [0, 0]).scale).toBe(60 * 30);
    expect(zoomed(lens, 0.001, size, [0, 0]).scale).toBe(15);
  });
  const screen = new Map<number, [number, number]>([
    [0, [100, 100]],
    [1, [150, 110]],
    [2, [100, 40]],
  ]);
  test("points at the nearest structure, if it is near", () => {
    expect(nearestPoint(screen, [106, 104])).toBe(0);
    expect(nearestPoint(screen, [125, 60])).toBeNull();
  });
  test("goes from point to point with the arrow keys", () => {
    expect(nextPoint(screen, 0, size, [1, 0])).toBe(1);
    expect(nextPoint(screen, 0, size, [0, -1])).toBe(2);
    expect(nextPoint(screen, 0, size, [-1, 0])).toBeNull();
    expect(nextPoint(screen, null, size, [-1, 0])).toBe(1);
  });
  test("has symbols that point upwards", () => {
    const [top, right, left] = corners(3, () => 2);
    expect(top).toEqual([expect.closeTo(0, 12), -2]);
    expect(right[1]).toBeCloseTo(1, 12);
    expect(left[0]).toBeCloseTo(-right[0], 12);
  });
});

describe("the periodic table", () => {
  const cells = Array.from({ length: 118 }, (_, i) => cellOf(i + 1).join());
  test("has a cell of its own for every element", () => expect(new Set(cells).size).toBe(118));
  test("puts them where they belong", () => {
    const where = { 1: "1,1", 2: "1,18", 6: "2,14", 26: "4,8", 57: "9,3", 71: "6,3", 79: "6,11" };
    for (const [z, cell] of Object.entries({ ...where, 103: "7,3", 118: "7,18", 92: "10,6" })) {
      expect([z, cells[Number(z) - 1]]).toEqual([z, cell]);
    }
  });
});

describe("the tour's card", () => {
  const window = [1000, 800] as const;
  const card = [300, 200] as const;
  const box = (left: number, top: number, width: number, height: number) => {
    return { left, top, right: left + width, bottom: top + height };
  };
  test("lies above a control if there is room, else below, right or left", () => {
    expect(beside(box(100, 400, 200, 50), card, window)).toEqual([100, 400 - 200 - GAP]);
    expect(beside(box(100, 100, 200, 50), card, window)).toEqual([100, 150 + GAP]);
    expect(beside(box(50, 20, 200, 760), card, window)).toEqual([250 + GAP, 20]);
    expect(beside(box(700, 20, 200, 760), card, window)).toEqual([700 - 300 - GAP, 20]);
  });
  test("lies in the corner where a control fills the window", () => {
    expect(beside(box(0, 0, 1000, 800), card, window)).toEqual([686, 586]);
  });
  test("says what comes next", () => {
    expect(nextLabel(false, false)).toBe("Skip this step");
    expect(nextLabel(false, true)).toBe("Next");
    expect(nextLabel(true, false)).toBe("Skip and finish");
    expect(nextLabel(true, true)).toBe("Finish");
  });
});

describe("the fingerprint", () => {
  const spots = [
    { hkl: [0, 0, 0] as [number, number, number], row: 31.5, column: 31.5, d: null },
    { hkl: [1, 1, 0] as [number, number, number], row: 40, column: 31.5, d: 2.03 },
  ];
  test("names the nearest reflection", () => {
    expect(nearestReflection(spots, [37, 31])?.spot.hkl).toEqual([1, 1, 0]);
    expect(nearestReflection(spots, [32, 32])?.spot.d).toBeNull();
    expect(nearestReflection([], [0, 0])).toBeNull();
  });
  test("has a colour bar that fits its scale", () => {
    expect(barTicks({ kind: "difference", top: 0.25 }).map(([, text]) => text)).toEqual([
      "−0.25",
      "0",
      "+0.25",
    ]);
    expect(barTicks({ kind: "log", top: 1 })[0]).toEqual([0, "0.001"]);
  });
});

test("learning curves are averaged over the batches before", () => {
  expect(smooth(new Float32Array([2, 2, 2]), 100)).toEqual([2, 2, 2]);
  const [first, second] = smooth(new Float32Array([1, 0]), 100); // memory 1 − 1/4
  expect(first).toBe(1);
  expect(second).toBeCloseTo(0.75 / 1.75, 12);
});

test("dots of one point stand beside one another, within half a step", () => {
  const places = Array.from({ length: 30 }, (_, i) => besideOthers(i)).sort((a, b) => a - b);
  for (const [i, place] of places.entries()) {
    expect(Math.abs(place)).toBeLessThanOrEqual(0.5);
    if (i) expect(place - places[i - 1]).toBeGreaterThan(0.01);
  }
});

test("arrays are read from any place in a message", () => {
  const buffer = new ArrayBuffer(13);
  new DataView(buffer).setFloat32(1, 2.5, true);
  new DataView(buffer).setFloat32(5, -1, true);
  expect([...floats(new DataView(buffer, 1, 8))]).toEqual([2.5, -1]);
});
