// What all pictures share: colours, arrays, elements.

// Anchors of matplotlib's "inferno".
const INFERNO = [[0, 0, 4], [31, 12, 72], [85, 15, 109], [136, 34, 106], [186, 54, 85],
  [227, 89, 51], [249, 140, 10], [249, 201, 50], [252, 255, 164]];
// Anchors of ColorBrewer's red-white-blue: negative values blue, positive ones red.
const RED_BLUE = [[5, 48, 97], [67, 147, 195], [209, 229, 240], [247, 247, 247], [253, 219, 199],
  [214, 96, 77], [103, 0, 31]];

// 256 colours, [red, green, blue], along the anchors.
function lookup(anchors) {
  return Array.from({ length: 256 }, (_, i) => {
    const position = (i / 255) * (anchors.length - 1);
    const k = Math.min(Math.floor(position), anchors.length - 2);
    return anchors[k].map((low, j) => low + (anchors[k + 1][j] - low) * (position - k));
  });
}

const floats = (view) =>
  new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

function element(tag, className, parent, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
}

// Miller indices, minus signs as bars; spaces where one has two digits.
function hkl(indices) {
  const gap = indices.every((i) => Math.abs(i) < 10) ? "" : " ";
  return indices.map((i) => (i < 0 ? `${-i}`.replace(/./g, "$&\u0305") : `${i}`)).join(gap);
}

// Draws rows of values, the first at the bottom, as pixels: colour(value, place) gives red, green,
// blue and, if it is not opaque, alpha, 0 ... 255.
function paint(canvas, values, width, colour) {
  const height = values.length / width;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const data = context.createImageData(width, height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = row * width + column;
      const at = 4 * ((height - 1 - row) * width + column);
      data.data[at + 3] = 255;
      data.data.set(colour(values[from], from), at);
    }
  }
  context.putImageData(data, 0, 0);
}

// follow(callback, ...names) calls back now and at each change of the traits, until all `ends` are
// called.
function follower(model) {
  const ends = [];
  const follow = (callback, ...names) => {
    const events = names.map((name) => `change:${name}`).join(" ");
    model.on(events, callback);
    ends.push(() => model.off(events, callback));
    callback();
  };
  return { follow, ends };
}

// Keeps the trait "visible" true while one of the views of a model can be seen, more than its edge.
const seen = new WeakMap(); // the layout stands for the model: each view has a proxy of its own
function tellVisible(model, el) {
  const key = model.get("layout") ?? model;
  if (!seen.has(key)) seen.set(key, new Set());
  const views = seen.get(key);
  const tell = (visible) => {
    if (visible) views.add(el);
    else views.delete(el);
    if (model.get("visible") === views.size > 0) return;
    model.set("visible", views.size > 0);
    model.save_changes();
  };
  const observer = new IntersectionObserver(
    (entries) => tell(entries.at(-1).isIntersecting), { rootMargin: "-40px" });
  observer.observe(el);
  return () => { observer.disconnect(); tell(false); };
}

