// Built by js/build.js from js/src; change it there.

// src/shared/canvas.ts
var copy = (view) => view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
var floats = (view) => new Float32Array(copy(view));
var int32s = (view) => new Int32Array(copy(view));
var int16s = (view) => new Int16Array(copy(view));
var int8s = (view) => new Int8Array(copy(view));
var bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
function pen(canvas, options2) {
  return canvas.getContext("2d", options2);
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
function trace(context, points) {
  context.beginPath();
  for (const [i, [x, y]] of points.entries()) {
    if (i) context.lineTo(x, y);
    else context.moveTo(x, y);
  }
}
function polyline(context, points) {
  trace(context, points);
  context.stroke();
}
function circle(context, [x, y], radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}
function ring(context, centre, radius, colour, width) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  circle(context, centre, radius);
  context.stroke();
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

// src/shared/numbers.ts
var clamp = (value, low, high) => Math.min(high, Math.max(low, value));
var percent = (part, digits = 0) => `${(100 * part).toFixed(digits)} %`;

// src/shared/colours.ts
var VIRIDIS = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37]
];
function lookup(anchors) {
  return Array.from({ length: 256 }, (_, i) => {
    const position = i / 255 * (anchors.length - 1);
    const k = Math.min(Math.floor(position), anchors.length - 2);
    return anchors[k].map((low, j) => low + (anchors[k + 1][j] - low) * (position - k));
  });
}
var shade = (table, part) => table[Math.round(255 * clamp(part, 0, 1))];
var rgb = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
var css = (colour) => `rgb(${colour.map(Math.round).join(" ")})`;
var gradient = (colours) => `linear-gradient(to right, ${colours.map(css).join(", ")})`;
function distinct(number) {
  const angle = number * 137.508 % 360;
  const light = 0.58 - 0.16 * (Math.floor(number / 8) % 2);
  const channel = (n) => {
    const k = (n + angle / 30) % 12;
    const swing = 0.62 * Math.min(light, 1 - light);
    return Math.round(255 * (light - swing * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

// src/shared/rotation.ts
var dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
var product = (a, b) => a.map((row) => [0, 1, 2].map((j) => dot(row, [b[0][j], b[1][j], b[2][j]])));
function turned(rotation, right, down) {
  const [a, b] = [Math.cos(right), Math.sin(right)];
  const [c, d] = [Math.cos(down), Math.sin(down)];
  const roundY = [
    [a, 0, b],
    [0, 1, 0],
    [-b, 0, a]
  ];
  const roundX = [
    [1, 0, 0],
    [0, c, -d],
    [0, d, c]
  ];
  return product(product(roundX, roundY), rotation);
}

// src/shared/atoms.ts
var BINS = 4096;
var HIDDEN = 65535;
var FOGS = 5;
function project({ rotation, scale, width, height }, point) {
  return [
    width / 2 + scale * dot(rotation[0], point),
    height / 2 - scale * dot(rotation[1], point)
  ];
}
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
function atomAt({ places, order }, [x, y], radius) {
  for (let k = order.length - 1; k >= 0; k--) {
    const i = order[k];
    if (Math.hypot(places[3 * i] - x, places[3 * i + 1] - y) <= radius) return i;
  }
  return null;
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
function group(className, parent, label) {
  const box = element("div", className, parent);
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
function pointer(event, frame) {
  const box = frame.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
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
  listen(type, listener, options2 = {}) {
    document.addEventListener(type, listener, options2);
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

// src/shared/plot.ts
var PAPER = {
  ink: "#1d2129",
  soft: "#5c6470",
  line: "#dfe2e7",
  card: "#ffffff",
  accent: "#0067a3"
};
function pageColours(el) {
  const style = getComputedStyle(el);
  const colours = { ...PAPER };
  for (const name of Object.keys(PAPER)) {
    colours[name] = style.getPropertyValue(`--fcw-${name}`).trim() || PAPER[name];
  }
  return colours;
}
var FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

// src/shared/theme.ts
var CHANGED = "fcw-theme";
function onTheme(bindings, callback) {
  bindings.listen(CHANGED, callback);
}

// src/views/local_map/data.ts
var UNKNOWN = [150, 157, 167];
var TRUST = lookup(VIRIDIS);
var MapData = class {
  constructor(model) {
    this.model = model;
  }
  model;
  positions = new Float32Array(0);
  /** Distance from the middle within which all atoms lie, at least 1 Å. */
  reach = 1;
  nearest = new Int32Array(0);
  labels = new Int8Array(0);
  trust = new Float32Array(0);
  colours = new Uint8Array(0);
  grains = new Int16Array(0);
  /** The grain that is shown alone; −1: all atoms are. */
  grain = -1;
  takeAtoms() {
    const positions = floats(this.model.get("positions"));
    this.positions = positions;
    this.reach = 1;
    for (let i = 0; i < positions.length; i += 3) {
      const far = Math.hypot(positions[i], positions[i + 1], positions[i + 2]);
      this.reach = Math.max(this.reach, far);
    }
    this.grain = -1;
  }
  takePlaces() {
    const { model } = this;
    this.nearest = int32s(model.get("nearest"));
    this.labels = int8s(model.get("labels"));
    this.trust = floats(model.get("trust"));
    this.colours = bytes(model.get("colours"));
    this.grains = int16s(model.get("grains"));
  }
  get number() {
    return this.positions.length / 3;
  }
  get isComplete() {
    return this.grains.length > 0;
  }
  placeOf(atom) {
    const nearest = this.nearest[atom];
    return nearest < 0 ? -1 - nearest : nearest;
  }
  grainOf(atom) {
    const nearest = this.nearest[atom];
    return this.isComplete && nearest >= 0 ? this.grains[nearest] : -1;
  }
  /** The colour of each atom, as the model says now. */
  colouring() {
    const kept = /* @__PURE__ */ new Map();
    const classes = this.model.get("classes").map(({ colour }) => rgb(colour));
    return (atom) => {
      const nearest = this.nearest[atom];
      const colour = kept.get(nearest) ?? this.colourOf(this.placeOf(atom), nearest >= 0, classes);
      kept.set(nearest, colour);
      return colour;
    };
  }
  /** The colour that a place gives to its atoms: to those of its grain, or to the others. */
  colourOf(place, ofGrain, classes) {
    if (place >= this.labels.length) return UNKNOWN;
    const colouring = this.model.get("colour");
    if (colouring === "trust") return shade(TRUST, this.trust[place]);
    const isKnown = this.isComplete ? ofGrain && this.grains[place] >= 0 : this.trust[place] >= this.model.get("trusted_from");
    if (!isKnown) return UNKNOWN;
    if (colouring === "orientation") {
      const at = 9 * place + 3 * this.model.get("direction");
      return [...this.colours.subarray(at, at + 3)];
    }
    if (colouring === "class") return classes[this.labels[place]];
    return this.isComplete ? distinct(this.grains[place]) : UNKNOWN;
  }
  /** Whether an atom is shown, by slice, grain and trust, as the model says now. */
  filter() {
    const { model, grain, positions } = this;
    const axis = model.get("axis");
    const [start, end] = axis < 0 ? [0, 0] : model.get("extents")[axis];
    const half = model.get("thickness") * (end - start) / 2;
    const middle = start + model.get("middle") * (end - start);
    const threshold = model.get("threshold");
    const isInSlice = (atom) => axis < 0 || Math.abs(positions[3 * atom + axis] - middle) <= half;
    const isTrusted = (atom) => threshold <= 0 || this.trust[this.placeOf(atom)] >= threshold;
    return (atom) => isInSlice(atom) && (grain < 0 || this.grainOf(atom) === grain) && isTrusted(atom);
  }
  /** "atom 12: fcc, trust 0.98, grain 3" */
  describe(atom) {
    const place = this.placeOf(atom);
    if (place >= this.labels.length) {
      return `atom ${atom + 1}: not looked at yet; click to look at its sphere`;
    }
    const { label } = this.model.get("classes")[this.labels[place]];
    const grain = this.grainOf(atom);
    const where = grain >= 0 ? `, grain ${grain}` : ", in no grain";
    const reason = this.model.get("reasons")[place];
    return `atom ${atom + 1}: ${label}, trust ${this.trust[place].toFixed(2)}${this.isComplete ? where : ""}${reason ? ` (${reason})` : ""}`;
  }
};

// src/shared/choice.ts
function choice(parent, model, bindings, { name, label, options: options2, prefix, hook = "" }) {
  const box = element("div", `fcw-choice ${prefix}-choice ${hook}`, parent);
  element("span", `${prefix}-label`, box, label);
  const row = group(`fcw-choice-group ${prefix}-group`, box, label);
  const buttons = options2.map(({ value, text, title = "" }) => {
    const set = () => assign(model, { [name]: value });
    const node = button("", row, text, set);
    node.title = title;
    node.dataset.value = String(value);
    return node;
  });
  row.addEventListener("keydown", (event) => moveFocus(event, buttons));
  bindings.follow(() => {
    const chosen = model.get(name);
    for (const [i, { value }] of options2.entries()) {
      flag(buttons[i], "aria-pressed", value === chosen);
    }
  }, name);
  return { box, buttons };
}
function moveFocus(event, buttons) {
  const [right] = arrow(event) ?? [0];
  const at = buttons.indexOf(document.activeElement);
  const next = right && at >= 0 ? buttons[at + right] : void 0;
  if (!next) return;
  event.preventDefault();
  next.focus();
}

// src/views/local_map/legend.ts
var AXES = ["x", "y", "z"];
var COLOURINGS = ["class", "trust", "orientation", "grain"];
var GRAINS_LISTED = 12;
var FILES = [
  ["atoms", "atoms.xyz"],
  ["places", "places.csv"],
  ["grains", "grains.csv"]
];
var options = (names, first) => names.map((text, i) => ({ value: i + first, text }));
function controls(parent, model, bindings) {
  const head = element("div", "fcw-loc-head", parent);
  const prefix = "fcw-loc";
  choice(head, model, bindings, {
    name: "colour",
    label: "colour",
    prefix,
    options: COLOURINGS.map((value) => ({ value, text: value }))
  });
  const along = choice(head, model, bindings, {
    name: "direction",
    label: "along",
    prefix,
    options: options(AXES, 0)
  });
  choice(head, model, bindings, {
    name: "axis",
    label: "slice",
    prefix,
    options: options(["all", ...AXES], -1)
  });
  const slide = (label, hook, name, text) => slider(head, model, bindings, { label, hook, name, text });
  const at = slide("at", "fcw-slice", "middle", percent);
  const thick = slide("thickness", "fcw-thickness", "thickness", percent);
  slide("trust at least", "fcw-threshold", "threshold", (value) => value.toFixed(2));
  bindings.follow(() => {
    along.box.hidden = model.get("colour") !== "orientation";
  }, "colour");
  bindings.follow(() => {
    at.hidden = thick.hidden = model.get("axis") < 0;
  }, "axis");
}
function slider(parent, model, bindings, { label, hook, name, text }) {
  const box = element("label", `fcw-loc-slider ${hook}`, parent);
  element("span", "", box, label);
  const input = element("input", "", box);
  Object.assign(input, { type: "range", min: 0, max: 1, step: 0.01 });
  const value = element("output", "", box);
  input.addEventListener("input", () => assign(model, { [name]: Number(input.value) }));
  bindings.follow(() => {
    input.value = String(model.get(name));
    value.textContent = text(model.get(name));
  }, name);
  return box;
}
var Sidebar = class {
  constructor(parent, model, data, redraw) {
    this.model = model;
    this.data = data;
    this.redraw = redraw;
    const side = element("aside", "fcw-loc-side", parent);
    this.legend = element("div", "fcw-loc-legend", side);
    this.shares = element("div", "fcw-loc-shares", side);
    this.grains = element("div", "fcw-loc-grains", side);
    this.files = element("div", "fcw-loc-saves", side);
    for (const [what, name] of FILES) {
      const save2 = () => model.send({ do: "save", what });
      button("fcw-toggle", this.files, name, save2).title = "save as a file";
    }
  }
  model;
  data;
  redraw;
  legend;
  shares;
  grains;
  files;
  draw() {
    const { model } = this;
    this.legend.replaceChildren();
    this.drawLegend();
    this.shares.replaceChildren();
    for (const [label, share] of model.get("shares")) this.addShare(label, share);
    this.drawGrains();
    this.files.hidden = !model.get("found").length && !model.get("shares").length;
  }
  drawLegend() {
    const { legend, model } = this;
    const colouring = model.get("colour");
    if (colouring === "orientation") this.drawKey();
    else if (colouring === "trust") {
      element("div", "fcw-loc-bar", legend).style.background = gradient(VIRIDIS);
      element("p", "", legend, "trust, from 0 to 1; trusted from 0.8 on");
    } else if (colouring === "grain") {
      element("p", "", legend, "each grain has a colour of its own; grey: in no grain");
    } else {
      const none = { label: "none of these", colour: css(UNKNOWN) };
      for (const { label, colour } of [...model.get("classes"), none]) {
        const item = element("span", "fcw-loc-item", legend);
        element("i", "", item).style.background = colour;
        item.append(label);
      }
    }
  }
  /** The inverse pole figure. */
  drawKey() {
    const { legend, model } = this;
    const canvas = element("canvas", "fcw-loc-key", legend);
    const pixels = new Uint8ClampedArray(bytes(model.get("key")));
    canvas.width = model.get("key_width");
    canvas.height = pixels.length / 4 / canvas.width;
    pen(canvas).putImageData(new ImageData(pixels, canvas.width), 0, 0);
    for (const corner of ["001", "011", "111"]) {
      element("span", `fcw-loc-${corner}`, legend, corner);
    }
    element("p", "", legend, `crystal direction along ${AXES[model.get("direction")]}`);
  }
  addShare(label, share) {
    const row = element("div", "fcw-loc-share", this.shares);
    const known = this.model.get("classes").find((one) => one.label === label);
    element("span", "", row, label);
    const bar = element("b", "", row);
    bar.style.setProperty("--part", String(share));
    bar.style.background = known?.colour ?? css(UNKNOWN);
    element("em", "", row, percent(share, 1));
  }
  drawGrains() {
    const { data, grains, model } = this;
    grains.replaceChildren();
    const all = model.get("found");
    const title = all.length === 1 ? "1 grain" : `${all.length} grains`;
    if (all.length) element("p", "fcw-loc-count", grains, title);
    for (const [number, [label, share, colours]] of all.slice(0, GRAINS_LISTED).entries()) {
      const toggle = () => {
        data.grain = data.grain === number ? -1 : number;
        this.draw();
        this.redraw();
      };
      const row = button("fcw-loc-grain", grains, "", toggle);
      flag(row, "aria-pressed", data.grain === number);
      const byDirection = model.get("colour") === "orientation";
      const colour = byDirection ? colours[model.get("direction")] : distinct(number);
      element("i", "", row).style.background = css(colour);
      row.append(`${number}: ${label}, ${percent(share)}`);
      row.title = "show this grain alone";
    }
  }
};

// src/views/local_map/index.ts
var STILL = 4;
var DRAG = 1 / 120;
var STEP = 0.1;
var SMALLEST_BALL = 1.2;
var CORNERS = [0, 1, 2, 3, 4, 5, 6, 7];
function cellEdges([corner, ...edges]) {
  const along = (point, k) => point.map((x, j) => x + edges[k][j]);
  return CORNERS.flatMap((bits) => {
    const from = [0, 1, 2].reduce((p, k) => bits & 1 << k ? along(p, k) : p, corner);
    const free = [0, 1, 2].filter((k) => !(bits & 1 << k));
    return free.map((k) => [from, along(from, k)]);
  });
}
var AtomCanvas = class {
  constructor(parent, el, model, data) {
    this.el = el;
    this.model = model;
    this.data = data;
    this.rotation = model.get("rotation");
    const frame = element("div", "fcw-loc-frame", parent);
    this.node = element("canvas", "fcw-loc-canvas", frame);
    this.node.setAttribute("role", "img");
    this.node.tabIndex = 0;
    const zooms = element("div", "fcw-loc-zooms", frame);
    this.zoomButton(zooms, "−", "smaller", () => this.enlarge(1 / 1.25));
    this.zoomButton(zooms, "+", "larger", () => this.enlarge(1.25));
    this.zoomButton(zooms, "⌂", "as at first", () => {
      this.zoom = 1;
      this.rotation = model.get("rotation");
    });
    this.text = element("p", "fcw-loc-words", frame);
    this.text.setAttribute("aria-live", "polite");
    this.listenToPointer();
    this.node.addEventListener("keydown", (event) => {
      const step = arrow(event);
      if (!step) return;
      event.preventDefault();
      this.turn(STEP * step[0], -STEP * step[1]);
    });
  }
  el;
  model;
  data;
  node;
  text;
  rotation;
  zoom = 1;
  radius = 1;
  drawn = { places: new Float32Array(0), order: new Uint32Array(0) };
  redraw = redrawer(() => this.draw());
  zoomButton(parent, icon, label, act) {
    iconButton("fcw-toggle", parent, icon, label, () => {
      act();
      this.redraw();
    });
  }
  enlarge(factor) {
    this.zoom = clamp(this.zoom * factor, 0.5, 12);
  }
  turn(right, down) {
    this.rotation = turned(this.rotation, right, down);
    this.redraw();
  }
  draw() {
    const { data, el, model, node } = this;
    const { clientWidth: width, clientHeight: height } = node;
    if (!width) return;
    const context = sharp(node, width, height);
    const palette = pageColours(el);
    const { reach } = data;
    const scale = 0.46 * Math.min(width, height) * this.zoom / reach;
    const camera = { rotation: this.rotation, scale, width, height, reach };
    this.radius = Math.max(SMALLEST_BALL, 0.42 * model.get("bond") * scale);
    const isShown = data.filter();
    this.drawn = projectAtoms(data.positions, camera, isShown);
    this.drawCell(context, palette, camera);
    drawAxes(context, palette, camera);
    const background = rgb(palette.card.length === 7 ? palette.card : "#ffffff");
    paintAtoms(context, this.drawn, this.radius, data.colouring(), background);
    const chosen = model.get("chosen");
    if (chosen >= 0 && chosen < data.number && isShown(chosen)) {
      ring(context, this.placeOf(chosen), this.radius + 4, palette.ink, 2);
    }
    const shown = this.drawn.order.length;
    el.dataset.shown = String(shown);
    node.setAttribute("aria-label", `local map: ${shown} of ${data.number} atoms shown`);
  }
  placeOf(atom) {
    const { places } = this.drawn;
    return [places[3 * atom], places[3 * atom + 1]];
  }
  drawCell(context, palette, camera) {
    context.strokeStyle = palette.line;
    context.lineWidth = 1.2;
    const cell = this.model.get("cell");
    for (const ends of cell.length ? cellEdges(cell) : []) {
      polyline(
        context,
        ends.map((point) => project(camera, point))
      );
    }
  }
  /** Say what is known of an atom, or how to use the map. */
  tell(atom) {
    this.text.textContent = atom === null ? this.model.get("hint") : this.data.describe(atom);
  }
  listenToPointer() {
    const { node } = this;
    let from = null;
    let moved = false;
    const under = (event) => atomAt(this.drawn, pointer(event, node), this.radius);
    node.addEventListener("pointerdown", (event) => {
      from = [event.clientX, event.clientY];
      moved = false;
      node.setPointerCapture(event.pointerId);
    });
    node.addEventListener("pointermove", (event) => {
      if (!from) {
        this.tell(under(event));
        return;
      }
      const [x, y] = [event.clientX - from[0], event.clientY - from[1]];
      if (!moved && Math.hypot(x, y) < STILL) return;
      moved = true;
      from = [event.clientX, event.clientY];
      this.turn(DRAG * x, DRAG * y);
    });
    node.addEventListener("pointerup", (event) => {
      const atom = moved ? null : under(event);
      from = null;
      if (atom !== null) this.model.send({ do: "place", atom });
    });
    node.addEventListener("pointercancel", () => {
      from = null;
    });
    node.addEventListener("pointerleave", () => this.tell(null));
  }
};
function drawAxes(context, { soft }, camera) {
  context.font = `600 12px ${FONT}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.strokeStyle = context.fillStyle = soft;
  const [right, up] = camera.rotation;
  const [x, y] = [34, camera.height - 34];
  for (const [k, name] of ["x", "y", "z"].entries()) {
    const tip = [x + 22 * right[k], y - 22 * up[k]];
    polyline(context, [[x, y], tip]);
    context.fillText(name, x + 30 * right[k], y - 30 * up[k]);
  }
}
function save(message, buffers) {
  if (!message.save) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([buffers[0]]));
  link.download = String(message.save);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1e4);
}
function render({ model, el }) {
  el.classList.add("fcw-local-view");
  const bindings = new Bindings(model);
  const data = new MapData(model);
  controls(el, model, bindings);
  const body = element("div", "fcw-loc-body", el);
  const canvas = new AtomCanvas(body, el, model, data);
  const { redraw } = canvas;
  const sidebar = new Sidebar(body, model, data, redraw);
  const update = () => {
    sidebar.draw();
    redraw();
  };
  bindings.follow(() => data.takeAtoms(), "version");
  bindings.follow(() => data.takePlaces(), "version", "places_version");
  const names = ["colour", "direction", "axis", "shares", "found"];
  bindings.follow(update, "version", "places_version", ...names);
  bindings.follow(redraw, "middle", "thickness", "threshold", "chosen");
  bindings.follow(() => canvas.tell(null), "hint");
  bindings.on("msg:custom", save);
  onTheme(bindings, redraw);
  bindings.resized(canvas.node, redraw);
  bindings.add(redraw.end, reportVisible(model, el));
  return bindings.release;
}
var local_map_default = { render };
export {
  cellEdges,
  local_map_default as default
};
