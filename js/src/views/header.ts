// Title line. Commands go to the engine; the theme and the address of the page are kept up to date.

import { hashOf, otherPage, type PageName, stateOf } from "../shared/address.ts";
import { button, element, flag, iconButton } from "../shared/elements.ts";
import { describeControls, followKernel, isPageOfItsOwn } from "../shared/kernel.ts";
import { assign, Bindings, type Context, type Model } from "../shared/model.ts";
import { announce, hear } from "../shared/page.ts";
import { applyTheme, followTheme, isDark, type Theme } from "../shared/theme.ts";
import { TOUR_LEFT, TOUR_PLACE, TOUR_TOGGLE, type TourPlace } from "../shared/tour_events.ts";

interface Traits {
  page: PageName;
  /** The state at rest; empty for the first one. */
  state: string;
  /** False if the state does not fit into an address. */
  kept: boolean;
  can_undo: boolean;
  can_redo: boolean;
  code: string;
  theme: Theme;
}

const ICONS = { undo: "↶", redo: "↷", reset: "⟲", theme: "◐", code: "</>" };

const GONE =
  "The kernel that computes this page has ended (idle for too long, or the server stopped). ";
const KEPT = "What you chose stands in the address of this page: nothing of it is lost, reload.";
const NOT_KEPT =
  "The file that you opened is too large for the address of this page: reload, and open it again.";

function command(parent: Element, name: keyof typeof ICONS, label: string, act: () => void) {
  return iconButton(`fcw-command fcw-command-${name}`, parent, ICONS[name], label, act);
}

/** What stands there when the kernel is lost; returns how to show or hide it. */
function lossNotice(parent: Element, model: Model<Traits>): (lost: boolean) => void {
  const box = element("div", "fcw-gone", parent);
  box.setAttribute("role", "alert");
  box.hidden = true;
  const text = element("span", "");
  const reload = button("fcw-command", null, "Reload", () => location.reload());
  return (lost) => {
    text.textContent = GONE + (model.get("kept") ? KEPT : NOT_KEPT);
    box.replaceChildren(text, reload); // an alert is read out when it is filled
    box.hidden = !lost;
  };
}

/** The button that opens the tour; the tour announces how far it is. */
function tourButton(
  parent: Element,
  el: HTMLElement,
  model: Model<Traits>,
  bindings: Bindings<Traits>,
): void {
  const toggle = () => announce(el, TOUR_TOGGLE);
  const node = button("fcw-command fcw-command-tour", parent, "Take the tour", toggle);
  node.hidden = model.get("page") !== "explorer";
  const verbs: Record<TourPlace, string> = { open: "Leave", begun: "Resume", ahead: "Take" };
  bindings.add(
    hear<TourPlace>(el, TOUR_PLACE, (place) => {
      node.textContent = verbs[place];
      element("span", "fcw-tour-the", node, " the");
      node.append(" tour");
    }),
    hear(el, TOUR_LEFT, () => node.focus()),
  );
}

function historyCommands(parent: Element, model: Model<Traits>, bindings: Bindings<Traits>): void {
  const send = (name: string) => () => model.send({ do: name });
  const undo = command(parent, "undo", "Undo", send("undo"));
  const redo = command(parent, "redo", "Redo", send("redo"));
  command(parent, "reset", "Reset to the first structure", send("reset"));
  bindings.follow(
    () => {
      undo.disabled = !model.get("can_undo");
      redo.disabled = !model.get("can_redo");
    },
    "can_undo",
    "can_redo",
  );
}

/** The state as Python, which a command shows and hides. */
function codeCommand(
  parent: Element,
  code: HTMLElement,
  model: Model<Traits>,
  bindings: Bindings<Traits>,
): void {
  const python = command(parent, "code", "Show this as Python", () =>
    model.send({ do: code.hidden ? "code" : "hide" }),
  );
  code.tabIndex = 0;
  bindings.follow(() => {
    code.textContent = model.get("code");
    code.hidden = !code.textContent;
    flag(python, "aria-expanded", !code.hidden);
  }, "code");
}

/** Keep the state in the address of a page of its own, and in the link to the other page. */
function followState(
  link: HTMLAnchorElement,
  model: Model<Traits>,
  bindings: Bindings<Traits>,
): void {
  const update = () => {
    link.href = otherPage(model.get("page"), location.pathname) + hashOf(model.get("state"));
  };
  update();
  bindings.on("change:state", () => {
    update();
    if (!isPageOfItsOwn()) return;
    const address = hashOf(model.get("state")) || location.pathname + location.search;
    history.replaceState(history.state, "", address);
  });
}

function render({ model, el }: Context<Traits>): () => void {
  el.classList.add("fcw-header-bar");
  const bindings = new Bindings(model);
  element("h1", "", el, "The face of crystals");
  element("span", "fcw-claim", el, "crystal symmetry, read from a diffraction image");
  const commands = element("div", "fcw-commands", el);
  const code = element("pre", "fcw-code", el);
  tourButton(commands, el, model, bindings);
  const link = element("a", "fcw-page-link", commands);
  link.textContent = model.get("page") === "explorer" ? "Laboratory" : "Explorer";
  link.hidden = !isPageOfItsOwn();
  historyCommands(commands, model, bindings);
  codeCommand(commands, code, model, bindings);
  const theme = () => model.get("theme");
  command(commands, "theme", "Light or dark", () =>
    assign(model, { theme: isDark(theme()) ? "light" : "dark" }),
  );
  bindings.add(followKernel(model, lossNotice(el, model)), followTheme(theme));
  bindings.on("change:theme", () => applyTheme(theme()));
  describeControls(el);
  model.send({ do: "alive", state: isPageOfItsOwn() ? stateOf(location.hash) : "" });
  followState(link, model, bindings);
  return bindings.release;
}

export default { render };
