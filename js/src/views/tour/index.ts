// The guided tour: a card beside the control that a step points at. The engine says when a step was
// done; where the reader is stays in this browser.

import { button, element } from "../../shared/elements.ts";
import { assign, Bindings, type Context, type Model } from "../../shared/model.ts";
import { unbroken } from "../../shared/numbers.ts";
import { announce, control, hear, pageOf } from "../../shared/page.ts";
import { TOUR_LEFT, TOUR_PLACE, TOUR_TOGGLE, type TourPlace } from "../../shared/tour_events.ts";
import { isNarrow, placeCard, recall, remember, Scroller } from "./place.ts";

interface Step {
  title: string;
  text: string;
  /** Hook of the control, as a CSS selector. */
  target: string;
  /** What it changes stands below the control. */
  below: boolean;
}

interface Traits {
  steps: Step[];
  /** The step that is open; -1: none. */
  step: number;
  /** What there is to say now that the step was done; empty until then. */
  outcome: string;
  /** True once the page is there and its state restored. */
  ready: boolean;
}

const SCROLLS = ["wheel", "touchmove", "pointerdown"]; // by which readers scroll

function command(name: string, parent: Element, text: string, act: () => void) {
  return button(`fcw-command ${name}`, parent, text, act);
}

const reachable = (root: Element | null): HTMLElement[] => {
  const all = root?.querySelectorAll<HTMLButtonElement>("button, input, select, [tabindex]") ?? [];
  return [...all].filter((node) => node.tabIndex >= 0 && !node.disabled && node.offsetParent);
};

/** What stands on the card. */
class Card {
  readonly node: HTMLElement;
  private readonly count: HTMLElement;
  private readonly heading: HTMLElement;
  private readonly text: HTMLElement;
  private readonly outcome: HTMLElement;
  private readonly back: HTMLButtonElement;
  private readonly next: HTMLButtonElement;

  constructor(parent: Element, acts: { leave(): void; back(): void; next(): void }) {
    this.node = element("section", "fcw-tour-card", parent);
    Object.assign(this.node, { popover: "manual", tabIndex: -1 });
    this.node.setAttribute("role", "dialog");
    this.node.setAttribute("aria-label", "guided tour");
    this.count = element("p", "fcw-tour-count", this.node);
    this.heading = element("h4", "", this.node);
    const close = command("fcw-tour-leave", this.node, "×", acts.leave);
    close.title = "Leave the tour; it can be resumed (Escape)";
    close.setAttribute("aria-label", "Leave the tour");
    this.text = element("p", "fcw-tour-text", this.node);
    this.outcome = element("p", "fcw-tour-outcome", this.node);
    this.outcome.setAttribute("aria-live", "polite");
    const foot = element("div", "fcw-tour-foot", this.node);
    this.back = command("fcw-tour-back", foot, "Back", acts.back);
    this.next = command("fcw-tour-next", foot, "", acts.next);
  }

  hide(): void {
    if (this.node.matches(":popover-open")) this.node.hidePopover();
  }

  show(steps: Step[], step: number, outcome: string): void {
    this.count.textContent = `Step ${step + 1} of ${steps.length}`;
    this.heading.textContent = steps[step].title;
    this.text.textContent = unbroken(steps[step].text);
    this.outcome.textContent = outcome;
    this.outcome.hidden = !outcome;
    this.back.hidden = step === 0;
    this.next.textContent = nextLabel(step === steps.length - 1, Boolean(outcome));
    this.next.classList.toggle("fcw-tour-done", Boolean(outcome));
    if (!this.node.matches(":popover-open")) this.node.showPopover();
  }
}

export function nextLabel(last: boolean, done: boolean): string {
  if (last) return done ? "Finish" : "Skip and finish";
  return done ? "Next" : "Skip this step";
}

class TourView {
  private readonly steps: Step[];
  private readonly invitation: HTMLElement;
  private readonly card: Card;
  private readonly scroller: Scroller;
  private target: HTMLElement | null = null;
  private frame = 0;

  constructor(
    private readonly model: Model<Traits>,
    private readonly el: HTMLElement,
  ) {
    this.steps = model.get("steps");
    this.invitation = element("div", "fcw-tour-invitation", el);
    const text = "New here? Five short steps show what can be done on this page.";
    element("span", "", this.invitation, text);
    command("fcw-tour-accept", this.invitation, "Take the tour", () => this.start());
    command("fcw-tour-decline", this.invitation, "Not now", () => {
      remember({ step: 0 });
      this.invite();
    });
    this.card = new Card(el, {
      leave: () => this.leave(),
      back: () => this.go(this.step - 1),
      next: () => this.next(),
    });
    this.scroller = new Scroller(this.card.node);
  }

  bind(bindings: Bindings<Traits>): void {
    bindings.on("change:step change:outcome", () => this.keepPlace());
    bindings.on("change:ready", () => this.begin());
    bindings.listen("keydown", this.onKey);
    for (const event of SCROLLS) bindings.listen(event, this.scroller.stop, { passive: true });
    const toggle = () => (this.step < 0 ? this.start() : this.leave());
    bindings.add(hear(this.el, TOUR_TOGGLE, toggle), () => {
      cancelAnimationFrame(this.frame);
      this.target?.classList.remove("fcw-tour-target");
    });
    if (this.model.get("ready")) this.begin();
    this.draw();
  }

  private get step(): number {
    return this.model.get("step");
  }

  private go(step: number, outcome = ""): void {
    assign(this.model, { step, outcome });
  }

  private start(): void {
    const { step = 0, outcome = "" } = recall() ?? {};
    this.go(this.steps[step] ? step : 0, outcome);
    this.card.node.focus();
  }

  private leave(): void {
    this.go(-1, this.model.get("outcome")); // kept for a reader who resumes
    announce(this.el, TOUR_LEFT);
  }

  private next(): void {
    const step = this.step + 1;
    if (step < this.steps.length) {
      this.go(step);
      this.card.node.focus();
      return;
    }
    this.leave();
    remember({ step: 0 });
    this.invite();
  }

  private begin(): void {
    this.invite();
    const [navigation] = performance.getEntriesByType("navigation");
    const reloaded = (navigation as PerformanceNavigationTiming | undefined)?.type === "reload";
    if (reloaded && recall()?.open && this.step < 0) this.start();
  }

  private keepPlace(): void {
    const [step, outcome] = [this.step, this.model.get("outcome")];
    const place = recall();
    if (step >= 0) remember({ step, outcome, open: true });
    else if (place?.open) remember({ ...place, open: false });
    this.draw();
  }

  /** Show the invitation to those who have not seen the tour, and tell the page how far it is. */
  private invite(): void {
    const place = recall();
    const open = this.step >= 0;
    const begun = Boolean(place && (place.step > 0 || place.outcome));
    const ahead: TourPlace = begun ? "begun" : "ahead";
    announce<TourPlace>(this.el, TOUR_PLACE, open ? "open" : ahead);
    this.invitation.hidden = open || Boolean(place) || !this.model.get("ready");
  }

  private draw(): void {
    if (!this.steps[this.step]) this.card.hide();
    else {
      this.card.show(this.steps, this.step, this.model.get("outcome"));
      // the card may be higher than it was
      if (this.target && isNarrow()) this.scroller.bring(this.target, this.steps[this.step].below);
    }
    this.invite();
    if (!this.frame) this.follow();
  }

  private get control(): HTMLElement | null {
    const step = this.steps[this.step];
    return step ? control(this.el, step.target) : null;
  }

  /** Frame by frame: the control moves as the page is built, scrolled and resized. */
  private readonly follow = (): void => {
    const { control } = this;
    if (control !== this.target) {
      this.target?.classList.remove("fcw-tour-target");
      this.target = control;
      control?.classList.add("fcw-tour-target");
      this.scroller.forget();
    }
    this.frame = this.step < 0 ? 0 : requestAnimationFrame(this.follow);
    if (!this.frame) return;
    this.card.node.classList.toggle("fcw-tour-sheet", isNarrow());
    const page = pageOf(this.el);
    if (control && page) this.scroller.follow(control, page, this.steps[this.step].below);
    placeCard(this.card.node, control);
  };

  /** The control comes behind the card in the order of the tabulator key. Escape leaves. */
  private readonly onKey = (event: KeyboardEvent): void => {
    if (this.step < 0) return;
    const { target } = event;
    const writing = target instanceof Element && target.matches("input, select, textarea");
    if (event.key === "Escape" && !writing) this.leave();
    if (event.key !== "Tab") return;
    const inCard = reachable(this.card.node);
    const inControl = reachable(this.control);
    const last = inCard[inCard.length - 1];
    const [from, to] = event.shiftKey ? [inControl[0], last] : [last, inControl[0]];
    if (!to || document.activeElement !== from) return;
    event.preventDefault();
    to.focus();
  };
}

function render({ model, el }: Context<Traits>): () => void {
  const bindings = new Bindings(model);
  new TourView(model, el).bind(bindings);
  return bindings.release;
}

export default { render };
