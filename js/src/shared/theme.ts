// Light or dark: what the person chose, else what the host of the page says, else the system.

import { followHostTheme, hostTheme } from "./kernel.ts";
import type { Bindings } from "./model.ts";

export type Theme = "auto" | "light" | "dark";

const CHANGED = "fcw-theme"; // of the document, for those who draw

export function isDark(chosen: Theme): boolean {
  const theme = chosen === "auto" ? hostTheme() : chosen;
  if (theme !== "auto") return theme === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Bring the class fcw-dark of <html> up to date, and let those who draw know. */
export function applyTheme(chosen: Theme): void {
  document.documentElement.classList.toggle("fcw-dark", isDark(chosen));
  document.dispatchEvent(new CustomEvent(CHANGED));
}

/** Apply the theme now and whenever the host changes its theme; returns how to end it. */
export function followTheme(chosen: () => Theme): () => void {
  applyTheme(chosen());
  return followHostTheme(() => applyTheme(chosen()));
}

/** Call back after a change of the theme. */
export function onTheme<T>(bindings: Bindings<T>, callback: () => void): void {
  bindings.listen(CHANGED, callback);
}
