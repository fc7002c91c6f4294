// Convolutions and poolings: all maps small, one large, and where a number in it comes from.

import { bytes, floats, paint } from "../../shared/canvas.ts";
import { button, element, flag } from "../../shared/elements.ts";
import type { Model } from "../../shared/model.ts";
import { fixed, short, signed } from "../../shared/numbers.ts";
import { markRange, type Pixel } from "../../shared/pixels.ts";
import { IMAGE_SIDE, ledger, paintShades, ReadableMap, scaleBar, WARM, warm } from "./drawing.ts";
import { KERNEL, Products } from "./products.ts";
import { below, type ShownMaps, type Traits, type Wish } from "./traits.ts";

interface Cell {
  node: HTMLButtonElement;
  canvas: HTMLCanvasElement;
  text: HTMLElement;
  filter: number;
}

/** Every map of the layer, small. */
class FilterGrid {
  private readonly orders: HTMLButtonElement[];
  private readonly label: (low: string, high: string) => void;
  private readonly grid: HTMLElement;
  private readonly cells: Cell[] = [];

  constructor(
    parent: Element,
    private readonly model: Model<Traits>,
    private readonly wish: Wish,
  ) {
    const all = element("div", "fcw-walk-all", parent);
    const head = element("div", "fcw-walk-head", all);
    element("h4", "", head, "every filter, by");
    this.orders = (["number", "strength"] as const).map((order) =>
      button("fcw-toggle", head, order, () => wish({ order })),
    );
    this.label = scaleBar(head, WARM);
    this.grid = element("div", "fcw-walk-grid", all);
    const key =
      "Number of the filter, sum of its activation (Σ) and maximum (↑). Colours follow the square " +
      "root, one scale for the layer. Choose a filter to open it, and a position in its large map; " +
      "rows are counted from below.";
    element("p", "fcw-walk-key", all, key);
  }

  private add(): Cell {
    const open = () => this.wish({ filter: cell.filter, position: null });
    const node = button("fcw-walk-cell", this.grid, "", open);
    const canvas = element("canvas", "", node);
    const cell = { node, canvas, text: element("span", "", node), filter: 0 };
    this.cells.push(cell);
    return cell;
  }

  draw(shown: ShownMaps): void {
    const { sums, tops } = shown;
    const order = this.model.get("order");
    for (const node of this.orders) flag(node, "aria-pressed", node.textContent === order);
    const filters = sums.map((_, i) => i);
    if (order === "strength") filters.sort((a, b) => sums[b] - sums[a]);
    const maps = bytes(this.model.get("maps"));
    for (const [k, filter] of filters.entries()) {
      this.drawCell(Object.assign(this.cells[k] ?? this.add(), { filter }), shown, maps);
    }
    for (const { node } of this.cells.splice(filters.length)) node.remove();
    this.grid.style.setProperty("--fcw-cell", `${45 + 560 / sums.length}px`); // few maps, larger
    this.label("0", `${short(Math.max(...tops))}, the layer's maximum`);
  }

  private drawCell({ node, canvas, text, filter }: Cell, shown: ShownMaps, maps: Uint8Array): void {
    const area = shown.size ** 2;
    paintShades(canvas, maps.subarray(filter * area, (filter + 1) * area), shown.size);
    const isStrongest = filter === shown.strongest;
    const [total, top] = [short(shown.sums[filter]), short(shown.tops[filter])];
    text.replaceChildren();
    element("b", "", text, `${filter}${isStrongest ? " ★" : ""}`);
    element("span", "", text, `Σ ${total}`);
    element("span", "", text, `↑ ${top}`);
    flag(node, "aria-pressed", filter === shown.filter);
    const label = `filter ${filter}, sum of activation ${total}, maximum ${top}`;
    node.setAttribute("aria-label", `${label}${isStrongest ? ", the strongest" : ""}`);
  }
}

/** One map in full, what a position in it sees of the image, and the sum behind its number. */
class OpenFilter {
  private readonly heading: HTMLElement;
  private readonly image: HTMLCanvasElement;
  private readonly seen: HTMLElement;
  private readonly map: ReadableMap;
  private readonly readout: HTMLElement;
  private readonly note: HTMLElement;
  private readonly sum: HTMLElement;
  private shown: ShownMaps | null = null;

  constructor(
    parent: Element,
    private readonly model: Model<Traits>,
    wish: Wish,
  ) {
    const open = element("div", "fcw-walk-open", parent);
    this.heading = element("h4", "", open);
    const pictures = element("div", "fcw-walk-pictures", open);
    const input = element("figure", "", pictures);
    const frame = element("div", "fcw-frame", input);
    this.image = element("canvas", "fcw-canvas", frame);
    this.seen = element("div", "fcw-walk-box", frame);
    element("figcaption", "", input, "what the position sees of the image");
    const figure = element("figure", "", pictures);
    this.map = new ReadableMap(
      figure,
      "map of the open filter; arrow keys move the position",
      (place) => this.tell(place),
      (position) => wish({ position }),
    );
    this.readout = element("figcaption", "", figure);
    this.readout.setAttribute("aria-live", "polite");
    this.note = element("p", "fcw-note", open);
    this.sum = element("div", "fcw-walk-sum", open);
  }

  private tell(place: Pixel | null): void {
    if (!this.shown) return;
    const { row, column, size } = this.shown;
    const [r, c] = place ?? [row, column];
    const value = fixed(floats(this.model.get("values"))[r * size + c] ?? 0);
    this.readout.textContent = `row ${r}, column ${c}: ${value}${place ? "" : ", chosen"}`;
  }

  draw(shown: ShownMaps): void {
    const { model, note } = this;
    this.shown = shown;
    this.heading.textContent = `${shown.layer}, filter ${shown.filter}`;
    paintShades(this.image, bytes(model.get("image")), IMAGE_SIDE);
    markRange(this.seen, IMAGE_SIDE, ...shown.seen);
    const top = Math.max(...shown.tops);
    paint(this.map.canvas, floats(model.get("values")), shown.size, (value) => warm(value, top));
    const here: Pixel = [shown.row, shown.column];
    this.map.mark(shown.size, here, model.get("position") ?? here); // which may be ahead of the engine
    this.tell(null);
    note.textContent = shown.note;
    note.hidden = !shown.note;
    this.sum.replaceChildren();
    if (shown.block) this.drawMaximum(shown, shown.block.flat());
    else this.drawSum(shown);
  }

  private drawMaximum({ layer, row, column }: ShownMaps, four: number[]): void {
    const line = ledger(this.sum);
    const best = four.indexOf(Math.max(...four));
    for (const [i, value] of four.entries()) {
      const place = `row ${2 * row + (i >> 1)}, column ${2 * column + (i & 1)}`;
      const kind = i === best ? "fcw-walk-best" : "";
      line(`${below(this.model, layer)}, ${place}`, fixed(value), kind);
    }
    line("the greatest is kept", fixed(four[best]), "fcw-walk-total-line");
  }

  private drawSum({ channels, weighted, bias, before, after }: ShownMaps): void {
    const line = ledger(this.sum);
    const number = `${channels.length} × ${KERNEL} × ${KERNEL}`;
    line(`sum over ${number} weights times inputs`, fixed(weighted));
    line("plus the bias of the filter", signed(bias));
    line("before ReLU", fixed(before), "fcw-walk-total-line");
    const rule = before < 0 ? "negative becomes 0 (ReLU)" : "positive passes (ReLU)";
    line(rule, fixed(after), "fcw-walk-best");
  }
}

export class MapSection {
  readonly node: HTMLElement;
  private readonly grid: FilterGrid;
  private readonly open: OpenFilter;
  private readonly products: Products;

  constructor(parent: Element, model: Model<Traits>, wish: Wish) {
    this.node = element("div", "fcw-walk-maps", parent);
    this.grid = new FilterGrid(this.node, model, wish);
    this.open = new OpenFilter(this.node, model, wish);
    this.products = new Products(this.node, model);
  }

  draw(shown: ShownMaps): void {
    this.grid.draw(shown);
    this.open.draw(shown);
    this.products.draw(shown);
  }
}
