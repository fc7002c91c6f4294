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
function pointer(event, frame) {
  const box = frame.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
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

// src/shared/numbers.ts
var clamp = (value, low, high) => Math.min(high, Math.max(low, value));
var percent = (part, digits = 0) => `${(100 * part).toFixed(digits)} %`;

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

// src/views/training.ts
function smooth(values, total) {
  const memory = 1 - 1 / clamp(total / 25, 3, 12);
  let sum = 0;
  let weight = 0;
  return Array.from(values, (value) => {
    sum = memory * sum + value;
    weight = memory * weight + 1;
    return sum / weight;
  });
}
var Plot = class {
  constructor(parent, name, label, logarithmic) {
    this.name = name;
    this.label = label;
    this.logarithmic = logarithmic;
    this.frame = element("div", `fcw-learning-frame fcw-learning-${name}`, parent);
    this.frame.setAttribute("role", "img");
    this.canvas = element("canvas", "fcw-learning-canvas", this.frame);
    const text = `${name} grows here once training starts`;
    this.empty = element("p", "fcw-learning-empty", this.frame, text);
  }
  name;
  label;
  logarithmic;
  frame;
  canvas;
  empty;
  /** Null until something was drawn. */
  at = null;
  /** `under` is the number of the batch under the cursor, or null. */
  draw(values, model, palette, under) {
    const { clientWidth: width, clientHeight: height } = this.frame;
    if (!width) return;
    const context = sharp(this.canvas, width, height);
    this.empty.hidden = values.length > 0;
    if (!values.length) return;
    const total = Math.max(model.get("batches"), values.length);
    const bold = smooth(values, total);
    const [low, top] = this.range(bold);
    const at = scales(width, height, [0, total], [low, top]);
    this.at = at;
    this.drawAxes(context, at, palette, total, low);
    context.strokeStyle = palette.line;
    const epochs = model.get("epochs");
    for (let epoch = 1; epoch < epochs; epoch++) {
      vertical(context, at.x(epoch * total / epochs), at.top, at.bottom);
    }
    context.strokeStyle = palette.accent;
    this.drawLines(context, at, values, bold);
    if (under !== null && under < values.length) {
      context.lineWidth = 1;
      context.strokeStyle = palette.ink;
      vertical(context, at.x(under + 1), at.top, at.bottom);
    }
    const now = bold[bold.length - 1].toPrecision(3);
    this.frame.setAttribute("aria-label", `${this.name}, ${values.length} batches, now ${now}`);
  }
  scaled(value) {
    return this.logarithmic ? Math.log10(Math.max(value, 1e-6)) : value;
  }
  range(bold) {
    if (!this.logarithmic) return [0, 1.02];
    const scaled = bold.map((value) => this.scaled(value));
    return [Math.floor(Math.min(0, ...scaled) - 0.05), Math.max(0.3, ...scaled)];
  }
  drawAxes(context, at, palette, total, low) {
    const decades = Array.from({ length: 1 - low }, (_, i) => low + i);
    axes(context, at, palette, {
      xTicks: ticks(0, total).filter(Number.isInteger),
      xLabel: "batches",
      yLabel: this.label,
      yTicks: this.logarithmic ? decades : [0, 0.25, 0.5, 0.75, 1],
      yText: (value) => String(this.logarithmic ? Number((10 ** value).toPrecision(1)) : value)
    });
  }
  drawLines(context, at, values, bold) {
    const line = (series) => polyline(
      context,
      Array.from(series, (v, i) => [at.x(i + 1), at.y(this.scaled(v))])
    );
    context.save();
    context.beginPath();
    context.rect(at.left, at.top - 2, at.right - at.left, at.bottom - at.top + 2);
    context.clip();
    context.globalAlpha = 0.3;
    line(values);
    context.globalAlpha = 1;
    context.lineWidth = 2.2;
    line(bold);
    context.restore();
  }
};
function describe(losses, accuracies, total, under) {
  if (!losses.length) return "";
  const last = losses.length - 1;
  const i = Math.min(under ?? last, last);
  const now = (values) => smooth(values.subarray(0, i + 1), total)[i];
  return `batch ${i + 1}: loss ${now(losses).toPrecision(3)}, accuracy ${percent(now(accuracies), 1)} (averaged over the last batches; before learning from them, with dropout)`;
}
function render({ model, el }) {
  el.classList.add("fcw-learning");
  const readout = element("p", "fcw-learning-readout", el);
  const panels = element("div", "fcw-learning-panels", el);
  const loss = new Plot(panels, "loss", "cross-entropy of a batch", true);
  const accuracy = new Plot(panels, "accuracy", "accuracy on a batch", false);
  let under = null;
  const draw = () => {
    const losses = floats(model.get("losses"));
    const accuracies = floats(model.get("accuracies"));
    el.dataset.batches = String(losses.length);
    const palette = pageColours(el);
    loss.draw(losses, model, palette, under);
    accuracy.draw(accuracies, model, palette, under);
    readout.textContent = describe(losses, accuracies, model.get("batches"), under);
  };
  const redraw = redrawer(draw);
  for (const plot of [loss, accuracy]) {
    plot.frame.addEventListener("pointermove", (event) => {
      if (!plot.at) return;
      under = Math.max(0, Math.round(plot.at.back(pointer(event, plot.frame)[0])) - 1);
      redraw();
    });
    plot.frame.addEventListener("pointerleave", () => {
      under = null;
      redraw();
    });
  }
  const bindings = new Bindings(model);
  bindings.on("change:losses change:accuracies change:batches change:epochs", redraw);
  onTheme(bindings, redraw);
  bindings.resized(panels, redraw);
  bindings.add(redraw.end);
  draw();
  return bindings.release;
}
var training_default = { render };
export {
  training_default as default,
  smooth
};
