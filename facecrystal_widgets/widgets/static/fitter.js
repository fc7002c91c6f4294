// Built by js/build.js from js/src; change it there.

// src/shared/model.ts
var Bindings = class {
  constructor(model) {
    this.model = model;
  }
  model;
  ends = [];
  /** Call back at each of these events of the model: "change:NAME", "msg:custom". */
  on(events, listener) {
    this.model.on(events, listener);
    this.ends.push(() => this.model.off(events, listener));
  }
  /** Call back now and at each change of the values. */
  follow(callback, ...names) {
    this.on(names.map((name) => `change:${name}`).join(" "), callback);
    callback();
  }
  /** Call back at an event of the document. */
  listen(type, listener, options = {}) {
    document.addEventListener(type, listener, options);
    this.ends.push(() => document.removeEventListener(type, listener));
  }
  /** Call back when the size of the element changes, and once at the beginning. */
  resized(el, callback) {
    const observer = new ResizeObserver(callback);
    observer.observe(el);
    this.ends.push(() => observer.disconnect());
  }
  /** Do this at the end, too. */
  add(...ends) {
    this.ends.push(...ends);
  }
  /** For anywidget's `render` to return. */
  release = () => {
    for (const end of this.ends) end();
  };
};

// src/shared/page.ts
var panelOf = (el, hook) => el.closest(hook);

// src/views/fitter.ts
var PANEL = ".fcw-probabilities";
var DRAWN = ".js-plotly-plot .main-svg";
function render({ model, el }) {
  el.style.display = "none";
  const bindings = new Bindings(model);
  const fit = () => window.dispatchEvent(new Event("resize"));
  const arrival = new MutationObserver(() => {
    if (!panelOf(el, PANEL)?.querySelector(DRAWN)) return;
    arrival.disconnect();
    fit();
  });
  requestAnimationFrame(() => {
    const panel = panelOf(el, PANEL);
    if (!panel) return;
    bindings.resized(panel, fit);
    arrival.observe(panel, { childList: true, subtree: true });
  });
  bindings.add(() => arrival.disconnect());
  return bindings.release;
}
var fitter_default = { render };
export {
  fitter_default as default
};
