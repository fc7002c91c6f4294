// Title line. Commands go to the kernel. Comes behind theme.js, which applies the theme, and kernel.js.

const ICONS = { undo: "↶", redo: "↷", reset: "⟲", theme: "◐", code: "</>" };

function button(name, words, onclick) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `fcw-command fcw-command-${name}`;
  made.textContent = ICONS[name];
  made.title = words;
  made.setAttribute("aria-label", words);
  made.addEventListener("click", onclick);
  return made;
}

// On a page of our own the state stands in the address: a reload or a link brings it back.
const ALONE = () => "voila" in document.body.dataset;
const KEY = "#state=";

function stateInAddress() {
  if (!ALONE() || !location.hash.startsWith(KEY)) return "";
  try {
    const bytes = Uint8Array.from(atob(decodeURIComponent(location.hash.slice(KEY.length))),
      (letter) => letter.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  } catch {
    return "";
  }
}

function addressOf(state) {
  if (!state) return location.pathname + location.search;
  const letters = Array.from(new TextEncoder().encode(state), (b) => String.fromCharCode(b));
  return KEY + encodeURIComponent(btoa(letters.join("")));
}

// Explorer and Laboratory lie side by side, as notebooks or as / and /laboratory.
function otherPage(page) {
  const here = location.pathname;
  const names = { explorer: "dashboard.ipynb", laboratory: "laboratory.ipynb" };
  const other = page === "explorer" ? "laboratory" : "explorer";
  if (here.endsWith(names[page])) return here.slice(0, -names[page].length) + names[other];
  return page === "explorer" ? `${here.replace(/\/$/, "")}/laboratory`
    : here.replace(/laboratory\/?$/, "");
}

const GONE = "The kernel that computes this page has ended (idle for too long, or the server stopped). ";
const KEPT = "What you chose stands in the address of this page: nothing of it is lost, reload.";
const NOT_KEPT = "The file that you opened is too large for the address of this page: reload, and open it again.";

// What stands there when the kernel is lost.
function notice(model) {
  const box = document.createElement("div");
  box.className = "fcw-gone";
  box.setAttribute("role", "alert");
  const words = document.createElement("span");
  const reload = document.createElement("button");
  reload.type = "button";
  reload.className = "fcw-command";
  reload.textContent = "Reload";
  reload.addEventListener("click", () => location.reload());
  box.hidden = true;
  const show = (lost) => {
    words.textContent = GONE + (model.get("kept") ? KEPT : NOT_KEPT);
    box.replaceChildren(words, reload); // an alert is read out when it is filled
    box.hidden = !lost;
  };
  return { box, show };
}

function render({ model, el }) {
  el.classList.add("fcw-header-bar");
  const name = document.createElement("h1");
  name.textContent = "The face of crystals";
  const claim = document.createElement("span");
  claim.className = "fcw-claim";
  claim.textContent = "crystal symmetry, read from a diffraction image";
  const commands = document.createElement("div");
  commands.className = "fcw-commands";
  const code = document.createElement("pre");
  code.className = "fcw-code";
  code.tabIndex = 0;
  code.hidden = true;

  const send = (command) => () => model.send({ do: command });
  const undo = button("undo", "Undo", send("undo"));
  const redo = button("redo", "Redo", send("redo"));
  const reset = button("reset", "Reset to the first structure", send("reset"));
  const theme = button("theme", "Light or dark", () => {
    model.set("theme", isDark(model.get("theme")) ? "light" : "dark");
    model.save_changes();
  });
  const python = button("code", "Show this as Python", () => {
    model.send({ do: code.hidden ? "code" : "hide" });
  });
  const link = document.createElement("a");
  link.className = "fcw-page-link";
  link.textContent = model.get("page") === "explorer" ? "Laboratory" : "Explorer";
  link.hidden = !ALONE();
  const tour = document.createElement("button");
  tour.type = "button";
  tour.className = "fcw-command fcw-command-tour";
  tour.textContent = "Take the tour";
  tour.hidden = model.get("page") !== "explorer";
  tour.addEventListener("click", () => el.closest(".fcw-sheet").dispatchEvent(new CustomEvent("fcw-tour")));
  commands.append(tour, link, undo, redo, reset, python, theme);
  const gone = notice(model);
  el.append(name, claim, commands, code, gone.box);
  const endKernel = ALONE() ? followKernel(model.widget_manager.kernel, gone.show) : () => {};

  const enable = () => {
    undo.disabled = !model.get("can_undo");
    redo.disabled = !model.get("can_redo");
  };
  const showCode = () => {
    code.textContent = model.get("code");
    code.hidden = !code.textContent;
    python.setAttribute("aria-expanded", !code.hidden);
  };
  const keep = () => {
    const address = addressOf(model.get("state"));
    link.href = otherPage(model.get("page")) + (address.startsWith(KEY) ? address : "");
  };
  const write = () => {
    keep();
    if (ALONE()) history.replaceState(history.state, "", addressOf(model.get("state")));
  };
  model.on("change:can_undo change:can_redo", enable);
  model.on("change:code", showCode);
  const endTheme = followTheme(() => model.get("theme"), (act) => model.on("change:theme", act));
  enable();
  showCode();
  describe(el);
  model.send({ do: "alive", state: stateInAddress() });
  model.on("change:state", write);
  keep();
  return () => {
    model.off("change:state", write);
    endTheme();
    endKernel();
    model.off("change:can_undo change:can_redo", enable);
    model.off("change:code", showCode);
    model.off("change:theme");
  };
}

export default { render };
