// Rotations of a view: matrices whose rows are the page's right, up and towards the eye.

export type Vector = readonly number[];
export type Matrix = readonly Vector[];

export const IDENTITY: Matrix = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => [0, 1, 2].map((j) => dot(row, [b[0][j], b[1][j], b[2][j]])));

/** The rotation after a drag to the right and downwards, in radians. */
export function turned(rotation: Matrix, right: number, down: number): Matrix {
  const [a, b] = [Math.cos(right), Math.sin(right)];
  const [c, d] = [Math.cos(down), Math.sin(down)];
  const roundY: Matrix = [
    [a, 0, b],
    [0, 1, 0],
    [-b, 0, a],
  ];
  const roundX: Matrix = [
    [1, 0, 0],
    [0, c, -d],
    [0, d, c],
  ];
  return product(product(roundX, roundY), rotation);
}
