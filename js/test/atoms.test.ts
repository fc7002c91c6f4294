import { describe, expect, test } from "vitest";
import { atomAt, faded, fogOf, project, projectAtoms } from "../src/shared/atoms.ts";
import { dot, IDENTITY, type Matrix, product, turned } from "../src/shared/rotation.ts";

const CAMERA = { rotation: IDENTITY, scale: 10, width: 200, height: 100, reach: 5 };
const ATOMS = new Float32Array([0, 0, 4, 0, 0, -4, 1, 2, 0, -3, 0, 1]);

describe("atoms on a canvas", () => {
  test("lie to the right with x, upwards with y, and towards the eye with z", () => {
    const { places } = projectAtoms(ATOMS, CAMERA);
    expect([...places.slice(6, 9)]).toEqual([110, 30, 0]);
    expect([...places.slice(0, 3)]).toEqual([100, 50, expect.closeTo(0.8, 6)]);
  });
  test("are drawn from behind to the front", () => {
    expect([...projectAtoms(ATOMS, CAMERA).order]).toEqual([1, 2, 3, 0]);
  });
  test("are left out where they are not shown", () => {
    const { order } = projectAtoms(ATOMS, CAMERA, (atom) => atom !== 2);
    expect([...order]).toEqual([1, 3, 0]);
  });
  test("lie where single points do, whatever the rotation", () => {
    const camera = { ...CAMERA, rotation: turned(IDENTITY, 0.4, -0.7) };
    const { places } = projectAtoms(ATOMS, camera);
    const [x, y] = project(camera, [1, 2, 0]);
    expect(places[6]).toBeCloseTo(x, 4);
    expect(places[7]).toBeCloseTo(y, 4);
  });
  test("are met in front first", () => {
    const atoms = projectAtoms(ATOMS, CAMERA);
    expect(atomAt(atoms, [102, 50], 4)).toBe(0);
    expect(atomAt(atoms, [110, 33], 4)).toBe(2);
    expect(atomAt(atoms, [150, 90], 4)).toBeNull();
  });
  test("beyond the reach are drawn all the same", () => {
    const far = new Float32Array([0, 0, 9, 0, 0, -9]);
    expect([...projectAtoms(far, CAMERA).order]).toEqual([1, 0]);
  });
});

describe("fog", () => {
  test("grows from the front to the back", () => {
    expect([1, 0.3, 0, -0.5, -1].map(fogOf)).toEqual([0, 1, 2, 3, 4]);
  });
  test("mixes colours with the background, at most by half", () => {
    expect(faded([200, 0, 100], [0, 0, 0], 0)).toEqual([200, 0, 100]);
    expect(faded([200, 0, 100], [0, 0, 0], 4)).toEqual([120, 0, 60]);
  });
});

describe("rotations", () => {
  const isRotation = (matrix: Matrix) => {
    for (const [i, a] of matrix.entries()) {
      for (const [j, b] of matrix.entries()) expect(dot(a, b)).toBeCloseTo(i === j ? 1 : 0, 12);
    }
  };
  test("stay rotations however often they are turned", () => {
    let rotation = IDENTITY;
    for (let i = 0; i < 50; i++) rotation = turned(rotation, 0.13, -0.08);
    isRotation(rotation);
  });
  test("follow the hand: what is in front moves to the right, and down", () => {
    const front = (rotation: Matrix) => rotation.map((row) => dot(row, [0, 0, 1]));
    const [right] = front(turned(IDENTITY, 0.1, 0));
    const [, up] = front(turned(IDENTITY, 0, 0.1));
    expect(right).toBeCloseTo(Math.sin(0.1), 12);
    expect(up).toBeCloseTo(-Math.sin(0.1), 12);
  });
  test("are multiplied as matrices", () => {
    const a: Matrix = [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ];
    expect(product(a, IDENTITY)).toEqual(a);
    expect(
      product(
        [
          [0, 1, 0],
          [1, 0, 0],
          [0, 0, 1],
        ],
        a,
      ),
    ).toEqual([
      [4, 5, 6],
      [1, 2, 3],
      [7, 8, 9],
    ]);
  });
});
