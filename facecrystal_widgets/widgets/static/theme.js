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

