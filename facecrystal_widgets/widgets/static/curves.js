// Built by js/build.js from js/src; change it there.

// src/shared/canvas.ts
var copy = (view) => view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
var floats = (view) => new Float32Array(copy(view));
function pen(canvas, options) {
  return canvas.getContext("2d", options);
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
function polygon(context, points) {
  trace(context, points);
  context.fill();
}
function circle(context, [x, y], radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}
function dot(context, centre, radius) {
  circle(context, centre, radius);
  context.fill();
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

// src/shared/numbers.ts
var clamp = (value, low, high) => Math.min(high, Math.max(low, value));

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
function scales(width, height, [low, high], [bottom, top], margin = MARGIN) {
  const across = width - margin.left - margin.right;
  const up = height - margin.top - margin.bottom;
  return {
    x: (value) => margin.left + (value - low) / (high - low) * across,
    y: (value) => margin.top + (1 - (value - bottom) / (top - bottom)) * up,
    back: (pixel) => low + (pixel - margin.left) / across * (high - low),
    width,
    left: margin.left,
    right: margin.left + across,
    top: margin.top,
    bottom: margin.top + up
  };
}
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
function axes(context, at, palette, { xTicks, yTicks, xLabel, yLabel, yText = String }) {
  context.font = `11.5px ${FONT}`;
  context.lineWidth = 1;
  context.strokeStyle = palette.line;
  context.fillStyle = palette.soft;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of yTicks) {
    const y = Math.round(at.y(value)) + 0.5;
    horizontal(context, at, y);
    context.fillText(yText(value), at.left - 7, y);
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const value of xTicks) {
    const x = Math.round(at.x(value)) + 0.5;
    vertical(context, x, at.bottom, at.bottom + 4);
    context.fillText(String(value), x, at.bottom + 7);
  }
  axisTitles(context, at, palette.ink, xLabel, yLabel);
}
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
var horizontal = (context, at, y) => polyline(context, [
  [at.left, y],
  [at.right, y]
]);
function vertical(context, x, top, bottom) {
  const ends = [
    [x, top],
    [x, bottom]
  ];
  polyline(context, ends);
}

// src/shared/theme.ts
var CHANGED = "fcw-theme";
function onTheme(bindings, callback) {
  bindings.listen(CHANGED, callback);
}

// src/views/curves/drawing.ts
var N_CLASSES = 4;
var HEIGHT_OF_LEGEND = 44;
var besideOthers = (structure) => structure * 0.618034 % 1 - 0.5;
var Drawing = class _Drawing {
  constructor(model, curve, paths, width, height) {
    this.curve = curve;
    this.paths = paths;
    this.points = curve.x.length;
    this.number = paths.length / this.points / N_CLASSES;
    this.shown = model.get("classes").map(({ label, colour }, place) => ({ label, place, colour })).filter(({ label }) => model.get("shown").includes(label));
    this.at = this.fit(width, height);
  }
  curve;
  paths;
  points;
  number;
  shown;
  at;
  /** The model's curves for a canvas of this size, or null while there are none. */
  static of(model, width, height) {
    const curve = model.get("curve");
    const paths = floats(model.get("paths"));
    if (!curve.x || !paths.length) return null;
    return new _Drawing(model, curve, paths, width, height);
  }
  fit(width, height) {
    const { x } = this.curve;
    const half = 0.3 * (x[1] - x[0]);
    return scales(width, height, [x[0] - half, x[x.length - 1] + half], [0, 1.02]);
  }
  /** Probability of the class at this place. */
  probability({ structure, point, place }) {
    return this.paths[(structure * this.points + point) * N_CLASSES + place];
  }
  position(dot2) {
    const { x } = this.curve;
    const step = this.at.x(x[1]) - this.at.x(x[0]);
    const beside = besideOthers(dot2.structure) * 0.5 * step;
    return [this.at.x(x[dot2.point]) + beside, this.at.y(this.probability(dot2))];
  }
  /** The dot that is nearest to a place on the canvas, of the nearest point of the path. */
  nearest([px, py]) {
    const value = this.at.back(px);
    const far = this.curve.x.map((x) => Math.abs(x - value));
    const point = far.indexOf(Math.min(...far));
    let best = null;
    let least = Infinity;
    for (const { place } of this.shown) {
      for (let structure = 0; structure < this.number; structure++) {
        const [x, y] = this.position({ structure, point, place });
        const distance = (x - px) ** 2 + (y - py) ** 2;
        if (distance >= least) continue;
        least = distance;
        best = { structure, point, place };
      }
    }
    return best;
  }
  paint(context, palette) {
    const { x, x_label } = this.curve;
    axes(context, this.at, palette, {
      xTicks: ticks(x[0], x[x.length - 1]),
      yTicks: [0, 0.25, 0.5, 0.75, 1],
      xLabel: x_label,
      yLabel: "class probability"
    });
    for (const { label, place, colour } of this.shown) {
      context.fillStyle = colour;
      context.globalAlpha = 0.16;
      polygon(context, [...this.edge(label, 1), ...this.edge(label, -1).reverse()]);
      context.globalAlpha = clamp(12 / this.number, 0.16, 0.75);
      for (let structure = 0; structure < this.number; structure++) {
        for (let point = 0; point < this.points; point++) {
          dot(context, this.position({ structure, point, place }), 1.7);
        }
      }
      context.globalAlpha = 1;
    }
    for (const { label, colour } of this.shown) {
      const mean = this.edge(label, 0);
      context.lineWidth = 2.5;
      context.strokeStyle = context.fillStyle = colour;
      polyline(context, mean);
      for (const point of mean) dot(context, point, 3.6);
    }
  }
  /** The mean, or that many standard deviations above it. */
  edge(label, deviations) {
    const { x, mean, std } = this.curve;
    return x.map((value, i) => [
      this.at.x(value),
      this.at.y(clamp(mean[label][i] + deviations * std[label][i], 0, 1))
    ]);
  }
  /** The path of a structure through its dots. */
  paintPath(context, structure) {
    context.lineWidth = 1.2;
    for (const { place, colour } of this.shown) {
      context.strokeStyle = colour;
      const points = this.curve.x.map((_, point) => this.position({ structure, point, place }));
      polyline(context, points);
    }
  }
  /** Rings round the dots of a structure at a point. */
  ring(context, structure, point, colour, radius) {
    for (const { place } of this.shown) {
      ring(context, this.position({ structure, point, place }), radius, colour, 2);
    }
  }
};
function picture(model) {
  const [width, height] = [820, 520];
  const canvas = document.createElement("canvas");
  const context = sharp(canvas, width, height, 2);
  context.fillStyle = PAPER.card;
  context.fillRect(0, 0, width, height);
  const drawing = Drawing.of(model, width, height - HEIGHT_OF_LEGEND);
  context.translate(0, HEIGHT_OF_LEGEND);
  drawing?.paint(context, PAPER);
  context.textAlign = "left";
  context.font = `12px ${FONT}`;
  context.fillStyle = PAPER.soft;
  context.fillText(model.get("caption"), MARGIN.left, -14);
  let x = MARGIN.left;
  context.font = `600 13px ${FONT}`;
  for (const { label, colour } of drawing?.shown ?? []) {
    context.fillStyle = colour;
    context.fillText(label, x, -34);
    x += context.measureText(label).width + 16;
  }
  return canvas.toDataURL("image/png");
}

// src/views/curves/index.ts
var two = (value) => value.toFixed(2);
function classButtons(parent, model) {
  const legend = group("fcw-curves-legend", parent, "classes drawn");
  const classes = model.get("classes");
  const toggle = (label) => {
    const shown = new Set(model.get("shown"));
    if (!shown.delete(label)) shown.add(label);
    assign(model, { shown: classes.map((c) => c.label).filter((l) => shown.has(l)) });
  };
  const buttons = classes.map(({ label, symbol, colour }) => {
    const node = button("fcw-curves-class", legend, label, () => toggle(label));
    element("em", "", node, symbol);
    node.style.setProperty("--fcw-class", colour);
    return node;
  });
  return () => {
    const shown = model.get("shown");
    for (const [i, node] of buttons.entries()) {
      flag(node, "aria-pressed", shown.includes(classes[i].label));
    }
  };
}
function saveLinks(parent, model, bindings) {
  const links = element("div", "fcw-curves-links", parent);
  const link = (text, title, suffix, content) => {
    const node = element("a", "fcw-curves-link", links, text);
    node.title = title;
    node.href = "#";
    node.addEventListener("click", () => {
      node.download = `${model.get("filename") || "figure-4"}.${suffix}`;
      node.href = content();
    });
    return node;
  };
  const table = link("CSV", "mean and standard deviation at each point", "csv", () => {
    return `data:text/csv;charset=utf-8,${encodeURIComponent(model.get("csv"))}`;
  });
  link("PNG", "this picture in light colours", "png", () => picture(model));
  bindings.follow(() => {
    table.hidden = !model.get("csv");
  }, "csv");
  return links;
}
var CurvesView = class {
  constructor(model, el, bindings) {
    this.model = model;
    this.el = el;
    const head = element("div", "fcw-curves-head", el);
    this.markClasses = classButtons(head, model);
    this.links = saveLinks(head, model, bindings);
    this.frame = element("div", "fcw-curves-frame", el);
    this.frame.tabIndex = 0;
    this.frame.setAttribute("role", "application");
    this.frame.setAttribute(
      "aria-label",
      "class probabilities; arrow keys go from point to point and structure to structure, Enter loads one"
    );
    this.canvas = element("canvas", "fcw-curves-canvas", this.frame);
    this.marks = element("canvas", "fcw-curves-canvas", this.frame);
    const text = "The curve grows here, structure by structure.";
    this.empty = element("p", "fcw-curves-empty", this.frame, text);
    this.readout = element("p", "fcw-curves-readout", el);
    this.readout.setAttribute("aria-live", "polite");
    this.caption = element("p", "fcw-limits", el);
    this.listen();
    this.bind(bindings, redrawer(this.draw));
    this.draw();
  }
  model;
  el;
  frame;
  canvas;
  marks;
  empty;
  readout;
  caption;
  links;
  markClasses;
  drawing = null;
  under = null;
  bind(bindings, redraw) {
    bindings.on("change:curve change:paths change:shown change:species change:caption", redraw);
    bindings.on("change:chosen", this.drawMarks);
    onTheme(bindings, redraw);
    bindings.resized(this.frame, redraw);
    bindings.add(redraw.end);
  }
  draw = () => {
    const { model, frame } = this;
    const { clientWidth: width, clientHeight: height } = frame;
    this.drawing = Drawing.of(model, width, height);
    this.empty.hidden = this.drawing !== null;
    this.links.hidden = this.drawing === null;
    this.caption.textContent = model.get("caption");
    this.markClasses();
    this.el.dataset.structures = String(this.drawing?.number ?? 0);
    if (!width) return;
    const context = sharp(this.canvas, width, height);
    this.drawing?.paint(context, pageColours(this.el));
    if (!this.drawing || this.under && this.under.structure >= this.drawing.number) {
      this.under = null;
    }
    this.drawMarks();
  };
  /** What is under the cursor, and what the session holds. */
  drawMarks = () => {
    const { drawing, frame, model, under } = this;
    const context = sharp(this.marks, frame.clientWidth, frame.clientHeight);
    if (!drawing) {
      this.readout.textContent = "";
      return;
    }
    const palette = pageColours(this.el);
    const [structure, point] = model.get("chosen");
    this.el.dataset.chosen = model.get("chosen").join(" ");
    if (structure !== void 0 && point !== void 0 && structure < drawing.number) {
      drawing.ring(context, structure, point, palette.accent, 7);
    }
    if (under) {
      drawing.paintPath(context, under.structure);
      drawing.ring(context, under.structure, under.point, palette.ink, 5);
    }
    this.readout.textContent = this.describe(drawing);
  };
  describe(drawing) {
    const { under } = this;
    const [structure, point] = this.model.get("chosen");
    if (!under && (structure === void 0 || point === void 0)) {
      return "Point at a dot to read it, click it to load that structure into the session.";
    }
    if (!under) {
      const name = this.nameOf(structure);
      return `In the session: ${name} at ${this.placeOf(drawing, point)}.`;
    }
    const { mean, std } = drawing.curve;
    const means = drawing.shown.map(
      ({ label }) => `${label} ${two(mean[label][under.point])} ± ${two(std[label][under.point])}`
    );
    const values = drawing.shown.map(
      ({ label, place }) => `${label} ${two(drawing.probability({ ...under, place }))}`
    );
    return `${this.placeOf(drawing, under.point)} · mean of ${drawing.number}: ${means.join(", ")} · ${this.nameOf(under.structure)}: ${values.join(", ")}`;
  }
  nameOf(structure) {
    return `${this.model.get("species")[structure]}, structure ${structure + 1}`;
  }
  placeOf({ curve: { kind, x, rms } }, point) {
    if (kind === "transition") return `${x[point]} % removed`;
    return `σ / bond length ${two(x[point])} (rms ${two(x[point] * rms)})`;
  }
  listen() {
    const { frame } = this;
    const point = (event) => this.pointAt(this.drawing?.nearest(pointer(event, frame)) ?? null);
    frame.addEventListener("pointermove", point);
    frame.addEventListener("pointerleave", () => this.pointAt(null));
    frame.addEventListener("blur", () => this.pointAt(null));
    frame.addEventListener("click", (event) => {
      point(event);
      this.load();
    });
    frame.addEventListener("keydown", (event) => {
      if (!this.drawing?.shown.length) return;
      const step = arrow(event);
      if (event.key === "Enter") this.load();
      else if (!step) return;
      else this.pointAt(this.neighbour(this.drawing, step));
      event.preventDefault();
      this.drawMarks();
    });
  }
  pointAt(dot2) {
    this.under = dot2;
    this.drawMarks();
  }
  load() {
    if (!this.under) return;
    const { structure, point } = this.under;
    this.model.send({ do: "choose", structure, point });
  }
  /** The next point of the path, or the next structure by its probability. */
  neighbour(drawing, [right, up]) {
    const { under } = this;
    if (!under) return { structure: 0, point: 0, place: drawing.shown[0].place };
    if (right) return { ...under, point: clamp(under.point + right, 0, drawing.points - 1) };
    const value = (structure) => drawing.probability({ ...under, structure });
    const order = Array.from({ length: drawing.number }, (_, i) => i);
    order.sort((a, b) => value(a) - value(b));
    return { ...under, structure: order[order.indexOf(under.structure) + up] ?? under.structure };
  }
};
function render({ model, el }) {
  el.classList.add("fcw-curves");
  const bindings = new Bindings(model);
  new CurvesView(model, el, bindings);
  return bindings.release;
}
var curves_default = { render };
export {
  curves_default as default
};
