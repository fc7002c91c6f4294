// The dense layer and the softmax: units, scores, and what a score adds up from.

import { floats } from "../../shared/canvas.ts";
import { element } from "../../shared/elements.ts";
import type { Model } from "../../shared/model.ts";
import { fixed, greatest, scientific, signed } from "../../shared/numbers.ts";
import { type ClassOfNetwork, className, ledger, table } from "./drawing.ts";
import type { ScoreRow, ShownDense, ShownSoftmax, Traits } from "./traits.ts";

/** The dense layer: its units as bars, and where the strongest push. */
export class DenseSection {
  readonly node: HTMLElement;
  private readonly classes: ClassOfNetwork[];
  private readonly heading: HTMLElement;
  private readonly bars: HTMLElement;
  private readonly rows: HTMLElement;

  constructor(
    parent: Element,
    private readonly model: Model<Traits>,
  ) {
    this.node = element("div", "fcw-walk-dense", parent);
    this.classes = model.get("classes");
    this.heading = element("h4", "", this.node);
    this.bars = element("div", "fcw-walk-bars", this.node);
    this.bars.setAttribute("role", "img");
    const text = "Colour: the class that the unit pushes to most. ";
    const key = element("p", "fcw-walk-key", this.node, text);
    for (const [label, , colour] of this.classes) className(key, label, colour);
    element("h4", "", this.node, "the strongest units, and their weight to each class");
    const labels = this.classes.map(([label]) => label);
    this.rows = table(this.node, ["unit", "activation", ...labels]);
  }

  draw({ active, pushes, units }: ShownDense): void {
    const values = floats(this.model.get("values"));
    this.heading.textContent = `${active} of ${values.length} units are active (> 0)`;
    this.drawBars(values, pushes);
    this.rows.replaceChildren();
    for (const { unit, active: value, weights } of units) {
      const row = element("tr", "", this.rows);
      element("th", "", row, `${unit}`).scope = "row";
      element("td", "", row, fixed(value));
      const most = Math.max(...weights);
      for (const [i, weight] of weights.entries()) {
        const kind = weight === most ? "fcw-walk-most" : "";
        const cell = element("td", kind, row, signed(weight));
        cell.style.setProperty("--fcw-class", this.classes[i][2]);
      }
    }
    if (units.length) return;
    element("td", "", element("tr", "", this.rows), "none is active").colSpan = 6;
  }

  private drawBars(values: Float32Array, pushes: number[]): void {
    const top = greatest(values);
    const label = `activations of ${values.length} units, up to ${fixed(top)}`;
    this.bars.setAttribute("aria-label", `${label}; the strongest are in the table`);
    this.bars.replaceChildren();
    for (const [unit, value] of values.entries()) {
      const bar = element("i", "", this.bars);
      bar.style.height = `${(100 * value) / (top || 1)}%`;
      if (value > 0) bar.style.background = this.classes[pushes[unit]][2];
      bar.title = `unit ${unit}: ${fixed(value)}`;
    }
  }
}

/** The softmax: from scores to probabilities, and what the scores add up from. */
export class SoftmaxSection {
  readonly node: HTMLElement;
  private readonly classes: ClassOfNetwork[];
  private readonly rows: HTMLElement;
  private readonly cards: HTMLElement;

  constructor(parent: Element, model: Model<Traits>) {
    this.node = element("div", "fcw-walk-softmax", parent);
    this.classes = model.get("classes");
    element("h4", "", this.node, "from scores to probabilities");
    const heads = ["class", "score z", "z − max", "exp(z − max)", "÷ sum = probability"];
    this.rows = table(this.node, heads);
    const text =
      "where the scores come from: activation × weight of the dense units, rounded so that they " +
      "add up";
    element("h4", "", this.node, text);
    this.cards = element("div", "fcw-walk-cards", this.node);
  }

  draw({ rows, sum, units }: ShownSoftmax): void {
    const highest = Math.max(...rows.map(({ score }) => score));
    this.rows.replaceChildren();
    this.cards.replaceChildren();
    for (const [i, row] of rows.entries()) {
      this.addRow(this.classes[i], row, highest);
      this.addCard(this.classes[i], row, units);
    }
    const line = element("tr", "fcw-walk-total-line", this.rows);
    element("th", "", line, "sum").scope = "row";
    for (const text of ["", "", sum.toFixed(8), "1"]) element("td", "", line, text);
  }

  private addRow([label, symbol, colour]: ClassOfNetwork, row: ScoreRow, highest: number): void {
    const line = element("tr", "", this.rows);
    const head = element("th", "", line);
    head.scope = "row";
    className(head, label, colour);
    head.title = symbol;
    const { score, exponential, probability } = row;
    for (const text of [fixed(score), fixed(score - highest), scientific(exponential)]) {
      element("td", "", line, text);
    }
    const cell = element("td", "fcw-walk-probability", line, scientific(probability));
    const bar = element("i", "", cell);
    bar.style.background = colour;
    bar.style.width = `${100 * probability}%`;
  }

  private addCard([label, symbol, colour]: ClassOfNetwork, row: ScoreRow, units: number): void {
    const card = element("div", "fcw-walk-card", this.cards);
    className(card, `${label} (${symbol})`, colour, "h5");
    const line = ledger(element("div", "fcw-walk-sum", card));
    line("bias", signed(row.bias));
    for (const { unit, active, weight, product } of row.terms) {
      line(`unit ${unit}: ${fixed(active)} × ${fixed(weight, 5)}`, signed(product));
    }
    line(`the other ${units - row.terms.length} units`, signed(row.rest));
    line("score z", fixed(row.score), "fcw-walk-total-line");
  }
}
