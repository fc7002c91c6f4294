// The reflections that the response lies on, as a table.

import { element, onLeft, onPointed } from "../../shared/elements.ts";
import type { Bindings, Model } from "../../shared/model.ts";
import { greatest, roughPercent } from "../../shared/numbers.ts";
import { type Reflection, section, type Traits } from "./parts.ts";
import type { Picture } from "./picture.ts";

const HEADS = ["reflection", "d (Å)", "of response", "of image", ""];
const TITLES = [
  "",
  "",
  "Share of the map's positive sum that lies on these spots",
  "Share of the image they take up: what a map that looks everywhere alike has",
  "",
];

function table(parent: Element): HTMLTableSectionElement {
  const node = element("table", "", parent);
  const row = element("tr", "", element("thead", "", node));
  for (const [i, text] of HEADS.entries()) {
    const head = element("th", "", row, text);
    head.setAttribute("scope", "col");
    head.title = TITLES[i];
  }
  return element("tbody", "", node);
}

export function showReflections(
  parent: Element,
  model: Model<Traits>,
  bindings: Bindings<Traits>,
  picture: Picture,
): void {
  const hint = "indices of the structure's own cell; point at a row to ring its spots";
  const { node } = section(parent, "spots", "where the response lies", hint);
  const rows = table(node);
  const none = element("p", "fcw-att-explained", node);
  const key =
    "Bar: share of the response; line: share of the image, where a map that looks everywhere " +
    "alike would end.";
  element("p", "fcw-att-explained", node, key);
  bindings.follow(
    () => {
      picture.ring([]);
      const reflections = model.get("rows");
      none.textContent = model.get("no_rows");
      node.classList.toggle("fcw-att-none", reflections.length === 0);
      const spotted = reflections.filter(({ spots }) => spots.length);
      const longest = greatest(spotted.flatMap(({ share, area }) => [share, area])) || 1;
      rows.replaceChildren(...reflections.map((one) => tableRow(one, longest, picture)));
    },
    "rows",
    "no_rows",
  );
}

function tableRow(
  { name, d, share, area, spots }: Reflection,
  longest: number,
  picture: Picture,
): HTMLTableRowElement {
  const row = element("tr", "");
  const head = element("th", "", row, name);
  head.setAttribute("scope", "row");
  if (d === null)
    head.colSpan = 2; // a longer name, and no spacing
  else element("td", "", row, d.toFixed(2));
  element("td", "", row, roughPercent(share));
  element("td", "fcw-att-soft", row, roughPercent(area));
  const last = element("td", "", row);
  if (!spots.length) return row;
  const bar = element("i", "fcw-att-bar", last);
  bar.style.setProperty("--part", String(share / longest));
  bar.style.setProperty("--even", String(area / longest));
  row.tabIndex = 0;
  onPointed(row, () => picture.ring(spots));
  onLeft(row, () => picture.ring([]));
  return row;
}
