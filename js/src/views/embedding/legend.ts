// The groups of points on a map of structures: symbols, colours, and a legend that shows or hides them.

import { type Point, sharp } from "../../shared/canvas.ts";
import { button, element, flag, group } from "../../shared/elements.ts";
import { count } from "../../shared/numbers.ts";
import {
  isMisclassified,
  type Structure,
  type StructureTraits,
} from "../../shared/structure_card.ts";

type Shape = "circle" | "square" | "triangle" | "diamond" | "star" | "cross";

interface Group {
  name: string;
  colour: string;
  shape: Shape;
}

/** Of each kind of defect its colour (Okabe-Ito; null: that of the text) and shape. */
const KINDS: Record<string, [colour: string | null, shape: Shape]> = {
  pristine: [null, "star"],
  vacancies: ["#0072B2", "circle"],
  displacement: ["#D55E00", "triangle"],
  binary: ["#009E73", "square"],
  ternary: ["#CC79A7", "diamond"],
};
const CLASS_SHAPES: readonly Shape[] = ["circle", "square", "triangle", "diamond"];
const ANSWERS: readonly Group[] = [
  { name: "right", colour: "#56B4E9", shape: "circle" },
  { name: "wrong", colour: "#D55E00", shape: "cross" },
];
const SIZE = 5; // pixels from the centre of a symbol to its edge

/** The groups of points coloured by class, by defect or by answer, and how to tell a structure's. */
export function groupsOf(
  colouring: string,
  { classes, defects }: Pick<StructureTraits, "classes" | "defects">,
  ink: string,
): { groups: Group[]; groupOf: (structure: Structure) => number } {
  if (colouring === "class") {
    const groups = classes.map(({ label, colour }, i) => ({
      name: label,
      colour,
      shape: CLASS_SHAPES[i],
    }));
    return { groups, groupOf: ({ label }) => label };
  }
  if (colouring === "defect") {
    const names = Object.keys(KINDS);
    const groups = names.map((name) => {
      const [colour, shape] = KINDS[name];
      return { name, colour: colour ?? ink, shape };
    });
    return { groups, groupOf: ({ defect }) => names.indexOf(defects[defect].kind) };
  }
  return { groups: [...ANSWERS], groupOf: (structure) => Number(isMisclassified(structure)) };
}

/** Corners around the centre, the first one at the top. */
export function corners(number: number, radius: (corner: number) => number): Point[] {
  return Array.from({ length: number }, (_, i) => {
    const angle = (2 * Math.PI * i) / number - Math.PI / 2;
    return [radius(i) * Math.cos(angle), radius(i) * Math.sin(angle)];
  });
}

/** An upright cross turned by 45°: narrow arms of half the width a that reach to b. */
function crossCorners(a: number, b: number): Point[] {
  const arm: Point[] = [
    [-a, -b],
    [a, -b],
    [a, -a],
  ];
  const turns = [0, 1, 2, 3].map((k) => (Math.PI / 2) * k + Math.PI / 4);
  return turns.flatMap((angle) =>
    arm.map(([x, y]): Point => {
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      return [c * x - s * y, s * x + c * y];
    }),
  );
}

const OUTLINES: Record<Exclude<Shape, "circle">, (r: number) => Point[]> = {
  square: (r) => [
    [-0.8 * r, -0.8 * r],
    [0.8 * r, -0.8 * r],
    [0.8 * r, 0.8 * r],
    [-0.8 * r, 0.8 * r],
  ],
  triangle: (r) => corners(3, () => 1.15 * r),
  diamond: (r) => corners(4, () => 1.15 * r),
  star: (r) => corners(10, (i) => (i % 2 ? 0.55 : 1.3) * r),
  cross: (r) => crossCorners(0.42 * r, 1.35 * r),
};

export interface Stamp {
  canvas: HTMLCanvasElement;
  /** CSS pixels. */
  side: number;
}

function drawSymbol({ shape, colour }: Group, edge: string, alpha: number): Stamp {
  const side = Math.ceil(2 * (1.4 * SIZE + 2));
  const canvas = document.createElement("canvas");
  const context = sharp(canvas, side, side);
  context.translate(side / 2, side / 2);
  context.globalAlpha = alpha;
  context.fillStyle = colour;
  context.strokeStyle = edge;
  context.lineWidth = 1;
  context.beginPath();
  if (shape === "circle") context.arc(0, 0, 0.9 * SIZE, 0, 2 * Math.PI);
  else for (const [x, y] of OUTLINES[shape](SIZE)) context.lineTo(x, y);
  context.closePath();
  context.fill();
  context.stroke();
  return { canvas, side };
}

/** Symbols, drawn once each; every point is a copy. */
export class Stamps {
  private readonly kept = new Map<string, Stamp>();

  get(group: Group, edge: string, alpha: number): Stamp {
    const key = `${group.shape}${group.colour}${edge}${alpha.toFixed(2)}`;
    const stamp = this.kept.get(key) ?? drawSymbol(group, edge, alpha);
    this.kept.set(key, stamp);
    return stamp;
  }
}

export class Legend {
  groups: Group[] = [];
  groupOf: (structure: Structure) => number = () => 0;
  private hidden = new Set<number>();
  private readonly node: HTMLElement;

  constructor(
    parent: Element,
    private readonly redraw: () => void,
  ) {
    this.node = group("fcw-map-legend", parent, "what is drawn");
  }

  isHidden(structure: Structure): boolean {
    return this.hidden.has(this.groupOf(structure));
  }

  /** Take other groups or structures, and show all of them. */
  show(
    grouping: ReturnType<typeof groupsOf>,
    structures: readonly Structure[],
    edge: string,
  ): void {
    Object.assign(this, grouping);
    this.hidden = new Set();
    this.node.hidden = !structures.length;
    const counts = this.groups.map(() => 0);
    for (const structure of structures) counts[this.groupOf(structure)]++;
    this.node.replaceChildren(...counts.map((number, i) => this.key(i, number, edge)));
    if (structures.some(isMisclassified)) {
      element("span", "", this.node, "ringed: misclassified");
    }
  }

  private key(i: number, number: number, edge: string): HTMLElement {
    const toggle = () => {
      if (!this.hidden.delete(i)) this.hidden.add(i);
      flag(node, "aria-pressed", !this.hidden.has(i));
      this.redraw();
    };
    const node = button("fcw-map-key", null, "", toggle);
    node.title = "show or hide";
    const { canvas, side } = drawSymbol(this.groups[i], edge, 1);
    canvas.style.width = canvas.style.height = `${side}px`;
    node.append(canvas, this.groups[i].name);
    element("em", "", node, count(number));
    flag(node, "aria-pressed", true);
    return node;
  }
}
