// The guided tour: a card beside the control that a step points at. The kernel says when a step was
// done; where the reader is stays in this browser.

const STORE = "facecrystal-tour";
const GAP = 14; // pixels between card, control and edge
const narrow = () => innerWidth < 700; // pixels; the card then lies at the bottom of the window
const STILL = 30; // frames without a movement, after which a scroll has ended
const OWN = ["wheel", "touchmove", "pointerdown"]; // by which readers scroll

function recall() {
  try {
    return JSON.parse(localStorage.getItem(STORE));
  } catch { // storage may be forbidden
    return null;
  }
}

function remember(place) {
  try {
    localStorage.setItem(STORE, JSON.stringify(place));
  } catch { /* the tour works without */ }
}

function add(kind, name, parent, words = "") {
  const made = document.createElement(kind);
  made.className = name;
  made.textContent = words;
  parent?.append(made);
  return made;
}

function command(name, parent, words, act) {
  const made = add("button", `fcw-command ${name}`, parent, words);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

const reachable = (root) => [...root?.querySelectorAll("button, input, select, [tabindex]") ?? []]
  .filter((node) => node.tabIndex >= 0 && !node.disabled && node.offsetParent);

// Left upper corner of a card of that size beside the box: above, below, right, left, or else in the
// corner of the window.
function beside(box, width, height) {
  const clamp = (at, size, end) => Math.max(GAP, Math.min(at, end - size - GAP));
  const [x, y] = [clamp(box.left, width, innerWidth), clamp(box.top, height, innerHeight)];
  const places = [
    [x, box.top - height - GAP], [x, box.bottom + GAP],
    [box.right + GAP, y], [box.left - width - GAP, y],
  ];
  const fits = ([left, top]) => left === clamp(left, width, innerWidth)
    && top === clamp(top, height, innerHeight);
  return places.find(fits) ?? [innerWidth - width - GAP, innerHeight - height - GAP];
}

function render({ model, el }) {
  const root = () => el.closest(".fcw-explorer");
  const steps = model.get("steps");
  let target = null;
  let offset = Infinity; // of the target, pixels below the top of the page; none known yet
  let coming = null; // while the target is brought into sight: where it was last, for how many frames
  let frame = 0;

  const go = (step, outcome = "") => {
    model.set("step", step);
    model.set("outcome", outcome);
    model.save_changes();
  };
  const start = () => {
    const { step = 0, outcome = "" } = recall() ?? {};
    go(steps[step] ? step : 0, outcome);
    card.focus();
  };
  const leave = () => {
    go(-1, model.get("outcome")); // as it was, for the way back
    entrance()?.focus();
  };
  const toggle = () => (model.get("step") < 0 ? start() : leave());
  const next = () => {
    const step = model.get("step") + 1;
    if (step < steps.length) {
      go(step);
      card.focus();
      return;
    }
    leave();
    remember({ step: 0 });
    label();
  };

  const control = () => {
    const step = steps[model.get("step")];
    return step ? root()?.querySelector(step.target) : null;
  };

  // --- the invitation, and the button in the header ---
  const invitation = add("div", "fcw-tour-invitation", el);
  add("span", "", invitation, "New here? Five short steps show what can be done on this page.");
  command("fcw-tour-accept", invitation, "Take the tour", start);
  command("fcw-tour-decline", invitation, "Not now", () => { remember({ step: 0 }); label(); });
  const entrance = () => root()?.querySelector(".fcw-command-tour");
  const label = () => {
    const place = recall();
    const begun = place?.step > 0 || place?.outcome;
    const button = entrance();
    const open = model.get("step") >= 0;
    if (button) {
      button.textContent = open ? "Leave" : begun ? "Resume" : "Take";
      add("span", "fcw-tour-the", button, " the");
      button.append(" tour");
    }
    invitation.hidden = open || Boolean(place) || !model.get("ready");
  };

  // --- the card ---
  const card = add("section", "fcw-tour-card", el);
  Object.assign(card, { popover: "manual", tabIndex: -1 });
  card.setAttribute("role", "dialog");
  card.setAttribute("aria-label", "guided tour");
  const count = add("p", "fcw-tour-count", card);
  const heading = add("h4", "", card);
  const close = command("fcw-tour-leave", card, "×", leave);
  close.title = "Leave the tour; it can be resumed (Escape)";
  close.setAttribute("aria-label", "Leave the tour");
  const text = add("p", "fcw-tour-text", card);
  const outcome = add("p", "fcw-tour-outcome", card);
  outcome.setAttribute("aria-live", "polite");
  const foot = add("div", "fcw-tour-foot", card);
  const back = command("fcw-tour-back", foot, "Back", () => go(model.get("step") - 1));
  const on = command("fcw-tour-next", foot, "", next);

  const show = () => {
    const step = model.get("step");
    if (!steps[step]) {
      if (card.matches(":popover-open")) card.hidePopover();
      return;
    }
    const last = step === steps.length - 1;
    const done = model.get("outcome");
    count.textContent = `Step ${step + 1} of ${steps.length}`;
    heading.textContent = steps[step].title;
    text.textContent = steps[step].text.replaceAll(" %", "\u00a0%");
    outcome.textContent = done;
    outcome.hidden = !done;
    back.hidden = step === 0;
    on.textContent = last ? (done ? "Finish" : "Skip and finish") : (done ? "Next" : "Skip this step");
    on.classList.toggle("fcw-tour-done", Boolean(done));
    if (!card.matches(":popover-open")) card.showPopover();
    if (target && narrow()) bring(); // the card may be higher than it was
  };

  // Where the control is, frame by frame: it moves as the page is built, scrolled and resized.
  const follow = () => {
    const found = control();
    if (found !== target) {
      target?.classList.remove("fcw-tour-target");
      target = found;
      target?.classList.add("fcw-tour-target");
      offset = Infinity;
    }
    frame = model.get("step") < 0 ? 0 : requestAnimationFrame(follow);
    if (!frame) return;
    card.classList.toggle("fcw-tour-sheet", narrow());
    const box = (target ?? card).getBoundingClientRect();
    if (target) {
      const now = box.top - root().getBoundingClientRect().top;
      if (Math.abs(now - offset) > 1) bring(); // it is new, or there is a line more above it
      offset = now;
      if (coming) settle(box);
    }
    const [left, top] = narrow() ? [0, innerHeight - card.offsetHeight]
      : beside(box, card.offsetWidth, card.offsetHeight);
    card.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
  };
  const bring = () => {
    if (!narrow() && inSight(target.getBoundingClientRect())) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    scroll(calm ? "instant" : "smooth");
    coming = { top: NaN, frames: 0 };
  };
  const scroll = (behavior) => {
    const block = narrow() ? (steps[model.get("step")].below ? "start" : "end") : "center";
    target.style.scrollMargin = narrow() ? `${GAP}px 0 ${card.offsetHeight + GAP}px` : "";
    target.scrollIntoView({ block, behavior });
  };
  const inSight = (box) => {
    const covered = narrow() ? card.offsetHeight : 0;
    return box.top >= GAP - 1 && box.bottom <= innerHeight - covered - GAP + 1;
  };
  // Browsers lose a smooth scroll that something interrupts: the control then jumps to its place.
  const settle = (box) => {
    const frames = box.top === coming.top ? coming.frames + 1 : 0;
    coming = { top: box.top, frames };
    if (frames < STILL) return;
    coming = null;
    if (!inSight(box)) scroll("instant");
  };
  const stay = () => { coming = null; }; // who scrolls is not pulled back

  // The control comes behind the card in the order of the tabulator key. Escape leaves.
  const key = (event) => {
    if (model.get("step") < 0) return;
    if (event.key === "Escape" && !event.target.matches("input, select, textarea")) leave();
    if (event.key !== "Tab") return;
    const [inCard, inTarget] = [reachable(card), reachable(control())];
    const [from, to] = event.shiftKey ? [inTarget[0], inCard.at(-1)] : [inCard.at(-1), inTarget[0]];
    if (to && document.activeElement === from) {
      event.preventDefault();
      to.focus();
    }
  };

  const draw = () => {
    show();
    label();
    if (!frame) follow();
  };
  const changed = () => {
    const [step, done] = [model.get("step"), model.get("outcome")];
    if (step >= 0) remember({ step, outcome: done, open: true });
    else if (recall()?.open) remember({ ...recall(), open: false });
    draw();
  };
  const begin = () => {
    label();
    root()?.addEventListener("fcw-tour", toggle);
    const reloaded = performance.getEntriesByType("navigation")[0]?.type === "reload";
    if (reloaded && recall()?.open && model.get("step") < 0) start();
  };
  model.on("change:step change:outcome", changed);
  model.on("change:ready", begin);
  document.addEventListener("keydown", key);
  for (const event of OWN) document.addEventListener(event, stay, { passive: true });
  if (model.get("ready")) begin();
  draw();
  return () => {
    cancelAnimationFrame(frame);
    target?.classList.remove("fcw-tour-target");
    document.removeEventListener("keydown", key);
    for (const event of OWN) document.removeEventListener(event, stay);
    root()?.removeEventListener("fcw-tour", toggle);
    model.off("change:step change:outcome", changed);
    model.off("change:ready", begin);
  };
}

export default { render };
