// A local map: atoms as balls on a canvas, coloured by what the nearest place says of them.

import {
  atomAt,
  type Camera,
  type Projection,
  paintAtoms,
  project,
  projectAtoms,
} from "../../shared/atoms.ts";
import { type Bytes, type Point, polyline, redrawer, ring, sharp } from "../../shared/canvas.ts";
import { rgb } from "../../shared/colours.ts";
import { arrow, element, iconButton, pointer } from "../../shared/elements.ts";
import {
  Bindings,
  type Context,
  type Message,
  type Model,
  reportVisible,
} from "../../shared/model.ts";
import { clamp } from "../../shared/numbers.ts";
import { FONT, type Palette, pageColours } from "../../shared/plot.ts";
import { turned } from "../../shared/rotation.ts";
import { onTheme } from "../../shared/theme.ts";
import { MapData, type Traits } from "./data.ts";
import { controls, Sidebar } from "./legend.ts";

const STILL = 4; // pixels within which a press is a click
const DRAG = 1 / 120; // radians for each pixel
const STEP = 0.1; // radians for each press of an arrow key
const SMALLEST_BALL = 1.2; // pixels
const CORNERS = [0, 1, 2, 3, 4, 5, 6, 7]; // of a cell: bit k is set at the far end of edge k

/** The twelve edges of a cell, each from one corner to another. */
export function cellEdges([corner, ...edges]: number[][]): [from: number[], to: number[]][] {
  const along = (point: number[], k: number) => point.map((x, j) => x + edges[k][j]);
  return CORNERS.flatMap((bits) => {
    const from = [0, 1, 2].reduce((p, k) => (bits & (1 << k) ? along(p, k) : p), corner);
    const free = [0, 1, 2].filter((k) => !(bits & (1 << k)));
    return free.map((k): [number[], number[]] => [from, along(from, k)]);
  });
}

/** The canvas with the atoms, which a hand turns. */
class AtomCanvas {
  readonly node: HTMLCanvasElement;
  private readonly text: HTMLElement;
  private rotation;
  private zoom = 1;
  private radius = 1;
  private drawn: Projection = { places: new Float32Array(0), order: new Uint32Array(0) };
  readonly redraw = redrawer(() => this.draw());

  constructor(
    parent: Element,
    private readonly el: HTMLElement,
    private readonly model: Model<Traits>,
    private readonly data: MapData,
  ) {
    this.rotation = model.get("rotation");
    const frame = element("div", "fcw-loc-frame", parent);
    this.node = element("canvas", "fcw-loc-canvas", frame);
    this.node.setAttribute("role", "img");
    this.node.tabIndex = 0;
    const zooms = element("div", "fcw-loc-zooms", frame);
    this.zoomButton(zooms, "−", "smaller", () => this.enlarge(1 / 1.25));
    this.zoomButton(zooms, "+", "larger", () => this.enlarge(1.25));
    this.zoomButton(zooms, "⌂", "as at first", () => {
      this.zoom = 1;
      this.rotation = model.get("rotation");
    });
    this.text = element("p", "fcw-loc-words", frame);
    this.text.setAttribute("aria-live", "polite");
    this.listenToPointer();
    this.node.addEventListener("keydown", (event) => {
      const step = arrow(event);
      if (!step) return;
      event.preventDefault();
      this.turn(STEP * step[0], -STEP * step[1]);
    });
  }

  private zoomButton(parent: Element, icon: string, label: string, act: () => void): void {
    iconButton("fcw-toggle", parent, icon, label, () => {
      act();
      this.redraw();
    });
  }

  private enlarge(factor: number): void {
    this.zoom = clamp(this.zoom * factor, 0.5, 12);
  }

  private turn(right: number, down: number): void {
    this.rotation = turned(this.rotation, right, down);
    this.redraw();
  }

  private draw(): void {
    const { data, el, model, node } = this;
    const { clientWidth: width, clientHeight: height } = node;
    if (!width) return;
    const context = sharp(node, width, height);
    const palette = pageColours(el);
    const { reach } = data;
    const scale = (0.46 * Math.min(width, height) * this.zoom) / reach;
    const camera = { rotation: this.rotation, scale, width, height, reach };
    this.radius = Math.max(SMALLEST_BALL, 0.42 * model.get("bond") * scale);
    const isShown = data.filter();
    this.drawn = projectAtoms(data.positions, camera, isShown);
    this.drawCell(context, palette, camera);
    drawAxes(context, palette, camera);
    const background = rgb(palette.card.length === 7 ? palette.card : "#ffffff");
    paintAtoms(context, this.drawn, this.radius, data.colouring(), background);
    const chosen = model.get("chosen");
    if (chosen >= 0 && chosen < data.number && isShown(chosen)) {
      ring(context, this.placeOf(chosen), this.radius + 4, palette.ink, 2);
    }
    const shown = this.drawn.order.length;
    el.dataset.shown = String(shown);
    node.setAttribute("aria-label", `local map: ${shown} of ${data.number} atoms shown`);
  }

  private placeOf(atom: number): Point {
    const { places } = this.drawn;
    return [places[3 * atom], places[3 * atom + 1]];
  }

  private drawCell(context: CanvasRenderingContext2D, palette: Palette, camera: Camera): void {
    context.strokeStyle = palette.line;
    context.lineWidth = 1.2;
    const cell = this.model.get("cell");
    for (const ends of cell.length ? cellEdges(cell) : []) {
      polyline(
        context,
        ends.map((point) => project(camera, point)),
      );
    }
  }

  /** Say what is known of an atom, or how to use the map. */
  tell(atom: number | null): void {
    this.text.textContent = atom === null ? this.model.get("hint") : this.data.describe(atom);
  }

  private listenToPointer(): void {
    const { node } = this;
    let from: Point | null = null;
    let moved = false;
    const under = (event: PointerEvent) => atomAt(this.drawn, pointer(event, node), this.radius);
    node.addEventListener("pointerdown", (event) => {
      from = [event.clientX, event.clientY];
      moved = false;
      node.setPointerCapture(event.pointerId);
    });
    node.addEventListener("pointermove", (event) => {
      if (!from) {
        this.tell(under(event));
        return;
      }
      const [x, y] = [event.clientX - from[0], event.clientY - from[1]];
      if (!moved && Math.hypot(x, y) < STILL) return;
      moved = true;
      from = [event.clientX, event.clientY];
      this.turn(DRAG * x, DRAG * y);
    });
    node.addEventListener("pointerup", (event) => {
      const atom = moved ? null : under(event);
      from = null;
      if (atom !== null) this.model.send({ do: "place", atom });
    });
    node.addEventListener("pointercancel", () => {
      from = null;
    });
    node.addEventListener("pointerleave", () => this.tell(null));
  }
}

/** The structure's x, y and z in the lower left corner. */
function drawAxes(context: CanvasRenderingContext2D, { soft }: Palette, camera: Camera): void {
  context.font = `600 12px ${FONT}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.strokeStyle = context.fillStyle = soft;
  const [right, up] = camera.rotation;
  const [x, y] = [34, camera.height - 34];
  for (const [k, name] of ["x", "y", "z"].entries()) {
    const tip: Point = [x + 22 * right[k], y - 22 * up[k]];
    polyline(context, [[x, y], tip]);
    context.fillText(name, x + 30 * right[k], y - 30 * up[k]);
  }
}

/** Hand a file that the engine sends over to the browser. */
function save(message: Message, buffers: Bytes[]): void {
  if (!message.save) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([buffers[0]]));
  link.download = String(message.save);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function render({ model, el }: Context<Traits>): () => void {
  el.classList.add("fcw-local-view");
  const bindings = new Bindings(model);
  const data = new MapData(model);
  controls(el, model, bindings);
  const body = element("div", "fcw-loc-body", el);
  const canvas = new AtomCanvas(body, el, model, data);
  const { redraw } = canvas;
  const sidebar = new Sidebar(body, model, data, redraw);
  const update = () => {
    sidebar.draw();
    redraw();
  };
  bindings.follow(() => data.takeAtoms(), "version");
  bindings.follow(() => data.takePlaces(), "version", "places_version");
  const names = ["colour", "direction", "axis", "shares", "found"] as const;
  bindings.follow(update, "version", "places_version", ...names);
  bindings.follow(redraw, "middle", "thickness", "threshold", "chosen");
  bindings.follow(() => canvas.tell(null), "hint");
  bindings.on("msg:custom", save);
  onTheme(bindings, redraw);
  bindings.resized(canvas.node, redraw);
  bindings.add(redraw.end, reportVisible(model, el));
  return bindings.release;
}

export default { render };
