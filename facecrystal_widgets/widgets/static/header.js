// Built by js/build.js from js/src; change it there.

// src/shared/address.ts
var KEY = "#state=";
function stateOf(hash) {
  if (!hash.startsWith(KEY)) return "";
  try {
    const letters = atob(decodeURIComponent(hash.slice(KEY.length)));
    return new TextDecoder().decode(Uint8Array.from(letters, (letter) => letter.charCodeAt(0)));
  } catch {
    return "";
  }
}
function hashOf(state) {
  if (!state) return "";
  const letters = Array.from(new TextEncoder().encode(state), (b) => String.fromCharCode(b));
  return KEY + encodeURIComponent(btoa(letters.join("")));
}
var NOTEBOOKS = { explorer: "dashboard.ipynb", laboratory: "laboratory.ipynb" };
function otherPage(page, path) {
  const other = page === "explorer" ? "laboratory" : "explorer";
  if (path.endsWith(NOTEBOOKS[page])) {
    return path.slice(0, -NOTEBOOKS[page].length) + NOTEBOOKS[other];
  }
  if (page === "explorer") return `${path.replace(/\/$/, "")}/laboratory`;
  return path.replace(/laboratory\/?$/, "");
}

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
function iconButton(className, parent, icon, label, act) {
  const node = button(className, parent, icon, act);
  node.title = label;
  node.setAttribute("aria-label", label);
  return node;
}
function flag(node, name, on) {
  node.setAttribute(name, String(on));
}

// src/shared/kernel.ts
var ENDED = ["dead", "terminating", "restarting", "autorestarting"];
var UNANSWERED = 3e3;
var DISCONNECTED = 5e3;
var ACTS = ["pointerdown", "keydown", "visibilitychange"];
var isPageOfItsOwn = () => "voila" in document.body.dataset;
function followKernel(model, lost) {
  if (!isPageOfItsOwn()) return () => {
  };
  const { kernel } = model.widget_manager;
  const watch = new KernelWatch(kernel, lost);
  return () => watch.end();
}
var KernelWatch = class {
  constructor(kernel, lost) {
    this.kernel = kernel;
    this.lost = lost;
    kernel.statusChanged.connect(this.onStatus);
    kernel.connectionStatusChanged.connect(this.onConnection);
    for (const act of ACTS) document.addEventListener(act, this.ask, { passive: true });
  }
  kernel;
  lost;
  ended = false;
  heard = 0;
  asking;
  breaking;
  onStatus = (_, status) => {
    this.heard = Date.now();
    if (!this.ended && ENDED.includes(status)) this.giveUp();
  };
  onConnection = (_, status) => {
    clearTimeout(this.breaking);
    if (status === "connected") this.lost(this.ended);
    else this.breaking = window.setTimeout(this.lost, DISCONNECTED, true);
  };
  // A server that ends an idle kernel leaves the connection open. It is asked only when somebody is
  // there and the kernel does not answer: to ask regularly would keep an idle server from ending.
  ask = () => {
    if (this.asking || this.ended) return;
    this.asking = window.setTimeout(async () => {
      this.asking = void 0;
      if (Date.now() - this.heard < UNANSWERED) return;
      const address = `${this.kernel.serverSettings.baseUrl}api/kernels/${this.kernel.id}`;
      const answer = await fetch(address).catch(() => null);
      if (answer?.status === 404) this.giveUp();
    }, UNANSWERED);
  };
  giveUp() {
    this.ended = true;
    this.lost(true);
  }
  end() {
    clearTimeout(this.asking);
    clearTimeout(this.breaking);
    this.kernel.statusChanged.disconnect(this.onStatus);
    this.kernel.connectionStatusChanged.disconnect(this.onConnection);
    for (const act of ACTS) document.removeEventListener(act, this.ask);
  }
};
function hostTheme() {
  const light = document.body.dataset.jpThemeLight;
  if (light === void 0) return "auto";
  return light === "false" ? "dark" : "light";
}
function followHostTheme(callback) {
  const observer = new MutationObserver(callback);
  observer.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  return () => observer.disconnect();
}
function nameSlider(slider) {
  const label = slider.querySelector(".widget-label")?.textContent;
  if (label) slider.querySelector(".noUi-handle")?.setAttribute("aria-label", label);
}
var ROLES = [
  [".fcw-verdict", "log"],
  [".fcw-status", "status"]
];
function describeControls(el) {
  const look = () => {
    const root = el.closest(".fcw");
    if (!root) return;
    for (const [hook, role] of ROLES) {
      for (const line of root.querySelectorAll(hook)) line.setAttribute("role", role);
    }
    for (const slider of root.querySelectorAll(".widget-slider")) nameSlider(slider);
  };
  for (const wait of [300, 1e3, 3e3, 8e3]) setTimeout(look, wait);
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

// src/shared/page.ts
var pageOf = (el) => el.closest(".fcw-sheet");
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

// src/shared/theme.ts
var CHANGED = "fcw-theme";
function isDark(chosen) {
  const theme = chosen === "auto" ? hostTheme() : chosen;
  if (theme !== "auto") return theme === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}
function applyTheme(chosen) {
  document.documentElement.classList.toggle("fcw-dark", isDark(chosen));
  document.dispatchEvent(new CustomEvent(CHANGED));
}
function followTheme(chosen) {
  applyTheme(chosen());
  return followHostTheme(() => applyTheme(chosen()));
}

// src/shared/tour_events.ts
var TOUR_TOGGLE = "fcw-tour";
var TOUR_PLACE = "fcw-tour-place";
var TOUR_LEFT = "fcw-tour-left";

// src/views/header.ts
var ICONS = { undo: "↶", redo: "↷", reset: "⟲", theme: "◐", code: "</>" };
var GONE = "The kernel that computes this page has ended (idle for too long, or the server stopped). ";
var KEPT = "What you chose stands in the address of this page: nothing of it is lost, reload.";
var NOT_KEPT = "The file that you opened is too large for the address of this page: reload, and open it again.";
function command(parent, name, label, act) {
  return iconButton(`fcw-command fcw-command-${name}`, parent, ICONS[name], label, act);
}
function lossNotice(parent, model) {
  const box = element("div", "fcw-gone", parent);
  box.setAttribute("role", "alert");
  box.hidden = true;
  const text = element("span", "");
  const reload = button("fcw-command", null, "Reload", () => location.reload());
  return (lost) => {
    text.textContent = GONE + (model.get("kept") ? KEPT : NOT_KEPT);
    box.replaceChildren(text, reload);
    box.hidden = !lost;
  };
}
function tourButton(parent, el, model, bindings) {
  const toggle = () => announce(el, TOUR_TOGGLE);
  const node = button("fcw-command fcw-command-tour", parent, "Take the tour", toggle);
  node.hidden = model.get("page") !== "explorer";
  const verbs = { open: "Leave", begun: "Resume", ahead: "Take" };
  bindings.add(
    hear(el, TOUR_PLACE, (place) => {
      node.textContent = verbs[place];
      element("span", "fcw-tour-the", node, " the");
      node.append(" tour");
    }),
    hear(el, TOUR_LEFT, () => node.focus())
  );
}
function historyCommands(parent, model, bindings) {
  const send = (name) => () => model.send({ do: name });
  const undo = command(parent, "undo", "Undo", send("undo"));
  const redo = command(parent, "redo", "Redo", send("redo"));
  command(parent, "reset", "Reset to the first structure", send("reset"));
  bindings.follow(
    () => {
      undo.disabled = !model.get("can_undo");
      redo.disabled = !model.get("can_redo");
    },
    "can_undo",
    "can_redo"
  );
}
function codeCommand(parent, code, model, bindings) {
  const python = command(
    parent,
    "code",
    "Show this as Python",
    () => model.send({ do: code.hidden ? "code" : "hide" })
  );
  code.tabIndex = 0;
  bindings.follow(() => {
    code.textContent = model.get("code");
    code.hidden = !code.textContent;
    flag(python, "aria-expanded", !code.hidden);
  }, "code");
}
function followState(link, model, bindings) {
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
function render({ model, el }) {
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
  command(
    commands,
    "theme",
    "Light or dark",
    () => assign(model, { theme: isDark(theme()) ? "light" : "dark" })
  );
  bindings.add(followKernel(model, lossNotice(el, model)), followTheme(theme));
  bindings.on("change:theme", () => applyTheme(theme()));
  describeControls(el);
  model.send({ do: "alive", state: isPageOfItsOwn() ? stateOf(location.hash) : "" });
  followState(link, model, bindings);
  return bindings.release;
}
var header_default = { render };
export {
  header_default as default
};
