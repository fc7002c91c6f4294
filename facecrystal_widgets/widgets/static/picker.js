// Periodic table to choose from, and a place for files.

const LANTHANIDES = 57, ACTINIDES = 89;

// Row and column (1-based) of atomic number z; the f block stands below, in rows 9 and 10.
function place(z) {
  const noble = [0, 2, 10, 18, 36, 54, 86];
  if (z >= LANTHANIDES && z <= 70) return [9, z - LANTHANIDES + 3];
  if (z >= ACTINIDES && z <= 102) return [10, z - ACTINIDES + 3];
  let period = noble.findIndex((last) => z <= last);
  if (period < 0) period = 7;
  const first = noble[period - 1] + 1;
  const length = [0, 2, 8, 8, 18, 18, 32, 32][period];
  const step = z - first;
  if (step < (period === 1 ? 1 : 2)) return [period, step + 1];
  return [period, 18 - (length - 1 - step)];
}

function table(model) {
  const grid = document.createElement("div");
  grid.className = "fcw-table";
  grid.setAttribute("role", "radiogroup");
  grid.setAttribute("aria-label", "element");
  const cells = new Map();
  const spots = new Map();
  model.get("elements").forEach(({ symbol, name }, i) => {
    const cell = document.createElement("button");
    const [row, column] = place(i + 1);
    cell.type = "button";
    cell.textContent = symbol;
    cell.title = `${name} (${i + 1})`;
    cell.dataset.element = symbol;
    cell.setAttribute("role", "radio");
    cell.setAttribute("aria-label", name);
    cell.style.gridArea = `${row} / ${column}`;
    cell.addEventListener("click", () => {
      model.set("value", symbol);
      model.save_changes();
    });
    cells.set(symbol, cell);
    spots.set(`${row},${column}`, cell);
    cell.addEventListener("keydown", (event) => {
      const [down, right] = {
        ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
      }[event.key] ?? [0, 0];
      if (!down && !right) return;
      event.preventDefault();
      let [r, c] = [row + down, column + right];
      while (r > 0 && r < 11 && c > 0 && c < 19) {
        const next = spots.get(`${r},${c}`);
        if (next) return next.focus();
        [r, c] = [r + down, c + right];
      }
    });
    grid.append(cell);
  });
  const mark = () => {
    const value = model.get("value");
    cells.forEach((cell, symbol) => {
      const chosen = symbol === value;
      cell.classList.toggle("fcw-chosen", chosen);
      cell.setAttribute("aria-checked", chosen);
      cell.tabIndex = chosen || (!cells.has(value) && symbol === "H") ? 0 : -1;
    });
  };
  return { grid, mark };
}

function uploader(model) {
  const zone = document.createElement("div");
  zone.className = "fcw-upload";
  const label = document.createElement("label");
  const input = document.createElement("input");
  const words = document.createElement("span");
  const name = document.createElement("span");
  input.type = "file";
  words.textContent = "Open a file …";
  name.className = "fcw-filename";
  label.className = "fcw-open";
  label.append(words, input);
  zone.append(label, name);

  const take = async (file) => {
    if (!file) return;
    if (file.size > model.get("max_upload")) {
      model.send({ filename: file.name, too_large: file.size });
      return;
    }
    try {
      model.send({ filename: file.name }, undefined, [await file.arrayBuffer()]);
    } catch { // a folder, or a file that has gone
      model.send({ filename: file.name, unreadable: true });
    }
  };
  input.addEventListener("change", () => {
    take(input.files[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("fcw-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("fcw-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("fcw-over");
    take(event.dataTransfer.files[0]);
  });
  const show = () => {
    name.textContent = model.get("filename") || "or drop it here: CIF, POSCAR, XYZ, …";
    zone.classList.toggle("fcw-has-file", Boolean(model.get("filename")));
  };
  return { zone, show };
}

function render({ model, el }) {
  const { grid, mark } = table(model);
  const { zone, show } = uploader(model);
  el.append(grid, zone);
  mark();
  show();
  model.on("change:value", mark);
  model.on("change:filename", show);
  return () => {
    model.off("change:value", mark);
    model.off("change:filename", show);
  };
}

export default { render };
