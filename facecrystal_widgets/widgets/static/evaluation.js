// Evaluation: a confusion matrix and a table by defect, which open lists of structures.

const whole = (number) => number.toLocaleString("en");
const percentOf = (part) => `${Number((100 * part).toFixed(1))} %`;

function render({ model, el }) {
  el.classList.add("fcw-eval");
  const { follow, ends } = follower(model);
  const classes = model.get("classes");
  const open = (...what) => {
    const same = JSON.stringify(what) === JSON.stringify(model.get("opened"));
    model.send({ do: "open", what: same ? [] : what });
  };
  const isOpen = (...what) => JSON.stringify(what) === JSON.stringify(model.get("opened"));

  const empty = element("p", "fcw-eval-empty", el, "The tables grow here once the evaluation is started.");
  const summary = element("p", "fcw-eval-summary", el);
  const body = element("div", "fcw-eval-body", el);

  // --- the confusion matrix ---
  const left = element("section", "fcw-eval-matrix", body);
  element("h4", "fcw-eval-heading", left, "confusion matrix");
  const matrix = element("table", "", left);
  const top = element("tr", "", element("thead", "", matrix));
  element("th", "fcw-eval-corner", top, "crystal ↓ answer →");
  classes.forEach(({ label }) => element("th", "", top, label).setAttribute("scope", "col"));
  const lines = element("tbody", "", matrix);
  element("p", "fcw-eval-hint", left, "A cell opens the list of its structures.");
  const cells = classes.map((truth, i) => {
    const line = element("tr", "", lines);
    element("th", "", line, truth.label).setAttribute("scope", "row");
    return classes.map((answer, j) => {
      const cell = element("button", "fcw-eval-cell", element("td", "", line));
      cell.type = "button";
      cell.dataset.cell = `${i}-${j}`;
      cell.classList.toggle("fcw-eval-right", i === j);
      cell.addEventListener("click", () => open("cell", i, j));
      return cell;
    });
  });
  follow(() => {
    const numbers = model.get("matrix");
    const there = numbers.length > 0;
    empty.hidden = there;
    summary.hidden = body.hidden = !there;
    if (!there) return;
    el.dataset.structures = numbers.flat().reduce((sum, n) => sum + n, 0);
    numbers.forEach((line, i) => {
      const all = line.reduce((sum, n) => sum + n, 0) || 1;
      line.forEach((number, j) => {
        const cell = cells[i][j];
        cell.textContent = whole(number);
        cell.disabled = number === 0;
        cell.style.setProperty("--part", number / all);
        cell.setAttribute("aria-pressed", isOpen("cell", i, j));
        cell.setAttribute("aria-label",
          `${classes[i].label} taken for ${classes[j].label}: ${number}`);
      });
    });
  }, "matrix", "opened");
  follow(() => { summary.textContent = model.get("summary").replaceAll(" %", "\u00a0%"); }, "summary");

  // --- by defect ---
  const right = element("section", "fcw-eval-defects", body);
  element("h4", "fcw-eval-heading", right, "in the right class, by defect");
  const scroll = element("div", "fcw-eval-scroll", right);
  const table = element("table", "", scroll);
  const heads = element("tr", "", element("thead", "", table));
  const rows = element("tbody", "", table);
  const note = element("p", "fcw-eval-hint", right);
  const bar = (cell, part, words, kind) =>
    element("span", `fcw-eval-bar ${kind}`, cell, words).style.setProperty("--part", part);
  follow(() => {
    const names = model.get("peers");
    heads.replaceChildren();
    ["defect", "structures", "network", ...names].forEach((name) => {
      const [method, ...setting] = name.split(", ");
      const head = element("th", "", heads, method);
      head.setAttribute("scope", "col");
      if (setting.length) element("small", "", head, setting.join(", "));
    });
    rows.replaceChildren(...model.get("table").map((line) => {
      const made = element("tr");
      const named = element("th", "", made);
      named.setAttribute("scope", "row");
      const button = element("button", "fcw-eval-open", named, line.name);
      button.type = "button";
      button.dataset.defect = line.defect;
      button.setAttribute("aria-pressed", isOpen("defect", line.defect));
      button.addEventListener("click", () => open("defect", line.defect));
      element("td", "fcw-eval-count", made, whole(line.structures));
      const own = element("td", "", made);
      bar(own, line.accuracy, line.percent, "fcw-eval-network");
      own.title = `${line.misses} misclassified, mean confidence ${line.confidence.toFixed(4)}`;
      line.peers.forEach((part) => {
        const cell = element("td", "", made);
        if (part === null) element("span", "fcw-eval-none", cell, "–");
        else bar(cell, part, percentOf(part), "");
      });
      return made;
    }));
  }, "table", "peers", "opened");
  follow(() => { note.textContent = model.get("note").replaceAll(" %", "\u00a0%"); }, "note");

  // --- the list that is open ---
  const list = element("section", "fcw-eval-list", el);
  const heading = element("h4", "fcw-eval-heading", list);
  const two = element("div", "fcw-eval-two", list);
  const items = element("div", "fcw-eval-items", two);
  const card = pointCard(two, model,
    "Point at a structure to see it; click on it to load it into the session.");
  follow(() => {
    list.hidden = model.get("opened").length === 0;
    heading.textContent = model.get("heading");
    const held = document.activeElement?.dataset?.row; // while it grows, the focus stays
    items.replaceChildren(...model.get("listed").map((one) => {
      const p = point(one);
      const button = element("button", "fcw-eval-item", null);
      button.type = "button";
      button.dataset.row = p.row;
      element("b", "", button, pointName(model, p));
      element("span", p.label === p.answer ? "" : "fcw-pt-wrong", button, pointAnswer(model, p));
      ["pointerenter", "focus"].forEach((e) => button.addEventListener(e, () => card.show(p)));
      button.addEventListener("click", () => model.send({ do: "load", row: p.row }));
      return button;
    }));
    if (held !== undefined) items.querySelector(`[data-row="${held}"]`)?.focus();
    mark();
  }, "listed", "heading", "opened");
  function mark() {
    const chosen = model.get("chosen");
    el.dataset.chosen = chosen;
    items.querySelectorAll("button").forEach((button) =>
      button.classList.toggle("fcw-eval-chosen", Number(button.dataset.row) === chosen));
  }
  follow(mark, "chosen");
  follow(() => card.forget(), "run");

  const caption = element("p", "fcw-limits", el);
  follow(() => { caption.textContent = model.get("caption"); }, "caption");
  const resized = new ResizeObserver(() => card.redraw());
  resized.observe(two);
  ends.push(() => resized.disconnect(), card.end, tellVisible(model, el));
  return () => ends.forEach((end) => end());
}

export default { render };
