// Light or dark: what the person chose, else what JupyterLab or Voila says, else the system.

function isDark(chosen) {
  if (chosen !== "auto") return chosen === "dark";
  const light = document.body.dataset.jpThemeLight; // set by JupyterLab and by Voila
  if (light !== undefined) return light === "false";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

// Keeps the class fcw-dark of <html> right, and says "fcw-theme" to those who draw.
function followTheme(chosen, onChange) {
  const paint = () => {
    document.documentElement.classList.toggle("fcw-dark", isDark(chosen()));
    document.dispatchEvent(new CustomEvent("fcw-theme"));
  };
  const watcher = new MutationObserver(paint);
  watcher.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  onChange(paint);
  paint();
  return () => watcher.disconnect();
}

// For screen readers: what changes by itself is announced, and sliders have names. ipywidgets says
// neither, and its views come after ours, so this looks again while the page is being built.
function describe(el) {
  const look = () => {
    const root = el.closest(".fcw");
    for (const [hook, role] of [[".fcw-verdict", "log"], [".fcw-status", "status"]]) {
      root?.querySelectorAll(hook).forEach((line) => line.setAttribute("role", role));
    }
    root?.querySelectorAll(".widget-slider").forEach((slider) => {
      const words = slider.querySelector(".widget-label")?.textContent;
      if (words) slider.querySelector(".noUi-handle")?.setAttribute("aria-label", words);
    });
  };
  [300, 1000, 3000, 8000].forEach((wait) => setTimeout(look, wait));
}

