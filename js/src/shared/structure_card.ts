// Structures of the sets: names, pictures, and a button that loads one.

import { paintAtoms, projectAtoms } from "./atoms.ts";
import { type Bytes, bytes, floats, paint, sharp } from "./canvas.ts";
import { INFERNO, logarithmic, lookup, rgb, shade } from "./colours.ts";
import { button, element } from "./elements.ts";
import type { Message, Model } from "./model.ts";
import { probability } from "./numbers.ts";
import { IDENTITY } from "./rotation.ts";

export interface CrystalClass {
  label: string;
  symbol: string;
  colour: string;
}

/** The values that every view of structures has. */
export interface StructureTraits {
  visible: boolean;
  classes: CrystalClass[];
  /** Pristine and the defects: name, kind, and strength relative to the strongest of its kind. */
  defects: { name: string; kind: string; part: number }[];
  /** The row that the session holds, or -1. */
  chosen: number;
}

/** A structure of a set: its row, class, the network's answer and its probability, … */
export interface Structure {
  row: number;
  species: string;
  label: number;
  answer: number;
  /** Probability of the answer. */
  p: number;
  /** Probability of the right class. */
  right: number;
  defect: number;
  /** Bond length, Å. */
  bond: number;
}

export type ListRow = [number, string, number, number, number, number, number, number];

/** A structure from the list that the engine sends. */
export const structureOf = ([row, species, label, answer, p, right, defect, bond]: ListRow) =>
  ({ row, species, label, answer, p, right, defect, bond }) satisfies Structure;

export const isMisclassified = ({ label, answer }: Structure): boolean => label !== answer;

/** "Fe bcc, vacancies 30 %" */
export function structureName<T extends StructureTraits>(
  model: Model<T>,
  { species, label, defect }: Structure,
): string {
  const name = model.get("defects")[defect].name.replace(/ (?=[%Å])/, "\u00a0");
  return `${species} ${model.get("classes")[label].label}, ${name}`;
}

/** "taken for sc, p = 0.712" */
export function structureAnswer<T extends StructureTraits>(
  model: Model<T>,
  structure: Structure,
): string {
  const verb = isMisclassified(structure) ? "taken for" : "rightly taken for";
  const p = `p\u00a0${probability(structure.p).replace(" ", "\u00a0")}`;
  return `${verb} ${model.get("classes")[structure.answer].label}, ${p}`;
}

/** What the engine sends of one structure, beside three arrays. */
interface Picture {
  picture: number;
  atoms: number;
  species: string[];
  colours: string[];
  bond: number;
}

interface Kept extends Picture {
  image: Float32Array;
  positions: Float32Array;
  kinds: Uint8Array;
}

const KEPT = 400; // pictures
const SIDE = 64; // pixels of a diffraction image
const GLOW = lookup(INFERNO);

/**
 * A card for one structure at a time. Pictures come from the engine, one after the other, the one that
 * was wanted last first; those that came are kept.
 */
export class StructureCard<T extends StructureTraits> {
  private readonly box: HTMLElement;
  private readonly pictures: HTMLElement;
  private readonly atoms: HTMLCanvasElement;
  private readonly image: HTMLCanvasElement;
  private readonly text: HTMLElement;
  private readonly load: HTMLButtonElement;
  private readonly kept = new Map<number, Kept>();
  private shown: Structure | null = null;
  private asked: number | null = null;

  constructor(
    parent: Element,
    private readonly model: Model<T>,
    private readonly hint: string,
  ) {
    this.box = element("aside", "fcw-pt-card", parent);
    this.pictures = element("div", "fcw-pt-pictures", this.box);
    this.atoms = this.frame("structure");
    this.image = this.frame("diffraction image");
    this.text = element("div", "fcw-pt-words", this.box);
    this.text.setAttribute("aria-live", "polite");
    this.load = button("fcw-toggle fcw-pt-load", this.box, "load into the session", () =>
      model.send({ do: "load", row: this.shown?.row }),
    );
    model.on("msg:custom", this.receive);
    model.on("change:chosen", this.redraw);
    this.redraw();
  }

  private frame(label: string): HTMLCanvasElement {
    const canvas = element("canvas", "fcw-pt-picture", this.pictures);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
    return canvas;
  }

  show(structure: Structure): void {
    if (structure.row === this.shown?.row) return;
    this.shown = structure;
    delete this.box.dataset.row;
    this.redraw();
    if (this.kept.has(structure.row)) this.box.dataset.row = String(structure.row);
    this.ask();
  }

  /** Show nothing, and forget all pictures: the rows stand for other structures now. */
  forget(): void {
    this.kept.clear();
    this.asked = this.shown = null;
    delete this.box.dataset.row;
    this.redraw();
  }

  private ask(): void {
    if (this.asked !== null || this.shown === null || this.kept.has(this.shown.row)) return;
    this.asked = this.shown.row;
    this.model.send({ do: "picture", row: this.asked });
  }

  private readonly receive = (message: Message, buffers: Bytes[]): void => {
    if (message.picture === undefined) return;
    const picture = message as unknown as Picture;
    if (this.kept.size >= KEPT) this.kept.delete(this.kept.keys().next().value as number);
    this.kept.set(picture.picture, {
      ...picture,
      image: floats(buffers[0]),
      positions: floats(buffers[1]),
      kinds: bytes(buffers[2]),
    });
    if (this.asked === picture.picture) this.asked = null;
    if (this.shown?.row === picture.picture) {
      this.box.dataset.row = String(picture.picture);
      this.redraw();
    }
    this.ask();
  };

  readonly redraw = (): void => {
    const { shown, text } = this;
    const kept = shown ? this.kept.get(shown.row) : undefined;
    this.box.classList.toggle("fcw-pt-waiting", !kept);
    this.load.hidden = this.pictures.hidden = shown === null;
    text.replaceChildren();
    if (shown === null) {
      element("p", "fcw-pt-hint", text, this.hint);
      return;
    }
    this.describe(shown, kept);
    const loaded = this.model.get("chosen") === shown.row;
    this.load.textContent = loaded ? "in the session" : "load into the session";
    this.load.disabled = loaded;
    if (!kept) return;
    paint(this.image, kept.image, SIDE, (value) => shade(GLOW, logarithmic(value)));
    drawAtoms(this.atoms, kept);
  };

  private describe(shown: Structure, kept: Kept | undefined): void {
    const { model, text } = this;
    const wrong = isMisclassified(shown);
    element("b", "", text, structureName(model, shown));
    element("span", wrong ? "fcw-pt-wrong" : "", text, structureAnswer(model, shown));
    if (wrong) {
      const { label } = model.get("classes")[shown.label];
      element("span", "", text, `p(${label}) ${probability(shown.right)}`);
    }
    const more = kept ? `, ${kept.atoms} atoms of ${kept.species.join(", ")}` : "";
    element("span", "fcw-pt-soft", text, `bond length ${shown.bond.toFixed(2)} Å${more}`);
  }

  readonly end = (): void => {
    this.model.off("msg:custom", this.receive);
    this.model.off("change:chosen", this.redraw);
  };
}

/** The atoms as they lie in the beam: x to the right, y upwards, z towards the eye. */
function drawAtoms(canvas: HTMLCanvasElement, { positions, kinds, colours, bond }: Kept): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = sharp(canvas, width, height);
  if (!width || !positions.length) return;
  const half = Math.max(...positions.map(Math.abs)) + 0.3 * bond;
  const scale = Math.min(width, height) / 2 / half;
  const reach = Math.sqrt(3) * half;
  const atoms = projectAtoms(positions, { rotation: IDENTITY, scale, width, height, reach });
  const palette = colours.map(rgb);
  paintAtoms(context, atoms, 0.27 * bond * scale, (atom) => palette[kinds[atom]]);
}

/** A row of a list: a structure to click on. */
export function structureRow<T extends StructureTraits>(
  className: string,
  model: Model<T>,
  structure: Structure,
  answerClass = "",
): HTMLButtonElement {
  const row = button(className, null, "", () => model.send({ do: "load", row: structure.row }));
  element("b", "", row, structureName(model, structure));
  element("span", answerClass, row, structureAnswer(model, structure));
  return row;
}
