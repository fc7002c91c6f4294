// Built by js/build.js from js/src; change it there.

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
function redrawer(draw) {
  let due = 0;
  const redraw = () => {
    due ||= requestAnimationFrame(() => {
      due = 0;
      draw();
    });
  };
  redraw.end = () => cancelAnimationFrame(due);
  return redraw;
}

// src/shared/elements.ts
function element(tag, className2, parent, text) {
  const node = document.createElement(tag);
  node.className = className2;
  if (text !== void 0) node.textContent = text;
  parent?.append(node);
  return node;
}
function button(className2, parent, text, act) {
  const node = element("button", className2, parent, text);
  node.type = "button";
  node.addEventListener("click", act);
  return node;
}
function group(className2, parent, label) {
  const box = element("div", className2, parent);
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", label);
  return box;
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
var greatest = (values) => {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]);
  return most;
};
var sum = (values) => values.reduce((all, v) => all + v, 0);
var minus = (text) => text.replace("-", "−");
var fixed = (value, digits = 4) => minus(value.toFixed(digits));
var signed = (value, digits = 4) => (value < 0 ? "" : "+") + fixed(value, digits);
var count = (value) => value.toLocaleString("en");
var short = (value) => value >= 100 ? count(Math.round(value)) : value.toPrecision(3);
function scientific(value) {
  if (value === 0 || value >= 1e-3) return value.toFixed(4);
  const [digits, power] = value.toExponential(2).split("e");
  const raised = [...power].map((d) => d === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(d)] ?? "");
  return `${digits} × 10${raised.join("")}`;
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
var RED_BLUE = [
  [5, 48, 97],
  [67, 147, 195],
  [209, 229, 240],
  [247, 247, 247],
  [253, 219, 199],
  [214, 96, 77],
  [103, 0, 31]
];
function lookup(anchors) {
  return Array.from({ length: 256 }, (_, i) => {
    const position = i / 255 * (anchors.length - 1);
    const k = Math.min(Math.floor(position), anchors.length - 2);
    return anchors[k].map((low, j) => low + (anchors[k + 1][j] - low) * (position - k));
  });
}
var shade = (table2, part) => table2[Math.round(255 * clamp(part, 0, 1))];
var css = (colour) => `rgb(${colour.map(Math.round).join(" ")})`;
var gradient = (colours) => `linear-gradient(to right, ${colours.map(css).join(", ")})`;

// src/shared/pixels.ts
function markRange(box, n, rows, columns) {
  const part = (pixels) => `${100 * pixels / n}%`;
  box.style.left = part(columns[0]);
  box.style.bottom = part(rows[0]);
  box.style.width = part(columns[1] - columns[0] + 1);
  box.style.height = part(rows[1] - rows[0] + 1);
}
function within([row, column], n) {
  return [clamp(row, 0, n - 1), clamp(column, 0, n - 1)];
}
function pixelUnder(event, frame, n) {
  const box = frame.getBoundingClientRect();
  const row = Math.floor((1 - (event.clientY - box.top) / box.height) * n);
  const column = Math.floor((event.clientX - box.left) / box.width * n);
  return within([row, column], n);
}

// src/views/layers/drawing.ts
var IMAGE_SIDE = 64;
var SIGNED = lookup(RED_BLUE);
var WARM = lookup(INFERNO);
var paintShades = (canvas, shades, width) => paint(canvas, shades, width, (value) => WARM[value]);
var warm = (value, top) => shade(WARM, Math.sqrt(Math.max(0, value / (top || 1))));
var signedColour = (value, top) => shade(SIGNED, 0.5 * (1 + value / (top || 1)));
function scaleBar(parent, table2) {
  const bar = element("div", "fcw-walk-scale", parent);
  const low = element("span", "", bar);
  const stops = table2.filter((_, i) => i % 15 === 0);
  element("i", "", bar).style.background = gradient(stops);
  const high = element("span", "", bar);
  return (from, to) => {
    low.textContent = from;
    high.textContent = to;
  };
}
var ledger = (parent) => (text, number, kind = "") => {
  const line = element("div", kind, parent);
  element("span", "", line, text);
  element("b", "", line, number);
};
function rectangles({ kind, count: number, size }) {
  if (kind === "dense") {
    const column = Array.from({ length: 16 }, (_, i) => [28.5, 1 + 3.9 * i, 7, 2.6]);
    return { each: column, round: 1 };
  }
  const side = 0.62 * size;
  const step = 2.6;
  const length = Math.round(number / 4);
  const start = 32 - (side + step * (length - 1)) / 2;
  const stack = Array.from({ length }, (_, i) => {
    return [start + step * (length - 1 - i), start + step * i, side, side];
  });
  return { each: stack, round: 1.5 };
}
var SVG = "http://www.w3.org/2000/svg";
function svg(tag, attributes, parent) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  parent.append(node);
  return node;
}
function drawGlyph(parent, layer, classes) {
  const drawing = svg("svg", { viewBox: "0 0 64 64", "aria-hidden": "true" }, parent);
  if (layer.kind === "softmax") {
    for (const [i, [, , fill]] of classes.entries()) {
      svg("circle", { cx: 32, cy: 11 + 14 * i, r: 5, fill }, drawing);
    }
    return;
  }
  const { each, round } = rectangles(layer);
  for (const [x, y, width, height] of each) {
    svg("rect", { x, y, width, height, rx: round }, drawing);
  }
}
function drawNetwork(parent, layers, classes, choose) {
  const nav = group("fcw-walk-net", parent, "layers of the network");
  const start = element("div", "fcw-walk-layer fcw-walk-start", nav);
  const image = element("canvas", "fcw-walk-thumb", element("span", "fcw-walk-glyph", start));
  element("b", "", start, "image");
  element("span", "", start, `${IMAGE_SIDE} × ${IMAGE_SIDE}`);
  const buttons = layers.map((layer) => layerButton(nav, layer, classes, choose));
  const total = count(sum(layers.map(({ parameters }) => parameters)));
  const text = "Under each layer: how many maps of what size, and its parameters";
  element("p", "fcw-walk-total", parent, `${text}; ${total} in all.`);
  return {
    image,
    mark: (layer) => {
      for (const node of buttons) flag(node, "aria-pressed", node.dataset.layer === layer);
    }
  };
}
function layerButton(parent, layer, classes, choose) {
  const { name, kind, shape, size, parameters } = layer;
  const node = button("fcw-walk-layer", parent, "", () => choose(name));
  node.dataset.layer = name;
  const number = parameters ? `${count(parameters)} parameters` : "no parameters";
  node.setAttribute("aria-label", `${name}, ${kind}, ${shape}, ${number}`);
  node.title = `${shape}, ${number}`;
  drawGlyph(element("span", "fcw-walk-glyph", node), layer, classes);
  element("b", "", node, name);
  element("span", "", node, size > 1 ? `${layer.count}×${size}²` : `${layer.count}`);
  element("span", "fcw-walk-count", node, parameters ? count(parameters) : "–");
  return node;
}
var ReadableMap = class {
  canvas;
  box;
  size = 1;
  place = [0, 0];
  constructor(parent, label, tell, choose) {
    const frame = element("div", "fcw-frame", parent);
    this.canvas = element("canvas", "fcw-canvas", frame);
    this.box = element("div", "fcw-walk-box", frame);
    frame.tabIndex = 0;
    frame.setAttribute("role", "application");
    frame.setAttribute("aria-label", label);
    frame.addEventListener("pointermove", (event) => tell(pixelUnder(event, frame, this.size)));
    frame.addEventListener("pointerleave", () => tell(null));
    frame.addEventListener("click", (event) => choose(pixelUnder(event, frame, this.size)));
    frame.addEventListener("keydown", (event) => {
      const step = arrow(event);
      if (!step) return;
      event.preventDefault();
      const [row, column] = this.place;
      this.place = within([row + step[1], column + step[0]], this.size);
      choose(this.place);
    });
  }
  /** Mark a pixel of a map of this size; `next` is where the arrow keys go on from. */
  mark(size, [row, column], next) {
    this.size = size;
    this.place = next;
    markRange(this.box, size, [row, row], [column, column]);
  }
};
function table(parent, heads) {
  const node = element("table", "fcw-walk-table", element("div", "fcw-walk-wide", parent));
  const row = element("tr", "", element("thead", "", node));
  for (const text of heads) element("th", "", row, text).scope = "col";
  return element("tbody", "", node);
}
function className(parent, text, colour, tag = "span") {
  const node = element(tag, "fcw-walk-class", parent, text);
  node.style.setProperty("--fcw-class", colour);
  return node;
}

// src/views/layers/traits.ts
function below(model, layer) {
  const names = ["the image", ...model.get("network").map(({ name }) => name)];
  return names[names.indexOf(layer) - 1];
}

// src/views/layers/products.ts
var KERNEL = 7;
var KEY = "Left the weights (blue negative, red positive), right what lies under them, below the sum of the 49 products. Point at one to read it.";
var Products = class {
  constructor(parent, model) {
    this.model = model;
    this.node = element("div", "fcw-walk-inside", parent);
    const head = element("div", "fcw-walk-head", this.node);
    this.title = element("h4", "", head);
    this.labelWeights = scaleBar(head, SIGNED);
    this.labelInputs = scaleBar(head, WARM);
    this.channels = element("div", "fcw-walk-channels", this.node);
    this.readout = element("p", "fcw-walk-key", this.node);
  }
  model;
  node;
  title;
  labelWeights;
  labelInputs;
  channels;
  readout;
  pairs = [];
  shown = null;
  add(k) {
    const box = element("div", "fcw-walk-pair", this.channels);
    const name = element("span", "", box);
    const weight = element("canvas", "", box);
    element("i", "", box, "×").setAttribute("aria-hidden", "true");
    const input = element("canvas", "", box);
    const result = element("span", "", box);
    for (const canvas of [weight, input]) {
      canvas.addEventListener(
        "pointermove",
        (event) => this.tell(k, pixelUnder(event, canvas, KERNEL))
      );
      canvas.addEventListener("pointerleave", () => {
        this.readout.textContent = KEY;
      });
    }
    const pair = { box, name, weight, input, result };
    this.pairs.push(pair);
    return pair;
  }
  nameOf({ layer, channels }, k) {
    return channels.length === 1 ? below(this.model, layer) : `map ${k}`;
  }
  tell(k, [row, column]) {
    if (!this.shown) return;
    const at = k * KERNEL ** 2 + row * KERNEL + column;
    const weight = floats(this.model.get("weights"))[at];
    const input = floats(this.model.get("inputs"))[at];
    const middle = KERNEL >> 1;
    this.readout.textContent = `${this.nameOf(this.shown, k)}, row ${signed(row - middle, 0)}, column ${signed(column - middle, 0)} from the position: weight ${fixed(weight)} × input ${fixed(input)} = ${fixed(weight * input)}`;
  }
  draw(shown) {
    const { model } = this;
    this.shown = shown;
    this.node.hidden = Boolean(shown.block);
    if (shown.block) return;
    const weights = floats(model.get("weights"));
    const inputs = floats(model.get("inputs"));
    const reach = greatest(weights.map(Math.abs));
    const top = greatest(inputs);
    this.title.textContent = `weights × inputs from ${below(model, shown.layer)} at this position`;
    this.labelWeights(fixed(-reach, 3), `+${fixed(reach, 3)} weight`);
    this.labelInputs("0", `${short(top)} input`);
    this.channels.classList.toggle("fcw-walk-single", shown.channels.length === 1);
    for (const [k, value] of shown.channels.entries()) {
      const { name, weight, input, result } = this.pairs[k] ?? this.add(k);
      const part = [k * KERNEL ** 2, (k + 1) * KERNEL ** 2];
      name.textContent = this.nameOf(shown, k);
      paint(weight, weights.subarray(...part), KERNEL, (w) => signedColour(w, reach));
      paint(input, inputs.subarray(...part), KERNEL, (v) => warm(v, top));
      result.textContent = signed(value);
      result.className = value < 0 ? "fcw-walk-negative" : "fcw-walk-positive";
    }
    for (const { box } of this.pairs.splice(shown.channels.length)) box.remove();
    this.readout.textContent = KEY;
  }
};

// src/views/layers/maps.ts
var FilterGrid = class {
  constructor(parent, model, wish) {
    this.model = model;
    this.wish = wish;
    const all = element("div", "fcw-walk-all", parent);
    const head = element("div", "fcw-walk-head", all);
    element("h4", "", head, "every filter, by");
    this.orders = ["number", "strength"].map(
      (order) => button("fcw-toggle", head, order, () => wish({ order }))
    );
    this.label = scaleBar(head, WARM);
    this.grid = element("div", "fcw-walk-grid", all);
    const key = "Number of the filter, sum of its activation (Σ) and maximum (↑). Colours follow the square root, one scale for the layer. Choose a filter to open it, and a position in its large map; rows are counted from below.";
    element("p", "fcw-walk-key", all, key);
  }
  model;
  wish;
  orders;
  label;
  grid;
  cells = [];
  add() {
    const open = () => this.wish({ filter: cell.filter, position: null });
    const node = button("fcw-walk-cell", this.grid, "", open);
    const canvas = element("canvas", "", node);
    const cell = { node, canvas, text: element("span", "", node), filter: 0 };
    this.cells.push(cell);
    return cell;
  }
  draw(shown) {
    const { sums, tops } = shown;
    const order = this.model.get("order");
    for (const node of this.orders) flag(node, "aria-pressed", node.textContent === order);
    const filters = sums.map((_, i) => i);
    if (order === "strength") filters.sort((a, b) => sums[b] - sums[a]);
    const maps = bytes(this.model.get("maps"));
    for (const [k, filter] of filters.entries()) {
      this.drawCell(Object.assign(this.cells[k] ?? this.add(), { filter }), shown, maps);
    }
    for (const { node } of this.cells.splice(filters.length)) node.remove();
    this.grid.style.setProperty("--fcw-cell", `${45 + 560 / sums.length}px`);
    this.label("0", `${short(Math.max(...tops))}, the layer's maximum`);
  }
  drawCell({ node, canvas, text, filter }, shown, maps) {
    const area = shown.size ** 2;
    paintShades(canvas, maps.subarray(filter * area, (filter + 1) * area), shown.size);
    const isStrongest = filter === shown.strongest;
    const [total, top] = [short(shown.sums[filter]), short(shown.tops[filter])];
    text.replaceChildren();
    element("b", "", text, `${filter}${isStrongest ? " ★" : ""}`);
    element("span", "", text, `Σ ${total}`);
    element("span", "", text, `↑ ${top}`);
    flag(node, "aria-pressed", filter === shown.filter);
    const label = `filter ${filter}, sum of activation ${total}, maximum ${top}`;
    node.setAttribute("aria-label", `${label}${isStrongest ? ", the strongest" : ""}`);
  }
};
var OpenFilter = class {
  constructor(parent, model, wish) {
    this.model = model;
    const open = element("div", "fcw-walk-open", parent);
    this.heading = element("h4", "", open);
    const pictures = element("div", "fcw-walk-pictures", open);
    const input = element("figure", "", pictures);
    const frame = element("div", "fcw-frame", input);
    this.image = element("canvas", "fcw-canvas", frame);
    this.seen = element("div", "fcw-walk-box", frame);
    element("figcaption", "", input, "what the position sees of the image");
    const figure = element("figure", "", pictures);
    this.map = new ReadableMap(
      figure,
      "map of the open filter; arrow keys move the position",
      (place) => this.tell(place),
      (position) => wish({ position })
    );
    this.readout = element("figcaption", "", figure);
    this.readout.setAttribute("aria-live", "polite");
    this.note = element("p", "fcw-note", open);
    this.sum = element("div", "fcw-walk-sum", open);
  }
  model;
  heading;
  image;
  seen;
  map;
  readout;
  note;
  sum;
  shown = null;
  tell(place) {
    if (!this.shown) return;
    const { row, column, size } = this.shown;
    const [r, c] = place ?? [row, column];
    const value = fixed(floats(this.model.get("values"))[r * size + c] ?? 0);
    this.readout.textContent = `row ${r}, column ${c}: ${value}${place ? "" : ", chosen"}`;
  }
  draw(shown) {
    const { model, note } = this;
    this.shown = shown;
    this.heading.textContent = `${shown.layer}, filter ${shown.filter}`;
    paintShades(this.image, bytes(model.get("image")), IMAGE_SIDE);
    markRange(this.seen, IMAGE_SIDE, ...shown.seen);
    const top = Math.max(...shown.tops);
    paint(this.map.canvas, floats(model.get("values")), shown.size, (value) => warm(value, top));
    const here = [shown.row, shown.column];
    this.map.mark(shown.size, here, model.get("position") ?? here);
    this.tell(null);
    note.textContent = shown.note;
    note.hidden = !shown.note;
    this.sum.replaceChildren();
    if (shown.block) this.drawMaximum(shown, shown.block.flat());
    else this.drawSum(shown);
  }
  drawMaximum({ layer, row, column }, four) {
    const line = ledger(this.sum);
    const best = four.indexOf(Math.max(...four));
    for (const [i, value] of four.entries()) {
      const place = `row ${2 * row + (i >> 1)}, column ${2 * column + (i & 1)}`;
      const kind = i === best ? "fcw-walk-best" : "";
      line(`${below(this.model, layer)}, ${place}`, fixed(value), kind);
    }
    line("the greatest is kept", fixed(four[best]), "fcw-walk-total-line");
  }
  drawSum({ channels, weighted, bias, before, after }) {
    const line = ledger(this.sum);
    const number = `${channels.length} × ${KERNEL} × ${KERNEL}`;
    line(`sum over ${number} weights times inputs`, fixed(weighted));
    line("plus the bias of the filter", signed(bias));
    line("before ReLU", fixed(before), "fcw-walk-total-line");
    const rule = before < 0 ? "negative becomes 0 (ReLU)" : "positive passes (ReLU)";
    line(rule, fixed(after), "fcw-walk-best");
  }
};
var MapSection = class {
  node;
  grid;
  open;
  products;
  constructor(parent, model, wish) {
    this.node = element("div", "fcw-walk-maps", parent);
    this.grid = new FilterGrid(this.node, model, wish);
    this.open = new OpenFilter(this.node, model, wish);
    this.products = new Products(this.node, model);
  }
  draw(shown) {
    this.grid.draw(shown);
    this.open.draw(shown);
    this.products.draw(shown);
  }
};

// src/views/layers/sections.ts
var DenseSection = class {
  constructor(parent, model) {
    this.model = model;
    this.node = element("div", "fcw-walk-dense", parent);
    this.classes = model.get("classes");
    this.heading = element("h4", "", this.node);
    this.bars = element("div", "fcw-walk-bars", this.node);
    this.bars.setAttribute("role", "img");
    const text = "Colour: the class that the unit pushes to most. ";
    const key = element("p", "fcw-walk-key", this.node, text);
    for (const [label, , colour] of this.classes) className(key, label, colour);
    element("h4", "", this.node, "the strongest units, and their weight to each class");
    const labels = this.classes.map(([label]) => label);
    this.rows = table(this.node, ["unit", "activation", ...labels]);
  }
  model;
  node;
  classes;
  heading;
  bars;
  rows;
  draw({ active, pushes, units }) {
    const values = floats(this.model.get("values"));
    this.heading.textContent = `${active} of ${values.length} units are active (> 0)`;
    this.drawBars(values, pushes);
    this.rows.replaceChildren();
    for (const { unit, active: value, weights } of units) {
      const row = element("tr", "", this.rows);
      element("th", "", row, `${unit}`).scope = "row";
      element("td", "", row, fixed(value));
      const most = Math.max(...weights);
      for (const [i, weight] of weights.entries()) {
        const kind = weight === most ? "fcw-walk-most" : "";
        const cell = element("td", kind, row, signed(weight));
        cell.style.setProperty("--fcw-class", this.classes[i][2]);
      }
    }
    if (units.length) return;
    element("td", "", element("tr", "", this.rows), "none is active").colSpan = 6;
  }
  drawBars(values, pushes) {
    const top = greatest(values);
    const label = `activations of ${values.length} units, up to ${fixed(top)}`;
    this.bars.setAttribute("aria-label", `${label}; the strongest are in the table`);
    this.bars.replaceChildren();
    for (const [unit, value] of values.entries()) {
      const bar = element("i", "", this.bars);
      bar.style.height = `${100 * value / (top || 1)}%`;
      if (value > 0) bar.style.background = this.classes[pushes[unit]][2];
      bar.title = `unit ${unit}: ${fixed(value)}`;
    }
  }
};
var SoftmaxSection = class {
  node;
  classes;
  rows;
  cards;
  constructor(parent, model) {
    this.node = element("div", "fcw-walk-softmax", parent);
    this.classes = model.get("classes");
    element("h4", "", this.node, "from scores to probabilities");
    const heads = ["class", "score z", "z − max", "exp(z − max)", "÷ sum = probability"];
    this.rows = table(this.node, heads);
    const text = "where the scores come from: activation × weight of the dense units, rounded so that they add up";
    element("h4", "", this.node, text);
    this.cards = element("div", "fcw-walk-cards", this.node);
  }
  draw({ rows, sum: sum2, units }) {
    const highest = Math.max(...rows.map(({ score }) => score));
    this.rows.replaceChildren();
    this.cards.replaceChildren();
    for (const [i, row] of rows.entries()) {
      this.addRow(this.classes[i], row, highest);
      this.addCard(this.classes[i], row, units);
    }
    const line = element("tr", "fcw-walk-total-line", this.rows);
    element("th", "", line, "sum").scope = "row";
    for (const text of ["", "", sum2.toFixed(8), "1"]) element("td", "", line, text);
  }
  addRow([label, symbol, colour], row, highest) {
    const line = element("tr", "", this.rows);
    const head = element("th", "", line);
    head.scope = "row";
    className(head, label, colour);
    head.title = symbol;
    const { score, exponential, probability } = row;
    for (const text of [fixed(score), fixed(score - highest), scientific(exponential)]) {
      element("td", "", line, text);
    }
    const cell = element("td", "fcw-walk-probability", line, scientific(probability));
    const bar = element("i", "", cell);
    bar.style.background = colour;
    bar.style.width = `${100 * probability}%`;
  }
  addCard([label, symbol, colour], row, units) {
    const card = element("div", "fcw-walk-card", this.cards);
    className(card, `${label} (${symbol})`, colour, "h5");
    const line = ledger(element("div", "fcw-walk-sum", card));
    line("bias", signed(row.bias));
    for (const { unit, active, weight, product } of row.terms) {
      line(`unit ${unit}: ${fixed(active)} × ${fixed(weight, 5)}`, signed(product));
    }
    line(`the other ${units - row.terms.length} units`, signed(row.rest));
    line("score z", fixed(row.score), "fcw-walk-total-line");
  }
};

// src/views/layers/index.ts
function render({ model, el }) {
  el.classList.add("fcw-walk-view");
  const bindings = new Bindings(model);
  const wish = (wishes) => assign(model, wishes);
  const inner = element("div", "fcw-walk-inner", el);
  const drawing = element("div", "", inner);
  const open = (layer) => wish({ layer, filter: null, position: null });
  const draws = () => drawNetwork(drawing, model.get("network"), model.get("classes"), open);
  let network = draws();
  const explanation = element("p", "fcw-walk-about", inner);
  const waiting = element("p", "fcw-walk-waiting", inner, "looking …");
  const maps = new MapSection(inner, model, wish);
  const dense = new DenseSection(inner, model);
  const softmax = new SoftmaxSection(inner, model);
  const draw = () => {
    const shown = model.get("shown");
    const { layer } = shown;
    network.mark(model.get("layer"));
    waiting.hidden = Boolean(layer);
    maps.node.hidden = !layer || layer === "dense" || layer === "softmax";
    dense.node.hidden = layer !== "dense";
    softmax.node.hidden = layer !== "softmax";
    if (!layer) return;
    explanation.replaceChildren();
    element("b", "", explanation, `${layer}. `);
    explanation.append(shown.words);
    paintShades(network.image, bytes(model.get("image")), IMAGE_SIDE);
    if (layer === "dense") dense.draw(shown);
    else if (layer === "softmax") softmax.draw(shown);
    else maps.draw(shown);
  };
  const redraw = redrawer(draw);
  bindings.on("change:shown change:maps change:layer change:order", redraw);
  bindings.on("change:network", () => {
    drawing.replaceChildren();
    network = draws();
    redraw();
  });
  draw();
  bindings.add(redraw.end, reportVisible(model, el));
  return bindings.release;
}
var layers_default = { render };
export {
  layers_default as default
};
