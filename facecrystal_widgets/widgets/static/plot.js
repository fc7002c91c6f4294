// Plots on a canvas: axes, and the colours of the page or of a printed picture.

const PAPER = { ink: "#1d2129", soft: "#5c6470", line: "#dfe2e7", card: "#ffffff", accent: "#0067a3" };

// The page's colours as they are now.
function colours(el) {
  const style = getComputedStyle(el);
  const found = Object.keys(PAPER).map((name) => [name, style.getPropertyValue(`--fcw-${name}`)]);
  return Object.fromEntries(found.map(([name, value]) => [name, value.trim() || PAPER[name]]));
}

// A canvas as sharp as the screen, empty; returns its context in CSS pixels.
function sharp(canvas, width, height, scale = devicePixelRatio) {
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  // Chromium goes on showing the last picture of a canvas on which nothing new is drawn.
  context.fillStyle = "rgb(0 0 0 / 1%)";
  context.fillRect(0, 0, 1, 1);
  context.fillStyle = "#000";
  return context;
}

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const MARGIN = { left: 54, right: 14, top: 12, bottom: 44 };

// From data to pixels and back.
function scales(width, height, [low, high], [bottom, top], margin = MARGIN) {
  const across = width - margin.left - margin.right;
  const up = height - margin.top - margin.bottom;
  return {
    x: (value) => margin.left + ((value - low) / (high - low)) * across,
    y: (value) => margin.top + (1 - (value - bottom) / (top - bottom)) * up,
    back: (pixel) => low + ((pixel - margin.left) / across) * (high - low),
    width, left: margin.left, right: margin.left + across, top: margin.top, bottom: margin.top + up,
  };
}

// Round numbers from low to high, about so many.
function ticks(low, high, about = 5) {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((s) => s * power).find((s) => s >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  const number = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: number }, (_, i) => Number(((first + i) * step).toPrecision(10)));
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
    context.beginPath();
    context.moveTo(at.left, y);
    context.lineTo(at.right, y);
    context.stroke();
    context.fillText(yText(value), at.left - 7, y);
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const value of xTicks) {
    const x = Math.round(at.x(value)) + 0.5;
    context.beginPath();
    context.moveTo(x, at.bottom);
    context.lineTo(x, at.bottom + 4);
    context.stroke();
    context.fillText(value, x, at.bottom + 7);
  }
  context.fillStyle = palette.ink;
  context.font = `12px ${FONT}`;
  const words = context.measureText(xLabel).width; // on a narrow page as wide as that
  const centre = Math.min((at.left + at.right) / 2, at.width - words / 2 - 2);
  context.fillText(xLabel, Math.max(centre, at.width / 2), at.bottom + 25, at.width - 4);
  context.save();
  context.translate(9, (at.top + at.bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = "middle";
  context.fillText(yLabel, 0, 0);
  context.restore();
}

function polyline(context, points) {
  context.beginPath();
  points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.stroke();
}

// Calls draw once for any number of reasons in one frame; returns how to give a reason.
function drawer(draw) {
  let due = 0;
  const ask = () => { due ||= requestAnimationFrame(() => { due = 0; draw(); }); };
  ask.end = () => cancelAnimationFrame(due);
  return ask;
}

