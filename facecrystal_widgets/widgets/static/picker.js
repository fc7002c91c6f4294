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
function flag(node, name, on) {
  node.setAttribute(name, String(on));
}
var ARROWS = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1]
};
function arrow(event) {
  return ARROWS[event.key] ?? null;
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

// src/views/picker.ts
var NOBLE = [0, 2, 10, 18, 36, 54, 86];
var LENGTHS = [0, 2, 8, 8, 18, 18, 32, 32];
var LANTHANIDES = 57;
var ACTINIDES = 89;
var F_BLOCK = 14;
var ROWS = 10;
var COLUMNS = 18;
function cellOf(z) {
  if (z >= LANTHANIDES && z < LANTHANIDES + F_BLOCK) return [9, z - LANTHANIDES + 3];
  if (z >= ACTINIDES && z < ACTINIDES + F_BLOCK) return [10, z - ACTINIDES + 3];
  const ended = NOBLE.findIndex((last) => z <= last);
  const period = ended < 0 ? NOBLE.length : ended;
  const step = z - NOBLE[period - 1] - 1;
  if (step < (period === 1 ? 1 : 2)) return [period, step + 1];
  return [period, COLUMNS - (LENGTHS[period] - 1 - step)];
}
var PeriodicTable = class {
  constructor(parent, model) {
    this.model = model;
    const grid = element("div", "fcw-table", parent);
    grid.setAttribute("role", "radiogroup");
    grid.setAttribute("aria-label", "element");
    for (const [i, { symbol, name }] of model.get("elements").entries()) {
      this.add(grid, i + 1, symbol, name);
    }
  }
  model;
  cells = /* @__PURE__ */ new Map();
  places = /* @__PURE__ */ new Map();
  add(grid, z, symbol, name) {
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
  move(event, [row, column]) {
    const step = arrow(event);
    if (!step) return;
    event.preventDefault();
    const [right, up] = step;
    let [r, c] = [row - up, column + right];
    const isGap = () => !this.places.has([r, c].join());
    while (isGap() && r > 0 && r <= ROWS && c > 0 && c <= COLUMNS) [r, c] = [r - up, c + right];
    this.places.get([r, c].join())?.focus();
  }
  mark() {
    const value = this.model.get("value");
    const reachable = this.cells.has(value) ? value : "H";
    for (const [symbol, cell] of this.cells) {
      cell.classList.toggle("fcw-chosen", symbol === value);
      flag(cell, "aria-checked", symbol === value);
      cell.tabIndex = symbol === reachable ? 0 : -1;
    }
  }
};
function fileZone(parent, model) {
  const zone = element("div", "fcw-upload", parent);
  const label = element("label", "fcw-open", zone);
  element("span", "", label, "Open a file …");
  const input = element("input", "", label);
  input.type = "file";
  const name = element("span", "fcw-filename", zone);
  input.addEventListener("change", () => {
    send(model, input.files?.[0]);
    input.value = "";
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
async function send(model, file) {
  if (!file) return;
  if (file.size > model.get("max_upload")) {
    model.send({ filename: file.name, too_large: file.size });
    return;
  }
  try {
    model.send({ filename: file.name }, void 0, [await file.arrayBuffer()]);
  } catch {
    model.send({ filename: file.name, unreadable: true });
  }
}
function render({ model, el }) {
  const bindings = new Bindings(model);
  const table = new PeriodicTable(el, model);
  const show = fileZone(el, model);
  bindings.follow(() => table.mark(), "value");
  bindings.follow(show, "filename");
  return bindings.release;
}
var picker_default = { render };
export {
  cellOf,
  picker_default as default
};
