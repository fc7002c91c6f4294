// A map of structures: points on a canvas, a card for the one under the cursor.

const KINDS = { // of defects: colour (Okabe-Ito; null: that of the text) and shape
  pristine: [null, "star"], vacancies: ["#0072B2", "circle"], displacement: ["#D55E00", "triangle"],
  binary: ["#009E73", "square"], ternary: ["#CC79A7", "diamond"],
};
const CLASS_SHAPES = ["circle", "square", "triangle", "diamond"];
const ANSWERS = [["right", "#56B4E9", "circle"], ["wrong", "#D55E00", "cross"]];
const NEAR = 14; // pixels within which a point is under the cursor
const SIZE = 5;

const SHAPES = {
  circle: (c, r) => c.arc(0, 0, 0.9 * r, 0, 7),
  square: (c, r) => c.rect(-0.8 * r, -0.8 * r, 1.6 * r, 1.6 * r),
  triangle: (c, r) => polygon(c, 3, () => 1.15 * r),
  diamond: (c, r) => polygon(c, 4, () => 1.15 * r),
  star: (c, r) => polygon(c, 10, (i) => (i % 2 ? 0.55 : 1.3) * r),
  cross: (c, r) => {
    c.rotate(Math.PI / 4);
    const [a, b] = [0.42 * r, 1.35 * r];
    [[-a, -b], [a, -b], [a, -a], [b, -a], [b, a], [a, a], [a, b], [-a, b], [-a, a], [-b, a], [-b, -a], [-a, -a]]
      .forEach(([x, y], i) => c[i ? "lineTo" : "moveTo"](x, y));
    c.closePath();
  },
};
// Corners around the centre, the first one at the top.
function polygon(context, corners, radius) {
  for (let i = 0; i < corners; i++) {
    const angle = (2 * Math.PI * i) / corners - Math.PI / 2;
    context[i ? "lineTo" : "moveTo"](radius(i) * Math.cos(angle), radius(i) * Math.sin(angle));
  }
  context.closePath();
}

function symbol(shape, colour, edge, radius, alpha) {
  const side = Math.ceil(2 * (1.4 * radius + 2));
  const canvas = document.createElement("canvas");
  const context = sharp(canvas, side, side);
  context.translate(side / 2, side / 2);
  context.globalAlpha = alpha;
  context.fillStyle = colour;
  context.strokeStyle = edge;
  context.lineWidth = 1;
  context.beginPath();
  SHAPES[shape](context, radius);
  context.fill();
  context.stroke();
  return { canvas, side };
}

function render({ model, el }) {
  el.classList.add("fcw-mapview");
  const { follow, ends } = follower(model);
  const set = (name, value) => { model.set(name, value); model.save_changes(); };

  // --- choices ---
  const head = element("div", "fcw-map-head", el);
  for (const [name, heading] of [["features", "of"], ["method", "by"], ["colour", "coloured by"]]) {
    const box = element("div", `fcw-map-choice fcw-map-${name}`, head);
    element("span", "", box, heading);
    const group = element("div", "fcw-map-group", box);
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", heading);
    const options = Object.entries(model.get("choices")[name]).map(([value, [words, title]]) => {
      const button = element("button", "", group, words);
      Object.assign(button, { type: "button", title });
      button.dataset.value = value;
      button.addEventListener("click", () => set(name, value));
      return [value, button];
    });
    follow(() => options.forEach(([value, button]) =>
      button.setAttribute("aria-pressed", model.get(name) === value)), name);
  }
  const only = element("button", "fcw-toggle fcw-map-missed", head, "misclassified only");
  only.type = "button";
  only.addEventListener("click", () => set("missed", !model.get("missed")));

  // --- the map and the card ---
  const body = element("div", "fcw-map-body", el);
  const main = element("div", "fcw-map-main", body);
  const frame = element("div", "fcw-map-frame", main);
  frame.tabIndex = 0;
  frame.setAttribute("role", "application");
  frame.setAttribute("aria-label",
    "map of structures; arrow keys go from point to point, Enter loads one, plus and minus zoom");
  const canvas = element("canvas", "fcw-map-canvas", frame);
  const marks = element("canvas", "fcw-map-canvas", frame);
  const empty = element("p", "fcw-map-empty", frame);
  const zooms = element("div", "fcw-map-zooms", frame);
  const zoomButton = (words, label, act) => {
    const button = element("button", "fcw-toggle", zooms, words);
    button.type = "button";
    button.setAttribute("aria-label", label);
    button.title = label;
    button.addEventListener("click", act);
  };
  zoomButton("+", "zoom in", () => zoom(1.5));
  zoomButton("−", "zoom out", () => zoom(1 / 1.5));
  zoomButton("⤢", "show all", () => fit());
  const legend = element("div", "fcw-map-legend", main);
  legend.setAttribute("role", "group");
  legend.setAttribute("aria-label", "what is drawn");
  const note = element("p", "fcw-map-note", main);
  const card = pointCard(body, model,
    "Point at the map, or use the arrow keys in it, to see a structure; click on a point, or press Enter, to load it. The wheel zooms once the map has been clicked on.");
  const list = element("section", "fcw-map-list", el);
  const verdict = element("p", "fcw-map-verdict", list);
  const rows = element("div", "fcw-map-rows", list);
  const caption = element("p", "fcw-limits", el);

  // --- what is drawn ---
  let points = [], places = new Float32Array(0), groups = [], groupOf = [], hidden = new Set();
  const stamps = new Map(); // drawn once, each point is a copy
  let view = { x: 0, y: 0, scale: 1 }, whole = 1, under = null, screen = null;

  function makeGroups() {
    const colour = model.get("colour"), ink = colours(el).ink;
    if (colour === "class") {
      groups = model.get("classes").map((c, i) => ({ name: c.label, colour: c.colour, shape: CLASS_SHAPES[i] }));
      groupOf = points.map((p) => p.label);
    } else if (colour === "defect") {
      const names = Object.keys(KINDS);
      groups = names.map((name) => ({ name, colour: KINDS[name][0] ?? ink, shape: KINDS[name][1] }));
      groupOf = points.map((p) => names.indexOf(model.get("defects")[p.defect].kind));
    } else {
      groups = ANSWERS.map(([name, c, shape]) => ({ name, colour: c, shape }));
      groupOf = points.map((p) => Number(p.label !== p.answer));
    }
  }
  const listed = () => new Set(model.get("listed"));
  const strength = (p) => (model.get("colour") === "defect"
    ? 0.3 + 0.65 * model.get("defects")[p.defect].part : 0.85);

  function fit() {
    const { clientWidth: width, clientHeight: height } = frame;
    if (!places.length || !width) return;
    let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < places.length; i += 2) {
      left = Math.min(left, places[i]); right = Math.max(right, places[i]);
      low = Math.min(low, places[i + 1]); high = Math.max(high, places[i + 1]);
    }
    whole = Math.min((width - 70) / (right - left || 1), (height - 62) / (high - low || 1));
    view = { x: (left + right) / 2, y: (low + high) / 2, scale: whole };
    redraw();
  }
  function zoom(factor, [x, y] = [frame.clientWidth / 2, frame.clientHeight / 2]) {
    const scale = Math.min(60 * whole, Math.max(0.5 * whole, view.scale * factor));
    const [dx, dy] = [x - frame.clientWidth / 2, frame.clientHeight / 2 - y];
    view.x += dx / view.scale - dx / scale; // what lies under the cursor stays there
    view.y += dy / view.scale - dy / scale;
    view.scale = scale;
    frame.classList.toggle("fcw-map-zoomed", scale > 1.01 * whole);
    redraw();
  }
  const toScreen = (i) => [
    frame.clientWidth / 2 + (places[2 * i] - view.x) * view.scale,
    frame.clientHeight / 2 - (places[2 * i + 1] - view.y) * view.scale,
  ];

  function draw() {
    const { clientWidth: width, clientHeight: height } = frame;
    if (!width) return;
    const context = sharp(canvas, width, height);
    const palette = colours(el);
    const there = places.length === 2 * points.length && points.length > 0;
    empty.hidden = there;
    empty.textContent = model.get("note") || "The map is drawn here once it is started.";
    el.dataset.points = there ? points.length : 0;
    screen = null;
    if (!there) { sharp(marks, width, height); return; }
    drawAxes(context, palette, width, height);
    const few = model.get("missed") ? listed() : null;
    const stamp = (group, alpha) => {
      const key = `${group.shape}${group.colour}${palette.card}${alpha.toFixed(2)}`;
      if (!stamps.has(key)) stamps.set(key, symbol(group.shape, group.colour, palette.card, SIZE, alpha));
      return stamps.get(key);
    };
    screen = new Map();
    const faint = few ? points.filter((p) => !few.has(p.row)) : [];
    const clear = few ? points.filter((p) => few.has(p.row)) : points;
    for (const [some, dim] of [[faint, true], [clear, false]]) {
      for (const p of some) {
        const group = groupOf[p.row];
        if (hidden.has(group)) continue;
        const [x, y] = toScreen(p.row);
        if (x < -9 || y < -9 || x > width + 9 || y > height + 9) continue;
        const { canvas: picture, side } = stamp(groups[group], dim ? 0.1 : strength(p));
        context.drawImage(picture, x - side / 2, y - side / 2, side, side);
        if (dim) continue;
        screen.set(p.row, [x, y]);
        if (p.label !== p.answer) ring(context, [x, y], palette.ink, 8.5, 1.5);
      }
    }
    drawMarks();
  }
  const redraw = drawer(draw);

  function ring(context, [x, y], colour, radius, width) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, radius, 0, 7);
    context.stroke();
  }
  function drawAxes(context, palette, width, height) {
    const [across, up] = model.get("axes");
    context.font = `12px ${FONT}`;
    context.fillStyle = palette.soft;
    context.textAlign = "center";
    context.fillText(across, width / 2, height - 9, width - 20);
    context.save();
    context.translate(14, height / 2);
    context.rotate(-Math.PI / 2);
    context.fillText(up, 0, 0, height - 20);
    context.restore();
  }
  function drawMarks() {
    const { clientWidth: width, clientHeight: height } = frame;
    const context = sharp(marks, width, height);
    const palette = colours(el);
    const chosen = model.get("chosen");
    el.dataset.chosen = chosen;
    frame.style.cursor = under === null ? "" : "pointer";
    if (!screen) return;
    if (chosen >= 0 && screen.has(chosen)) ring(context, screen.get(chosen), palette.accent, 9, 3);
    if (under === null || !screen.has(under)) return;
    const from = under - (under % model.get("defects").length); // the same crystal, pristine
    context.strokeStyle = palette.ink;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(...toScreen(from));
    context.lineTo(...screen.get(under));
    context.stroke();
    ring(context, toScreen(from), palette.ink, 3, 1);
    ring(context, screen.get(under), palette.ink, 8, 2);
  }

  function pointAt(row) {
    under = row;
    if (row === null) delete frame.dataset.row;
    else frame.dataset.row = row;
    if (row !== null) card.show(points[row]); // the last one stays in the card
    drawMarks();
  }
  function nearest(x, y) {
    let best = null, least = NEAR ** 2;
    for (const [row, [px, py]] of screen ?? []) {
      const far = (px - x) ** 2 + (py - y) ** 2;
      if (far <= least) [best, least] = [row, far];
    }
    return best;
  }
  const load = (row) => model.send({ do: "load", row });

  // --- mouse, touch, keyboard ---
  let drag = null;
  const position = (event) => {
    const box = frame.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  frame.addEventListener("pointerdown", (event) => {
    if (event.button || zooms.contains(event.target)) return;
    drag = { from: position(event), x: view.x, y: view.y, moved: false };
    if (event.pointerType === "touch") pointAt(nearest(...drag.from));
  });
  frame.addEventListener("pointermove", (event) => {
    const [x, y] = position(event);
    if (!drag) {
      pointAt(zooms.contains(event.target) ? null : nearest(x, y));
      return;
    }
    const [dx, dy] = [x - drag.from[0], y - drag.from[1]];
    if (!drag.moved && Math.hypot(dx, dy) < 4) return;
    if (!drag.moved) frame.setPointerCapture(event.pointerId);
    drag.moved = true;
    view.x = drag.x - dx / view.scale;
    view.y = drag.y + dy / view.scale;
    redraw();
  });
  frame.addEventListener("pointerup", (event) => {
    const still = drag && !drag.moved;
    drag = null;
    if (!still) return;
    const row = nearest(...position(event));
    if (row !== null) load(row);
  });
  frame.addEventListener("pointercancel", () => { drag = null; });
  frame.addEventListener("pointerleave", () => { if (!drag) pointAt(null); });
  frame.addEventListener("wheel", (event) => {
    if (document.activeElement !== frame && !event.ctrlKey) return; // the page scrolls
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), position(event));
  }, { passive: false });
  const step = ([dx, dy]) => {
    const from = screen.get(under) ?? [frame.clientWidth / 2, frame.clientHeight / 2];
    let best = null, least = Infinity;
    for (const [row, [x, y]] of screen) {
      const along = (x - from[0]) * dx + (y - from[1]) * dy;
      const across = Math.abs((x - from[0]) * dy) + Math.abs((y - from[1]) * dx);
      if (row === under || along <= 0 || (under !== null && across > 2 * along)) continue;
      const cost = along + 2 * across;
      if (cost < least) [best, least] = [row, cost];
    }
    if (best !== null) pointAt(best);
  };
  frame.addEventListener("keydown", (event) => {
    if (!screen || event.target !== frame) return;
    const arrow = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (arrow) step(arrow);
    else if (["Enter", " "].includes(event.key)) { if (under !== null) load(under); }
    else if (["+", "="].includes(event.key)) zoom(1.5);
    else if (event.key === "-") zoom(1 / 1.5);
    else if (event.key === "0") fit();
    else if (event.key === "Escape") pointAt(null);
    else return;
    event.preventDefault();
  });

  // --- what comes from the kernel ---
  function drawLegend() {
    legend.hidden = !points.length;
    const palette = colours(el);
    const counts = groups.map((_, i) => groupOf.filter((g) => g === i).length);
    legend.replaceChildren(...groups.map((group, i) => {
      const button = element("button", "fcw-map-key", null);
      button.type = "button";
      button.title = "show or hide";
      const { canvas: picture, side } = symbol(group.shape, group.colour, palette.card, SIZE, 1);
      picture.style.width = picture.style.height = `${side}px`;
      button.append(picture, group.name);
      element("em", "", button, counts[i].toLocaleString("en"));
      button.setAttribute("aria-pressed", !hidden.has(i));
      button.addEventListener("click", () => {
        if (!hidden.delete(i)) hidden.add(i);
        button.setAttribute("aria-pressed", !hidden.has(i));
        redraw();
      });
      return button;
    }));
    if (points.some((p) => p.label !== p.answer)) element("span", "", legend, "ringed: misclassified");
  }
  function regroup() {
    hidden = new Set();
    makeGroups();
    drawLegend();
    redraw();
  }
  follow(() => {
    points = model.get("points").map(point);
    under = null;
    card.forget();
    regroup();
  }, "points");
  follow(regroup, "colour");
  follow(() => {
    const before = places;
    places = floats(model.get("places"));
    note.textContent = places.length ? model.get("note") : "";
    if (places.length && before !== places) fit();
    redraw();
  }, "places", "note", "axes");
  follow(() => {
    const on = model.get("missed");
    only.setAttribute("aria-pressed", on);
    list.hidden = !on || !points.length;
    verdict.textContent = model.get("verdict");
    rows.replaceChildren(...model.get("listed").filter((row) => points[row]).map((row) => {
      const button = element("button", "fcw-map-row", null);
      button.type = "button";
      element("b", "", button, pointName(model, points[row]));
      element("span", "", button, pointAnswer(model, points[row]));
      ["pointerenter", "focus"].forEach((e) => button.addEventListener(e, () => pointAt(row)));
      ["pointerleave", "blur"].forEach((e) => button.addEventListener(e, () => pointAt(null)));
      button.addEventListener("click", () => load(row));
      return button;
    }));
    redraw();
  }, "missed", "listed", "verdict", "points");
  follow(() => { caption.textContent = model.get("caption"); }, "caption");
  follow(drawMarks, "chosen");

  const resized = new ResizeObserver(() => { fit(); card.redraw(); });
  resized.observe(frame);
  const themed = () => { regroup(); card.redraw(); };
  document.addEventListener("fcw-theme", themed);
  ends.push(() => resized.disconnect(), () => document.removeEventListener("fcw-theme", themed),
    redraw.end, card.end, tellVisible(model, el));
  return () => ends.forEach((end) => end());
}

export default { render };
