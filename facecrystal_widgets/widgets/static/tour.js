// Built by js/build.js from js/src; change it there.

// src/shared/elements.ts
function element(tag, className, parent, text) {
  const node = document.createElement(tag);
  node.className = className;
  if (text !== void 0) node.textContent = text;
  parent?.append(node);
  return node;
}
function button(className, parent, text, act) {
  const node = element("button", className, parent, text);
  node.type = "button";
  node.addEventListener("click", act);
  return node;
}

// src/shared/model.ts
function assign(model, values) {
  for (const [name, value] of Object.entries(values)) {
    model.set(name, value);
  }
  model.save_changes();
}
var Bindings = class {
  constructor(model) {
    this.model = model;
  }
  model;
  ends = [];
  /** Call back at each of these events of the model: "change:NAME", "msg:custom". */
  on(events, listener) {
    this.model.on(events, listener);
    this.ends.push(() => this.model.off(events, listener));
  }
  /** Call back now and at each change of the values. */
  follow(callback, ...names) {
    this.on(names.map((name) => `change:${name}`).join(" "), callback);
    callback();
  }
  /** Call back at an event of the document. */
  listen(type, listener, options = {}) {
    document.addEventListener(type, listener, options);
    this.ends.push(() => document.removeEventListener(type, listener));
  }
  /** Call back when the size of the element changes, and once at the beginning. */
  resized(el, callback) {
    const observer = new ResizeObserver(callback);
    observer.observe(el);
    this.ends.push(() => observer.disconnect());
  }
  /** Do this at the end, too. */
  add(...ends) {
    this.ends.push(...ends);
  }
  /** For anywidget's `render` to return. */
  release = () => {
    for (const end of this.ends) end();
  };
};

// src/shared/numbers.ts
var unbroken = (text) => text.replaceAll(" %", " %");

// src/shared/page.ts
var pageOf = (el) => el.closest(".fcw-sheet");
var control = (el, hook) => pageOf(el)?.querySelector(hook) ?? null;
function announce(el, event, detail) {
  el.dispatchEvent(new CustomEvent(event, { bubbles: true, detail }));
}
function hear(el, event, callback) {
  const listen = (announced) => {
    if (!(announced instanceof CustomEvent && announced.target instanceof Element)) return;
    const page = pageOf(el);
    if (page && page === pageOf(announced.target)) callback(announced.detail);
  };
  document.addEventListener(event, listen);
  return () => document.removeEventListener(event, listen);
}

// src/shared/tour_events.ts
var TOUR_TOGGLE = "fcw-tour";
var TOUR_PLACE = "fcw-tour-place";
var TOUR_LEFT = "fcw-tour-left";

// src/views/tour/place.ts
var GAP = 14;
var NARROW = 700;
var STILL = 30;
var isNarrow = () => innerWidth < NARROW;
function beside(box, [width, height], [right, bottom]) {
  const inside = (at, size, end) => Math.max(GAP, Math.min(at, end - size - GAP));
  const x = inside(box.left, width, right);
  const y = inside(box.top, height, bottom);
  const places = [
    [x, box.top - height - GAP],
    [x, box.bottom + GAP],
    [box.right + GAP, y],
    [box.left - width - GAP, y]
  ];
  const fits = ([left, top]) => left === inside(left, width, right) && top === inside(top, height, bottom);
  return places.find(fits) ?? [right - width - GAP, bottom - height - GAP];
}
var Scroller = class {
  // of the control from the top of the page, pixels; none known yet
  constructor(card) {
    this.card = card;
  }
  card;
  /** While the control is brought into sight: where it was last, and for how many frames. */
  coming = null;
  offset = Infinity;
  /** Another control: nothing is known of it yet. */
  forget() {
    this.offset = Infinity;
  }
  /** Who scrolls is not pulled back. */
  stop = () => {
    this.coming = null;
  };
  /** A frame has passed. `below`: what the control changes stands below it. */
  follow(control2, page, below) {
    const box = control2.getBoundingClientRect();
    const offset = box.top - page.getBoundingClientRect().top;
    if (Math.abs(offset - this.offset) > 1) this.bring(control2, below);
    this.offset = offset;
    if (this.coming) this.settle(control2, box.top, below);
  }
  bring(control2, below) {
    if (!isNarrow() && this.isInSight(control2)) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroll(control2, calm ? "instant" : "smooth", below);
    this.coming = { top: Number.NaN, frames: 0 };
  }
  /** Browsers lose a smooth scroll that something interrupts: the control then jumps to its place. */
  settle(control2, top, below) {
    const frames = top === this.coming?.top ? this.coming.frames + 1 : 0;
    this.coming = { top, frames };
    if (frames < STILL) return;
    this.coming = null;
    if (!this.isInSight(control2)) this.scroll(control2, "instant", below);
  }
  isInSight(control2) {
    const { top, bottom } = control2.getBoundingClientRect();
    const covered = isNarrow() ? this.card.offsetHeight : 0;
    return top >= GAP - 1 && bottom <= innerHeight - covered - GAP + 1;
  }
  scroll(control2, behavior, below) {
    const narrow = isNarrow();
    const edge = below ? "start" : "end";
    control2.style.scrollMargin = narrow ? `${GAP}px 0 ${this.card.offsetHeight + GAP}px` : "";
    control2.scrollIntoView({ block: narrow ? edge : "center", behavior });
  }
};
var STORE = "facecrystal-tour";
function recall() {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? "null");
  } catch {
    return null;
  }
}
function remember(place) {
  try {
    localStorage.setItem(STORE, JSON.stringify(place));
  } catch {
  }
}
function placeCard(card, control2) {
  const size = [card.offsetWidth, card.offsetHeight];
  const box = (control2 ?? card).getBoundingClientRect();
  const [left, top] = isNarrow() ? [0, innerHeight - card.offsetHeight] : beside(box, size, [innerWidth, innerHeight]);
  card.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
}

// src/views/tour/index.ts
var SCROLLS = ["wheel", "touchmove", "pointerdown"];
function command(name, parent, text, act) {
  return button(`fcw-command ${name}`, parent, text, act);
}
var reachable = (root) => {
  const all = root?.querySelectorAll("button, input, select, [tabindex]") ?? [];
  return [...all].filter((node) => node.tabIndex >= 0 && !node.disabled && node.offsetParent);
};
var Card = class {
  node;
  count;
  heading;
  text;
  outcome;
  back;
  next;
  constructor(parent, acts) {
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
  hide() {
    if (this.node.matches(":popover-open")) this.node.hidePopover();
  }
  show(steps, step, outcome) {
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
};
function nextLabel(last, done) {
  if (last) return done ? "Finish" : "Skip and finish";
  return done ? "Next" : "Skip this step";
}
var TourView = class {
  constructor(model, el) {
    this.model = model;
    this.el = el;
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
      next: () => this.next()
    });
    this.scroller = new Scroller(this.card.node);
  }
  model;
  el;
  steps;
  invitation;
  card;
  scroller;
  target = null;
  frame = 0;
  bind(bindings) {
    bindings.on("change:step change:outcome", () => this.keepPlace());
    bindings.on("change:ready", () => this.begin());
    bindings.listen("keydown", this.onKey);
    for (const event of SCROLLS) bindings.listen(event, this.scroller.stop, { passive: true });
    const toggle = () => this.step < 0 ? this.start() : this.leave();
    bindings.add(hear(this.el, TOUR_TOGGLE, toggle), () => {
      cancelAnimationFrame(this.frame);
      this.target?.classList.remove("fcw-tour-target");
    });
    if (this.model.get("ready")) this.begin();
    this.draw();
  }
  get step() {
    return this.model.get("step");
  }
  go(step, outcome = "") {
    assign(this.model, { step, outcome });
  }
  start() {
    const { step = 0, outcome = "" } = recall() ?? {};
    this.go(this.steps[step] ? step : 0, outcome);
    this.card.node.focus();
  }
  leave() {
    this.go(-1, this.model.get("outcome"));
    announce(this.el, TOUR_LEFT);
  }
  next() {
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
  begin() {
    this.invite();
    const [navigation] = performance.getEntriesByType("navigation");
    const reloaded = navigation?.type === "reload";
    if (reloaded && recall()?.open && this.step < 0) this.start();
  }
  keepPlace() {
    const [step, outcome] = [this.step, this.model.get("outcome")];
    const place = recall();
    if (step >= 0) remember({ step, outcome, open: true });
    else if (place?.open) remember({ ...place, open: false });
    this.draw();
  }
  /** Show the invitation to those who have not seen the tour, and tell the page how far it is. */
  invite() {
    const place = recall();
    const open = this.step >= 0;
    const begun = Boolean(place && (place.step > 0 || place.outcome));
    const ahead = begun ? "begun" : "ahead";
    announce(this.el, TOUR_PLACE, open ? "open" : ahead);
    this.invitation.hidden = open || Boolean(place) || !this.model.get("ready");
  }
  draw() {
    if (!this.steps[this.step]) this.card.hide();
    else {
      this.card.show(this.steps, this.step, this.model.get("outcome"));
      if (this.target && isNarrow()) this.scroller.bring(this.target, this.steps[this.step].below);
    }
    this.invite();
    if (!this.frame) this.follow();
  }
  get control() {
    const step = this.steps[this.step];
    return step ? control(this.el, step.target) : null;
  }
  /** Frame by frame: the control moves as the page is built, scrolled and resized. */
  follow = () => {
    const { control: control2 } = this;
    if (control2 !== this.target) {
      this.target?.classList.remove("fcw-tour-target");
      this.target = control2;
      control2?.classList.add("fcw-tour-target");
      this.scroller.forget();
    }
    this.frame = this.step < 0 ? 0 : requestAnimationFrame(this.follow);
    if (!this.frame) return;
    this.card.node.classList.toggle("fcw-tour-sheet", isNarrow());
    const page = pageOf(this.el);
    if (control2 && page) this.scroller.follow(control2, page, this.steps[this.step].below);
    placeCard(this.card.node, control2);
  };
  /** The control comes behind the card in the order of the tabulator key. Escape leaves. */
  onKey = (event) => {
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
};
function render({ model, el }) {
  const bindings = new Bindings(model);
  new TourView(model, el).bind(bindings);
  return bindings.release;
}
var tour_default = { render };
export {
  tour_default as default,
  nextLabel
};
