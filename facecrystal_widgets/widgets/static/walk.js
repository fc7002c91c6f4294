// The walk through the network: a drawing of it, and the numbers of the layer that is chosen.

const SIGNED = lookup(RED_BLUE);
const WARM = lookup(INFERNO);
const KERNEL = 7;

const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const minus = (text) => text.replace("-", "−");
const fixed = (value, digits = 4) => minus(value.toFixed(digits));
const signed = (value, digits = 4) => (value < 0 ? "" : "+") + fixed(value, digits);
const count = (value) => value.toLocaleString("en");
const short = (value) => (value >= 100 ? count(Math.round(value)) : value.toPrecision(3));
// 0.9812, or 5.35 × 10⁻⁹
function scientific(value) {
  if (value === 0 || value >= 0.001) return value.toFixed(4);
  const [digits, power] = value.toExponential(2).split("e");
  return `${digits}\u200a×\u200a10${[...power].map((d) => (d === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[d] ?? "")).join("")}`;
}

const paintShades = (canvas, shades, width) => paint(canvas, shades, width, (s) => WARM[s]);
const shade = (value, top) => WARM[Math.round(255 * Math.sqrt(Math.max(0, value / (top || 1))))];
const tint = (value, top) => SIGNED[Math.round(127.5 * (1 + value / (top || 1)))];

// A strip of a colour table with words at its ends.
function scaleBar(parent, table) {
  const bar = element("div", "fcw-walk-scale", parent);
  const low = element("span", "", bar);
  const stops = table.filter((_, i) => i % 15 === 0).map((rgb) => `rgb(${rgb.map(Math.round)})`);
  element("i", "", bar).style.background = `linear-gradient(to right, ${stops})`;
  const high = element("span", "", bar);
  return (from, to) => { low.textContent = from; high.textContent = to; };
}

// Writes lines of words and a number, as in a calculation.
const ledger = (parent) => (words, number, kind = "") => {
  const line = element("div", kind, parent);
  element("span", "", line, words);
  element("b", "", line, number);
};

// A layer as a stack of maps in proportion, a column of units, or four dots.
function glyph({ kind, count: n, size }, classes) {
  const rectangle = (x, y, w, h, more) => `<rect x="${x}" y="${y}" width="${w}" height="${h}" ${more}/>`;
  let parts;
  if (kind === "softmax") {
    parts = classes.map(([, , colour], i) =>
      `<circle cx="32" cy="${11 + 14 * i}" r="5" fill="${colour}"/>`);
  } else if (kind === "dense") {
    parts = Array.from({ length: 16 }, (_, i) => rectangle(28.5, 1 + 3.9 * i, 7, 2.6, 'rx="1"'));
  } else {
    const side = 0.62 * size, cards = Math.round(n / 4), step = 2.6;
    const start = 32 - (side + step * (cards - 1)) / 2;
    parts = Array.from({ length: cards }, (_, i) => // the last in front, at the lower left
      rectangle(start + step * (cards - 1 - i), start + step * i, side, side, 'rx="1.5"'));
  }
  return `<svg viewBox="0 0 64 64" aria-hidden="true">${parts.join("")}</svg>`;
}

// A map that can be read: the pointer and the arrow keys tell a place, a click chooses it.
function readable(parent, name, { move, choose }) {
  const frame = element("div", "fcw-frame", parent);
  const canvas = element("canvas", "fcw-canvas", frame);
  const box = element("div", "fcw-walk-box", frame);
  frame.tabIndex = 0;
  frame.setAttribute("role", "application");
  frame.setAttribute("aria-label", name);
  let size = 1, place = [0, 0];
  const clamp = (value) => Math.min(size - 1, Math.max(0, value));
  const under = (event) => {
    const edge = frame.getBoundingClientRect();
    return [clamp(Math.floor((1 - (event.clientY - edge.top) / edge.height) * size)),
      clamp(Math.floor(((event.clientX - edge.left) / edge.width) * size))];
  };
  frame.addEventListener("pointermove", (event) => move(under(event)));
  frame.addEventListener("pointerleave", () => move(null));
  frame.addEventListener("click", (event) => choose(under(event)));
  frame.addEventListener("keydown", (event) => {
    const step = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (!step[event.key]) return;
    event.preventDefault();
    place = place.map((at, i) => clamp(at + step[event.key][i]));
    choose(place);
  });
  return {
    canvas,
    show(newSize, newPlace) { [size, place] = [newSize, newPlace]; },
    mark: (rows, columns) => markBox(box, size, rows, columns),
  };
}

// Puts a rectangle round the pixels first … last of `size`.
function markBox(box, size, rows, columns) {
  const part = (pixels) => `${(100 * pixels) / size}%`;
  box.style.left = part(columns[0]);
  box.style.bottom = part(rows[0]);
  box.style.width = part(columns[1] - columns[0] + 1);
  box.style.height = part(rows[1] - rows[0] + 1);
}

// The network as buttons.
function drawNetwork(parent, layers, classes, choose) {
  const nav = element("div", "fcw-walk-net", parent);
  nav.setAttribute("role", "group");
  nav.setAttribute("aria-label", "layers of the network");
  const start = element("div", "fcw-walk-layer fcw-walk-start", nav);
  const image = element("canvas", "fcw-walk-thumb", element("span", "fcw-walk-glyph", start));
  element("b", "", start, "image");
  element("span", "", start, "64 × 64");
  const buttons = layers.map((layer) => {
    const button = element("button", "fcw-walk-layer", nav);
    button.type = "button";
    button.dataset.layer = layer.name;
    const number = layer.parameters ? `${count(layer.parameters)} parameters` : "no parameters";
    button.setAttribute("aria-label", `${layer.name}, ${layer.kind}, ${layer.shape}, ${number}`);
    button.title = `${layer.shape}, ${number}`;
    element("span", "fcw-walk-glyph", button).innerHTML = glyph(layer, classes);
    element("b", "", button, layer.name);
    element("span", "", button, layer.size > 1 ? `${layer.count}×${layer.size}²` : `${layer.count}`);
    element("span", "fcw-walk-count", button, layer.parameters ? count(layer.parameters) : "–");
    button.addEventListener("click", () => choose(layer.name));
    return button;
  });
  const total = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  element("p", "fcw-walk-total", parent,
    `Under each layer: how many maps of what size, and its parameters; ${count(total)} in all.`);
  return {
    image,
    mark: (name) => buttons.forEach((button) =>
      button.setAttribute("aria-pressed", button.dataset.layer === name)),
  };
}

// Convolutions and poolings: all maps small, one large, and where a number in it comes from.
function mapSection(parent, model, wish) {
  const section = element("div", "fcw-walk-maps", parent);

  const all = element("div", "fcw-walk-all", section);
  const head = element("div", "fcw-walk-head", all);
  element("h4", "", head, "every filter, by");
  const orders = ["number", "strength"].map((order) => {
    const button = element("button", "fcw-toggle", head, order);
    button.type = "button";
    button.addEventListener("click", () => wish({ order }));
    return button;
  });
  const setScale = scaleBar(head, WARM);
  const grid = element("div", "fcw-walk-grid", all);
  element("p", "fcw-walk-key", all,
    "Number of the filter, sum of its activation (Σ) and maximum (↑). Colours follow the square "
    + "root, one scale for the layer. Choose a filter to open it, and a position in its large map; "
    + "rows are counted from below.");

  const open = element("div", "fcw-walk-open", section);
  const openHead = element("h4", "", open);
  const pictures = element("div", "fcw-walk-pictures", open);
  const seen = element("figure", "", pictures);
  const seenFrame = element("div", "fcw-frame", seen);
  const image = element("canvas", "fcw-canvas", seenFrame);
  const seenBox = element("div", "fcw-walk-box", seenFrame);
  element("figcaption", "", seen, "what the position sees of the image");
  const figure = element("figure", "", pictures);
  const map = readable(figure, "map of the open filter; arrow keys move the position", {
    move: (place) => tell(place),
    choose: (position) => wish({ position }),
  });
  const readout = element("figcaption", "", figure);
  readout.setAttribute("aria-live", "polite");
  const note = element("p", "fcw-note", open);
  const sum = element("div", "fcw-walk-sum", open);
  const line = ledger(sum);

  const inside = element("div", "fcw-walk-inside", section);
  const insideHead = element("div", "fcw-walk-head", inside);
  const insideTitle = element("h4", "", insideHead);
  const setWeights = scaleBar(insideHead, SIGNED);
  const setInputs = scaleBar(insideHead, WARM);
  const channels = element("div", "fcw-walk-channels", inside);
  const channelReadout = element("p", "fcw-walk-key", inside);

  let shown = {}, values = new Float32Array(0);
  const cells = [], pairs = [];

  function cell(k) {
    const button = element("button", "fcw-walk-cell", grid);
    button.type = "button";
    const made = { button, canvas: element("canvas", "", button), words: element("span", "", button) };
    button.addEventListener("click", () => wish({ filter: made.filter, position: null }));
    return (cells[k] = made);
  }

  function drawGrid() {
    const { sums, tops, size, strongest } = shown;
    const shades = bytes(model.get("maps"));
    const order = model.get("order");
    orders.forEach((button) => button.setAttribute("aria-pressed", button.textContent === order));
    const numbers = sums.map((_, i) => i);
    if (order === "strength") numbers.sort((a, b) => sums[b] - sums[a]);
    numbers.forEach((filter, k) => {
      const { button, canvas, words } = Object.assign(cells[k] ?? cell(k), { filter });
      paintShades(canvas, shades.subarray(filter * size ** 2, (filter + 1) * size ** 2), size);
      words.replaceChildren();
      element("b", "", words, `${filter}${filter === strongest ? " ★" : ""}`);
      element("span", "", words, `Σ ${short(sums[filter])}`);
      element("span", "", words, `↑ ${short(tops[filter])}`);
      button.setAttribute("aria-pressed", filter === shown.filter);
      button.setAttribute("aria-label", `filter ${filter}, sum of activation ${short(sums[filter])}, `
        + `maximum ${short(tops[filter])}${filter === strongest ? ", the strongest" : ""}`);
    });
    cells.splice(numbers.length).forEach(({ button }) => button.remove());
    grid.style.setProperty("--fcw-cell", `${45 + 560 / sums.length}px`); // few maps, larger ones
    setScale("0", `${short(Math.max(...tops))}, the layer's maximum`);
  }

  function tell(place) {
    const [row, column] = place ?? [shown.row, shown.column];
    const value = fixed(values[row * shown.size + column] ?? 0);
    readout.textContent = `row ${row}, column ${column}: ${value}${place ? "" : ", chosen"}`;
  }

  function drawOpen() {
    const { filter, size, row, column, layer, block } = shown;
    openHead.textContent = `${layer}, filter ${filter}`;
    paintShades(image, bytes(model.get("image")), 64);
    markBox(seenBox, 64, ...shown.seen);
    const top = Math.max(...shown.tops);
    paint(map.canvas, values, size, (value) => shade(value, top));
    map.show(size, model.get("position") ?? [row, column]); // a step may be ahead of the kernel
    map.mark([row, row], [column, column]);
    tell(null);
    note.textContent = shown.note;
    note.hidden = !shown.note;
    sum.replaceChildren();
    inside.hidden = Boolean(block);
    if (block) {
      const four = block.flat();
      const best = four.indexOf(Math.max(...four));
      four.forEach((value, i) => line(
        `${below()}, row ${2 * row + (i >> 1)}, column ${2 * column + (i & 1)}`,
        fixed(value), i === best ? "fcw-walk-best" : ""));
      line("the greatest is kept", fixed(four[best]), "fcw-walk-total-line");
      return;
    }
    const n = shown.channels.length;
    line(`sum over ${n} × ${KERNEL} × ${KERNEL} weights times inputs`, fixed(shown.weighted));
    line("plus the bias of the filter", signed(shown.bias));
    line("before ReLU", fixed(shown.before), "fcw-walk-total-line");
    line(shown.before < 0 ? "negative becomes 0 (ReLU)" : "positive passes (ReLU)",
      fixed(shown.after), "fcw-walk-best");
  }

  function pair(k) {
    const box = element("div", "fcw-walk-pair", channels);
    const name = element("span", "", box);
    const [weight, times, input] = [element("canvas", "", box), element("i", "", box, "×"),
      element("canvas", "", box)];
    const result = element("span", "", box);
    times.setAttribute("aria-hidden", true);
    for (const canvas of [weight, input]) {
      canvas.addEventListener("pointermove", (event) => {
        const edge = canvas.getBoundingClientRect();
        const at = (part) => Math.min(KERNEL - 1, Math.max(0, Math.floor(KERNEL * part)));
        tellWeight(k, at(1 - (event.clientY - edge.top) / edge.height),
          at((event.clientX - edge.left) / edge.width));
      });
      canvas.addEventListener("pointerleave", () => tellWeight(null));
    }
    return (pairs[k] = { box, name, weight, input, result });
  }

  const names = ["the image", ...model.get("network").map(({ name }) => name)];
  const below = () => names[names.indexOf(shown.layer) - 1];
  const channelName = (k) => (shown.channels.length === 1 ? below() : `map ${k}`);

  function tellWeight(k, row, column) {
    if (k === null) {
      channelReadout.textContent =
        "Left the weights (blue negative, red positive), right what lies under them, below the sum "
        + "of the 49 products. Point at one to read it.";
      return;
    }
    const at = k * KERNEL ** 2 + row * KERNEL + column;
    const [weight, input] = [floats(model.get("weights"))[at], floats(model.get("inputs"))[at]];
    const from = KERNEL >> 1;
    channelReadout.textContent = `${channelName(k)}, row ${signed(row - from, 0)}, column `
      + `${signed(column - from, 0)} from the position: weight ${fixed(weight)} × input `
      + `${fixed(input)} = ${fixed(weight * input)}`;
  }

  function drawInside() {
    if (shown.block) return;
    const weights = floats(model.get("weights")), inputs = floats(model.get("inputs"));
    const reach = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
    const top = inputs.reduce((most, value) => Math.max(most, value), 0);
    insideTitle.textContent = `weights × inputs from ${below()} at this position`;
    setWeights(fixed(-reach, 3), `+${fixed(reach, 3)} weight`);
    setInputs("0", `${short(top)} input`);
    channels.classList.toggle("fcw-walk-single", shown.channels.length === 1);
    shown.channels.forEach((value, k) => {
      const { name, weight, input, result } = pairs[k] ?? pair(k);
      const part = [k * KERNEL ** 2, (k + 1) * KERNEL ** 2];
      name.textContent = channelName(k);
      paint(weight, weights.subarray(...part), KERNEL, (w) => tint(w, reach));
      paint(input, inputs.subarray(...part), KERNEL, (v) => shade(v, top));
      result.textContent = signed(value);
      result.className = value < 0 ? "fcw-walk-negative" : "fcw-walk-positive";
    });
    pairs.splice(shown.channels.length).forEach(({ box }) => box.remove());
    tellWeight(null);
  }

  return {
    section,
    draw(now) {
      shown = now;
      values = floats(model.get("values"));
      drawGrid();
      drawOpen();
      drawInside();
    },
  };
}

function table(parent, className, head) {
  const made = element("table", className, element("div", "fcw-walk-wide", parent));
  const row = element("tr", "", element("thead", "", made));
  head.forEach((text) => { element("th", "", row, text).scope = "col"; });
  return element("tbody", "", made);
}

// The dense layer: its units as bars, and where the strongest push.
function denseSection(parent, model) {
  const section = element("div", "fcw-walk-dense", parent);
  const classes = model.get("classes");
  const head = element("h4", "", section);
  const bars = element("div", "fcw-walk-bars", section);
  bars.setAttribute("role", "img");
  const key = element("p", "fcw-walk-key", section, "Colour: the class that the unit pushes to most. ");
  classes.forEach(([label, , colour]) => {
    const name = element("span", "fcw-walk-class", key, label);
    name.style.setProperty("--fcw-class", colour);
  });
  element("h4", "", section, "the strongest units, and their weight to each class");
  const body = table(section, "fcw-walk-table", ["unit", "activation", ...classes.map(([l]) => l)]);

  return {
    section,
    draw({ active, pushes, units }) {
      const values = floats(model.get("values"));
      const top = values.reduce((most, value) => Math.max(most, value), 0);
      head.textContent = `${active} of ${values.length} units are active (> 0)`;
      bars.setAttribute("aria-label", `activations of ${values.length} units, up to ${fixed(top)}; `
        + "the strongest are in the table");
      bars.replaceChildren();
      values.forEach((value, unit) => {
        const bar = element("i", "", bars);
        bar.style.height = `${(100 * value) / (top || 1)}%`;
        if (value > 0) bar.style.background = classes[pushes[unit]][2];
        bar.title = `unit ${unit}: ${fixed(value)}`;
      });
      body.replaceChildren();
      units.forEach(({ unit, active: value, weights }) => {
        const row = element("tr", "", body);
        element("th", "", row, `${unit}`).scope = "row";
        element("td", "", row, fixed(value));
        const most = Math.max(...weights);
        weights.forEach((weight, i) => {
          const cell = element("td", weight === most ? "fcw-walk-most" : "", row, signed(weight));
          cell.style.setProperty("--fcw-class", classes[i][2]);
        });
      });
      if (!units.length) element("td", "", element("tr", "", body), "none is active").colSpan = 6;
    },
  };
}

// The softmax: from scores to probabilities, and what the scores are made of.
function softmaxSection(parent, model) {
  const section = element("div", "fcw-walk-softmax", parent);
  const classes = model.get("classes");
  element("h4", "", section, "from scores to probabilities");
  const body = table(section, "fcw-walk-table",
    ["class", "score z", "z − max", "exp(z − max)", "÷ sum = probability"]);
  element("h4", "", section, "where the scores come from: activation × weight of the dense units, rounded so that they add up");
  const cards = element("div", "fcw-walk-cards", section);

  function classRow([label, symbol, colour], row, highest) {
    const line = element("tr", "", body);
    const name = element("th", "", line);
    name.scope = "row";
    element("span", "fcw-walk-class", name, label).style.setProperty("--fcw-class", colour);
    name.title = symbol;
    for (const text of [fixed(row.score), fixed(row.score - highest), scientific(row.exponential)]) {
      element("td", "", line, text);
    }
    const cell = element("td", "fcw-walk-probability", line, scientific(row.probability));
    const bar = element("i", "", cell);
    bar.style.background = colour;
    bar.style.width = `${100 * row.probability}%`;
  }

  function card([label, symbol, colour], row, units) {
    const box = element("div", "fcw-walk-card", cards);
    const name = element("h5", "fcw-walk-class", box, `${label} (${symbol})`);
    name.style.setProperty("--fcw-class", colour);
    const list = element("div", "fcw-walk-sum", box);
    const line = ledger(list);
    line("bias", signed(row.bias));
    row.terms.forEach(({ unit, active, weight, product }) => {
      line(`unit ${unit}: ${fixed(active)} × ${fixed(weight, 5)}`, signed(product));
    });
    line(`the other ${units - row.terms.length} units`, signed(row.rest));
    line("score z", fixed(row.score), "fcw-walk-total-line");
  }

  return {
    section,
    draw({ rows, sum, units }) {
      const highest = Math.max(...rows.map((row) => row.score));
      body.replaceChildren();
      cards.replaceChildren();
      rows.forEach((row, i) => {
        classRow(classes[i], row, highest);
        card(classes[i], row, units);
      });
      const line = element("tr", "fcw-walk-total-line", body);
      element("th", "", line, "sum").scope = "row";
      ["", "", sum.toFixed(8), "1"].forEach((text) =>
        element("td", "", line, text));
    },
  };
}

function render({ model, el }) {
  el.classList.add("fcw-walk-view");
  const wish = (wishes) => {
    for (const [name, value] of Object.entries(wishes)) model.set(name, value);
    model.save_changes();
  };
  const inner = element("div", "fcw-walk-inner", el);
  const drawing = element("div", "", inner);
  let network;
  const redraw = () => { // another network may have other filters
    drawing.replaceChildren();
    network = drawNetwork(drawing, model.get("network"), model.get("classes"),
      (layer) => wish({ layer, filter: null, position: null }));
  };
  redraw();
  const about = element("p", "fcw-walk-about", inner);
  const waiting = element("p", "fcw-walk-waiting", inner, "looking …");
  const maps = mapSection(inner, model, wish);
  const sections = { dense: denseSection(inner, model), softmax: softmaxSection(inner, model) };

  function draw() {
    const shown = model.get("shown");
    const chosen = shown.layer && (sections[shown.layer] ?? maps);
    network.mark(model.get("layer"));
    waiting.hidden = Boolean(chosen);
    for (const each of [maps, ...Object.values(sections)]) each.section.hidden = each !== chosen;
    if (!chosen) return;
    about.replaceChildren();
    element("b", "", about, `${shown.layer}. `);
    about.append(shown.words);
    paintShades(network.image, bytes(model.get("image")), 64);
    chosen.draw(shown);
  }

  const names = ["change:shown", "change:maps", "change:layer", "change:order"];
  let drawn = 0;
  const soon = () => { cancelAnimationFrame(drawn); drawn = requestAnimationFrame(draw); };
  names.forEach((name) => model.on(name, soon));
  const renew = () => { redraw(); soon(); };
  model.on("change:network", renew);
  draw();
  const hide = tellVisible(model, el);
  return () => {
    hide();
    cancelAnimationFrame(drawn);
    names.forEach((name) => model.off(name, soon));
    model.off("change:network", renew);
  };
}

export default { render };
