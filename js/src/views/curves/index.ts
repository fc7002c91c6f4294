// Class probabilities along a path, to read and to load structures from.

import { type Redraw, redrawer, sharp } from "../../shared/canvas.ts";
import { arrow, button, element, flag, group, pointer } from "../../shared/elements.ts";
import { assign, Bindings, type Context, type Model } from "../../shared/model.ts";
import { clamp } from "../../shared/numbers.ts";
import { pageColours } from "../../shared/plot.ts";
import { onTheme } from "../../shared/theme.ts";
import { type Dot, Drawing, picture, type Traits } from "./drawing.ts";

const two = (value: number): string => value.toFixed(2);

/** Buttons by which classes are shown or not; returns how to mark them. */
function classButtons(parent: Element, model: Model<Traits>): () => void {
  const legend = group("fcw-curves-legend", parent, "classes drawn");
  const classes = model.get("classes");
  const toggle = (label: string) => {
    const shown = new Set(model.get("shown"));
    if (!shown.delete(label)) shown.add(label);
    assign(model, { shown: classes.map((c) => c.label).filter((l) => shown.has(l)) });
  };
  const buttons = classes.map(({ label, symbol, colour }) => {
    const node = button("fcw-curves-class", legend, label, () => toggle(label));
    element("em", "", node, symbol);
    node.style.setProperty("--fcw-class", colour);
    return node;
  });
  return () => {
    const shown = model.get("shown");
    for (const [i, node] of buttons.entries()) {
      flag(node, "aria-pressed", shown.includes(classes[i].label));
    }
  };
}

/** Links by which the curves can be kept. */
function saveLinks(parent: Element, model: Model<Traits>, bindings: Bindings<Traits>): HTMLElement {
  const links = element("div", "fcw-curves-links", parent);
  const link = (text: string, title: string, suffix: string, content: () => string) => {
    const node = element("a", "fcw-curves-link", links, text);
    node.title = title;
    node.href = "#";
    node.addEventListener("click", () => {
      // before the browser follows it
      node.download = `${model.get("filename") || "figure-4"}.${suffix}`;
      node.href = content();
    });
    return node;
  };
  const table = link("CSV", "mean and standard deviation at each point", "csv", () => {
    return `data:text/csv;charset=utf-8,${encodeURIComponent(model.get("csv"))}`;
  });
  link("PNG", "this picture in light colours", "png", () => picture(model));
  bindings.follow(() => {
    table.hidden = !model.get("csv");
  }, "csv");
  return links;
}

class CurvesView {
  private readonly frame: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly marks: HTMLCanvasElement;
  private readonly empty: HTMLElement;
  private readonly readout: HTMLElement;
  private readonly caption: HTMLElement;
  private readonly links: HTMLElement;
  private readonly markClasses: () => void;
  private drawing: Drawing | null = null;
  private under: Dot | null = null;

  constructor(
    private readonly model: Model<Traits>,
    private readonly el: HTMLElement,
    bindings: Bindings<Traits>,
  ) {
    const head = element("div", "fcw-curves-head", el);
    this.markClasses = classButtons(head, model);
    this.links = saveLinks(head, model, bindings);
    this.frame = element("div", "fcw-curves-frame", el);
    this.frame.tabIndex = 0;
    this.frame.setAttribute("role", "application");
    this.frame.setAttribute(
      "aria-label",
      "class probabilities; arrow keys go from point to point and structure to structure, " +
        "Enter loads one",
    );
    this.canvas = element("canvas", "fcw-curves-canvas", this.frame);
    this.marks = element("canvas", "fcw-curves-canvas", this.frame);
    const text = "The curve grows here, structure by structure.";
    this.empty = element("p", "fcw-curves-empty", this.frame, text);
    this.readout = element("p", "fcw-curves-readout", el);
    this.readout.setAttribute("aria-live", "polite");
    this.caption = element("p", "fcw-limits", el);
    this.listen();
    this.bind(bindings, redrawer(this.draw));
    this.draw();
  }

  private bind(bindings: Bindings<Traits>, redraw: Redraw): void {
    bindings.on("change:curve change:paths change:shown change:species change:caption", redraw);
    bindings.on("change:chosen", this.drawMarks);
    onTheme(bindings, redraw);
    bindings.resized(this.frame, redraw);
    bindings.add(redraw.end);
  }

  private readonly draw = (): void => {
    const { model, frame } = this;
    const { clientWidth: width, clientHeight: height } = frame;
    this.drawing = Drawing.of(model, width, height);
    this.empty.hidden = this.drawing !== null;
    this.links.hidden = this.drawing === null;
    this.caption.textContent = model.get("caption");
    this.markClasses();
    this.el.dataset.structures = String(this.drawing?.number ?? 0);
    if (!width) return;
    const context = sharp(this.canvas, width, height);
    this.drawing?.paint(context, pageColours(this.el));
    if (!this.drawing || (this.under && this.under.structure >= this.drawing.number)) {
      this.under = null;
    }
    this.drawMarks();
  };

  /** What is under the cursor, and what the session holds. */
  private readonly drawMarks = (): void => {
    const { drawing, frame, model, under } = this;
    const context = sharp(this.marks, frame.clientWidth, frame.clientHeight);
    if (!drawing) {
      this.readout.textContent = "";
      return;
    }
    const palette = pageColours(this.el);
    const [structure, point] = model.get("chosen");
    this.el.dataset.chosen = model.get("chosen").join(" ");
    if (structure !== undefined && point !== undefined && structure < drawing.number) {
      drawing.ring(context, structure, point, palette.accent, 7);
    }
    if (under) {
      drawing.paintPath(context, under.structure);
      drawing.ring(context, under.structure, under.point, palette.ink, 5);
    }
    this.readout.textContent = this.describe(drawing);
  };

  private describe(drawing: Drawing): string {
    const { under } = this;
    const [structure, point] = this.model.get("chosen");
    if (!under && (structure === undefined || point === undefined)) {
      return "Point at a dot to read it, click it to load that structure into the session.";
    }
    if (!under) {
      const name = this.nameOf(structure as number);
      return `In the session: ${name} at ${this.placeOf(drawing, point as number)}.`;
    }
    const { mean, std } = drawing.curve;
    const means = drawing.shown.map(
      ({ label }) => `${label} ${two(mean[label][under.point])} ± ${two(std[label][under.point])}`,
    );
    const values = drawing.shown.map(
      ({ label, place }) => `${label} ${two(drawing.probability({ ...under, place }))}`,
    );
    return (
      `${this.placeOf(drawing, under.point)} · mean of ${drawing.number}: ${means.join(", ")}` +
      ` · ${this.nameOf(under.structure)}: ${values.join(", ")}`
    );
  }

  private nameOf(structure: number): string {
    return `${this.model.get("species")[structure]}, structure ${structure + 1}`;
  }

  private placeOf({ curve: { kind, x, rms } }: Drawing, point: number): string {
    if (kind === "transition") return `${x[point]} % removed`;
    return `σ / bond length ${two(x[point])} (rms ${two(x[point] * rms)})`;
  }

  private listen(): void {
    const { frame } = this;
    const point = (event: MouseEvent) =>
      this.pointAt(this.drawing?.nearest(pointer(event, frame)) ?? null);
    frame.addEventListener("pointermove", point);
    frame.addEventListener("pointerleave", () => this.pointAt(null));
    frame.addEventListener("blur", () => this.pointAt(null));
    frame.addEventListener("click", (event) => {
      point(event);
      this.load();
    });
    frame.addEventListener("keydown", (event) => {
      if (!this.drawing?.shown.length) return;
      const step = arrow(event);
      if (event.key === "Enter") this.load();
      else if (!step) return;
      else this.pointAt(this.neighbour(this.drawing, step));
      event.preventDefault();
      this.drawMarks();
    });
  }

  private pointAt(dot: Dot | null): void {
    this.under = dot;
    this.drawMarks();
  }

  private load(): void {
    if (!this.under) return;
    const { structure, point } = this.under;
    this.model.send({ do: "choose", structure, point });
  }

  /** The next point of the path, or the next structure by its probability. */
  private neighbour(drawing: Drawing, [right, up]: readonly [number, number]): Dot {
    const { under } = this;
    if (!under) return { structure: 0, point: 0, place: drawing.shown[0].place };
    if (right) return { ...under, point: clamp(under.point + right, 0, drawing.points - 1) };
    const value = (structure: number) => drawing.probability({ ...under, structure });
    const order = Array.from({ length: drawing.number }, (_, i) => i);
    order.sort((a, b) => value(a) - value(b));
    return { ...under, structure: order[order.indexOf(under.structure) + up] ?? under.structure };
  }
}

function render({ model, el }: Context<Traits>): () => void {
  el.classList.add("fcw-curves");
  const bindings = new Bindings(model);
  new CurvesView(model, el, bindings);
  return bindings.release;
}

export default { render };
