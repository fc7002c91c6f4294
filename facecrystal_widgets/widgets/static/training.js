// Loss and accuracy, batch by batch; faint as they come, bold averaged over the batches before.

// The average over what came so far, the latest most; it reaches back a 25th of the whole.
function smooth(values, total) {
  const memory = 1 - 1 / Math.min(12, Math.max(3, total / 25));
  let sum = 0, weight = 0;
  return Array.from(values, (value) => {
    sum = memory * sum + value;
    weight = memory * weight + 1;
    return sum / weight;
  });
}

function render({ model, el }) {
  el.classList.add("fcw-learning");
  const readout = element("p", "fcw-learning-readout", el);
  const panels = element("div", "fcw-learning-panels", el);
  const plots = [["loss", "cross-entropy of a batch"], ["accuracy", "accuracy on a batch"]].map(
    ([name, label]) => {
      const frame = element("div", `fcw-learning-frame fcw-learning-${name}`, panels);
      frame.setAttribute("role", "img");
      const canvas = element("canvas", "fcw-learning-canvas", frame);
      const empty = element("p", "fcw-learning-empty", frame, `${name} grows here once training starts`);
      return { name, label, frame, canvas, empty };
    });
  let under = null; // number of a batch

  function draw() {
    const losses = floats(model.get("losses"));
    const accuracies = floats(model.get("accuracies"));
    el.dataset.batches = losses.length;
    const palette = colours(el);
    plots.forEach((plot, i) => drawOne(plot, i ? accuracies : losses, i === 0, palette));
    read(losses, accuracies);
  }

  function drawOne({ frame, canvas, empty, label, name }, values, logarithmic, palette) {
    const { clientWidth: width, clientHeight: height } = frame;
    if (!width) return;
    const context = sharp(canvas, width, height);
    empty.hidden = values.length > 0;
    if (!values.length) return;
    const total = Math.max(model.get("batches"), values.length);
    const own = (value) => (logarithmic ? Math.log10(Math.max(value, 1e-6)) : value);
    const bold = smooth(values, total);
    const low = logarithmic ? Math.floor(Math.min(0, ...bold.map(own)) - 0.05) : 0;
    const top = logarithmic ? Math.max(0.3, ...bold.map(own)) : 1.02;
    const at = scales(width, height, [0, total], [low, top]);
    const decades = Array.from({ length: 1 - low }, (_, i) => low + i);
    axes(context, at, palette, {
      xTicks: ticks(0, total).filter(Number.isInteger), xLabel: "batches", yLabel: label,
      yTicks: logarithmic ? decades : [0, 0.25, 0.5, 0.75, 1],
      yText: logarithmic ? (value) => String(Number((10 ** value).toPrecision(1))) : String,
    });
    context.strokeStyle = palette.line; // where an epoch ends
    const epochs = model.get("epochs");
    for (let epoch = 1; epoch < epochs; epoch++) {
      const x = at.x((epoch * total) / epochs);
      polyline(context, [[x, at.top], [x, at.bottom]]);
    }
    context.save();
    context.beginPath();
    context.rect(at.left, at.top - 2, at.right - at.left, at.bottom - at.top + 2);
    context.clip();
    context.strokeStyle = palette.accent;
    const line = (series) => polyline(context, Array.from(series, (v, i) => [at.x(i + 1), at.y(own(v))]));
    context.globalAlpha = 0.3;
    line(values);
    context.globalAlpha = 1;
    context.lineWidth = 2.2;
    line(bold);
    context.restore();
    if (under !== null && under < values.length) {
      context.lineWidth = 1;
      context.strokeStyle = palette.ink;
      polyline(context, [[at.x(under + 1), at.top], [at.x(under + 1), at.bottom]]);
    }
    frame.setAttribute("aria-label", `${name}, ${values.length} batches, now ${bold.at(-1).toPrecision(3)}`);
    frame.at = at;
  }

  function read(losses, accuracies) {
    if (!losses.length) { readout.textContent = ""; return; }
    const i = under === null ? losses.length - 1 : Math.min(under, losses.length - 1);
    const now = (values) => smooth(values.subarray(0, i + 1), model.get("batches")).at(-1);
    readout.textContent = `batch ${i + 1}: loss ${now(losses).toPrecision(3)}, accuracy `
      + `${(100 * now(accuracies)).toFixed(1)} % (averaged over the last batches; before learning `
      + "from them, with dropout)";
  }

  const ask = drawer(draw);
  for (const { frame } of plots) {
    frame.addEventListener("pointermove", (event) => {
      if (!frame.at) return;
      const value = frame.at.back(event.clientX - frame.getBoundingClientRect().left);
      under = Math.max(0, Math.round(value) - 1);
      ask();
    });
    frame.addEventListener("pointerleave", () => { under = null; ask(); });
  }
  const names = "change:losses change:accuracies change:batches change:epochs";
  model.on(names, ask);
  document.addEventListener("fcw-theme", ask);
  const size = new ResizeObserver(ask);
  size.observe(panels);
  draw();
  return () => {
    ask.end();
    size.disconnect();
    document.removeEventListener("fcw-theme", ask);
    model.off(names, ask);
  };
}

export default { render };
