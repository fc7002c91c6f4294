// Mouse, touch and keyboard on a map of structures.

import type { Point } from "../../shared/canvas.ts";
import { arrow, pointer } from "../../shared/elements.ts";
import type { StructureMap } from "./index.ts";
import type { Lens } from "./lens.ts";

const STILL = 4; // pixels within which a press is a click

interface Drag {
  from: Point;
  lens: Lens;
  moved: boolean;
}

export function listenToHand(map: StructureMap): void {
  listenToPointer(map);
  map.frame.addEventListener(
    "wheel",
    (event) => {
      if (document.activeElement !== map.frame && !event.ctrlKey) return; // the page scrolls
      event.preventDefault();
      const speed = event.deltaMode ? 0.05 : 0.0015; // of lines, or of pixels
      map.zoom(Math.exp(-event.deltaY * speed), pointer(event, map.frame));
    },
    { passive: false },
  );
  map.frame.addEventListener("keydown", (event) => {
    if (!map.screen || event.target !== map.frame) return;
    if (press(map, event)) event.preventDefault();
  });
}

function listenToPointer(map: StructureMap): void {
  const { frame, zooms } = map;
  let drag: Drag | null = null;
  const onZooms = (event: Event) => zooms.contains(event.target as Node);
  frame.addEventListener("pointerdown", (event) => {
    if (event.button || onZooms(event)) return;
    drag = { from: pointer(event, frame), lens: map.lens, moved: false };
    if (event.pointerType === "touch") map.pointAt(map.nearest(drag.from));
  });
  frame.addEventListener("pointermove", (event) => {
    const at = pointer(event, frame);
    if (!drag) {
      map.pointAt(onZooms(event) ? null : map.nearest(at));
      return;
    }
    const [dx, dy] = [at[0] - drag.from[0], at[1] - drag.from[1]];
    if (!drag.moved && Math.hypot(dx, dy) < STILL) return;
    if (!drag.moved) frame.setPointerCapture(event.pointerId);
    drag.moved = true;
    const { x, y } = drag.lens;
    const { scale } = map.lens;
    map.lens = { ...map.lens, x: x - dx / scale, y: y + dy / scale };
    map.redraw();
  });
  frame.addEventListener("pointerup", (event) => {
    const still = drag && !drag.moved;
    drag = null;
    if (!still) return;
    const row = map.nearest(pointer(event, frame));
    if (row !== null) map.load(row);
  });
  frame.addEventListener("pointercancel", () => {
    drag = null;
  });
  frame.addEventListener("pointerleave", () => {
    if (!drag) map.pointAt(null);
  });
}

const KEYS: Record<string, (map: StructureMap) => void> = {
  Enter: load,
  " ": load,
  "+": (map) => map.zoom(1.5),
  "=": (map) => map.zoom(1.5),
  "-": (map) => map.zoom(1 / 1.5),
  "0": (map) => map.fit(),
  Escape: (map) => map.pointAt(null),
};

function load(map: StructureMap): void {
  if (map.under !== null) map.load(map.under);
}

/** Do what a key means; false if it means nothing here. */
function press(map: StructureMap, event: KeyboardEvent): boolean {
  const step = arrow(event);
  if (step) map.step([step[0], -step[1]]);
  else if (event.key in KEYS) KEYS[event.key](map);
  else return false;
  return true;
}
