// Where the tour's card lies, and how its control is brought into sight.

export const GAP = 14; // pixels between card, control and edge
const NARROW = 700; // pixels; below, the card lies at the bottom of the window
const STILL = 30; // frames without a movement, after which a scroll has ended

export type Size = readonly [width: number, height: number];
type Box = Pick<DOMRect, "left" | "top" | "right" | "bottom">;

export const isNarrow = (): boolean => innerWidth < NARROW;

/**
 * Left upper corner of a card beside a box in a window: above, below, right, left, or else in the
 * corner of the window.
 */
export function beside(box: Box, [width, height]: Size, [right, bottom]: Size): [number, number] {
  const inside = (at: number, size: number, end: number) =>
    Math.max(GAP, Math.min(at, end - size - GAP));
  const x = inside(box.left, width, right);
  const y = inside(box.top, height, bottom);
  const places: [number, number][] = [
    [x, box.top - height - GAP],
    [x, box.bottom + GAP],
    [box.right + GAP, y],
    [box.left - width - GAP, y],
  ];
  const fits = ([left, top]: [number, number]) =>
    left === inside(left, width, right) && top === inside(top, height, bottom);
  return places.find(fits) ?? [right - width - GAP, bottom - height - GAP];
}

/** Scrolls a control into sight of the card, and makes up for scrolls that the browser loses. */
export class Scroller {
  /** While the control is brought into sight: where it was last, and for how many frames. */
  private coming: { top: number; frames: number } | null = null;
  private offset = Infinity; // of the control from the top of the page, pixels; none known yet

  constructor(private readonly card: HTMLElement) {}

  /** Another control: nothing is known of it yet. */
  forget(): void {
    this.offset = Infinity;
  }

  /** Who scrolls is not pulled back. */
  readonly stop = (): void => {
    this.coming = null;
  };

  /** A frame has passed. `below`: what the control changes stands below it. */
  follow(control: HTMLElement, page: Element, below: boolean): void {
    const box = control.getBoundingClientRect();
    const offset = box.top - page.getBoundingClientRect().top;
    // it is new, or there is a line more above it
    if (Math.abs(offset - this.offset) > 1) this.bring(control, below);
    this.offset = offset;
    if (this.coming) this.settle(control, box.top, below);
  }

  bring(control: HTMLElement, below: boolean): void {
    if (!isNarrow() && this.isInSight(control)) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroll(control, calm ? "instant" : "smooth", below);
    this.coming = { top: Number.NaN, frames: 0 };
  }

  /** Browsers lose a smooth scroll that something interrupts: the control then jumps to its place. */
  private settle(control: HTMLElement, top: number, below: boolean): void {
    const frames = top === this.coming?.top ? this.coming.frames + 1 : 0;
    this.coming = { top, frames };
    if (frames < STILL) return;
    this.coming = null;
    if (!this.isInSight(control)) this.scroll(control, "instant", below);
  }

  private isInSight(control: HTMLElement): boolean {
    const { top, bottom } = control.getBoundingClientRect();
    const covered = isNarrow() ? this.card.offsetHeight : 0;
    return top >= GAP - 1 && bottom <= innerHeight - covered - GAP + 1;
  }

  private scroll(control: HTMLElement, behavior: ScrollBehavior, below: boolean): void {
    const narrow = isNarrow();
    const edge = below ? "start" : "end";
    control.style.scrollMargin = narrow ? `${GAP}px 0 ${this.card.offsetHeight + GAP}px` : "";
    control.scrollIntoView({ block: narrow ? edge : "center", behavior });
  }
}

/** Where a reader is: the step, what was said to it, and whether the card was open. */
export interface Place {
  step: number;
  outcome?: string;
  open?: boolean;
}

const STORE = "facecrystal-tour";

/** The place that this browser keeps; null for a reader who has not seen the tour. */
export function recall(): Place | null {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? "null");
  } catch {
    return null; // storage may be forbidden
  }
}

export function remember(place: Place): void {
  try {
    localStorage.setItem(STORE, JSON.stringify(place));
  } catch {
    // the tour works without
  }
}

/** Lay the card beside the control, or along the lower edge of a narrow window. */
export function placeCard(card: HTMLElement, control: HTMLElement | null): void {
  const size: Size = [card.offsetWidth, card.offsetHeight];
  const box = (control ?? card).getBoundingClientRect();
  const [left, top] = isNarrow()
    ? [0, innerHeight - card.offsetHeight]
    : beside(box, size, [innerWidth, innerHeight]);
  card.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
}
