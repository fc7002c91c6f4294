// The page that a view stands on. A view reaches other panels in two ways only: it asks the page for
// a control by its public hook, and it announces what happened for those on the same page to hear.

/** The Explorer or the Laboratory that an element stands on; null if it stands alone. */
export const pageOf = (el: Element): Element | null => el.closest(".fcw-sheet");

/** The panel with a hook that an element stands in; null if it stands in none. */
export const panelOf = (el: Element, hook: string): Element | null => el.closest(hook);

/** The control of this page with a hook, as a CSS selector: ".fcw-vacancies". */
export const control = (el: Element, hook: string): HTMLElement | null =>
  pageOf(el)?.querySelector<HTMLElement>(hook) ?? null;

/** Tell the page that something happened. */
export function announce<Detail>(el: Element, event: string, detail?: Detail): void {
  el.dispatchEvent(new CustomEvent(event, { bubbles: true, detail }));
}

/** Call back when something is announced on the page of the element; returns how to end it. */
export function hear<Detail>(
  el: Element,
  event: string,
  callback: (detail: Detail) => void,
): () => void {
  const listen = (announced: Event) => {
    if (!(announced instanceof CustomEvent && announced.target instanceof Element)) return;
    const page = pageOf(el);
    if (page && page === pageOf(announced.target)) callback(announced.detail);
  };
  document.addEventListener(event, listen); // the element may not stand on its page yet
  return () => document.removeEventListener(event, listen);
}
