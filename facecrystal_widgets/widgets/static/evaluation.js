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
function onPointed(node, callback) {
  for (const event of ["pointerenter", "focus"]) node.addEventListener(event, callback);
}

// src/shared/model.ts
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
var visibleViews = /* @__PURE__ */ new WeakMap();
function reportVisible(model, el) {
  const key = model.get("layout") ?? model;
  const views = visibleViews.get(key) ?? /* @__PURE__ */ new Set();
  visibleViews.set(key, views);
  const report = (visible) => {
    if (visible) views.add(el);
    else views.delete(el);
    const seen = views.size > 0;
    if (model.get("visible") === seen) return;
    model.set("visible", seen);
    model.save_changes();
  };
  const observer = new IntersectionObserver(
    (entries) => report(entries[entries.length - 1].isIntersecting),
    { rootMargin: "-40px" }
  );
  observer.observe(el);
  return () => {
    observer.disconnect();
    report(false);
  };
}

// src/shared/numbers.ts
var clamp = (value, low, high) => Math.min(high, Math.max(low, value));
var sum = (values) => values.reduce((all, v) => all + v, 0);
var count = (value) => value.toLocaleString("en");
var shortPercent = (part) => `${Number((100 * part).toFixed(1))} %`;
function probability(value) {
  const text = value.toFixed(3);
  if (text === "1.000") return "> 0.999";
  return text === "0.000" ? "< 0.001" : `= ${text}`;
}
var unbroken = (text) => text.replaceAll(" %", " %");

// src/shared/canvas.ts
var copy = (view) => view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
var floats = (view) => new Float32Array(copy(view));
var bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
function pen(canvas, options) {
  return canvas.getContext("2d", options);
}
function paint(canvas, values, width, colour) {
  const height = values.length / width;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = pen(canvas, { willReadFrequently: true });
  const image = context.createImageData(width, height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = row * width + column;
      const at = 4 * ((height - 1 - row) * width + column);
      image.data[at + 3] = 255;
      image.data.set(colour(values[from], from), at);
    }
  }
  context.putImageData(image, 0, 0);
}
function sharp(canvas, width, height, scale = devicePixelRatio) {
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = pen(canvas);
  context.scale(scale, scale);
  context.fillStyle = "rgb(0 0 0 / 1%)";
  context.fillRect(0, 0, 1, 1);
  context.fillStyle = "#000";
  return context;
}

// src/shared/colours.ts
var INFERNO = [
  [0, 0, 4],
  [31, 12, 72],
  [85, 15, 109],
  [136, 34, 106],
  [186, 54, 85],
  [227, 89, 51],
  [249, 140, 10],
  [249, 201, 50],
  [252, 255, 164]
];
function lookup(anchors) {
  return Array.from({ length: 256 }, (_, i) => {
    const position = i / 255 * (anchors.length - 1);
    const k = Math.min(Math.floor(position), anchors.length - 2);
    return anchors[k].map((low, j) => low + (anchors[k + 1][j] - low) * (position - k));
  });
}
var shade = (table, part) => table[Math.round(255 * clamp(part, 0, 1))];
var DECADES = 3;
var logarithmic = (value) => 1 + Math.log10(Math.max(value, 1e-9)) / DECADES;
var rgb = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
var css = (colour) => `rgb(${colour.map(Math.round).join(" ")})`;

// src/shared/rotation.ts
var IDENTITY = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1]
];

// src/shared/atoms.ts
var BINS = 4096;
var HIDDEN = 65535;
var FOGS = 5;
function projectAtoms(positions, camera, isShown = () => true) {
  const { scale, width, height, reach } = camera;
  const [u, v, w] = camera.rotation;
  const number = positions.length / 3;
  const places = new Float32Array(positions.length);
  const bins = new Uint16Array(number);
  const counts = new Uint32Array(BINS + 1);
  for (let i = 0; i < number; i++) {
    if (!isShown(i)) {
      bins[i] = HIDDEN;
      continue;
    }
    const x = positions[3 * i];
    const y = positions[3 * i + 1];
    const z = positions[3 * i + 2];
    const depth = (w[0] * x + w[1] * y + w[2] * z) / reach;
    places[3 * i] = width / 2 + scale * (u[0] * x + u[1] * y + u[2] * z);
    places[3 * i + 1] = height / 2 - scale * (v[0] * x + v[1] * y + v[2] * z);
    places[3 * i + 2] = depth;
    bins[i] = clamp(Math.floor((depth + 1) / 2 * BINS), 0, BINS - 1);
    counts[bins[i] + 1]++;
  }
  for (let k = 0; k < BINS; k++) counts[k + 1] += counts[k];
  const order = new Uint32Array(counts[BINS]);
  for (let i = 0; i < number; i++) {
    if (bins[i] !== HIDDEN) order[counts[bins[i]]++] = i;
  }
  return { places, order };
}
var fogOf = (depth) => clamp(Math.floor((1 - depth) / 2 * FOGS), 0, FOGS - 1);
function paintAtoms(context, { places, order }, radius, colourOf, background = null) {
  const balls = /* @__PURE__ */ new Map();
  const side = Math.ceil(2 * radius + 2);
  for (const i of order) {
    const colour = colourOf(i);
    const fog = background ? fogOf(places[3 * i + 2]) : 0;
    const key = colour[0] >> 3 << 13 | colour[1] >> 3 << 8 | colour[2] >> 3 << 3 | fog;
    let ball = balls.get(key);
    if (!ball) {
      ball = drawBall(background ? faded(colour, background, fog) : colour, radius, side);
      balls.set(key, ball);
    }
    context.drawImage(ball, places[3 * i] - side / 2, places[3 * i + 1] - side / 2, side, side);
  }
}
function faded(colour, background, fog) {
  const part = 0.5 * fog / FOGS;
  return colour.map((c, j) => Math.round(c * (1 - part) + background[j] * part));
}
function drawBall(colour, radius, side) {
  const canvas = document.createElement("canvas");
  const context = sharp(canvas, side, side);
  const middle = side / 2;
  const light = middle - radius / 3;
  const shade2 = context.createRadialGradient(light, light, radius / 8, middle, middle, radius);
  const mixed = (share, to) => css(colour.map((c) => c + (to - c) * share));
  shade2.addColorStop(0, mixed(0.55, 255));
  shade2.addColorStop(0.45, mixed(0, 0));
  shade2.addColorStop(1, mixed(0.3, 0));
  context.fillStyle = shade2;
  context.beginPath();
  context.arc(middle, middle, radius, 0, 2 * Math.PI);
  context.fill();
  return canvas;
}

// src/shared/structure_card.ts
var structureOf = ([row, species, label, answer, p, right, defect, bond]) => ({ row, species, label, answer, p, right, defect, bond });
var isMisclassified = ({ label, answer }) => label !== answer;
function structureName(model, { species, label, defect }) {
  const name = model.get("defects")[defect].name.replace(/ (?=[%Å])/, " ");
  return `${species} ${model.get("classes")[label].label}, ${name}`;
}
function structureAnswer(model, structure) {
  const verb = isMisclassified(structure) ? "taken for" : "rightly taken for";
  const p = `p ${probability(structure.p).replace(" ", " ")}`;
  return `${verb} ${model.get("classes")[structure.answer].label}, ${p}`;
}
var KEPT = 400;
var SIDE = 64;
var GLOW = lookup(INFERNO);
var StructureCard = class {
  constructor(parent, model, hint) {
    this.model = model;
    this.hint = hint;
    this.box = element("aside", "fcw-pt-card", parent);
    this.pictures = element("div", "fcw-pt-pictures", this.box);
    this.atoms = this.frame("structure");
    this.image = this.frame("diffraction image");
    this.text = element("div", "fcw-pt-words", this.box);
    this.text.setAttribute("aria-live", "polite");
    this.load = button(
      "fcw-toggle fcw-pt-load",
      this.box,
      "load into the session",
      () => model.send({ do: "load", row: this.shown?.row })
    );
    model.on("msg:custom", this.receive);
    model.on("change:chosen", this.redraw);
    this.redraw();
  }
  model;
  hint;
  box;
  pictures;
  atoms;
  image;
  text;
  load;
  kept = /* @__PURE__ */ new Map();
  shown = null;
  asked = null;
  frame(label) {
    const canvas = element("canvas", "fcw-pt-picture", this.pictures);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
    return canvas;
  }
  show(structure) {
    if (structure.row === this.shown?.row) return;
    this.shown = structure;
    delete this.box.dataset.row;
    this.redraw();
    if (this.kept.has(structure.row)) this.box.dataset.row = String(structure.row);
    this.ask();
  }
  /** Show nothing, and forget all pictures: the rows stand for other structures now. */
  forget() {
    this.kept.clear();
    this.asked = this.shown = null;
    delete this.box.dataset.row;
    this.redraw();
  }
  ask() {
    if (this.asked !== null || this.shown === null || this.kept.has(this.shown.row)) return;
    this.asked = this.shown.row;
    this.model.send({ do: "picture", row: this.asked });
  }
  receive = (message, buffers) => {
    if (message.picture === void 0) return;
    const picture = message;
    if (this.kept.size >= KEPT) this.kept.delete(this.kept.keys().next().value);
    this.kept.set(picture.picture, {
      ...picture,
      image: floats(buffers[0]),
      positions: floats(buffers[1]),
      kinds: bytes(buffers[2])
    });
    if (this.asked === picture.picture) this.asked = null;
    if (this.shown?.row === picture.picture) {
      this.box.dataset.row = String(picture.picture);
      this.redraw();
    }
    this.ask();
  };
  redraw = () => {
    const { shown, text } = this;
    const kept = shown ? this.kept.get(shown.row) : void 0;
    this.box.classList.toggle("fcw-pt-waiting", !kept);
    this.load.hidden = this.pictures.hidden = shown === null;
    text.replaceChildren();
    if (shown === null) {
      element("p", "fcw-pt-hint", text, this.hint);
      return;
    }
    this.describe(shown, kept);
    const loaded = this.model.get("chosen") === shown.row;
    this.load.textContent = loaded ? "in the session" : "load into the session";
    this.load.disabled = loaded;
    if (!kept) return;
    paint(this.image, kept.image, SIDE, (value) => shade(GLOW, logarithmic(value)));
    drawAtoms(this.atoms, kept);
  };
  describe(shown, kept) {
    const { model, text } = this;
    const wrong = isMisclassified(shown);
    element("b", "", text, structureName(model, shown));
    element("span", wrong ? "fcw-pt-wrong" : "", text, structureAnswer(model, shown));
    if (wrong) {
      const { label } = model.get("classes")[shown.label];
      element("span", "", text, `p(${label}) ${probability(shown.right)}`);
    }
    const more = kept ? `, ${kept.atoms} atoms of ${kept.species.join(", ")}` : "";
    element("span", "fcw-pt-soft", text, `bond length ${shown.bond.toFixed(2)} Å${more}`);
  }
  end = () => {
    this.model.off("msg:custom", this.receive);
    this.model.off("change:chosen", this.redraw);
  };
};
function drawAtoms(canvas, { positions, kinds, colours, bond }) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = sharp(canvas, width, height);
  if (!width || !positions.length) return;
  const half = Math.max(...positions.map(Math.abs)) + 0.3 * bond;
  const scale = Math.min(width, height) / 2 / half;
  const reach = Math.sqrt(3) * half;
  const atoms = projectAtoms(positions, { rotation: IDENTITY, scale, width, height, reach });
  const palette = colours.map(rgb);
  paintAtoms(context, atoms, 0.27 * bond * scale, (atom) => palette[kinds[atom]]);
}
function structureRow(className, model, structure, answerClass = "") {
  const row = button(className, null, "", () => model.send({ do: "load", row: structure.row }));
  element("b", "", row, structureName(model, structure));
  element("span", answerClass, row, structureAnswer(model, structure));
  return row;
}

// src/views/evaluation.ts
var isOpen = (model, what) => JSON.stringify(what) === JSON.stringify(model.get("opened"));
var toggle = (model, what) => model.send({ do: "open", what: isOpen(model, what) ? [] : what });
var ConfusionMatrix = class {
  constructor(parent, model) {
    this.model = model;
    const classes = model.get("classes");
    const section = element("section", "fcw-eval-matrix", parent);
    element("h4", "fcw-eval-heading", section, "confusion matrix");
    const table = element("table", "", section);
    const top = element("tr", "", element("thead", "", table));
    element("th", "fcw-eval-corner", top, "crystal ↓ answer →");
    for (const { label } of classes) element("th", "", top, label).setAttribute("scope", "col");
    const lines = element("tbody", "", table);
    element("p", "fcw-eval-hint", section, "A cell opens the list of its structures.");
    this.cells = classes.map((truth, i) => {
      const line = element("tr", "", lines);
      element("th", "", line, truth.label).setAttribute("scope", "row");
      return classes.map((_, j) => this.cell(element("td", "", line), i, j));
    });
  }
  model;
  cells;
  cell(parent, i, j) {
    const node = button("fcw-eval-cell", parent, "", () => toggle(this.model, ["cell", i, j]));
    node.dataset.cell = `${i}-${j}`;
    node.classList.toggle("fcw-eval-right", i === j);
    return node;
  }
  draw(matrix) {
    const classes = this.model.get("classes");
    for (const [i, line] of matrix.entries()) {
      const all = sum(line) || 1;
      for (const [j, number] of line.entries()) {
        const cell = this.cells[i][j];
        cell.textContent = count(number);
        cell.disabled = number === 0;
        cell.style.setProperty("--part", String(number / all));
        flag(cell, "aria-pressed", isOpen(this.model, ["cell", i, j]));
        const label = `${classes[i].label} taken for ${classes[j].label}: ${number}`;
        cell.setAttribute("aria-label", label);
      }
    }
  }
};
var DefectTable = class {
  constructor(parent, model, bindings) {
    this.model = model;
    const section = element("section", "fcw-eval-defects", parent);
    element("h4", "fcw-eval-heading", section, "in the right class, by defect");
    const table = element("table", "", element("div", "fcw-eval-scroll", section));
    this.heads = element("tr", "", element("thead", "", table));
    this.rows = element("tbody", "", table);
    const note = element("p", "fcw-eval-hint", section);
    bindings.follow(() => this.draw(), "table", "peers", "opened");
    bindings.follow(() => {
      note.textContent = unbroken(model.get("note"));
    }, "note");
  }
  model;
  heads;
  rows;
  draw() {
    this.heads.replaceChildren();
    for (const name of ["defect", "structures", "network", ...this.model.get("peers")]) {
      const [method, ...setting] = name.split(", ");
      const head = element("th", "", this.heads, method);
      head.setAttribute("scope", "col");
      if (setting.length) element("small", "", head, setting.join(", "));
    }
    this.rows.replaceChildren(...this.model.get("table").map((line) => this.row(line)));
  }
  row(line) {
    const row = element("tr", "");
    const head = element("th", "", row);
    head.setAttribute("scope", "row");
    const what = ["defect", line.defect];
    const node = button("fcw-eval-open", head, line.name, () => toggle(this.model, what));
    node.dataset.defect = String(line.defect);
    flag(node, "aria-pressed", isOpen(this.model, what));
    element("td", "fcw-eval-count", row, count(line.structures));
    const network = element("td", "", row);
    bar(network, line.accuracy, line.percent, "fcw-eval-network");
    const confidence = line.confidence.toFixed(4);
    network.title = `${line.misses} misclassified, mean confidence ${confidence}`;
    for (const part of line.peers) {
      const cell = element("td", "", row);
      if (part === null) element("span", "fcw-eval-none", cell, "–");
      else bar(cell, part, shortPercent(part), "");
    }
    return row;
  }
};
function bar(cell, part, text, kind) {
  const node = element("span", `fcw-eval-bar ${kind}`, cell, text);
  node.style.setProperty("--part", String(part));
}
var OpenList = class {
  constructor(el, model, bindings) {
    this.el = el;
    this.model = model;
    this.section = element("section", "fcw-eval-list", el);
    this.heading = element("h4", "fcw-eval-heading", this.section);
    const beside = element("div", "fcw-eval-two", this.section);
    this.items = element("div", "fcw-eval-items", beside);
    const hint = "Point at a structure to see it; click on it to load it into the session.";
    this.card = new StructureCard(beside, model, hint);
    bindings.follow(() => this.draw(), "listed", "heading", "opened");
    bindings.follow(() => this.mark(), "chosen");
    bindings.follow(() => this.card.forget(), "run");
    bindings.resized(beside, this.card.redraw);
    bindings.add(this.card.end);
  }
  el;
  model;
  section;
  heading;
  items;
  card;
  draw() {
    const { items, model } = this;
    this.section.hidden = model.get("opened").length === 0;
    this.heading.textContent = model.get("heading");
    const focused = document.activeElement?.dataset?.row;
    items.replaceChildren(...model.get("listed").map((row) => this.item(row)));
    if (focused !== void 0) {
      items.querySelector(`[data-row="${focused}"]`)?.focus();
    }
    this.mark();
  }
  item(row) {
    const structure = structureOf(row);
    const answerClass = isMisclassified(structure) ? "fcw-pt-wrong" : "";
    const node = structureRow("fcw-eval-item", this.model, structure, answerClass);
    node.dataset.row = String(structure.row);
    onPointed(node, () => this.card.show(structure));
    return node;
  }
  mark() {
    const chosen = String(this.model.get("chosen"));
    this.el.dataset.chosen = chosen;
    for (const node of this.items.querySelectorAll("button")) {
      node.classList.toggle("fcw-eval-chosen", node.dataset.row === chosen);
    }
  }
};
function render({ model, el }) {
  el.classList.add("fcw-eval");
  const bindings = new Bindings(model);
  const text = "The tables grow here once the evaluation is started.";
  const empty = element("p", "fcw-eval-empty", el, text);
  const summary = element("p", "fcw-eval-summary", el);
  const body = element("div", "fcw-eval-body", el);
  const matrix = new ConfusionMatrix(body, model);
  bindings.follow(
    () => {
      const numbers = model.get("matrix");
      empty.hidden = numbers.length > 0;
      summary.hidden = body.hidden = numbers.length === 0;
      if (!numbers.length) return;
      el.dataset.structures = String(sum(numbers.flat()));
      matrix.draw(numbers);
    },
    "matrix",
    "opened"
  );
  bindings.follow(() => {
    summary.textContent = unbroken(model.get("summary"));
  }, "summary");
  new DefectTable(body, model, bindings);
  new OpenList(el, model, bindings);
  const caption = element("p", "fcw-limits", el);
  bindings.follow(() => {
    caption.textContent = model.get("caption");
  }, "caption");
  bindings.add(reportVisible(model, el));
  return bindings.release;
}
var evaluation_default = { render };
export {
  evaluation_default as default
};
