// Class probabilities along a path, drawn: mean, band, and a dot for each structure at each point.

import {
  type Bytes,
  dot,
  floats,
  type Point,
  polygon,
  polyline,
  ring,
  sharp,
} from "../../shared/canvas.ts";
import type { Model } from "../../shared/model.ts";
import { clamp } from "../../shared/numbers.ts";
import {
  axes,
  FONT,
  MARGIN,
  PAPER,
  type Palette,
  type Scales,
  scales,
  ticks,
} from "../../shared/plot.ts";
import type { CrystalClass } from "../../shared/structure_card.ts";

export interface Traits {
  classes: CrystalClass[];
  /** Empty until the first structure has come. */
  curve: Curve | Record<string, never>;
  /** Probabilities, float32 (structures, points, 4). */
  paths: Bytes;
  /** Chemical symbol of each structure. */
  species: string[];
  /** Labels of the classes that are drawn. */
  shown: string[];
  /** Number of the structure and of the point that the session holds, or empty. */
  chosen: [structure: number, point: number] | [];
  csv: string;
  filename: string;
  caption: string;
}

export interface Curve {
  kind: string;
  x: number[];
  x_label: string;
  mean: Record<string, number[]>;
  std: Record<string, number[]>;
  rms: number;
}

const N_CLASSES = 4;
const HEIGHT_OF_LEGEND = 44; // pixels, in a picture to keep

/** Where the dots of a structure stand beside those of the others: always in the same place. */
export const besideOthers = (structure: number): number => ((structure * 0.618034) % 1) - 0.5;

/** The structure at one point of the path, and the class whose dot it is. */
export interface Dot {
  structure: number;
  point: number;
  place: number;
}

/** All that is drawn, laid upon a canvas. */
export class Drawing {
  readonly points: number;
  readonly number: number;
  readonly shown: { label: string; place: number; colour: string }[];
  private at: Scales;

  private constructor(
    model: Model<Traits>,
    readonly curve: Curve,
    private readonly paths: Float32Array,
    width: number,
    height: number,
  ) {
    this.points = curve.x.length;
    this.number = paths.length / this.points / N_CLASSES;
    this.shown = model
      .get("classes")
      .map(({ label, colour }, place) => ({ label, place, colour }))
      .filter(({ label }) => model.get("shown").includes(label));
    this.at = this.fit(width, height);
  }

  /** The model's curves for a canvas of this size, or null while there are none. */
  static of(model: Model<Traits>, width: number, height: number): Drawing | null {
    const curve = model.get("curve");
    const paths = floats(model.get("paths"));
    if (!curve.x || !paths.length) return null;
    return new Drawing(model, curve as Curve, paths, width, height);
  }

  private fit(width: number, height: number): Scales {
    const { x } = this.curve;
    const half = 0.3 * (x[1] - x[0]);
    return scales(width, height, [x[0] - half, x[x.length - 1] + half], [0, 1.02]);
  }

  /** Probability of the class at this place. */
  probability({ structure, point, place }: Dot): number {
    return this.paths[(structure * this.points + point) * N_CLASSES + place];
  }

  position(dot: Dot): Point {
    const { x } = this.curve;
    const step = this.at.x(x[1]) - this.at.x(x[0]);
    const beside = besideOthers(dot.structure) * 0.5 * step;
    return [this.at.x(x[dot.point]) + beside, this.at.y(this.probability(dot))];
  }

  /** The dot that is nearest to a place on the canvas, of the nearest point of the path. */
  nearest([px, py]: Point): Dot | null {
    const value = this.at.back(px);
    const far = this.curve.x.map((x) => Math.abs(x - value));
    const point = far.indexOf(Math.min(...far));
    let best: Dot | null = null;
    let least = Infinity;
    for (const { place } of this.shown) {
      for (let structure = 0; structure < this.number; structure++) {
        const [x, y] = this.position({ structure, point, place });
        const distance = (x - px) ** 2 + (y - py) ** 2;
        if (distance >= least) continue;
        least = distance;
        best = { structure, point, place };
      }
    }
    return best;
  }

  paint(context: CanvasRenderingContext2D, palette: Palette): void {
    const { x, x_label } = this.curve;
    axes(context, this.at, palette, {
      xTicks: ticks(x[0], x[x.length - 1]),
      yTicks: [0, 0.25, 0.5, 0.75, 1],
      xLabel: x_label,
      yLabel: "class probability",
    });
    for (const { label, place, colour } of this.shown) {
      context.fillStyle = colour;
      context.globalAlpha = 0.16;
      polygon(context, [...this.edge(label, 1), ...this.edge(label, -1).reverse()]);
      context.globalAlpha = clamp(12 / this.number, 0.16, 0.75);
      for (let structure = 0; structure < this.number; structure++) {
        for (let point = 0; point < this.points; point++) {
          dot(context, this.position({ structure, point, place }), 1.7);
        }
      }
      context.globalAlpha = 1;
    }
    for (const { label, colour } of this.shown) {
      const mean = this.edge(label, 0);
      context.lineWidth = 2.5;
      context.strokeStyle = context.fillStyle = colour;
      polyline(context, mean);
      for (const point of mean) dot(context, point, 3.6);
    }
  }

  /** The mean, or that many standard deviations above it. */
  private edge(label: string, deviations: number): Point[] {
    const { x, mean, std } = this.curve;
    return x.map((value, i) => [
      this.at.x(value),
      this.at.y(clamp(mean[label][i] + deviations * std[label][i], 0, 1)),
    ]);
  }

  /** The path of a structure through its dots. */
  paintPath(context: CanvasRenderingContext2D, structure: number): void {
    context.lineWidth = 1.2;
    for (const { place, colour } of this.shown) {
      context.strokeStyle = colour;
      const points = this.curve.x.map((_, point) => this.position({ structure, point, place }));
      polyline(context, points);
    }
  }

  /** Rings round the dots of a structure at a point. */
  ring(
    context: CanvasRenderingContext2D,
    structure: number,
    point: number,
    colour: string,
    radius: number,
  ): void {
    for (const { place } of this.shown) {
      ring(context, this.position({ structure, point, place }), radius, colour, 2);
    }
  }
}

/** A picture to keep, in light colours, with caption and legend: the address of its PNG. */
export function picture(model: Model<Traits>): string {
  const [width, height] = [820, 520];
  const canvas = document.createElement("canvas");
  const context = sharp(canvas, width, height, 2);
  context.fillStyle = PAPER.card;
  context.fillRect(0, 0, width, height);
  const drawing = Drawing.of(model, width, height - HEIGHT_OF_LEGEND);
  context.translate(0, HEIGHT_OF_LEGEND);
  drawing?.paint(context, PAPER);
  context.textAlign = "left";
  context.font = `12px ${FONT}`;
  context.fillStyle = PAPER.soft;
  context.fillText(model.get("caption"), MARGIN.left, -14);
  let x = MARGIN.left;
  context.font = `600 13px ${FONT}`;
  for (const { label, colour } of drawing?.shown ?? []) {
    context.fillStyle = colour;
    context.fillText(label, x, -34);
    x += context.measureText(label).width + 16;
  }
  return canvas.toDataURL("image/png");
}
