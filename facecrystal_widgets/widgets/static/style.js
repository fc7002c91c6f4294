// Built by js/build.js from js/src; change it there.

// src/shared/kernel.ts
function hostTheme() {
  const light = document.body.dataset.jpThemeLight;
  if (light === void 0) return "auto";
  return light === "false" ? "dark" : "light";
}
function followHostTheme(callback) {
  const observer = new MutationObserver(callback);
  observer.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  return () => observer.disconnect();
}
function nameSlider(slider) {
  const label = slider.querySelector(".widget-label")?.textContent;
  if (label) slider.querySelector(".noUi-handle")?.setAttribute("aria-label", label);
}
var ROLES = [
  [".fcw-verdict", "log"],
  [".fcw-status", "status"]
];
function describeControls(el) {
  const look = () => {
    const root = el.closest(".fcw");
    if (!root) return;
    for (const [hook, role] of ROLES) {
      for (const line of root.querySelectorAll(hook)) line.setAttribute("role", role);
    }
    for (const slider of root.querySelectorAll(".widget-slider")) nameSlider(slider);
  };
  for (const wait of [300, 1e3, 3e3, 8e3]) setTimeout(look, wait);
}

// src/shared/theme.ts
var CHANGED = "fcw-theme";
function isDark(chosen) {
  const theme = chosen === "auto" ? hostTheme() : chosen;
  if (theme !== "auto") return theme === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}
function applyTheme(chosen) {
  document.documentElement.classList.toggle("fcw-dark", isDark(chosen));
  document.dispatchEvent(new CustomEvent(CHANGED));
}
function followTheme(chosen) {
  applyTheme(chosen());
  return followHostTheme(() => applyTheme(chosen()));
}

// src/views/style.ts
function render({ el }) {
  el.style.display = "none";
  describeControls(el);
  return followTheme(() => "auto");
}
var style_default = { render };
export {
  style_default as default
};
