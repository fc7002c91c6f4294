// A map of structures: points on a canvas, a card for the one under the cursor.

import {
  type Bytes,
  floats,
  type Point,
  polyline,
  redrawer,
  ring,
  sharp,
} from "../../shared/canvas.ts";
import { choice } from "../../shared/choice.ts";
import { button, element, flag, iconButton, onLeft, onPointed } from "../../shared/elements.ts";
import { assign, Bindings, type Context, type Model, reportVisible } from "../../shared/model.ts";
import { axisTitles, MARGIN, type Palette, pageColours } from "../../shared/plot.ts";
import {
  isMisclassified,
  type ListRow,
  type Structure,
  StructureCard,
  type StructureTraits,
  structureOf,
  structureRow,
} from "../../shared/structure_card.ts";
import { onTheme } from "../../shared/theme.ts";
import { listenToHand } from "./hand.ts";
import { groupsOf, Legend, Stamps } from "./legend.ts";
import { fitted, type Lens, nearestPoint, nextPoint, toScreen, zoomed } from "./lens.ts";

type Choices = "features" | "method" | "colour";

export interface Traits extends StructureTraits, Record<Choices, string> {
  /** Of each choice its values, and of each value its name and explanation. */
  choices: Record<Choices, Record<string, [name: string, explanation: string]>>;
  /** Show the misclassified points only. */
  missed: boolean;
  points: ListRow[];
  /** float32 (n, 2), of the map that is chosen; empty while there is none. */
  places: Bytes;
  axes: [across: string, up: string];
  note: string;
  /** Rows of the misclassified points; where there are none, of the least certain ones. */
  listed: number[];
  verdict: string;
  caption: string;
}

const CHOICES: readonly [Choices, string][] = [
  ["features", "of"],
  ["method", "by"],
  ["colour", "coloured by"],
];
const OUTSIDE = 9; // pixels beyond the edge within which a symbol still shows
const FAINT = 0.1; // opacity of the points that are not asked for
const HINT =
  "Point at the map, or use the arrow keys in it, to see a structure; click on a point, or press " +
  "Enter, to load it. The wheel zooms once the map has been clicked on.";

function controls(el: HTMLElement, model: Model<Traits>, bindings: Bindings<Traits>): void {
  const head = element("div", "fcw-map-head", el);
  for (const [name, label] of CHOICES) {
    choice(head, model, bindings, {
      name,
      label,
      prefix: "fcw-map",
      hook: `fcw-map-${name}`,
      options: Object.entries(model.get("choices")[name]).map(([value, [text, title]]) => ({
        value,
        text,
        title,
      })),
    });
  }
  const only = button("fcw-toggle fcw-map-missed", head, "misclassified only", () =>
    assign(model, { missed: !model.get("missed") }),
  );
  bindings.follow(() => flag(only, "aria-pressed", model.get("missed")), "missed");
}

/** The points and what is drawn upon them. */
export class StructureMap {
  readonly frame: HTMLElement;
  readonly zooms: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly marks: HTMLCanvasElement;
  private readonly empty: HTMLElement;
  private readonly note: HTMLElement;
  private readonly legend: Legend;
  private readonly card: StructureCard<Traits>;
  private readonly stamps = new Stamps();
  readonly redraw = redrawer(() => this.draw());
  structures: Structure[] = [];
  private places = new Float32Array(0);
  lens: Lens = { x: 0, y: 0, scale: 1, whole: 1 };
  /** Row of the point under the cursor. */
  under: number | null = null;
  /** Where the points that can be pointed at are drawn, by row; null while nothing is. */
  screen: Map<number, Point> | null = null;

  constructor(
    private readonly el: HTMLElement,
    private readonly model: Model<Traits>,
    bindings: Bindings<Traits>,
  ) {
    const body = element("div", "fcw-map-body", el);
    const main = element("div", "fcw-map-main", body);
    this.frame = element("div", "fcw-map-frame", main);
    this.frame.tabIndex = 0;
    this.frame.setAttribute("role", "application");
    const keys = "arrow keys go from point to point, Enter loads one, plus and minus zoom";
    this.frame.setAttribute("aria-label", `map of structures; ${keys}`);
    this.canvas = element("canvas", "fcw-map-canvas", this.frame);
    this.marks = element("canvas", "fcw-map-canvas", this.frame);
    this.empty = element("p", "fcw-map-empty", this.frame);
    this.zooms = element("div", "fcw-map-zooms", this.frame);
    const zoomButton = (icon: string, label: string, act: () => void) =>
      iconButton("fcw-toggle", this.zooms, icon, label, act);
    zoomButton("+", "zoom in", () => this.zoom(1.5));
    zoomButton("−", "zoom out", () => this.zoom(1 / 1.5));
    zoomButton("⤢", "show all", () => this.fit());
    this.legend = new Legend(main, this.redraw);
    this.note = element("p", "fcw-map-note", main);
    this.card = new StructureCard(body, model, HINT);
    listenToHand(this);
    this.bind(bindings);
  }

  private bind(bindings: Bindings<Traits>): void {
    const { model } = this;
    bindings.follow(() => {
      this.structures = model.get("points").map(structureOf);
      this.under = null;
      this.card.forget();
    }, "points");
    bindings.follow(() => this.regroup(), "points", "colour");
    bindings.follow(() => this.takePlaces(), "places", "note", "axes");
    bindings.follow(this.redraw, "missed", "listed", "verdict", "points");
    bindings.follow(() => this.drawMarks(), "chosen");
    bindings.resized(this.frame, () => {
      this.fit();
      this.card.redraw();
    });
    onTheme(bindings, () => {
      this.regroup();
      this.card.redraw();
    });
    bindings.add(this.redraw.end, this.card.end);
  }

  private regroup(): void {
    const { model } = this;
    const { ink, card } = pageColours(this.el);
    const facts = { classes: model.get("classes"), defects: model.get("defects") };
    this.legend.show(groupsOf(model.get("colour"), facts, ink), this.structures, card);
    this.redraw();
  }

  private takePlaces(): void {
    this.places = floats(this.model.get("places"));
    this.note.textContent = this.places.length ? this.model.get("note") : "";
    if (this.places.length) this.fit();
    this.redraw();
  }

  get size(): [width: number, height: number] {
    return [this.frame.clientWidth, this.frame.clientHeight];
  }

  fit(): void {
    if (!this.places.length || !this.frame.clientWidth) return;
    this.lens = fitted(this.places, this.size);
    this.redraw();
  }

  /** Zoom in or out around a place of the frame, by default its middle, which stays where it is. */
  zoom(factor: number, centre?: Point): void {
    const [width, height] = this.size;
    this.lens = zoomed(this.lens, factor, this.size, centre ?? [width / 2, height / 2]);
    this.frame.classList.toggle("fcw-map-zoomed", this.lens.scale > 1.01 * this.lens.whole);
    this.redraw();
  }

  private placeOf(row: number): Point {
    const place: Point = [this.places[2 * row], this.places[2 * row + 1]];
    return toScreen(this.lens, this.size, place);
  }

  private draw(): void {
    const { model, structures } = this;
    const [width, height] = this.size;
    if (!width) return;
    const context = sharp(this.canvas, width, height);
    const palette = pageColours(this.el);
    const complete = this.places.length === 2 * structures.length && structures.length > 0;
    this.empty.hidden = complete;
    this.empty.textContent = model.get("note") || "The map is drawn here once it is started.";
    this.el.dataset.points = String(complete ? structures.length : 0);
    this.screen = null;
    if (complete) {
      const box = { left: 0, right: width, top: 0, bottom: height - MARGIN.bottom, width };
      axisTitles(context, box, palette.soft, ...model.get("axes"));
      this.screen = new Map();
      this.drawPoints(context, palette);
    }
    this.drawMarks();
  }

  private drawPoints(context: CanvasRenderingContext2D, palette: Palette): void {
    const { model, structures } = this;
    const few = model.get("missed") ? new Set(model.get("listed")) : null;
    const faint = few ? structures.filter(({ row }) => !few.has(row)) : [];
    for (const structure of faint) this.drawPoint(context, palette, structure, FAINT);
    const clear = few ? structures.filter(({ row }) => few.has(row)) : structures;
    for (const structure of clear) {
      const place = this.drawPoint(context, palette, structure, this.strength(structure));
      if (!place) continue;
      this.screen?.set(structure.row, place);
      if (isMisclassified(structure)) ring(context, place, 8.5, palette.ink, 1.5);
    }
  }

  /** Draw a point; returns where, or null if it is hidden or outside. */
  private drawPoint(
    context: CanvasRenderingContext2D,
    palette: Palette,
    structure: Structure,
    alpha: number,
  ): Point | null {
    if (this.legend.isHidden(structure)) return null;
    const [width, height] = this.size;
    const [x, y] = this.placeOf(structure.row);
    const across = x >= -OUTSIDE && x <= width + OUTSIDE;
    if (!across || y < -OUTSIDE || y > height + OUTSIDE) return null;
    const group = this.legend.groups[this.legend.groupOf(structure)];
    const { canvas, side } = this.stamps.get(group, palette.card, alpha);
    context.drawImage(canvas, x - side / 2, y - side / 2, side, side);
    return [x, y];
  }

  /** Opacity of a point: of a defect, the stronger the less it lets through. */
  private strength({ defect }: Structure): number {
    if (this.model.get("colour") !== "defect") return 0.85;
    return 0.3 + 0.65 * this.model.get("defects")[defect].part;
  }

  private drawMarks(): void {
    const { model, screen, under } = this;
    const context = sharp(this.marks, ...this.size);
    const palette = pageColours(this.el);
    const chosen = model.get("chosen");
    this.el.dataset.chosen = String(chosen);
    this.frame.style.cursor = under === null ? "" : "pointer";
    const marked = screen?.get(chosen);
    if (marked) ring(context, marked, 9, palette.accent, 3);
    const here = under === null ? undefined : screen?.get(under);
    if (!here || under === null) return;
    const pristine = this.placeOf(under - (under % model.get("defects").length)); // same crystal
    context.strokeStyle = palette.ink;
    context.lineWidth = 1;
    polyline(context, [pristine, here]);
    ring(context, pristine, 3, palette.ink, 1);
    ring(context, here, 8, palette.ink, 2);
  }

  pointAt(row: number | null): void {
    this.under = row;
    if (row === null) delete this.frame.dataset.row;
    else {
      this.frame.dataset.row = String(row);
      this.card.show(this.structures[row]);
    } // the last one stays in the card
    this.drawMarks();
  }

  nearest(at: Point): number | null {
    return nearestPoint(this.screen ?? new Map(), at);
  }

  /** Point at the next one in a direction: to the right, downwards. */
  step(direction: Point): void {
    if (!this.screen) return;
    const next = nextPoint(this.screen, this.under, this.size, direction);
    if (next !== null) this.pointAt(next);
  }

  load(row: number): void {
    this.model.send({ do: "load", row });
  }
}

/** The misclassified structures as a list below the map. */
function missedList(
  el: HTMLElement,
  model: Model<Traits>,
  bindings: Bindings<Traits>,
  map: StructureMap,
): void {
  const list = element("section", "fcw-map-list", el);
  const verdict = element("p", "fcw-map-verdict", list);
  const rows = element("div", "fcw-map-rows", list);
  const row = (number: number) => {
    const node = structureRow("fcw-map-row", model, map.structures[number]);
    onPointed(node, () => map.pointAt(number));
    onLeft(node, () => map.pointAt(null));
    return node;
  };
  const draw = () => {
    list.hidden = !model.get("missed") || !map.structures.length;
    verdict.textContent = model.get("verdict");
    const known = model.get("listed").filter((number) => map.structures[number]);
    rows.replaceChildren(...known.map(row));
  };
  bindings.follow(draw, "missed", "listed", "verdict", "points");
}

function render({ model, el }: Context<Traits>): () => void {
  el.classList.add("fcw-mapview");
  const bindings = new Bindings(model);
  controls(el, model, bindings);
  const map = new StructureMap(el, model, bindings);
  missedList(el, model, bindings, map);
  const caption = element("p", "fcw-limits", el);
  bindings.follow(() => {
    caption.textContent = model.get("caption");
  }, "caption");
  bindings.add(reportVisible(model, el));
  return bindings.release;
}

export default { render };
