// Structures of the sets: their words, their pictures, and a button that loads one.

// In the order of points.entry.
const point = ([row, species, label, answer, p, right, defect, bond]) =>
  ({ row, species, label, answer, p, right, defect, bond });

// "= 0.912", and not 1.000 while it is less
function probability(value) {
  const words = value.toFixed(3);
  return words === "1.000" ? "> 0.999" : words === "0.000" ? "< 0.001" : `= ${words}`;
}

// "Fe bcc, vacancies 30 %"; a number and its unit stay on one line
function pointName(model, { species, label, defect }) {
  const name = model.get("defects")[defect].name.replace(/ (?=[%Å])/, "\u00a0");
  return `${species} ${model.get("classes")[label].label}, ${name}`;
}
// "taken for sc, p = 0.712"
function pointAnswer(model, { label, answer, p }) {
  const words = label === answer ? "rightly taken for" : "taken for";
  return `${words} ${model.get("classes")[answer].label}, p\u00a0${probability(p).replace(" ", "\u00a0")}`;
}

// Atoms as shaded balls, those behind first; x to the right, y upwards, z towards the eye.
function drawAtoms(canvas, positions, kinds, palette, bond) {
  const context = sharp(canvas, canvas.clientWidth, canvas.clientHeight);
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!width || !positions.length) return;
  const number = positions.length / 3;
  const reach = Math.max(...positions.map(Math.abs)) + 0.3 * bond;
  const scale = Math.min(width, height) / 2 / reach;
  const order = Array.from({ length: number }, (_, i) => i)
    .sort((a, b) => positions[3 * a + 2] - positions[3 * b + 2]);
  const radius = 0.27 * bond * scale;
  for (const i of order) {
    const x = width / 2 + scale * positions[3 * i], y = height / 2 - scale * positions[3 * i + 1];
    const ball = context.createRadialGradient(x - radius / 3, y - radius / 3, radius / 6, x, y, radius);
    ball.addColorStop(0, "#fff");
    ball.addColorStop(0.35, palette[kinds[i]]);
    ball.addColorStop(1, palette[kinds[i]]);
    context.fillStyle = ball;
    context.strokeStyle = "rgb(0 0 0 / 45%)";
    context.lineWidth = 0.6;
    context.beginPath();
    context.arc(x, y, radius, 0, 7);
    context.fill();
    context.stroke();
  }
}

// A card for one point at a time. Pictures come from the kernel, one after the other, the one that
// was wished for last first; those that came are kept.
function pointCard(parent, model, hint) {
  const KEPT = 400;
  const box = element("aside", "fcw-pt-card", parent);
  const pictures = element("div", "fcw-pt-pictures", box);
  const frame = (label) => {
    const made = element("canvas", "fcw-pt-picture", pictures);
    made.setAttribute("role", "img");
    made.setAttribute("aria-label", label);
    return made;
  };
  const atoms = frame("structure"), image = frame("diffraction image");
  const words = element("div", "fcw-pt-words", box);
  words.setAttribute("aria-live", "polite");
  const button = element("button", "fcw-toggle fcw-pt-load", box, "load into the session");
  button.type = "button";
  const table = lookup(INFERNO);
  const kept = new Map();
  let shown = null, asked = null;

  function ask() {
    if (asked !== null || shown === null || kept.has(shown.row)) return;
    asked = shown.row;
    model.send({ do: "picture", row: asked });
  }
  function draw() {
    const got = shown && kept.get(shown.row);
    box.classList.toggle("fcw-pt-waiting", !got);
    button.hidden = pictures.hidden = shown === null;
    words.replaceChildren();
    if (shown === null) {
      element("p", "fcw-pt-hint", words, hint);
      return;
    }
    const wrong = shown.label !== shown.answer;
    element("b", "", words, pointName(model, shown));
    element("span", wrong ? "fcw-pt-wrong" : "", words, pointAnswer(model, shown));
    if (wrong) element("span", "", words, `p(${model.get("classes")[shown.label].label}) ${probability(shown.right)}`);
    const more = got ? `, ${got.atoms} atoms of ${got.species.join(", ")}` : "";
    element("span", "fcw-pt-soft", words, `bond length ${shown.bond.toFixed(2)} Å${more}`);
    const loaded = model.get("chosen") === shown.row;
    button.textContent = loaded ? "in the session" : "load into the session";
    button.disabled = loaded;
    if (!got) return;
    paint(image, got.image, 64, (value) =>
      table[Math.round(255 * Math.min(1, Math.max(0, 1 + Math.log10(Math.max(value, 1e-9)) / 3)))]);
    drawAtoms(atoms, got.positions, got.kinds, got.colours, got.bond);
  }
  function listen(message, buffers) {
    if (message.picture === undefined) return;
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value);
    const [pixels, positions, kinds] = buffers;
    kept.set(message.picture, {
      ...message, image: floats(pixels), positions: floats(positions),
      kinds: new Uint8Array(kinds.buffer, kinds.byteOffset, kinds.byteLength),
    });
    if (asked === message.picture) asked = null;
    if (shown?.row === message.picture) { box.dataset.row = shown.row; draw(); }
    ask();
  }
  button.addEventListener("click", () => model.send({ do: "load", row: shown.row }));
  model.on("msg:custom", listen);
  model.on("change:chosen", draw);
  draw();
  return {
    show(wanted) {
      if (wanted?.row === shown?.row) return;
      shown = wanted;
      delete box.dataset.row;
      draw();
      if (shown && kept.has(shown.row)) box.dataset.row = shown.row;
      ask();
    },
    forget() { kept.clear(); asked = null; shown = null; delete box.dataset.row; draw(); },
    redraw: draw,
    end() { model.off("msg:custom", listen); model.off("change:chosen", draw); },
  };
}

