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
function onPointed(node, callback) {
  for (const event of ["pointerenter", "focus"]) node.addEventListener(event, callback);
}
function onLeft(node, callback) {
  for (const event of ["pointerleave", "blur"]) node.addEventListener(event, callback);
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

// src/shared/choice.ts
function choice(parent, model, bindings, { name, label, options, prefix, hook = "" }) {
  const box = element("div", `fcw-choice ${prefix}-choice ${hook}`, parent);
  element("span", `${prefix}-label`, box, label);
  const row = group(`fcw-choice-group ${prefix}-group`, box, label);
  const buttons = options.map(({ value, text, title = "" }) => {
    const set = () => assign(model, { [name]: value });
    const node = button("", row, text, set);
    node.title = title;
    node.dataset.value = String(value);
    return node;
  });
  row.addEventListener("keydown", (event) => moveFocus(event, buttons));
  bindings.follow(() => {
    const chosen = model.get(name);
    for (const [i, { value }] of options.entries()) {
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
var MARGIN = { left: 54, right: 14, top: 12, bottom: 44 };
function axisTitles(context, at, colour, xLabel, yLabel) {
  context.fillStyle = colour;
  context.font = `12px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "top";
  const length = context.measureText(xLabel).width;
  const centre = Math.min((at.left + at.right) / 2, at.width - length / 2 - 2);
  context.fillText(xLabel, Math.max(centre, at.width / 2), at.bottom + 25, at.width - 4);
  context.save();
  context.translate(9, (at.top + at.bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = "middle";
  context.fillText(yLabel, 0, 0, at.bottom + MARGIN.bottom - 4);
  context.restore();
}

// src/shared/numbers.ts
var clamp = (value, low, high) => Math.min(high, Math.max(low, value));
var count = (value) => value.toLocaleString("en");
function probability(value) {
  const text = value.toFixed(3);
  if (text === "1.000") return "> 0.999";
  return text === "0.000" ? "< 0.001" : `= ${text}`;
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

// src/shared/theme.ts
var CHANGED = "fcw-theme";
function onTheme(bindings, callback) {
  bindings.listen(CHANGED, callback);
}

// src/views/embedding/hand.ts
var STILL = 4;
function listenToHand(map) {
  listenToPointer(map);
  map.frame.addEventListener(
    "wheel",
    (event) => {
      if (document.activeElement !== map.frame && !event.ctrlKey) return;
      event.preventDefault();
      const speed = event.deltaMode ? 0.05 : 15e-4;
      map.zoom(Math.exp(-event.deltaY * speed), pointer(event, map.frame));
    },
    { passive: false }
  );
  map.frame.addEventListener("keydown", (event) => {
    if (!map.screen || event.target !== map.frame) return;
    if (press(map, event)) event.preventDefault();
  });
}
function listenToPointer(map) {
  const { frame, zooms } = map;
  let drag = null;
  const onZooms = (event) => zooms.contains(event.target);
  frame.addEventListener("pointerdown", (event) => {
    if (event.button || onZooms(event)) return;
    drag = { from: pointer(event, frame), lens: map.lens, moved: false };
    if (event.pointerType === "touch") map.pointAt(map.nearest(drag.from));
  });
  frame.addEventListener("pointermove", (event) => {
    const at = pointer(event, frame);
    if (!drag) {
      map.pointAt(onZooms(event) ? null : map.nearest(at));
      return;
    }
    const [dx, dy] = [at[0] - drag.from[0], at[1] - drag.from[1]];
    if (!drag.moved && Math.hypot(dx, dy) < STILL) return;
    if (!drag.moved) frame.setPointerCapture(event.pointerId);
    drag.moved = true;
    const { x, y } = drag.lens;
    const { scale } = map.lens;
    map.lens = { ...map.lens, x: x - dx / scale, y: y + dy / scale };
    map.redraw();
  });
  frame.addEventListener("pointerup", (event) => {
    const still = drag && !drag.moved;
    drag = null;
    if (!still) return;
    const row = map.nearest(pointer(event, frame));
    if (row !== null) map.load(row);
  });
  frame.addEventListener("pointercancel", () => {
    drag = null;
  });
  frame.addEventListener("pointerleave", () => {
    if (!drag) map.pointAt(null);
  });
}
var KEYS = {
  Enter: load,
  " ": load,
  "+": (map) => map.zoom(1.5),
  "=": (map) => map.zoom(1.5),
  "-": (map) => map.zoom(1 / 1.5),
  "0": (map) => map.fit(),
  Escape: (map) => map.pointAt(null)
};
function load(map) {
  if (map.under !== null) map.load(map.under);
}
function press(map, event) {
  const step = arrow(event);
  if (step) map.step([step[0], -step[1]]);
  else if (event.key in KEYS) KEYS[event.key](map);
  else return false;
  return true;
}

// src/views/embedding/legend.ts
var KINDS = {
  pristine: [null, "star"],
  vacancies: ["#0072B2", "circle"],
  displacement: ["#D55E00", "triangle"],
  binary: ["#009E73", "square"],
  ternary: ["#CC79A7", "diamond"]
};
var CLASS_SHAPES = ["circle", "square", "triangle", "diamond"];
var ANSWERS = [
  { name: "right", colour: "#56B4E9", shape: "circle" },
  { name: "wrong", colour: "#D55E00", shape: "cross" }
];
var SIZE = 5;
function groupsOf(colouring, { classes, defects }, ink) {
  if (colouring === "class") {
    const groups = classes.map(({ label, colour }, i) => ({
      name: label,
      colour,
      shape: CLASS_SHAPES[i]
    }));
    return { groups, groupOf: ({ label }) => label };
  }
  if (colouring === "defect") {
    const names = Object.keys(KINDS);
    const groups = names.map((name) => {
      const [colour, shape] = KINDS[name];
      return { name, colour: colour ?? ink, shape };
    });
    return { groups, groupOf: ({ defect }) => names.indexOf(defects[defect].kind) };
  }
  return { groups: [...ANSWERS], groupOf: (structure) => Number(isMisclassified(structure)) };
}
function corners(number, radius) {
  return Array.from({ length: number }, (_, i) => {
    const angle = 2 * Math.PI * i / number - Math.PI / 2;
    return [radius(i) * Math.cos(angle), radius(i) * Math.sin(angle)];
  });
}
function crossCorners(a, b) {
  const arm = [
    [-a, -b],
    [a, -b],
    [a, -a]
  ];
  const turns = [0, 1, 2, 3].map((k) => Math.PI / 2 * k + Math.PI / 4);
  return turns.flatMap(
    (angle) => arm.map(([x, y]) => {
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      return [c * x - s * y, s * x + c * y];
    })
  );
}
var OUTLINES = {
  square: (r) => [
    [-0.8 * r, -0.8 * r],
    [0.8 * r, -0.8 * r],
    [0.8 * r, 0.8 * r],
    [-0.8 * r, 0.8 * r]
  ],
  triangle: (r) => corners(3, () => 1.15 * r),
  diamond: (r) => corners(4, () => 1.15 * r),
  star: (r) => corners(10, (i) => (i % 2 ? 0.55 : 1.3) * r),
  cross: (r) => crossCorners(0.42 * r, 1.35 * r)
};
function drawSymbol({ shape, colour }, edge, alpha) {
  const side = Math.ceil(2 * (1.4 * SIZE + 2));
  const canvas = document.createElement("canvas");
  const context = sharp(canvas, side, side);
  context.translate(side / 2, side / 2);
  context.globalAlpha = alpha;
  context.fillStyle = colour;
  context.strokeStyle = edge;
  context.lineWidth = 1;
  context.beginPath();
  if (shape === "circle") context.arc(0, 0, 0.9 * SIZE, 0, 2 * Math.PI);
  else for (const [x, y] of OUTLINES[shape](SIZE)) context.lineTo(x, y);
  context.closePath();
  context.fill();
  context.stroke();
  return { canvas, side };
}
var Stamps = class {
  kept = /* @__PURE__ */ new Map();
  get(group2, edge, alpha) {
    const key = `${group2.shape}${group2.colour}${edge}${alpha.toFixed(2)}`;
    const stamp = this.kept.get(key) ?? drawSymbol(group2, edge, alpha);
    this.kept.set(key, stamp);
    return stamp;
  }
};
var Legend = class {
  constructor(parent, redraw) {
    this.redraw = redraw;
    this.node = group("fcw-map-legend", parent, "what is drawn");
  }
  redraw;
  groups = [];
  groupOf = () => 0;
  hidden = /* @__PURE__ */ new Set();
  node;
  isHidden(structure) {
    return this.hidden.has(this.groupOf(structure));
  }
  /** Take other groups or structures, and show all of them. */
  show(grouping, structures, edge) {
    Object.assign(this, grouping);
    this.hidden = /* @__PURE__ */ new Set();
    this.node.hidden = !structures.length;
    const counts = this.groups.map(() => 0);
    for (const structure of structures) counts[this.groupOf(structure)]++;
    this.node.replaceChildren(...counts.map((number, i) => this.key(i, number, edge)));
    if (structures.some(isMisclassified)) {
      element("span", "", this.node, "ringed: misclassified");
    }
  }
  key(i, number, edge) {
    const toggle = () => {
      if (!this.hidden.delete(i)) this.hidden.add(i);
      flag(node, "aria-pressed", !this.hidden.has(i));
      this.redraw();
    };
    const node = button("fcw-map-key", null, "", toggle);
    node.title = "show or hide";
    const { canvas, side } = drawSymbol(this.groups[i], edge, 1);
    canvas.style.width = canvas.style.height = `${side}px`;
    node.append(canvas, this.groups[i].name);
    element("em", "", node, count(number));
    flag(node, "aria-pressed", true);
    return node;
  }
};

// src/views/embedding/lens.ts
var NEAR = 14;
var CLOSEST = 60;
var FARTHEST = 0.5;
function fitted(places, [width, height]) {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < places.length; i += 2) {
    left = Math.min(left, places[i]);
    right = Math.max(right, places[i]);
    low = Math.min(low, places[i + 1]);
    high = Math.max(high, places[i + 1]);
  }
  const whole = Math.min((width - 70) / (right - left || 1), (height - 62) / (high - low || 1));
  return { x: (left + right) / 2, y: (low + high) / 2, scale: whole, whole };
}
function toScreen({ x, y, scale }, [width, height], place) {
  return [width / 2 + (place[0] - x) * scale, height / 2 - (place[1] - y) * scale];
}
function zoomed(lens, factor, [width, height], centre) {
  const { whole } = lens;
  const scale = clamp(lens.scale * factor, FARTHEST * whole, CLOSEST * whole);
  const [dx, dy] = [centre[0] - width / 2, height / 2 - centre[1]];
  return {
    x: lens.x + dx / lens.scale - dx / scale,
    y: lens.y + dy / lens.scale - dy / scale,
    scale,
    whole
  };
}
function nearestPoint(screen, [x, y]) {
  let best = null;
  let least = NEAR ** 2;
  for (const [row, [px, py]] of screen) {
    const far = (px - x) ** 2 + (py - y) ** 2;
    if (far > least) continue;
    best = row;
    least = far;
  }
  return best;
}
function nextPoint(screen, under, [width, height], [dx, dy]) {
  const start = under === null ? void 0 : screen.get(under);
  const from = start ?? [width / 2, height / 2];
  let best = null;
  let least = Infinity;
  for (const [row, [x, y]] of screen) {
    const along = (x - from[0]) * dx + (y - from[1]) * dy;
    const across = Math.abs((x - from[0]) * dy) + Math.abs((y - from[1]) * dx);
    const behind = row === under || along <= 0;
    if (behind || under !== null && across > 2 * along) continue;
    const cost = along + 2 * across;
    if (cost >= least) continue;
    best = row;
    least = cost;
  }
  return best;
}

// src/views/embedding/index.ts
var CHOICES = [
  ["features", "of"],
  ["method", "by"],
  ["colour", "coloured by"]
];
var OUTSIDE = 9;
var FAINT = 0.1;
var HINT = "Point at the map, or use the arrow keys in it, to see a structure; click on a point, or press Enter, to load it. The wheel zooms once the map has been clicked on.";
function controls(el, model, bindings) {
  const head = element("div", "fcw-map-head", el);
  for (const [name, label] of CHOICES) {
    choice(head, model, bindings, {
      name,
      label,
      prefix: "fcw-map",
      hook: `fcw-map-${name}`,
      options: Object.entries(model.get("choices")[name]).map(([value, [text, title]]) => ({
        value,
        text,
        title
      }))
    });
  }
  const only = button(
    "fcw-toggle fcw-map-missed",
    head,
    "misclassified only",
    () => assign(model, { missed: !model.get("missed") })
  );
  bindings.follow(() => flag(only, "aria-pressed", model.get("missed")), "missed");
}
var StructureMap = class {
  constructor(el, model, bindings) {
    this.el = el;
    this.model = model;
    const body = element("div", "fcw-map-body", el);
    const main = element("div", "fcw-map-main", body);
    this.frame = element("div", "fcw-map-frame", main);
    this.frame.tabIndex = 0;
    this.frame.setAttribute("role", "application");
    const keys = "arrow keys go from point to point, Enter loads one, plus and minus zoom";
    this.frame.setAttribute("aria-label", `map of structures; ${keys}`);
    this.canvas = element("canvas", "fcw-map-canvas", this.frame);
    this.marks = element("canvas", "fcw-map-canvas", this.frame);
    this.empty = element("p", "fcw-map-empty", this.frame);
    this.zooms = element("div", "fcw-map-zooms", this.frame);
    const zoomButton = (icon, label, act) => iconButton("fcw-toggle", this.zooms, icon, label, act);
    zoomButton("+", "zoom in", () => this.zoom(1.5));
    zoomButton("−", "zoom out", () => this.zoom(1 / 1.5));
    zoomButton("⤢", "show all", () => this.fit());
    this.legend = new Legend(main, this.redraw);
    this.note = element("p", "fcw-map-note", main);
    this.card = new StructureCard(body, model, HINT);
    listenToHand(this);
    this.bind(bindings);
  }
  el;
  model;
  frame;
  zooms;
  canvas;
  marks;
  empty;
  note;
  legend;
  card;
  stamps = new Stamps();
  redraw = redrawer(() => this.draw());
  structures = [];
  places = new Float32Array(0);
  lens = { x: 0, y: 0, scale: 1, whole: 1 };
  /** Row of the point under the cursor. */
  under = null;
  /** Where the points that can be pointed at are drawn, by row; null while nothing is. */
  screen = null;
  bind(bindings) {
    const { model } = this;
    bindings.follow(() => {
      this.structures = model.get("points").map(structureOf);
      this.under = null;
      this.card.forget();
    }, "points");
    bindings.follow(() => this.regroup(), "points", "colour");
    bindings.follow(() => this.takePlaces(), "places", "note", "axes");
    bindings.follow(this.redraw, "missed", "listed", "verdict", "points");
    bindings.follow(() => this.drawMarks(), "chosen");
    bindings.resized(this.frame, () => {
      this.fit();
      this.card.redraw();
    });
    onTheme(bindings, () => {
      this.regroup();
      this.card.redraw();
    });
    bindings.add(this.redraw.end, this.card.end);
  }
  regroup() {
    const { model } = this;
    const { ink, card } = pageColours(this.el);
    const facts = { classes: model.get("classes"), defects: model.get("defects") };
    this.legend.show(groupsOf(model.get("colour"), facts, ink), this.structures, card);
    this.redraw();
  }
  takePlaces() {
    this.places = floats(this.model.get("places"));
    this.note.textContent = this.places.length ? this.model.get("note") : "";
    if (this.places.length) this.fit();
    this.redraw();
  }
  get size() {
    return [this.frame.clientWidth, this.frame.clientHeight];
  }
  fit() {
    if (!this.places.length || !this.frame.clientWidth) return;
    this.lens = fitted(this.places, this.size);
    this.redraw();
  }
  /** Zoom in or out around a place of the frame, by default its middle, which stays where it is. */
  zoom(factor, centre) {
    const [width, height] = this.size;
    this.lens = zoomed(this.lens, factor, this.size, centre ?? [width / 2, height / 2]);
    this.frame.classList.toggle("fcw-map-zoomed", this.lens.scale > 1.01 * this.lens.whole);
    this.redraw();
  }
  placeOf(row) {
    const place = [this.places[2 * row], this.places[2 * row + 1]];
    return toScreen(this.lens, this.size, place);
  }
  draw() {
    const { model, structures } = this;
    const [width, height] = this.size;
    if (!width) return;
    const context = sharp(this.canvas, width, height);
    const palette = pageColours(this.el);
    const complete = this.places.length === 2 * structures.length && structures.length > 0;
    this.empty.hidden = complete;
    this.empty.textContent = model.get("note") || "The map is drawn here once it is started.";
    this.el.dataset.points = String(complete ? structures.length : 0);
    this.screen = null;
    if (complete) {
      const box = { left: 0, right: width, top: 0, bottom: height - MARGIN.bottom, width };
      axisTitles(context, box, palette.soft, ...model.get("axes"));
      this.screen = /* @__PURE__ */ new Map();
      this.drawPoints(context, palette);
    }
    this.drawMarks();
  }
  drawPoints(context, palette) {
    const { model, structures } = this;
    const few = model.get("missed") ? new Set(model.get("listed")) : null;
    const faint = few ? structures.filter(({ row }) => !few.has(row)) : [];
    for (const structure of faint) this.drawPoint(context, palette, structure, FAINT);
    const clear = few ? structures.filter(({ row }) => few.has(row)) : structures;
    for (const structure of clear) {
      const place = this.drawPoint(context, palette, structure, this.strength(structure));
      if (!place) continue;
      this.screen?.set(structure.row, place);
      if (isMisclassified(structure)) ring(context, place, 8.5, palette.ink, 1.5);
    }
  }
  /** Draw a point; returns where, or null if it is hidden or outside. */
  drawPoint(context, palette, structure, alpha) {
    if (this.legend.isHidden(structure)) return null;
    const [width, height] = this.size;
    const [x, y] = this.placeOf(structure.row);
    const across = x >= -OUTSIDE && x <= width + OUTSIDE;
    if (!across || y < -OUTSIDE || y > height + OUTSIDE) return null;
    const group2 = this.legend.groups[this.legend.groupOf(structure)];
    const { canvas, side } = this.stamps.get(group2, palette.card, alpha);
    context.drawImage(canvas, x - side / 2, y - side / 2, side, side);
    return [x, y];
  }
  /** Opacity of a point: of a defect, the stronger the less it lets through. */
  strength({ defect }) {
    if (this.model.get("colour") !== "defect") return 0.85;
    return 0.3 + 0.65 * this.model.get("defects")[defect].part;
  }
  drawMarks() {
    const { model, screen, under } = this;
    const context = sharp(this.marks, ...this.size);
    const palette = pageColours(this.el);
    const chosen = model.get("chosen");
    this.el.dataset.chosen = String(chosen);
    this.frame.style.cursor = under === null ? "" : "pointer";
    const marked = screen?.get(chosen);
    if (marked) ring(context, marked, 9, palette.accent, 3);
    const here = under === null ? void 0 : screen?.get(under);
    if (!here || under === null) return;
    const pristine = this.placeOf(under - under % model.get("defects").length);
    context.strokeStyle = palette.ink;
    context.lineWidth = 1;
    polyline(context, [pristine, here]);
    ring(context, pristine, 3, palette.ink, 1);
    ring(context, here, 8, palette.ink, 2);
  }
  pointAt(row) {
    this.under = row;
    if (row === null) delete this.frame.dataset.row;
    else {
      this.frame.dataset.row = String(row);
      this.card.show(this.structures[row]);
    }
    this.drawMarks();
  }
  nearest(at) {
    return nearestPoint(this.screen ?? /* @__PURE__ */ new Map(), at);
  }
  /** Point at the next one in a direction: to the right, downwards. */
  step(direction) {
    if (!this.screen) return;
    const next = nextPoint(this.screen, this.under, this.size, direction);
    if (next !== null) this.pointAt(next);
  }
  load(row) {
    this.model.send({ do: "load", row });
  }
};
function missedList(el, model, bindings, map) {
  const list = element("section", "fcw-map-list", el);
  const verdict = element("p", "fcw-map-verdict", list);
  const rows = element("div", "fcw-map-rows", list);
  const row = (number) => {
    const node = structureRow("fcw-map-row", model, map.structures[number]);
    onPointed(node, () => map.pointAt(number));
    onLeft(node, () => map.pointAt(null));
    return node;
  };
  const draw = () => {
    list.hidden = !model.get("missed") || !map.structures.length;
    verdict.textContent = model.get("verdict");
    const known = model.get("listed").filter((number) => map.structures[number]);
    rows.replaceChildren(...known.map(row));
  };
  bindings.follow(draw, "missed", "listed", "verdict", "points");
}
function render({ model, el }) {
  el.classList.add("fcw-mapview");
  const bindings = new Bindings(model);
  controls(el, model, bindings);
  const map = new StructureMap(el, model, bindings);
  missedList(el, model, bindings, map);
  const caption = element("p", "fcw-limits", el);
  bindings.follow(() => {
    caption.textContent = model.get("caption");
  }, "caption");
  bindings.add(reportVisible(model, el));
  return bindings.release;
}
var embedding_default = { render };
export {
  StructureMap,
  embedding_default as default
};
