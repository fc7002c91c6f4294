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

// src/shared/numbers.ts
var clamp = (value, low, high) => Math.min(high, Math.max(low, value));
var greatest = (values) => {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]);
  return most;
};
var minus = (text) => text.replace("-", "−");
var fixed = (value, digits = 4) => minus(value.toFixed(digits));
var percent = (part, digits = 0) => `${(100 * part).toFixed(digits)} %`;
var roughPercent = (part) => part > 0 && part < 5e-3 ? "< 1 %" : percent(part);
var unbroken = (text) => text.replaceAll(" %", " %");

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
var tints = (rgb2) => lookup([[0, 0, 0], rgb2.map((c) => 0.6 * c), rgb2, [255, 255, 255]]);
var shade = (table2, part) => table2[Math.round(255 * clamp(part, 0, 1))];
var DECADES = 3;
var logarithmic = (value) => 1 + Math.log10(Math.max(value, 1e-9)) / DECADES;
var rgb = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

// src/views/attention/parts.ts
function section(parent, name, heading = "", hint = "") {
  const node = element("section", `fcw-att-${name}`, parent);
  const line = element("h4", "fcw-att-heading", node);
  return {
    node,
    heading: element("span", "", line, heading),
    hint: element("small", "", line, hint)
  };
}
var SIDE = 64;
var GLOW = lookup(INFERNO);
function square(parent) {
  const frame = element("div", "fcw-frame fcw-att-frame", parent);
  return { frame, canvas: element("canvas", "fcw-canvas", frame) };
}
var showsClasses = (model) => model.get("strongest").byteLength > 0;
var classColours = (model) => model.get("classes").map(({ colour }) => rgb(colour));

// src/views/attention/multiples.ts
var NUMBER = 4;
function multiples(parent, number) {
  const strip = element("div", "fcw-att-strip", parent);
  return Array.from({ length: number }, () => {
    const figure = element("figure", "fcw-att-small", strip);
    const { canvas } = square(figure);
    const caption = element("figcaption", "", figure);
    const name = element("b", "", caption);
    const value = element("span", "", caption);
    const bar = element("i", "fcw-att-bar", caption);
    return { figure, canvas, name, value, bar };
  });
}
var nth = (maps, i) => maps.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
var FilterMaps = class {
  constructor(parent, model) {
    this.model = model;
    this.parts = section(parent, "maps");
    this.pictures = multiples(this.parts.node, NUMBER);
  }
  model;
  parts;
  pictures;
  drawHeading() {
    const { heading, hint } = this.parts;
    const byClass = showsClasses(this.model);
    heading.textContent = byClass ? "the evidence for each class" : `the four most active filters of ${this.model.get("layer")}`;
    hint.textContent = byClass ? "all on one scale; share of the pixels, weighed by strength, where it is the strongest" : "each on its own scale";
  }
  draw() {
    const { model } = this;
    const maps = floats(model.get("maps"));
    const captions = model.get("captions");
    const tables = showsClasses(model) ? classColours(model).map(tints) : null;
    const all = greatest(maps) || 1;
    for (const [i, { figure, canvas, name, value, bar }] of this.pictures.entries()) {
      const map = nth(maps, i);
      const most = tables ? all : greatest(map) || 1;
      const table2 = tables ? tables[i] : GLOW;
      paint(canvas, map, SIDE, (pixel) => shade(table2, pixel / most));
      name.textContent = captions[i].name;
      value.textContent = captions[i].value;
      bar.hidden = !tables;
      bar.style.setProperty("--part", String(captions[i].part ?? 0));
      figure.style.setProperty("--fcw-class", model.get("classes")[i].colour);
    }
  }
};
var Templates = class {
  constructor(parent, model) {
    this.model = model;
    const { node } = section(
      parent,
      "templates",
      "class templates",
      "mean map of each class's pristine structures, and how alike this image's own is (cosine)"
    );
    this.pictures = multiples(node, model.get("classes").length);
    const text = "Those of the shipped network, and always the sum over all filters of conv6, traced back as in the paper, whatever is shown above.";
    element("p", "fcw-att-explained", node, text);
  }
  model;
  pictures;
  draw() {
    this.drawMaps();
    const similarity = this.model.get("similarity");
    const most = greatest(similarity);
    for (const [i, { figure, value, bar }] of this.pictures.entries()) {
      const part = similarity[i] ?? 0;
      const best = most > 0 && part === most;
      figure.classList.toggle("fcw-att-best", best);
      const cosine = `${fixed(part, 2)}${best ? " · best" : ""}`;
      value.textContent = similarity.length ? cosine : "…";
      bar.style.setProperty("--part", String(Math.max(0, part)));
    }
  }
  drawMaps() {
    const maps = floats(this.model.get("templates"));
    if (!maps.length) return;
    for (const [i, { canvas, figure, name }] of this.pictures.entries()) {
      const { label, symbol, colour } = this.model.get("classes")[i];
      figure.style.setProperty("--fcw-class", colour);
      name.textContent = label;
      element("em", "", name, symbol);
      const map = nth(maps, i);
      const most = greatest(map) || 1;
      paint(canvas, map, SIDE, (value) => shade(GLOW, value / most));
    }
  }
};

// src/shared/pixels.ts
var centre = (pixel, n) => `${100 * (pixel + 0.5) / n}%`;
function markPixel(mark, [row, column], n) {
  mark.style.left = centre(column, n);
  mark.style.bottom = centre(row, n);
}

// src/views/attention/picture.ts
var GREYS = lookup([
  [0, 0, 0],
  [225, 225, 225]
]);
var Picture = class {
  constructor(parent, model, bindings) {
    this.model = model;
    const main = element("section", "fcw-att-main", parent);
    const pair = element("div", "fcw-att-pair", main);
    pair.setAttribute("role", "img");
    pair.setAttribute("aria-label", "diffraction image and response map");
    this.over = square(pair);
    this.overlay = element("canvas", "fcw-canvas", this.over.frame);
    this.beside = square(pair);
    this.key = element("div", "fcw-att-key", main);
    const tools = element("div", "fcw-att-tools", main);
    const modes = group("fcw-choice-group fcw-att-group", tools, "where the map is drawn");
    const onTop = button("", modes, "overlay", () => assign(model, { beside: false }));
    const aside = button("", modes, "beside", () => assign(model, { beside: true }));
    const range = element(
      "input",
      "",
      element("label", "fcw-att-opacity", tools, "opacity of the map")
    );
    Object.assign(range, { type: "range", min: 0, max: 1, step: 0.05 });
    range.addEventListener("input", () => model.set("opacity", Number(range.value)));
    range.addEventListener("change", () => model.save_changes());
    const arrange = () => {
      const apart = model.get("beside");
      flag(onTop, "aria-pressed", !apart);
      flag(aside, "aria-pressed", apart);
      pair.classList.toggle("fcw-att-apart", apart);
      this.overlay.hidden = apart;
      this.beside.frame.hidden = !apart;
      range.disabled = apart;
      range.value = this.overlay.style.opacity = String(model.get("opacity"));
    };
    bindings.follow(arrange, "beside", "opacity");
  }
  model;
  over;
  overlay;
  beside;
  key;
  draw(image) {
    const { model } = this;
    const total = floats(model.get("total"));
    const most = greatest(total) || 1;
    paint(this.over.canvas, image, SIDE, (value) => shade(GREYS, logarithmic(value)));
    if (showsClasses(model)) this.drawClasses(total, most);
    else this.drawFilters(total, most);
  }
  drawFilters(total, most) {
    paint(this.overlay, total, SIDE, (value) => {
      const part = Math.max(0, value / most);
      return [...shade(GLOW, 0.3 + 0.55 * part), opacity(part)];
    });
    paint(this.beside.canvas, total, SIDE, (value) => shade(GLOW, value / most));
  }
  drawClasses(total, most) {
    const strongest = bytes(this.model.get("strongest"));
    const colours = classColours(this.model);
    const tables = colours.map(tints);
    paint(this.overlay, total, SIDE, (value, at) => [
      ...colours[strongest[at]],
      opacity(Math.max(0, value / most))
    ]);
    paint(
      this.beside.canvas,
      total,
      SIDE,
      (value, at) => shade(tables[strongest[at]], value / most)
    );
  }
  /** What the colours mean. */
  drawKey() {
    const { key, model } = this;
    key.replaceChildren();
    if (!showsClasses(model)) {
      const filters = `sum over all filters of ${model.get("layer")}`;
      element("span", "", key, `grey: diffraction image (log) · colour: ${filters}`);
      element("b", "fcw-att-scale", key, "weak").append(element("i", ""), "strong");
      return;
    }
    element("span", "", key, "grey: diffraction image (log) · colour: strongest class");
    const chips = element("b", "fcw-att-chips", key);
    for (const { label, colour } of model.get("classes")) {
      element("b", "fcw-att-chip", chips, label).style.setProperty("--fcw-class", colour);
    }
  }
  /** Ring these pixels, and no others. */
  ring(pixels) {
    for (const { frame } of [this.over, this.beside]) {
      for (const old of frame.querySelectorAll(".fcw-ring")) old.remove();
      for (const pixel of pixels) markPixel(element("div", "fcw-ring", frame), pixel, SIDE);
    }
  }
};
var opacity = (part) => 255 * Math.min(1, 1.3 * Math.sqrt(part));

// src/views/attention/reflections.ts
var HEADS = ["reflection", "d (Å)", "of response", "of image", ""];
var TITLES = [
  "",
  "",
  "Share of the map's positive sum that lies on these spots",
  "Share of the image they take up: what a map that looks everywhere alike has",
  ""
];
function table(parent) {
  const node = element("table", "", parent);
  const row = element("tr", "", element("thead", "", node));
  for (const [i, text] of HEADS.entries()) {
    const head = element("th", "", row, text);
    head.setAttribute("scope", "col");
    head.title = TITLES[i];
  }
  return element("tbody", "", node);
}
function showReflections(parent, model, bindings, picture) {
  const hint = "indices of the structure's own cell; point at a row to ring its spots";
  const { node } = section(parent, "spots", "where the response lies", hint);
  const rows = table(node);
  const none = element("p", "fcw-att-explained", node);
  const key = "Bar: share of the response; line: share of the image, where a map that looks everywhere alike would end.";
  element("p", "fcw-att-explained", node, key);
  bindings.follow(
    () => {
      picture.ring([]);
      const reflections = model.get("rows");
      none.textContent = model.get("no_rows");
      node.classList.toggle("fcw-att-none", reflections.length === 0);
      const spotted = reflections.filter(({ spots }) => spots.length);
      const longest = greatest(spotted.flatMap(({ share, area }) => [share, area])) || 1;
      rows.replaceChildren(...reflections.map((one) => tableRow(one, longest, picture)));
    },
    "rows",
    "no_rows"
  );
}
function tableRow({ name, d, share, area, spots }, longest, picture) {
  const row = element("tr", "");
  const head = element("th", "", row, name);
  head.setAttribute("scope", "row");
  if (d === null)
    head.colSpan = 2;
  else element("td", "", row, d.toFixed(2));
  element("td", "", row, roughPercent(share));
  element("td", "fcw-att-soft", row, roughPercent(area));
  const last = element("td", "", row);
  if (!spots.length) return row;
  const bar = element("i", "fcw-att-bar", last);
  bar.style.setProperty("--part", String(share / longest));
  bar.style.setProperty("--even", String(area / longest));
  row.tabIndex = 0;
  onPointed(row, () => picture.ring(spots));
  onLeft(row, () => picture.ring([]));
  return row;
}

// src/views/attention/index.ts
function explainedChoice(parent, model, bindings, name, label, below = true) {
  const options = model.get("choices")[name];
  const { box, buttons } = choice(parent, model, bindings, {
    name,
    label,
    prefix: "fcw-att",
    hook: `fcw-att-${name}`,
    options: Object.entries(options).map(([value, [text, title]]) => ({ value, text, title }))
  });
  const idle = () => name !== "show" && model.get("show") === "classes";
  bindings.follow(() => {
    for (const node of buttons) node.disabled = idle();
  }, "show");
  if (below) {
    const line = element("p", "fcw-att-explained", box);
    bindings.follow(() => {
      line.textContent = options[model.get(name)][1];
    }, name);
    return;
  }
  const lines = buttons.map((node) => element("small", "", node));
  bindings.follow(() => {
    const explained = Object.values(model.get("choices")[name]);
    for (const [i, line] of lines.entries()) line.textContent = explained[i][1] || " ";
  }, "choices");
}
function render({ model, el }) {
  el.classList.add("fcw-att");
  const bindings = new Bindings(model);
  const body = element("div", "fcw-att-body", el);
  const head = element("div", "fcw-att-head", body);
  explainedChoice(head, model, bindings, "show", "show");
  explainedChoice(head, model, bindings, "layer", "layer", false);
  const summary = element("p", "fcw-att-say", body);
  summary.setAttribute("aria-live", "polite");
  bindings.follow(() => {
    summary.textContent = unbroken(model.get("text"));
  }, "text");
  const left = element("div", "fcw-att-column fcw-att-left", body);
  const right = element("div", "fcw-att-column fcw-att-right", body);
  const picture = new Picture(left, model, bindings);
  const filters = new FilterMaps(right, model);
  showReflections(right, model, bindings, picture);
  const templates = new Templates(right, model);
  bindings.follow(() => templates.draw(), "similarity", "templates");
  const variants = section(
    left,
    "variants",
    "variants",
    "how the response is traced back to the image"
  );
  explainedChoice(variants.node, model, bindings, "start", "start");
  explainedChoice(variants.node, model, bindings, "unpooling", "undoing the pooling");
  const trust = element("p", "fcw-limits fcw-att-trust", body);
  bindings.follow(() => {
    trust.textContent = model.get("faithfulness");
  }, "faithfulness");
  const draw = () => {
    const image = floats(model.get("image"));
    const waiting = image.length !== SIDE * SIDE;
    el.classList.toggle("fcw-att-waiting", waiting);
    picture.drawKey();
    filters.drawHeading();
    if (waiting) return;
    picture.draw(image);
    filters.draw();
  };
  const redraw = redrawer(draw);
  bindings.follow(redraw, "image", "total", "strongest", "maps", "captions");
  draw();
  bindings.add(redraw.end, reportVisible(model, el));
  return bindings.release;
}
var attention_default = { render };
export {
  attention_default as default
};
