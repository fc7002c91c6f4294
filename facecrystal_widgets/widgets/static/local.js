// A local map: atoms as balls on a canvas, coloured by what their place says. Needs canvas.js, plot.js.

const VIRIDIS = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
const UNKNOWN = [150, 157, 167];
const FOGS = 5; // steps in which what lies behind fades
const BINS = 4096; // of depth, for sorting
const COLOURS = [["class", "class"], ["trust", "trust"], ["orientation", "orientation"], ["grain", "grain"]];

const integers = (view, Kind) =>
  new Kind(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
const product = (a, b) => a.map((row) => [0, 1, 2].map((j) => row[0] * b[0][j] + row[1] * b[1][j] + row[2] * b[2][j]));

// Colours far apart for numbers in a row.
function hue(number) {
  const angle = (number * 137.508) % 360, light = 0.58 - 0.16 * (Math.floor(number / 8) % 2);
  const channel = (n) => {
    const k = (n + angle / 30) % 12;
    return Math.round(255 * (light - 0.62 * Math.min(light, 1 - light) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

function render({ model, el }) {
  el.classList.add("fcw-local-view");
  const { follow, ends } = follower(model);
  const set = (name, value) => { model.set(name, value); model.save_changes(); };
  const trust = lookup(VIRIDIS);

  // --- the parts of the view ----------------------------------------------------------------
  const head = element("div", "fcw-loc-head", el);
  const group = (label, options, name) => {
    const box = element("div", "fcw-loc-choice", head, label);
    const buttons = element("div", "fcw-loc-group", box);
    buttons.setAttribute("role", "group");
    buttons.setAttribute("aria-label", label);
    for (const [value, text] of options) {
      const button = element("button", "", buttons, text);
      button.type = "button";
      button.dataset.value = value;
      button.addEventListener("click", () => set(name, value));
    }
    const show = () => [...buttons.children].forEach((button) =>
      button.setAttribute("aria-pressed", String(button.dataset.value === String(model.get(name)))));
    follow(show, name);
    return box;
  };
  group("colour", COLOURS, "colour");
  const along = group("along", [[0, "x"], [1, "y"], [2, "z"]], "direction");
  group("slice", [[-1, "all"], [0, "x"], [1, "y"], [2, "z"]], "axis");
  const slider = (label, hook, name, most, words) => {
    const box = element("label", `fcw-loc-slider ${hook}`, head);
    element("span", "", box, label);
    const input = element("input", "", box);
    Object.assign(input, { type: "range", min: 0, max: most, step: 0.01 });
    const value = element("output", "", box);
    const show = () => { input.value = model.get(name); value.textContent = words(model.get(name)); };
    input.addEventListener("input", () => set(name, Number(input.value)));
    follow(show, name);
    return box;
  };
  const percent = (value) => `${Math.round(100 * value)} %`;
  const where = slider("at", "fcw-slice", "middle", 1, percent);
  const thick = slider("thickness", "fcw-thickness", "thickness", 1, percent);
  slider("trust at least", "fcw-threshold", "threshold", 1, (value) => value.toFixed(2));

  const body = element("div", "fcw-loc-body", el);
  const frame = element("div", "fcw-loc-frame", body);
  const canvas = element("canvas", "fcw-loc-canvas", frame);
  canvas.setAttribute("role", "img");
  canvas.tabIndex = 0;
  const zooms = element("div", "fcw-loc-zooms", frame);
  const words = element("p", "fcw-loc-words", frame);
  words.setAttribute("aria-live", "polite");
  const side = element("aside", "fcw-loc-side", body);
  const legend = element("div", "fcw-loc-legend", side);
  const shares = element("div", "fcw-loc-shares", side);
  const grains = element("div", "fcw-loc-grains", side);
  const saves = element("div", "fcw-loc-saves", side);
  for (const [what, text] of [["atoms", "atoms.xyz"], ["places", "places.csv"], ["grains", "grains.csv"]]) {
    const button = element("button", "fcw-toggle", saves, text);
    button.type = "button";
    button.title = "save as a file";
    button.addEventListener("click", () => model.send({ do: "save", what }));
  }

  // --- the data -----------------------------------------------------------------------------
  let atoms = new Float32Array(0), nearest = new Int32Array(0), reach = 1;
  let labels, trusts, colour3, numbers, classes = [];
  let rotation = model.get("rotation"), zoom = 1, grain = -1;
  let screen = new Float32Array(0), drawn = new Uint32Array(0), shown = 0, radius = 1;

  function takeAtoms() {
    atoms = floats(model.get("positions"));
    reach = 1;
    for (let i = 0; i < atoms.length; i += 3) reach = Math.max(reach, Math.hypot(atoms[i], atoms[i + 1], atoms[i + 2]));
    screen = new Float32Array(atoms.length);
    drawn = new Uint32Array(atoms.length / 3);
    grain = -1;
  }
  function takePlaces() {
    nearest = integers(model.get("nearest"), Int32Array);
    labels = integers(model.get("labels"), Int8Array);
    trusts = floats(model.get("trust"));
    colour3 = integers(model.get("colours"), Uint8Array);
    numbers = integers(model.get("grains"), Int16Array);
    classes = model.get("classes").map(({ colour }) => rgb(colour));
    describe();
    later();
  }

  const complete = () => numbers.length > 0;
  const placeOf = (i) => (nearest[i] < 0 ? -1 - nearest[i] : nearest[i]);
  const grainOf = (i) => (complete() && nearest[i] >= 0 ? numbers[nearest[i]] : -1);
  // Which colour a place gives to its atoms, those of its grain or the others.
  function placeColour(place, own) {
    if (place >= labels.length) return UNKNOWN;
    const inside = complete() ? own && numbers[place] >= 0 : trusts[place] >= model.get("trusted_from");
    switch (model.get("colour")) {
      case "trust": return trust[Math.round(255 * trusts[place])];
      case "grain": return inside && complete() ? hue(numbers[place]) : UNKNOWN;
      case "orientation": {
        const at = 9 * place + 3 * model.get("direction");
        return inside ? [colour3[at], colour3[at + 1], colour3[at + 2]] : UNKNOWN;
      }
      default: return inside ? classes[labels[place]] : UNKNOWN;
    }
  }
  function isShown(i, low, high, axis, threshold) {
    if (axis >= 0 && (atoms[3 * i + axis] < low || atoms[3 * i + axis] > high)) return false;
    const place = placeOf(i);
    if (grain >= 0 && grainOf(i) !== grain) return false;
    return threshold <= 0 || (place < trusts.length && trusts[place] >= threshold);
  }

  // --- the picture --------------------------------------------------------------------------
  let waiting = 0;
  function later() { waiting ||= requestAnimationFrame(() => { waiting = 0; draw(); }); }

  function draw() {
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width) return;
    const context = sharp(canvas, width, height);
    const palette = colours(el), back = rgb(palette.card.length === 7 ? palette.card : "#ffffff");
    const scale = (0.46 * Math.min(width, height) * zoom) / reach;
    radius = Math.max(1.2, 0.42 * model.get("bond") * scale);
    const axis = model.get("axis"), extent = axis >= 0 ? model.get("extents")[axis] : [0, 0];
    const span = extent[1] - extent[0], half = (model.get("thickness") * span) / 2;
    const middle = extent[0] + model.get("middle") * span, threshold = model.get("threshold");
    const number = atoms.length / 3, [u, v, w] = rotation;
    const counts = new Uint32Array(BINS + 1), bins = new Uint16Array(number);
    shown = 0;
    for (let i = 0; i < number; i++) {
      if (!isShown(i, middle - half, middle + half, axis, threshold)) { bins[i] = 65535; continue; }
      const [x, y, z] = [atoms[3 * i], atoms[3 * i + 1], atoms[3 * i + 2]];
      screen[3 * i] = width / 2 + scale * (u[0] * x + u[1] * y + u[2] * z);
      screen[3 * i + 1] = height / 2 - scale * (v[0] * x + v[1] * y + v[2] * z);
      const depth = (w[0] * x + w[1] * y + w[2] * z) / reach; // -1 ... 1, the larger the nearer
      screen[3 * i + 2] = depth;
      bins[i] = Math.min(BINS - 1, Math.floor(((depth + 1) / 2) * BINS));
      counts[bins[i] + 1]++;
      shown++;
    }
    for (let k = 0; k < BINS; k++) counts[k + 1] += counts[k];
    for (let i = 0; i < number; i++) if (bins[i] !== 65535) drawn[counts[bins[i]]++] = i;
    drawCell(context, palette, scale, width, height);
    const sprites = new Map(), placed = new Map();
    for (let k = 0; k < shown; k++) {
      const i = drawn[k];
      let tint = placed.get(nearest[i]);
      if (tint === undefined) placed.set(nearest[i], (tint = placeColour(placeOf(i), nearest[i] >= 0)));
      const fog = Math.min(FOGS - 1, Math.floor(((1 - screen[3 * i + 2]) / 2) * FOGS));
      const key = ((tint[0] >> 3) << 13) | ((tint[1] >> 3) << 8) | ((tint[2] >> 3) << 3) | fog;
      let sprite = sprites.get(key);
      if (!sprite) sprites.set(key, (sprite = ball(tint, fog, back)));
      context.drawImage(sprite.canvas, screen[3 * i] - sprite.side / 2, screen[3 * i + 1] - sprite.side / 2, sprite.side, sprite.side);
    }
    mark(context, palette);
    el.dataset.shown = shown;
    canvas.setAttribute("aria-label", `local map: ${shown} of ${number} atoms shown`);
  }
  function ball(tint, fog, back) {
    const part = (0.5 * fog) / FOGS;
    const colour = tint.map((c, j) => Math.round(c * (1 - part) + back[j] * part));
    const side = Math.ceil(2 * radius + 2);
    const made = document.createElement("canvas");
    const context = sharp(made, side, side);
    const middle = side / 2;
    const shade = context.createRadialGradient(middle - radius / 3, middle - radius / 3, radius / 8, middle, middle, radius);
    const mix = (share, to) => `rgb(${colour.map((c) => Math.round(c + (to - c) * share)).join(" ")})`;
    shade.addColorStop(0, mix(0.55, 255));
    shade.addColorStop(0.45, mix(0, 0));
    shade.addColorStop(1, mix(0.3, 0));
    context.fillStyle = shade;
    context.beginPath();
    context.arc(middle, middle, radius, 0, 7);
    context.fill();
    return { canvas: made, side };
  }
  function drawCell(context, palette, scale, width, height) {
    const cell = model.get("cell"); // corner and three edges, or none
    const flat = (point) => [0, 1].map((k) => (k ? height / 2 - 1 * scale * dot(rotation[1], point) : width / 2 + scale * dot(rotation[0], point)));
    const dot = (row, point) => row[0] * point[0] + row[1] * point[1] + row[2] * point[2];
    context.strokeStyle = palette.line;
    context.lineWidth = 1.2;
    if (cell.length) {
      const [corner, ...edges] = cell;
      for (let corners = 0; corners < 8; corners++) {
        const from = [0, 1, 2].reduce((p, k) => (corners & (1 << k) ? p.map((x, j) => x + edges[k][j]) : p), corner);
        for (let k = 0; k < 3; k++) {
          if (corners & (1 << k)) continue;
          context.beginPath();
          context.moveTo(...flat(from));
          context.lineTo(...flat(from.map((x, j) => x + edges[k][j])));
          context.stroke();
        }
      }
    }
    context.font = `600 12px ${FONT}`;
    context.textAlign = context.textBaseline = "middle";
    const origin = [34, height - 34];
    for (const k of [0, 1, 2]) {
      const tip = [origin[0] + 22 * rotation[0][k], origin[1] - 22 * rotation[1][k]];
      context.strokeStyle = context.fillStyle = palette.soft;
      context.beginPath();
      context.moveTo(...origin);
      context.lineTo(...tip);
      context.stroke();
      context.fillText("xyz"[k], origin[0] + 30 * rotation[0][k], origin[1] - 30 * rotation[1][k]);
    }
  }
  function mark(context, palette) {
    const atom = model.get("chosen");
    if (atom < 0 || 3 * atom >= atoms.length) return;
    const [x, y] = [screen[3 * atom], screen[3 * atom + 1]];
    context.strokeStyle = palette.ink;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, radius + 4, 0, 7);
    context.stroke();
  }

  // --- words --------------------------------------------------------------------------------
  function describe() {
    const colour = model.get("colour");
    along.hidden = colour !== "orientation";
    where.hidden = thick.hidden = model.get("axis") < 0;
    legend.replaceChildren();
    if (colour === "orientation") {
      const key = element("canvas", "fcw-loc-key", legend);
      const bytes = integers(model.get("key"), Uint8ClampedArray), width = model.get("key_width");
      key.width = width;
      key.height = bytes.length / 4 / width;
      key.getContext("2d").putImageData(new ImageData(bytes, width), 0, 0);
      element("span", "fcw-loc-001", legend, "001");
      element("span", "fcw-loc-011", legend, "011");
      element("span", "fcw-loc-111", legend, "111");
      element("p", "", legend, `crystal direction along ${"xyz"[model.get("direction")]}`);
    } else if (colour === "trust") {
      const bar = element("div", "fcw-loc-bar", legend);
      bar.style.background = `linear-gradient(to right, ${VIRIDIS.map((c) => `rgb(${c.join(" ")})`).join(", ")})`;
      element("p", "", legend, "trust, from 0 to 1; trusted from 0.8 on");
    } else if (colour === "grain") {
      element("p", "", legend, "each grain has a colour of its own; grey: in no grain");
    } else {
      for (const { label, colour: tint } of [...model.get("classes"), { label: "none of these", colour: "#969da7" }]) {
        const key = element("span", "fcw-loc-item", legend);
        element("i", "", key).style.background = tint;
        key.append(label);
      }
    }
    shares.replaceChildren();
    for (const [label, share] of model.get("shares")) {
      const row = element("div", "fcw-loc-share", shares);
      const known = model.get("classes").find((known) => known.label === label);
      element("span", "", row, label);
      const bar = element("b", "", row);
      bar.style.setProperty("--part", share);
      bar.style.background = known ? known.colour : "#969da7";
      element("em", "", row, `${(100 * share).toFixed(1)} %`);
    }
    grains.replaceChildren();
    const list = model.get("found");
    if (list.length) element("p", "fcw-loc-count", grains, list.length === 1 ? "1 grain" : `${list.length} grains`);
    list.slice(0, 12).forEach(([label, share, tint], number) => {
      const row = element("button", "fcw-loc-grain", grains);
      row.type = "button";
      row.setAttribute("aria-pressed", String(grain === number));
      const chip = element("i", "", row);
      chip.style.background = `rgb(${(model.get("colour") === "orientation" ? tint[model.get("direction")] : hue(number)).join(" ")})`;
      row.append(`${number}: ${label}, ${(100 * share).toFixed(0)} %`);
      row.title = "show this grain alone";
      row.addEventListener("click", () => { grain = grain === number ? -1 : number; describe(); later(); });
    });
    saves.hidden = !list.length && !model.get("shares").length;
  }
  function tell(i) {
    if (i === null) { words.textContent = model.get("hint"); return; }
    const place = placeOf(i);
    if (place >= labels.length) { words.textContent = `atom ${i + 1}: not looked at yet; click to look at its sphere`; return; }
    const known = model.get("classes")[labels[place]].label;
    const number = complete() ? (grainOf(i) >= 0 ? `, grain ${grainOf(i)}` : ", in no grain") : "";
    const reason = model.get("reasons")[place];
    words.textContent = `atom ${i + 1}: ${known}, trust ${trusts[place].toFixed(2)}${number}${reason ? ` (${reason})` : ""}`;
  }
  function under(event) {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    for (let k = shown - 1; k >= 0; k--) {
      const i = drawn[k];
      if (Math.hypot(screen[3 * i] - x, screen[3 * i + 1] - y) <= radius) return i;
    }
    return null;
  }

  // --- the hand -----------------------------------------------------------------------------
  let from = null, moved = false;
  function turn(across, up) {
    const [a, b] = [Math.cos(across), Math.sin(across)], [c, d] = [Math.cos(up), Math.sin(up)];
    rotation = product(product([[1, 0, 0], [0, c, -d], [0, d, c]], [[a, 0, b], [0, 1, 0], [-b, 0, a]]), rotation);
    later();
  }
  canvas.addEventListener("pointerdown", (event) => { from = event; moved = false; canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointermove", (event) => {
    if (!from) { tell(under(event)); return; }
    const [x, y] = [event.clientX - from.clientX, event.clientY - from.clientY];
    if (!moved && Math.hypot(x, y) < 4) return;
    moved = true;
    from = event;
    turn(x / 120, y / 120);
  });
  canvas.addEventListener("pointerup", (event) => {
    const atom = moved ? null : under(event);
    from = null;
    if (atom !== null) model.send({ do: "place", atom });
  });
  canvas.addEventListener("pointercancel", () => { from = null; });
  canvas.addEventListener("pointerleave", () => tell(null));
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] }[event.key];
    if (!step) return;
    event.preventDefault();
    turn(...step);
  });
  for (const [text, label, act] of [
    ["−", "smaller", () => { zoom = Math.max(0.5, zoom / 1.25); }],
    ["+", "larger", () => { zoom = Math.min(12, zoom * 1.25); }],
    ["⌂", "as at first", () => { zoom = 1; rotation = model.get("rotation"); }],
  ]) {
    const button = element("button", "fcw-toggle", zooms, text);
    button.type = "button";
    button.title = label;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", () => { act(); later(); });
  }

  // --- changes ------------------------------------------------------------------------------
  follow(takeAtoms, "version");
  follow(takePlaces, "version", "places_version");
  follow(() => { describe(); later(); }, "colour", "direction", "axis", "shares", "found");
  follow(later, "middle", "thickness", "threshold", "chosen");
  follow(() => tell(null), "hint");
  const listen = (message, buffers) => {
    if (!message.save) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([buffers[0]]));
    link.download = message.save;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  model.on("msg:custom", listen);
  ends.push(() => model.off("msg:custom", listen));
  document.addEventListener("fcw-theme", later);
  ends.push(() => document.removeEventListener("fcw-theme", later));
  const observer = new ResizeObserver(later);
  observer.observe(canvas);
  ends.push(() => observer.disconnect(), tellVisible(model, el));
  return () => ends.forEach((end) => end());
}

export default { render };
