// Built by js/build.js from js/src; change it there.

// src/shared/canvas.ts
var copy = (view) => view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
var floats = (view) => new Float32Array(copy(view));
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

// src/shared/numbers.ts
var clamp = (value, low, high) => Math.min(high, Math.max(low, value));
var minus = (text) => text.replace("-", "−");
function hkl(indices) {
  const gap = indices.every((i) => Math.abs(i) < 10) ? "" : " ";
  return indices.map((i) => i < 0 ? `${-i}`.replace(/./g, "$&̅") : `${i}`).join(gap);
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
var shade = (table, part) => table[Math.round(255 * clamp(part, 0, 1))];
var DECADES = 3;
var logarithmic = (value) => 1 + Math.log10(Math.max(value, 1e-9)) / DECADES;

// src/shared/detector.ts
var waveNumber = ({ wavelength, bond_length }) => 2 * Math.PI / wavelength / bond_length;
var middle = ({ pixels }) => (pixels - 1) / 2;
function pixelOfQ(geometry, q) {
  const angle = Math.asin(q / waveNumber(geometry));
  return geometry.distance * Math.tan(angle) / geometry.pixel_size + middle(geometry);
}
function edgeQ(geometry) {
  const { pixels, pixel_size, distance } = geometry;
  return waveNumber(geometry) * Math.sin(Math.atan(pixels / 2 * pixel_size / distance));
}
function scatteringVector(geometry, [row, column]) {
  const { distance, pixel_size } = geometry;
  const [x, y] = [column, row].map((pixel) => (pixel - middle(geometry)) * pixel_size);
  const length = Math.hypot(x, y, distance);
  const wave = waveNumber(geometry);
  return [x / length, y / length, distance / length - 1].map((part) => part * wave);
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

// src/shared/pixels.ts
var centre = (pixel, n) => `${100 * (pixel + 0.5) / n}%`;
function markPixel(mark, [row, column], n) {
  mark.style.left = centre(column, n);
  mark.style.bottom = centre(row, n);
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

// src/shared/plot.ts
var STEPS = [1, 2, 2.5, 5, 10];
function ticks(low, high, number = 5, steps = STEPS) {
  const rough = (high - low) / number;
  const power = 10 ** Math.floor(Math.log10(rough));
  const fitting = steps.find((s) => s * power >= rough * 0.999) ?? 10;
  const step = fitting * power;
  const first = Math.ceil(low / step - 1e-9);
  const length = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length }, (_, i) => Number(((first + i) * step).toPrecision(10)));
}

// src/views/fingerprint.ts
var GLOW = lookup(INFERNO);
var SIGNED = lookup(RED_BLUE);
function shownOf(model, image, pristine) {
  if (!model.get("difference") || pristine.length !== image.length) {
    return { values: image, kind: model.get("scale"), top: 1 };
  }
  const values = image.map((value, i) => value - pristine[i]);
  const top = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0.01);
  return { values, kind: "difference", top };
}
function placeOf(value, { kind, top }) {
  if (kind === "difference") return 0.5 * (1 + value / top);
  return kind === "log" ? logarithmic(value) : value;
}
var BAR_TICKS = {
  linear: [
    [0, "0"],
    [50, "0.5"],
    [100, "1"]
  ],
  log: [
    [0, "0.001"],
    [33.3, "0.01"],
    [66.7, "0.1"],
    [100, "1"]
  ]
};
function barTicks({ kind, top }) {
  if (kind !== "difference") return BAR_TICKS[kind];
  const end = top.toPrecision(2);
  return [
    [0, `−${end}`],
    [50, "0"],
    [100, `+${end}`]
  ];
}
function nearestReflection(reflections, [row, column]) {
  let nearest = null;
  for (const spot of reflections) {
    const far = Math.hypot(spot.row - row, spot.column - column);
    if (!nearest || far < nearest.far) nearest = { spot, far };
  }
  return nearest;
}
function describe(q, value, spot) {
  const spacing = q > 1e-6 ? `, d = ${(2 * Math.PI / q).toFixed(2)} Å` : "";
  const sign = value < 0 ? "−" : "";
  const here = `q = ${q.toFixed(2)} Å⁻¹${spacing}, value ${sign}${Math.abs(value).toFixed(3)}`;
  if (!spot) return here;
  const d = spot.d === null ? "direct beam" : `d = ${spot.d.toFixed(2)} Å`;
  return `${here} · nearest: ${hkl(spot.hkl)} (${d})`;
}
var ColourBar = class {
  strip;
  marks;
  drawn = "";
  constructor(parent) {
    const bar = element("div", "fcw-colourbar", parent);
    this.strip = element("canvas", "fcw-strip", bar);
    this.marks = element("div", "fcw-marks", bar);
  }
  draw(shown, table) {
    const key = `${shown.kind} ${shown.top}`;
    if (key === this.drawn) return;
    this.drawn = key;
    paint(this.strip, Array.from(table.keys()), 1, (i) => table[i]);
    this.marks.replaceChildren();
    for (const [part, text] of barTicks(shown)) {
      element("span", "", this.marks, text).style.bottom = `${part}%`;
    }
  }
};
var AxesOfQ = class {
  y;
  x;
  drawn = "";
  constructor(parent) {
    this.y = element("div", "fcw-ticks fcw-ticks-y", parent);
    this.x = element("div", "fcw-ticks fcw-ticks-x", parent);
  }
  draw(geometry) {
    const key = JSON.stringify(geometry);
    if (key === this.drawn) return;
    this.drawn = key;
    this.x.replaceChildren();
    this.y.replaceChildren();
    const edge = edgeQ(geometry);
    for (const q of ticks(-edge, edge, 8, [1, 2, 5, 10])) {
      const part = `${100 * (pixelOfQ(geometry, q) + 0.5) / geometry.pixels}%`;
      const text = minus(String(q));
      element("span", "", this.x, text).style.left = part;
      element("span", "", this.y, text).style.bottom = part;
    }
    for (const [axis, name] of [
      [this.x, "x"],
      [this.y, "y"]
    ]) {
      const title = element("em", "", axis, "q");
      element("sub", "", title, name);
      title.append(" (Å⁻¹)");
    }
  }
};
var FingerprintView = class {
  constructor(model, el) {
    this.model = model;
    const tools = element("div", "fcw-tools", el);
    this.log = button(
      "fcw-toggle",
      tools,
      "log",
      () => assign(model, { scale: model.get("scale") === "log" ? "linear" : "log" })
    );
    this.log.title = "Logarithmic colours";
    this.minusPristine = button(
      "fcw-toggle",
      tools,
      "− pristine",
      () => assign(model, { difference: !model.get("difference") })
    );
    this.minusPristine.title = "Difference from the pristine image (Figure 2g, h)";
    const plot = element("div", "fcw-plot", el);
    this.frame = element("div", "fcw-frame", plot);
    this.canvas = element("canvas", "fcw-canvas", this.frame);
    this.ring = element("div", "fcw-ring", this.frame);
    this.cross = element("div", "fcw-cross", this.frame);
    this.axes = new AxesOfQ(plot);
    this.bar = new ColourBar(plot);
    this.readout = element("div", "fcw-readout", el);
    this.readout.setAttribute("aria-live", "polite");
    this.frame.tabIndex = 0;
    this.frame.setAttribute("role", "img");
    this.frame.setAttribute("aria-label", "diffraction image; use the arrow keys to read it");
    this.listen();
  }
  model;
  frame;
  canvas;
  ring;
  cross;
  axes;
  bar;
  readout;
  log;
  minusPristine;
  shown = { values: new Float32Array(0), kind: "log", top: 1 };
  cursor = null;
  get geometry() {
    return this.model.get("geometry");
  }
  draw() {
    const { geometry, model } = this;
    const n = geometry.pixels;
    const image = floats(model.get("image"));
    if (!n || image.length !== n * n) return;
    const shown = shownOf(model, image, floats(model.get("pristine")));
    this.shown = shown;
    const isDifference = shown.kind === "difference";
    const table = isDifference ? SIGNED : GLOW;
    paint(this.canvas, shown.values, n, (value) => shade(table, placeOf(value, shown)));
    flag(this.minusPristine, "aria-pressed", model.get("difference"));
    flag(this.log, "aria-pressed", shown.kind === "log");
    this.log.disabled = isDifference;
    this.bar.draw(shown, table);
    this.drawGeometry();
  }
  /** A structure scaled as a whole has the same image, and another q. */
  drawGeometry() {
    if (this.geometry.pixels) this.axes.draw(this.geometry);
    this.read();
  }
  /** Say what lies under the cursor. */
  read() {
    const { cursor, cross, geometry, model, ring } = this;
    ring.hidden = cross.hidden = cursor === null;
    if (cursor === null) {
      this.readout.textContent = "Point at the image for q and the nearest reflection.";
      return;
    }
    const n = geometry.pixels;
    const q = Math.hypot(...scatteringVector(geometry, cursor));
    const near = nearestReflection(model.get("reflections"), cursor);
    ring.hidden = !near || near.far > n / 12;
    if (near) markPixel(ring, [near.spot.row, near.spot.column], n);
    markPixel(cross, cursor, n);
    const value = this.shown.values[cursor[0] * n + cursor[1]] ?? 0;
    this.readout.textContent = describe(q, value, near?.spot);
  }
  pointAt(pixel) {
    this.cursor = pixel;
    this.read();
  }
  listen() {
    const { frame } = this;
    frame.addEventListener(
      "pointermove",
      (event) => this.pointAt(pixelUnder(event, frame, this.geometry.pixels))
    );
    frame.addEventListener("pointerleave", () => this.pointAt(null));
    frame.addEventListener("blur", () => this.pointAt(null));
    frame.addEventListener("keydown", (event) => {
      const step = arrow(event);
      if (!step) return;
      event.preventDefault();
      const n = this.geometry.pixels;
      const middle2 = Math.floor(n / 2);
      const [row, column] = this.cursor ?? [middle2, middle2];
      this.pointAt(within([row + step[1], column + step[0]], n));
    });
  }
};
function render({ model, el }) {
  el.classList.add("fcw-image");
  const view = new FingerprintView(model, el);
  const bindings = new Bindings(model);
  for (const name of ["image", "pristine", "scale", "difference"]) {
    bindings.on(`change:${name}`, () => view.draw());
  }
  bindings.on("change:geometry", () => view.drawGeometry());
  bindings.on("change:reflections", () => view.read());
  view.draw();
  view.read();
  return bindings.release;
}
var fingerprint_default = { render };
export {
  barTicks,
  fingerprint_default as default,
  nearestReflection
};
