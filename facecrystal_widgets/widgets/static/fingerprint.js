// A diffraction fingerprint: image, axes in q, colour bar, and what lies under the cursor.

const DECADES = 3; // of the logarithmic scale
const COLOURS = { image: lookup(INFERNO), difference: lookup(RED_BLUE) };

// q along one axis at a pixel, and the pixel of a q; 1/Å in the structure itself.
function axis({ pixels, wavelength, distance, pixel_size, bond_length }) {
  const wave = (2 * Math.PI) / wavelength / bond_length;
  const centre = (pixels - 1) / 2;
  return {
    wave,
    offset: (pixel) => (pixel - centre) * pixel_size,
    pixel: (q) => (distance * Math.tan(Math.asin(q / wave))) / pixel_size + centre,
    edge: wave * Math.sin(Math.atan(((pixels / 2) * pixel_size) / distance)),
  };
}

function vector(geometry, row, column) {
  const { wave, offset } = axis(geometry);
  const [x, y] = [offset(column), offset(row)];
  const length = Math.hypot(x, y, geometry.distance);
  return [x / length, y / length, geometry.distance / length - 1].map((part) => part * wave);
}

function render({ model, el }) {
  el.classList.add("fcw-image");
  const bar = element("div", "fcw-tools", el);
  const plot = element("div", "fcw-plot", el);
  const frame = element("div", "fcw-frame", plot);
  const canvas = element("canvas", "fcw-canvas", frame);
  const ring = element("div", "fcw-ring", frame);
  const cross = element("div", "fcw-cross", frame);
  const yTicks = element("div", "fcw-ticks fcw-ticks-y", plot);
  const xTicks = element("div", "fcw-ticks fcw-ticks-x", plot);
  const scaleBar = element("div", "fcw-colourbar", plot);
  const strip = element("canvas", "fcw-strip", scaleBar);
  const marks = element("div", "fcw-marks", scaleBar);
  const readout = element("div", "fcw-readout", el);
  frame.tabIndex = 0;
  frame.setAttribute("role", "img");
  readout.setAttribute("aria-live", "polite");

  let image = new Float32Array(0), pristine = new Float32Array(0), shown = image, top = 1;
  let cursor = null;

  const toggle = (words, hint, name, on, off) => {
    const made = element("button", "fcw-toggle", bar, words);
    made.type = "button";
    made.title = hint;
    made.addEventListener("click", () => {
      model.set(name, model.get(name) === on ? off : on);
      model.save_changes();
    });
    model.on(`change:${name}`, draw);
    return () => made.setAttribute("aria-pressed", model.get(name) === on);
  };
  const pressed = [
    toggle("log", "Logarithmic colours", "scale", "log", "linear"),
    toggle("− pristine", "Difference from the pristine image (Figure 2g, h)", "difference", true,
      false),
  ];

  function colour(value) { // 0 … 255, a place in the colour table
    if (model.get("difference")) return 127.5 * (1 + value / top);
    if (model.get("scale") === "log") return 255 * (1 + Math.log10(Math.max(value, 1e-9)) / DECADES);
    return 255 * value;
  }

  function draw() {
    const geometry = model.get("geometry");
    const n = geometry.pixels;
    if (!n || image.length !== n * n) return;
    const difference = model.get("difference") && pristine.length === image.length;
    shown = difference ? image.map((value, i) => value - pristine[i]) : image;
    top = difference ? shown.reduce((most, value) => Math.max(most, Math.abs(value)), 0.01) : 1;
    const table = COLOURS[difference ? "difference" : "image"];
    paint(canvas, shown, n, (value) =>
      table[Math.round(Math.min(255, Math.max(0, colour(value))))]);
    pressed.forEach((update) => update());
    if (difference) bar.firstChild.setAttribute("aria-pressed", false); // its scale is linear
    bar.firstChild.disabled = difference;
    drawAxes(geometry);
    drawBar(table, difference);
    point();
  }

  let axes = "";
  function drawAxes(geometry) {
    const key = JSON.stringify(geometry);
    if (key === axes) return;
    axes = key;
    const { pixel, edge } = axis(geometry);
    const step = [0.5, 1, 2, 5, 10, 20].find((s) => edge / s <= 4) ?? 50;
    xTicks.replaceChildren();
    yTicks.replaceChildren();
    for (let k = -Math.floor(edge / step); k <= edge / step; k++) {
      const part = `${(100 * (pixel(k * step) + 0.5)) / geometry.pixels}%`;
      const text = `${k * step}`.replace("-", "−");
      element("span", "", xTicks, text).style.left = part;
      element("span", "", yTicks, text).style.bottom = part;
    }
    for (const [ticks, name] of [[xTicks, "x"], [yTicks, "y"]]) {
      const label = element("em", "", ticks, "q");
      element("sub", "", label, name);
      label.append(" (Å⁻¹)");
    }
  }

  let bars = "";
  function drawBar(table, difference) {
    const log = model.get("scale") === "log" && !difference;
    const key = `${difference} ${log} ${top}`;
    if (key === bars) return;
    bars = key;
    strip.width = 1;
    strip.height = 256;
    const context = strip.getContext("2d");
    const data = context.createImageData(1, 256);
    table.forEach((rgb, i) => data.data.set([...rgb, 255], 4 * (255 - i)));
    context.putImageData(data, 0, 0);
    const ticks = difference
      ? [[0, `−${top.toPrecision(2)}`], [50, "0"], [100, `+${top.toPrecision(2)}`]]
      : log ? [[0, "0.001"], [33.3, "0.01"], [66.7, "0.1"], [100, "1"]]
        : [[0, "0"], [50, "0.5"], [100, "1"]];
    marks.replaceChildren();
    ticks.forEach(([part, text]) => { element("span", "", marks, text).style.bottom = `${part}%`; });
  }

  function point() { // what lies under the cursor
    const geometry = model.get("geometry");
    const n = geometry.pixels;
    ring.hidden = cross.hidden = cursor === null;
    if (cursor === null) {
      readout.textContent = "Point at the image for q and the nearest reflection.";
      return;
    }
    const [row, column] = cursor;
    const q = Math.hypot(...vector(geometry, row, column));
    const value = shown[row * n + column] ?? 0;
    const spots = model.get("reflections");
    const near = spots
      .map((spot) => ({ spot, far: Math.hypot(spot.row - row, spot.column - column) }))
      .sort((a, b) => a.far - b.far)[0];
    const spacing = q > 1e-6 ? `, d = ${((2 * Math.PI) / q).toFixed(2)} Å` : "";
    const sign = value < 0 ? "−" : "";
    let text = `q = ${q.toFixed(2)} Å⁻¹${spacing}, value ${sign}${Math.abs(value).toFixed(3)}`;
    ring.hidden = !near || near.far > n / 12;
    if (near) {
      const d = near.spot.d === null ? "direct beam" : `d = ${near.spot.d.toFixed(2)} Å`;
      text += ` · nearest: ${hkl(near.spot.hkl)} (${d})`;
      ring.style.left = `${(100 * (near.spot.column + 0.5)) / n}%`;
      ring.style.bottom = `${(100 * (near.spot.row + 0.5)) / n}%`;
    }
    cross.style.left = `${(100 * (column + 0.5)) / n}%`;
    cross.style.bottom = `${(100 * (row + 0.5)) / n}%`;
    readout.textContent = text;
  }

  const clamp = (value) => Math.min(model.get("geometry").pixels - 1, Math.max(0, value));
  frame.addEventListener("pointermove", (event) => {
    const box = frame.getBoundingClientRect();
    const n = model.get("geometry").pixels;
    cursor = [
      clamp(Math.floor((1 - (event.clientY - box.top) / box.height) * n)),
      clamp(Math.floor(((event.clientX - box.left) / box.width) * n)),
    ];
    point();
  });
  frame.addEventListener("pointerleave", () => { cursor = null; point(); });
  frame.addEventListener("blur", () => { cursor = null; point(); });
  frame.addEventListener("keydown", (event) => {
    const [down, right] = {
      ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
    }[event.key] ?? [0, 0];
    if (!down && !right) return;
    event.preventDefault();
    const middle = Math.floor(model.get("geometry").pixels / 2);
    const [row, column] = cursor ?? [middle, middle];
    cursor = [clamp(row + down), clamp(column + right)];
    point();
  });

  const takeImage = () => { image = floats(model.get("image")); draw(); };
  const takePristine = () => { pristine = floats(model.get("pristine")); draw(); };
  // A structure scaled as a whole has the same image, and another q.
  const takeGeometry = () => { drawAxes(model.get("geometry")); point(); };
  model.on("change:image", takeImage);
  model.on("change:geometry", takeGeometry);
  model.on("change:pristine", takePristine);
  model.on("change:reflections", point);
  image = floats(model.get("image"));
  takePristine();
  frame.setAttribute("aria-label", "diffraction image; use the arrow keys to read it");
  return () => {
    model.off("change:image", takeImage);
    model.off("change:geometry", takeGeometry);
    model.off("change:pristine", takePristine);
    model.off("change:reflections", point);
    model.off("change:scale", draw);
    model.off("change:difference", draw);
  };
}

export default { render };
