// What a local map says of each atom: its place, class, trust, orientation and grain.

import { type Bytes, bytes, floats, int8s, int16s, int32s } from "../../shared/canvas.ts";
import { distinct, lookup, type Rgb, rgb, shade, VIRIDIS } from "../../shared/colours.ts";
import type { Model } from "../../shared/model.ts";
import type { Matrix } from "../../shared/rotation.ts";
import type { CrystalClass } from "../../shared/structure_card.ts";

export type Colouring = "class" | "trust" | "orientation" | "grain";

export interface Traits {
  visible: boolean;
  classes: Pick<CrystalClass, "label" | "colour">[];
  trusted_from: number;
  /** float32 (n_atoms, 3), Å, relative to the middle. */
  positions: Bytes;
  /** int32 (n_atoms,): the place p of each atom; −1−p for those in no grain of a complete map. */
  nearest: Bytes;
  /** Bond length, Å. */
  bond: number;
  /** Lowest and highest position along x, y and z. */
  extents: [number, number][];
  /** A corner and three edges of the periodic cell, or nothing. */
  cell: number[][];
  rotation: Matrix;
  /** Counts structures; changes when all of one is there. */
  version: number;
  /** int8 (places,) */
  labels: Bytes;
  trust: Bytes;
  /** uint8 (places, 3, 3): inverse pole figure colours along x, y and z. */
  colours: Bytes;
  /** int16 (places,), −1 for none; empty until the map is complete. */
  grains: Bytes;
  /** Why a place is not trusted. */
  reasons: string[];
  places_version: number;
  /** Of each class its part of the atoms. */
  shares: [label: string, share: number][];
  /** Of each grain its class, its part of the atoms, and its colours along x, y and z. */
  found: [label: string, share: number, colours: Rgb[]][];
  colour: Colouring;
  direction: number;
  /** Of the slice; −1: none. */
  axis: number;
  middle: number;
  thickness: number;
  threshold: number;
  /** The atom whose sphere the session holds; −1: none. */
  chosen: number;
  hint: string;
  /** RGBA of the key to the orientations. */
  key: Bytes;
  key_width: number;
}

/** Of atoms of which nothing is known, or that belong to no class or grain. */
export const UNKNOWN: Rgb = [150, 157, 167];
const TRUST = lookup(VIRIDIS);

export class MapData {
  positions = new Float32Array(0);
  /** Distance from the middle within which all atoms lie, at least 1 Å. */
  reach = 1;
  private nearest = new Int32Array(0);
  private labels = new Int8Array(0);
  private trust = new Float32Array(0);
  private colours = new Uint8Array(0);
  private grains = new Int16Array(0);
  /** The grain that is shown alone; −1: all atoms are. */
  grain = -1;

  constructor(private readonly model: Model<Traits>) {}

  takeAtoms(): void {
    const positions = floats(this.model.get("positions"));
    this.positions = positions;
    this.reach = 1;
    for (let i = 0; i < positions.length; i += 3) {
      const far = Math.hypot(positions[i], positions[i + 1], positions[i + 2]);
      this.reach = Math.max(this.reach, far);
    }
    this.grain = -1;
  }

  takePlaces(): void {
    const { model } = this;
    this.nearest = int32s(model.get("nearest"));
    this.labels = int8s(model.get("labels"));
    this.trust = floats(model.get("trust"));
    this.colours = bytes(model.get("colours"));
    this.grains = int16s(model.get("grains"));
  }

  get number(): number {
    return this.positions.length / 3;
  }

  private get isComplete(): boolean {
    return this.grains.length > 0;
  }

  private placeOf(atom: number): number {
    const nearest = this.nearest[atom];
    return nearest < 0 ? -1 - nearest : nearest;
  }

  private grainOf(atom: number): number {
    const nearest = this.nearest[atom];
    return this.isComplete && nearest >= 0 ? this.grains[nearest] : -1;
  }

  /** The colour of each atom, as the model says now. */
  colouring(): (atom: number) => Rgb {
    const kept = new Map<number, Rgb>();
    const classes = this.model.get("classes").map(({ colour }) => rgb(colour));
    return (atom) => {
      const nearest = this.nearest[atom];
      const colour = kept.get(nearest) ?? this.colourOf(this.placeOf(atom), nearest >= 0, classes);
      kept.set(nearest, colour);
      return colour;
    };
  }

  /** The colour that a place gives to its atoms: to those of its grain, or to the others. */
  private colourOf(place: number, ofGrain: boolean, classes: Rgb[]): Rgb {
    if (place >= this.labels.length) return UNKNOWN;
    const colouring = this.model.get("colour");
    if (colouring === "trust") return shade(TRUST, this.trust[place]);
    const isKnown = this.isComplete
      ? ofGrain && this.grains[place] >= 0
      : this.trust[place] >= this.model.get("trusted_from");
    if (!isKnown) return UNKNOWN;
    if (colouring === "orientation") {
      const at = 9 * place + 3 * this.model.get("direction");
      return [...this.colours.subarray(at, at + 3)];
    }
    if (colouring === "class") return classes[this.labels[place]];
    return this.isComplete ? distinct(this.grains[place]) : UNKNOWN;
  }

  /** Whether an atom is shown, by slice, grain and trust, as the model says now. */
  filter(): (atom: number) => boolean {
    const { model, grain, positions } = this;
    const axis = model.get("axis");
    const [start, end] = axis < 0 ? [0, 0] : model.get("extents")[axis];
    const half = (model.get("thickness") * (end - start)) / 2;
    const middle = start + model.get("middle") * (end - start);
    const threshold = model.get("threshold");
    const isInSlice = (atom: number) =>
      axis < 0 || Math.abs(positions[3 * atom + axis] - middle) <= half;
    const isTrusted = (atom: number) =>
      threshold <= 0 || this.trust[this.placeOf(atom)] >= threshold;
    return (atom) =>
      isInSlice(atom) && (grain < 0 || this.grainOf(atom) === grain) && isTrusted(atom);
  }

  /** "atom 12: fcc, trust 0.98, grain 3" */
  describe(atom: number): string {
    const place = this.placeOf(atom);
    if (place >= this.labels.length) {
      return `atom ${atom + 1}: not looked at yet; click to look at its sphere`;
    }
    const { label } = this.model.get("classes")[this.labels[place]];
    const grain = this.grainOf(atom);
    const where = grain >= 0 ? `, grain ${grain}` : ", in no grain";
    const reason = this.model.get("reasons")[place];
    return (
      `atom ${atom + 1}: ${label}, trust ${this.trust[place].toFixed(2)}` +
      `${this.isComplete ? where : ""}${reason ? ` (${reason})` : ""}`
    );
  }
}
