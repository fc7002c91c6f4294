// On a page of its own the state stands in the address: a reload or a link brings it back.

const KEY = "#state=";

/** The state in the part of an address behind "#"; empty if there is none that can be read. */
export function stateOf(hash: string): string {
  if (!hash.startsWith(KEY)) return "";
  try {
    const letters = atob(decodeURIComponent(hash.slice(KEY.length)));
    return new TextDecoder().decode(Uint8Array.from(letters, (letter) => letter.charCodeAt(0)));
  } catch {
    return "";
  }
}

/** The part of an address, from "#", that holds a state; empty for the first state. */
export function hashOf(state: string): string {
  if (!state) return "";
  const letters = Array.from(new TextEncoder().encode(state), (b) => String.fromCharCode(b));
  return KEY + encodeURIComponent(btoa(letters.join("")));
}

export type PageName = "explorer" | "laboratory";

const NOTEBOOKS = { explorer: "dashboard.ipynb", laboratory: "laboratory.ipynb" };

/** Path of the page beside this one: they are notebooks in one folder, or / and /laboratory. */
export function otherPage(page: PageName, path: string): string {
  const other = page === "explorer" ? "laboratory" : "explorer";
  if (path.endsWith(NOTEBOOKS[page])) {
    return path.slice(0, -NOTEBOOKS[page].length) + NOTEBOOKS[other];
  }
  if (page === "explorer") return `${path.replace(/\/$/, "")}/laboratory`;
  return path.replace(/laboratory\/?$/, "");
}
