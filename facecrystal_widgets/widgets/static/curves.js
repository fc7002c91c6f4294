// Class probabilities along a path: mean, band, and a dot for each structure at each point.

const N_CLASSES = 4;
const two = (value) => value.toFixed(2);
// Dots of one point stand beside one another, always in the same place.
const aside = (structure) => ((structure * 0.618034) % 1) - 0.5;

function render({ model, el }) {
  el.classList.add("fcw-curves");
  const classes = model.get("classes");
  const head = element("div", "fcw-curves-head", el);
  const legend = element("div", "fcw-curves-legend", head);
  legend.setAttribute("role", "group");
  legend.setAttribute("aria-label", "classes drawn");
  const links = element("div", "fcw-curves-links", head);
  const frame = element("div", "fcw-curves-frame", el);
  frame.tabIndex = 0;
  frame.setAttribute("role", "application");
  frame.setAttribute("aria-label",
    "class probabilities; arrow keys go from point to point and structure to structure, Enter loads one");
  const canvas = element("canvas", "fcw-curves-canvas", frame);
  const marks = element("canvas", "fcw-curves-canvas", frame);
  const empty = element("p", "fcw-curves-empty", frame, "The curve grows here, structure by structure.");
  const readout = element("p", "fcw-curves-readout", el);
  readout.setAttribute("aria-live", "polite");
  const caption = element("p", "fcw-limits", el);

  const buttons = classes.map(({ label, symbol, colour }) => {
    const button = element("button", "fcw-curves-class", legend, label);
    element("em", "", button, symbol);
    button.type = "button";
    button.style.setProperty("--fcw-class", colour);
    button.addEventListener("click", () => {
      const shown = model.get("shown");
      const next = shown.includes(label) ? shown.filter((l) => l !== label) : [...shown, label];
      model.set("shown", classes.map((c) => c.label).filter((l) => next.includes(l)));
      model.save_changes();
    });
    return button;
  });

  let state = null, at = null, under = null; // under: {structure, point, place (of the class)}

  function gather() {
    const curve = model.get("curve");
    const paths = floats(model.get("paths"));
    if (!curve.x || !paths.length) return null;
    const points = curve.x.length;
    const value = (structure, point, place) => paths[(structure * points + point) * N_CLASSES + place];
    const shown = classes.map(({ label }, place) => ({ label, place, colour: classes[place].colour }))
      .filter(({ label }) => model.get("shown").includes(label));
    return { curve, points, value, shown, number: paths.length / points / N_CLASSES };
  }

  const xOf = (structure, point) => {
    const { x } = state.curve;
    const step = at.x(x[1]) - at.x(x[0]);
    return at.x(x[point]) + aside(structure) * 0.5 * step;
  };

  function place(width, height) {
    const { x } = state.curve;
    const half = 0.3 * (x[1] - x[0]);
    return scales(width, height, [x[0] - half, x.at(-1) + half], [0, 1.02]);
  }

  function paintCurves(context, palette) {
    const { curve, points, value, shown, number } = state;
    const span = [curve.x[0], curve.x.at(-1)];
    axes(context, at, palette, {
      xTicks: ticks(...span), yTicks: [0, 0.25, 0.5, 0.75, 1],
      xLabel: curve.x_label, yLabel: "class probability",
    });
    for (const { label, place, colour } of shown) {
      const mean = curve.mean[label], std = curve.std[label];
      const edge = (sign) => curve.x.map((x, i) =>
        [at.x(x), at.y(Math.min(1, Math.max(0, mean[i] + sign * std[i])))]);
      context.fillStyle = colour;
      context.globalAlpha = 0.16;
      context.beginPath();
      [...edge(1), ...edge(-1).reverse()].forEach(([x, y], i) =>
        (i ? context.lineTo(x, y) : context.moveTo(x, y)));
      context.fill();
      context.globalAlpha = Math.min(0.75, Math.max(0.16, 12 / number));
      for (let structure = 0; structure < number; structure++) {
        for (let point = 0; point < points; point++) {
          context.beginPath();
          context.arc(xOf(structure, point), at.y(value(structure, point, place)), 1.7, 0, 7);
          context.fill();
        }
      }
      context.globalAlpha = 1;
    }
    for (const { label, colour } of shown) {
      const mean = curve.x.map((x, i) => [at.x(x), at.y(curve.mean[label][i])]);
      context.lineWidth = 2.5;
      context.strokeStyle = context.fillStyle = colour;
      polyline(context, mean);
      mean.forEach(([x, y]) => { context.beginPath(); context.arc(x, y, 3.6, 0, 7); context.fill(); });
    }
  }

  function draw() {
    state = gather();
    empty.hidden = state !== null;
    links.hidden = state === null;
    caption.textContent = model.get("caption");
    buttons.forEach((button, i) =>
      button.setAttribute("aria-pressed", model.get("shown").includes(classes[i].label)));
    el.dataset.structures = state?.number ?? 0;
    const { clientWidth: width, clientHeight: height } = frame;
    if (!width) return;
    const context = sharp(canvas, width, height);
    if (state) {
      at = place(width, height);
      paintCurves(context, colours(el));
      if (under && under.structure >= state.number) under = null;
    } else {
      under = null;
    }
    drawMarks();
  }

  // --- what is under the cursor, and what the session holds ---
  function drawMarks() {
    const context = sharp(marks, frame.clientWidth, frame.clientHeight);
    if (!state) { readout.textContent = ""; return; }
    const palette = colours(el);
    const ring = (structure, point, colour, radius) => {
      for (const { place } of state.shown) {
        context.strokeStyle = colour;
        context.lineWidth = 2;
        context.beginPath();
        context.arc(xOf(structure, point), at.y(state.value(structure, point, place)), radius, 0, 7);
        context.stroke();
      }
    };
    const [structure, point] = model.get("chosen");
    el.dataset.chosen = model.get("chosen").join(" ");
    if (point !== undefined && structure < state.number) ring(structure, point, palette.accent, 7);
    if (under) {
      context.lineWidth = 1.2;
      for (const { place, colour } of state.shown) {
        context.strokeStyle = colour;
        polyline(context, state.curve.x.map((_, i) =>
          [xOf(under.structure, i), at.y(state.value(under.structure, i, place))]));
      }
      ring(under.structure, under.point, palette.ink, 5);
    }
    read();
  }

  function read() {
    const { curve, number } = state;
    const [chosenStructure, chosenPoint] = model.get("chosen");
    if (!under) {
      readout.textContent = chosenPoint === undefined
        ? "Point at a dot to read it, click it to load that structure into the session."
        : `In the session: ${named(chosenStructure)} at ${where(chosenPoint)}.`;
      return;
    }
    const list = (text) => state.shown.map(text).join(", ");
    const means = list(({ label }) =>
      `${label} ${two(curve.mean[label][under.point])} ± ${two(curve.std[label][under.point])}`);
    const own = list(({ label, place }) =>
      `${label} ${two(state.value(under.structure, under.point, place))}`);
    readout.textContent =
      `${where(under.point)} · mean of ${number}: ${means} · ${named(under.structure)}: ${own}`;
  }
  const named = (structure) => `${model.get("species")[structure]}, structure ${structure + 1}`;
  const where = (point) => {
    const { kind, x, rms } = state.curve;
    return kind === "transition" ? `${x[point]} % removed`
      : `σ / bond length ${two(x[point])} (rms ${two(x[point] * rms)})`;
  };

  function nearest(event) {
    if (!state?.shown.length) return null;
    const edge = frame.getBoundingClientRect();
    const [px, py] = [event.clientX - edge.left, event.clientY - edge.top];
    const { x } = state.curve;
    const value = at.back(px);
    const point = x.reduce((best, v, i) => (Math.abs(v - value) < Math.abs(x[best] - value) ? i : best), 0);
    let best = null, least = Infinity;
    for (const { place } of state.shown) {
      for (let structure = 0; structure < state.number; structure++) {
        const distance = (xOf(structure, point) - px) ** 2
          + (at.y(state.value(structure, point, place)) - py) ** 2;
        if (distance < least) { least = distance; best = { structure, point, place }; }
      }
    }
    return best;
  }
  const choose = (place) => {
    if (place) model.send({ do: "choose", structure: place.structure, point: place.point });
  };
  frame.addEventListener("pointermove", (event) => { under = nearest(event); drawMarks(); });
  frame.addEventListener("pointerleave", () => { under = null; drawMarks(); });
  frame.addEventListener("click", (event) => { under = nearest(event); drawMarks(); choose(under); });
  frame.addEventListener("keydown", (event) => {
    if (!state?.shown.length) return;
    const across = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const along = { ArrowDown: -1, ArrowUp: 1 }[event.key];
    if (event.key === "Enter") choose(under);
    else if (!across && !along) return;
    else if (!under) under = { structure: 0, point: 0, place: state.shown[0].place };
    else if (across) {
      under = { ...under, point: Math.min(state.points - 1, Math.max(0, under.point + across)) };
    } else { // the next structure by its probability
      const order = Array.from({ length: state.number }, (_, i) => i).sort((a, b) =>
        state.value(a, under.point, under.place) - state.value(b, under.point, under.place));
      const next = order[order.indexOf(under.structure) + along];
      if (next !== undefined) under = { ...under, structure: next };
    }
    event.preventDefault();
    drawMarks();
  });
  frame.addEventListener("blur", () => { under = null; drawMarks(); });

  // --- to keep ---
  const link = (words, title, suffix, content) => {
    const made = element("a", "fcw-curves-link", links, words);
    made.title = title;
    made.href = "#";
    made.addEventListener("click", () => { // before the browser follows it
      made.download = `${model.get("filename") || "figure-4"}.${suffix}`;
      made.href = content();
    });
    return made;
  };
  const table = link("CSV", "mean and standard deviation at each point", "csv",
    () => `data:text/csv;charset=utf-8,${encodeURIComponent(model.get("csv"))}`);
  link("PNG", "this picture in light colours", "png", picture);

  function picture() {
    const [width, height] = [820, 520];
    const sheet = document.createElement("canvas");
    const context = sharp(sheet, width, height, 2);
    context.fillStyle = PAPER.card;
    context.fillRect(0, 0, width, height);
    const kept = at;
    at = place(width, height - 44);
    context.translate(0, 44);
    paintCurves(context, PAPER);
    context.textAlign = "left";
    context.font = `12px ${FONT}`;
    context.fillStyle = PAPER.soft;
    context.fillText(model.get("caption"), MARGIN.left, -14);
    let x = MARGIN.left;
    context.font = `600 13px ${FONT}`;
    for (const { label, colour } of state.shown) {
      context.fillStyle = colour;
      context.fillText(label, x, -34);
      x += context.measureText(label).width + 16;
    }
    at = kept;
    return sheet.toDataURL("image/png");
  }

  const showCsv = () => { table.hidden = !model.get("csv"); };
  const ask = drawer(draw);
  const names = "change:curve change:paths change:shown change:species change:caption";
  model.on(names, ask);
  model.on("change:chosen", drawMarks);
  model.on("change:csv", showCsv);
  document.addEventListener("fcw-theme", ask);
  const size = new ResizeObserver(ask);
  size.observe(frame);
  showCsv();
  draw();
  return () => {
    ask.end();
    size.disconnect();
    document.removeEventListener("fcw-theme", ask);
    model.off(names, ask);
    model.off("change:chosen", drawMarks);
    model.off("change:csv", showCsv);
  };
}

export default { render };
