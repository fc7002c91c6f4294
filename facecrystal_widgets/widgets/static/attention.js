// What the network sees: the image with a map laid over it, filters, templates, reflections.

const DECADES = 3; // of the image's logarithmic scale
const SIDE = 64;
const GREYS = lookup([[0, 0, 0], [225, 225, 225]]);
const GLOW = lookup(INFERNO);
const glow = (part) => GLOW[Math.round(255 * Math.min(1, Math.max(0, part)))];
const percent = (part) =>
  (part > 0 && part < 0.005 ? "< 1 %" : `${Math.round(100 * part)} %`);
const greatest = (values) => values.reduce((most, value) => Math.max(most, value), 0);
const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

// Light on black in one colour: black, the colour, white.
const tint = (rgb) => lookup([[0, 0, 0], rgb.map((c) => 0.6 * c), rgb, [255, 255, 255]]);

function square(parent) {
  const frame = element("div", "fcw-frame fcw-att-frame", parent);
  return { frame, canvas: element("canvas", "fcw-canvas", frame) };
}

// Four pictures with words under them; returns their parts.
function multiples(parent, number) {
  const strip = element("div", "fcw-att-strip", parent);
  return Array.from({ length: number }, () => {
    const figure = element("figure", "fcw-att-small", strip);
    const { canvas } = square(figure);
    const words = element("figcaption", "", figure);
    return {
      figure, canvas,
      name: element("b", "", words), value: element("span", "", words),
      bar: element("i", "fcw-att-bar", words),
    };
  });
}

function render({ model, el }) {
  el.classList.add("fcw-att");
  const body = element("div", "fcw-att-body", el);
  const section = (parent, name, heading, hint) => {
    const made = element("section", `fcw-att-${name}`, parent);
    const line = element("h4", "fcw-att-heading", made);
    const words = element("span", "", line, heading);
    const small = element("small", "", line, hint);
    return { made, words, small };
  };
  const { follow, ends } = follower(model);
  const set = (name, value) => { model.set(name, value); model.save_changes(); };

  // --- choices: rows of buttons, the chosen one explained ---
  function choice(parent, name, heading, explained = true) {
    const box = element("div", `fcw-att-choice fcw-att-${name}`, parent);
    element("span", "fcw-att-label", box, heading);
    const group = element("div", "fcw-att-group", box);
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", heading);
    const options = model.get("choices")[name];
    const buttons = Object.entries(options).map(([value, [words, explanation]]) => {
      const button = element("button", "", group, words);
      button.type = "button";
      button.title = explanation;
      if (!explained) {
        const small = element("small", "", button, explanation || "\u00a0");
        follow(() => { // the network may have changed
          small.textContent = model.get("choices")[name][value][1] || "\u00a0";
        }, "choices");
      }
      button.addEventListener("click", () => set(name, value));
      return button;
    });
    group.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const to = buttons[buttons.indexOf(document.activeElement) + step];
      if (to) { event.preventDefault(); to.focus(); }
    });
    const words = explained ? element("p", "fcw-att-explained", box) : null;
    follow(() => {
      const chosen = model.get(name);
      const idle = name !== "show" && model.get("show") === "classes";
      Object.keys(options).forEach((value, i) => {
        buttons[i].setAttribute("aria-pressed", value === chosen);
        buttons[i].disabled = idle;
      });
      if (words) words.textContent = options[chosen][1];
    }, name, "show");
  }
  const head = element("div", "fcw-att-head", body);
  choice(head, "show", "show");
  choice(head, "layer", "layer", false);
  const say = element("p", "fcw-att-say", body);
  say.setAttribute("aria-live", "polite");
  follow(() => { say.textContent = model.get("text").replaceAll(" %", "\u00a0%"); }, "text");

  // --- the picture ---
  const [left, right] = ["left", "right"].map((side) =>
    element("div", `fcw-att-column fcw-att-${side}`, body));
  const main = element("section", "fcw-att-main", left);
  const pair = element("div", "fcw-att-pair", main);
  pair.setAttribute("role", "img");
  pair.setAttribute("aria-label", "diffraction image and response map");
  const over = square(pair);
  const overlay = element("canvas", "fcw-canvas", over.frame);
  const beside = square(pair);
  const frames = [over.frame, beside.frame];
  const key = element("div", "fcw-att-key", main);
  const tools = element("div", "fcw-att-tools", main);
  const modes = element("div", "fcw-att-group", tools);
  modes.setAttribute("role", "group");
  modes.setAttribute("aria-label", "where the map is drawn");
  const [onTop, aside] = ["overlay", "beside"].map((words, i) => {
    const button = element("button", "", modes, words);
    button.type = "button";
    button.addEventListener("click", () => set("beside", i === 1));
    return button;
  });
  const slide = element("label", "fcw-att-opacity", tools, "opacity of the map");
  const range = element("input", "", slide);
  Object.assign(range, { type: "range", min: 0, max: 1, step: 0.05 });
  range.addEventListener("input", () => { model.set("opacity", Number(range.value)); });
  range.addEventListener("change", () => model.save_changes());
  follow(() => {
    const apart = model.get("beside");
    onTop.setAttribute("aria-pressed", !apart);
    aside.setAttribute("aria-pressed", apart);
    pair.classList.toggle("fcw-att-apart", apart);
    overlay.hidden = apart;
    beside.frame.hidden = !apart;
    range.disabled = apart;
    range.value = model.get("opacity");
    overlay.style.opacity = model.get("opacity");
  }, "beside", "opacity");

  // --- filters or classes one by one ---
  const four = section(right, "maps");
  const small = multiples(four.made, 4);

  // --- reflections ---
  const spots = section(right, "spots", "where the response lies", "indices of the structure's own cell; point at a row to ring its spots");
  const table = element("table", "", spots.made);
  const none = element("p", "fcw-att-explained", spots.made);
  const heads = ["reflection", "d (Å)", "of response", "of image", ""];
  const top = element("tr", "", element("thead", "", table));
  heads.forEach((words) => element("th", "", top, words).setAttribute("scope", "col"));
  top.cells[2].title = "Share of the map's positive sum that lies on these spots";
  top.cells[3].title = "Share of the image they take up: what a map that looks everywhere alike has";
  const rows = element("tbody", "", table);
  element("p", "fcw-att-explained", spots.made,
    "Bar: share of the response; line: share of the image, where a map that looks everywhere alike "
    + "would end.");

  function ring(places) {
    frames.forEach((frame) => {
      frame.querySelectorAll(".fcw-ring").forEach((old) => old.remove());
      places.forEach(([row, column]) => {
        const made = element("div", "fcw-ring", frame);
        made.style.left = `${(100 * (column + 0.5)) / SIDE}%`;
        made.style.bottom = `${(100 * (row + 0.5)) / SIDE}%`;
      });
    });
  }
  follow(() => {
    ring([]);
    const found = model.get("rows");
    none.textContent = model.get("no_rows");
    spots.made.classList.toggle("fcw-att-none", found.length === 0);
    const longest = greatest(found.filter((row) => row.spots.length)
      .flatMap(({ share, area }) => [share, area])) || 1;
    rows.replaceChildren(...found.map(({ name, d, share, area, spots: places }) => {
      const row = element("tr");
      const named = element("th", "", row, name);
      named.setAttribute("scope", "row");
      if (d === null) named.colSpan = 2; // longer words, and no spacing
      else element("td", "", row, d.toFixed(2));
      element("td", "", row, percent(share));
      element("td", "fcw-att-soft", row, percent(area));
      const last = element("td", "", row);
      if (places.length) {
        const bar = element("i", "fcw-att-bar", last);
        bar.style.setProperty("--part", share / longest);
        bar.style.setProperty("--even", area / longest);
        row.tabIndex = 0;
        ["pointerenter", "focus"].forEach((e) => row.addEventListener(e, () => ring(places)));
        ["pointerleave", "blur"].forEach((e) => row.addEventListener(e, () => ring([])));
      }
      return row;
    }));
  }, "rows", "no_rows");

  // --- templates ---
  const templates = section(right, "templates", "class templates",
    "mean map of each class's pristine structures, and how alike this image's own is (cosine)");
  const classes = model.get("classes");
  const cards = multiples(templates.made, classes.length);
  element("p", "fcw-att-explained", templates.made,
    "Those of the shipped network, and always the sum over all filters of conv6, traced back as in the "
    + "paper, whatever is shown above.");

  function drawTemplates() {
    const values = floats(model.get("templates"));
    if (!values.length) return;
    cards.forEach(({ canvas, figure, name }, i) => {
      const { label, symbol, colour } = classes[i];
      figure.style.setProperty("--fcw-class", colour);
      name.textContent = label;
      element("em", "", name, symbol);
      const map = values.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
      const top = greatest(map) || 1;
      paint(canvas, map, SIDE, (value) => glow(value / top));
    });
  }
  follow(() => {
    drawTemplates();
    const similarity = model.get("similarity");
    const most = greatest(similarity);
    cards.forEach(({ figure, value, bar }, i) => {
      const part = similarity[i] ?? 0;
      const best = most > 0 && part === most;
      figure.classList.toggle("fcw-att-best", best);
      value.textContent = similarity.length
        ? `${part.toFixed(2).replace("-", "−")}${best ? " · best" : ""}` : "…";
      bar.style.setProperty("--part", Math.max(0, part));
    });
  }, "similarity", "templates");

  // --- variants, and how far to trust it ---
  const variants = section(left, "variants", "variants", "how the response is traced back to the image");
  choice(variants.made, "start", "start");
  choice(variants.made, "unpooling", "undoing the pooling");
  const trust = element("p", "fcw-limits fcw-att-trust", body);
  follow(() => { trust.textContent = model.get("faithfulness"); }, "faithfulness");

  // --- pixels ---
  function drawMaps() {
    const image = floats(model.get("image"));
    const total = floats(model.get("total"));
    const maps = floats(model.get("maps"));
    const waiting = image.length !== SIDE * SIDE;
    el.classList.toggle("fcw-att-waiting", waiting);
    const { buffer, byteOffset, byteLength } = model.get("strongest");
    const strongest = new Uint8Array(buffer, byteOffset, byteLength);
    const byClass = strongest.length > 0;
    drawKey(byClass);
    if (waiting) return;
    const palette = classes.map(({ colour }) => channels(colour));
    const most = greatest(total) || 1;
    paint(over.canvas, image, SIDE, (value) =>
      GREYS[Math.round(255 * Math.max(0, 1 + Math.log10(Math.max(value, 1e-9)) / DECADES))]);
    paint(overlay, total, SIDE, (value, at) => {
      const part = Math.max(0, value / most);
      const rgb = byClass ? palette[strongest[at]] : glow(0.3 + 0.55 * part);
      return [...rgb, 255 * Math.min(1, 1.3 * Math.sqrt(part))];
    });
    const tints = byClass ? palette.map(tint) : null;
    paint(beside.canvas, total, SIDE, (value, at) => {
      const part = Math.max(0, value / most);
      return byClass ? tints[strongest[at]][Math.round(255 * part)] : glow(part);
    });
    drawSmall(maps, tints);
  }

  function drawSmall(maps, tints) {
    const captions = model.get("captions");
    const all = greatest(maps) || 1;
    small.forEach(({ figure, canvas, name, value, bar }, i) => {
      const map = maps.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
      const own = greatest(map) || 1;
      paint(canvas, map, SIDE, (pixel) => (tints
        ? tints[i][Math.round(255 * Math.max(0, pixel / all))]
        : glow(pixel / own)));
      name.textContent = captions[i].name;
      value.textContent = captions[i].value;
      bar.hidden = !tints;
      bar.style.setProperty("--part", captions[i].part ?? 0);
      figure.style.setProperty("--fcw-class", classes[i].colour); // of the bar
    });
  }

  function drawKey(byClass) {
    const layer = model.get("layer");
    four.words.textContent = byClass ? "the evidence for each class"
      : `the four most active filters of ${layer}`;
    four.small.textContent = byClass ? "all on one scale; share of the pixels, weighed by strength, where it is the strongest"
      : "each on its own scale";
    key.replaceChildren();
    element("span", "", key, byClass ? "grey: diffraction image (log) · colour: strongest class"
      : `grey: diffraction image (log) · colour: sum over all filters of ${layer}`);
    if (byClass) {
      const chips = element("b", "fcw-att-chips", key);
      classes.forEach(({ label, colour }) => {
        element("b", "fcw-att-chip", chips, label).style.setProperty("--fcw-class", colour);
      });
    } else {
      element("b", "fcw-att-scale", key, "weak").append(element("i", ""), "strong");
    }
  }

  // The traits of one message change one by one; they are drawn once.
  let due = 0;
  follow(() => { due ||= requestAnimationFrame(() => { due = 0; drawMaps(); }); },
    "image", "total", "strongest", "maps", "captions");
  drawMaps();
  ends.push(() => cancelAnimationFrame(due), tellVisible(model, el));
  return () => ends.forEach((end) => end());
}

export default { render };
