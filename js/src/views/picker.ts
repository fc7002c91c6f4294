// Periodic table to choose from, and a place for files.

import { arrow, button, element, flag } from "../shared/elements.ts";
import { assign, Bindings, type Context, type Model } from "../shared/model.ts";

interface Traits {
  elements: { symbol: string; name: string }[];
  /** Symbol of the element that is chosen. */
  value: string;
  filename: string;
  /** Bytes. */
  max_upload: number;
}

const NOBLE = [0, 2, 10, 18, 36, 54, 86]; // atomic numbers at which a period ends
const LENGTHS = [0, 2, 8, 8, 18, 18, 32, 32]; // of the periods
const LANTHANIDES = 57;
const ACTINIDES = 89;
const F_BLOCK = 14; // elements beside the ones that begin it
const ROWS = 10;
const COLUMNS = 18;

/** Row and column (from 1) of an atomic number; the f block stands below, in rows 9 and 10. */
export function cellOf(z: number): [row: number, column: number] {
  if (z >= LANTHANIDES && z < LANTHANIDES + F_BLOCK) return [9, z - LANTHANIDES + 3];
  if (z >= ACTINIDES && z < ACTINIDES + F_BLOCK) return [10, z - ACTINIDES + 3];
  const ended = NOBLE.findIndex((last) => z <= last);
  const period = ended < 0 ? NOBLE.length : ended;
  const step = z - NOBLE[period - 1] - 1;
  if (step < (period === 1 ? 1 : 2)) return [period, step + 1];
  return [period, COLUMNS - (LENGTHS[period] - 1 - step)];
}

class PeriodicTable {
  private readonly cells = new Map<string, HTMLButtonElement>();
  private readonly places = new Map<string, HTMLButtonElement>();

  constructor(
    parent: Element,
    private readonly model: Model<Traits>,
  ) {
    const grid = element("div", "fcw-table", parent);
    grid.setAttribute("role", "radiogroup");
    grid.setAttribute("aria-label", "element");
    for (const [i, { symbol, name }] of model.get("elements").entries()) {
      this.add(grid, i + 1, symbol, name);
    }
  }

  private add(grid: Element, z: number, symbol: string, name: string): void {
    const place = cellOf(z);
    const cell = button("", grid, symbol, () => assign(this.model, { value: symbol }));
    cell.title = `${name} (${z})`;
    cell.dataset.element = symbol;
    cell.setAttribute("role", "radio");
    cell.setAttribute("aria-label", name);
    cell.style.gridArea = place.join(" / ");
    cell.addEventListener("keydown", (event) => this.move(event, place));
    this.cells.set(symbol, cell);
    this.places.set(place.join(), cell);
  }

  /** Focus the next element in the direction of an arrow key, across gaps. */
  private move(event: KeyboardEvent, [row, column]: [number, number]): void {
    const step = arrow(event);
    if (!step) return;
    event.preventDefault();
    const [right, up] = step;
    let [r, c] = [row - up, column + right];
    const isGap = () => !this.places.has([r, c].join());
    while (isGap() && r > 0 && r <= ROWS && c > 0 && c <= COLUMNS) [r, c] = [r - up, c + right];
    this.places.get([r, c].join())?.focus();
  }

  mark(): void {
    const value = this.model.get("value");
    const reachable = this.cells.has(value) ? value : "H";
    for (const [symbol, cell] of this.cells) {
      cell.classList.toggle("fcw-chosen", symbol === value);
      flag(cell, "aria-checked", symbol === value);
      cell.tabIndex = symbol === reachable ? 0 : -1;
    }
  }
}

/** A place to open files with or to drop them on; returns how to show the name of the open one. */
function fileZone(parent: Element, model: Model<Traits>): () => void {
  const zone = element("div", "fcw-upload", parent);
  const label = element("label", "fcw-open", zone);
  element("span", "", label, "Open a file …");
  const input = element("input", "", label);
  input.type = "file";
  const name = element("span", "fcw-filename", zone);
  input.addEventListener("change", () => {
    send(model, input.files?.[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("fcw-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("fcw-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("fcw-over");
    send(model, event.dataTransfer?.files[0]);
  });
  return () => {
    const filename = model.get("filename");
    name.textContent = filename || "or drop it here: CIF, POSCAR, XYZ, …";
    zone.classList.toggle("fcw-has-file", Boolean(filename));
  };
}

async function send(model: Model<Traits>, file: File | undefined): Promise<void> {
  if (!file) return;
  if (file.size > model.get("max_upload")) {
    model.send({ filename: file.name, too_large: file.size });
    return;
  }
  try {
    model.send({ filename: file.name }, undefined, [await file.arrayBuffer()]);
  } catch {
    model.send({ filename: file.name, unreadable: true }); // a folder, or a file that has gone
  }
}

function render({ model, el }: Context<Traits>): () => void {
  const bindings = new Bindings(model);
  const table = new PeriodicTable(el, model);
  const show = fileZone(el, model);
  bindings.follow(() => table.mark(), "value");
  bindings.follow(show, "filename");
  return bindings.release;
}

export default { render };
