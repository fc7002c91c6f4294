// Evaluation: a confusion matrix and a table by defect, which open lists of structures.

import { button, element, flag, onPointed } from "../shared/elements.ts";
import { Bindings, type Context, type Model, reportVisible } from "../shared/model.ts";
import { count, shortPercent, sum, unbroken } from "../shared/numbers.ts";
import {
  isMisclassified,
  type ListRow,
  StructureCard,
  type StructureTraits,
  structureOf,
  structureRow,
} from "../shared/structure_card.ts";

/** A list that is open: a cell of the matrix, the row of a defect, or none. */
type Opened = ["cell", truth: number, answer: number] | ["defect", number: number] | [];

interface DefectRow {
  defect: number;
  name: string;
  structures: number;
  misses: number;
  confidence: number;
  accuracy: number;
  percent: string;
  /** Accuracy of the other methods; null where one was not asked. */
  peers: (number | null)[];
}

interface Traits extends StructureTraits {
  /** Counts evaluations: row numbers of another one mean other structures. */
  run: number;
  summary: string;
  /** Numbers of structures, true classes down, answers across; empty until there are some. */
  matrix: number[][];
  table: DefectRow[];
  /** Names of the other methods, with their settings. */
  peers: string[];
  note: string;
  caption: string;
  opened: Opened;
  listed: ListRow[];
  heading: string;
}

const isOpen = (model: Model<Traits>, what: Opened): boolean =>
  JSON.stringify(what) === JSON.stringify(model.get("opened"));

/** Open a list, or close it if it is open. */
const toggle = (model: Model<Traits>, what: Opened): void =>
  model.send({ do: "open", what: isOpen(model, what) ? [] : what });

class ConfusionMatrix {
  private readonly cells: HTMLButtonElement[][];

  constructor(
    parent: Element,
    private readonly model: Model<Traits>,
  ) {
    const classes = model.get("classes");
    const section = element("section", "fcw-eval-matrix", parent);
    element("h4", "fcw-eval-heading", section, "confusion matrix");
    const table = element("table", "", section);
    const top = element("tr", "", element("thead", "", table));
    element("th", "fcw-eval-corner", top, "crystal ↓ answer →");
    for (const { label } of classes) element("th", "", top, label).setAttribute("scope", "col");
    const lines = element("tbody", "", table);
    element("p", "fcw-eval-hint", section, "A cell opens the list of its structures.");
    this.cells = classes.map((truth, i) => {
      const line = element("tr", "", lines);
      element("th", "", line, truth.label).setAttribute("scope", "row");
      return classes.map((_, j) => this.cell(element("td", "", line), i, j));
    });
  }

  private cell(parent: Element, i: number, j: number): HTMLButtonElement {
    const node = button("fcw-eval-cell", parent, "", () => toggle(this.model, ["cell", i, j]));
    node.dataset.cell = `${i}-${j}`;
    node.classList.toggle("fcw-eval-right", i === j);
    return node;
  }

  draw(matrix: number[][]): void {
    const classes = this.model.get("classes");
    for (const [i, line] of matrix.entries()) {
      const all = sum(line) || 1;
      for (const [j, number] of line.entries()) {
        const cell = this.cells[i][j];
        cell.textContent = count(number);
        cell.disabled = number === 0;
        cell.style.setProperty("--part", String(number / all));
        flag(cell, "aria-pressed", isOpen(this.model, ["cell", i, j]));
        const label = `${classes[i].label} taken for ${classes[j].label}: ${number}`;
        cell.setAttribute("aria-label", label);
      }
    }
  }
}

/** How many of each defect are in the right class, by this and other methods. */
class DefectTable {
  private readonly heads: HTMLElement;
  private readonly rows: HTMLElement;

  constructor(
    parent: Element,
    private readonly model: Model<Traits>,
    bindings: Bindings<Traits>,
  ) {
    const section = element("section", "fcw-eval-defects", parent);
    element("h4", "fcw-eval-heading", section, "in the right class, by defect");
    const table = element("table", "", element("div", "fcw-eval-scroll", section));
    this.heads = element("tr", "", element("thead", "", table));
    this.rows = element("tbody", "", table);
    const note = element("p", "fcw-eval-hint", section);
    bindings.follow(() => this.draw(), "table", "peers", "opened");
    bindings.follow(() => {
      note.textContent = unbroken(model.get("note"));
    }, "note");
  }

  private draw(): void {
    this.heads.replaceChildren();
    for (const name of ["defect", "structures", "network", ...this.model.get("peers")]) {
      const [method, ...setting] = name.split(", ");
      const head = element("th", "", this.heads, method);
      head.setAttribute("scope", "col");
      if (setting.length) element("small", "", head, setting.join(", "));
    }
    this.rows.replaceChildren(...this.model.get("table").map((line) => this.row(line)));
  }

  private row(line: DefectRow): HTMLTableRowElement {
    const row = element("tr", "");
    const head = element("th", "", row);
    head.setAttribute("scope", "row");
    const what: Opened = ["defect", line.defect];
    const node = button("fcw-eval-open", head, line.name, () => toggle(this.model, what));
    node.dataset.defect = String(line.defect);
    flag(node, "aria-pressed", isOpen(this.model, what));
    element("td", "fcw-eval-count", row, count(line.structures));
    const network = element("td", "", row);
    bar(network, line.accuracy, line.percent, "fcw-eval-network");
    const confidence = line.confidence.toFixed(4);
    network.title = `${line.misses} misclassified, mean confidence ${confidence}`;
    for (const part of line.peers) {
      const cell = element("td", "", row);
      if (part === null) element("span", "fcw-eval-none", cell, "–");
      else bar(cell, part, shortPercent(part), "");
    }
    return row;
  }
}

function bar(cell: Element, part: number, text: string, kind: string): void {
  const node = element("span", `fcw-eval-bar ${kind}`, cell, text);
  node.style.setProperty("--part", String(part));
}

/** The structures of the list that is open. */
class OpenList {
  private readonly section: HTMLElement;
  private readonly heading: HTMLElement;
  private readonly items: HTMLElement;
  private readonly card: StructureCard<Traits>;

  constructor(
    private readonly el: HTMLElement,
    private readonly model: Model<Traits>,
    bindings: Bindings<Traits>,
  ) {
    this.section = element("section", "fcw-eval-list", el);
    this.heading = element("h4", "fcw-eval-heading", this.section);
    const beside = element("div", "fcw-eval-two", this.section);
    this.items = element("div", "fcw-eval-items", beside);
    const hint = "Point at a structure to see it; click on it to load it into the session.";
    this.card = new StructureCard(beside, model, hint);
    bindings.follow(() => this.draw(), "listed", "heading", "opened");
    bindings.follow(() => this.mark(), "chosen");
    bindings.follow(() => this.card.forget(), "run");
    bindings.resized(beside, this.card.redraw);
    bindings.add(this.card.end);
  }

  private draw(): void {
    const { items, model } = this;
    this.section.hidden = model.get("opened").length === 0;
    this.heading.textContent = model.get("heading");
    const focused = (document.activeElement as HTMLElement | null)?.dataset?.row;
    items.replaceChildren(...model.get("listed").map((row) => this.item(row)));
    // while it grows, the focus stays
    if (focused !== undefined) {
      items.querySelector<HTMLElement>(`[data-row="${focused}"]`)?.focus();
    }
    this.mark();
  }

  private item(row: ListRow): HTMLElement {
    const structure = structureOf(row);
    const answerClass = isMisclassified(structure) ? "fcw-pt-wrong" : "";
    const node = structureRow("fcw-eval-item", this.model, structure, answerClass);
    node.dataset.row = String(structure.row);
    onPointed(node, () => this.card.show(structure));
    return node;
  }

  private mark(): void {
    const chosen = String(this.model.get("chosen"));
    this.el.dataset.chosen = chosen;
    for (const node of this.items.querySelectorAll("button")) {
      node.classList.toggle("fcw-eval-chosen", node.dataset.row === chosen);
    }
  }
}

function render({ model, el }: Context<Traits>): () => void {
  el.classList.add("fcw-eval");
  const bindings = new Bindings(model);
  const text = "The tables grow here once the evaluation is started.";
  const empty = element("p", "fcw-eval-empty", el, text);
  const summary = element("p", "fcw-eval-summary", el);
  const body = element("div", "fcw-eval-body", el);
  const matrix = new ConfusionMatrix(body, model);
  bindings.follow(
    () => {
      const numbers = model.get("matrix");
      empty.hidden = numbers.length > 0;
      summary.hidden = body.hidden = numbers.length === 0;
      if (!numbers.length) return;
      el.dataset.structures = String(sum(numbers.flat()));
      matrix.draw(numbers);
    },
    "matrix",
    "opened",
  );
  bindings.follow(() => {
    summary.textContent = unbroken(model.get("summary"));
  }, "summary");
  new DefectTable(body, model, bindings);
  new OpenList(el, model, bindings);
  const caption = element("p", "fcw-limits", el);
  bindings.follow(() => {
    caption.textContent = model.get("caption");
  }, "caption");
  bindings.add(reportVisible(model, el));
  return bindings.release;
}

export default { render };
