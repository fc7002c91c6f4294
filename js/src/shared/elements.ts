// Elements of a page, and the keys and pixels by which people point at things.

type Tags = HTMLElementTagNameMap;

export function element<K extends keyof Tags>(
  tag: K,
  className: string,
  parent?: Element | null,
  text?: string,
): Tags[K] {
  const node = document.createElement(tag);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  parent?.append(node);
  return node;
}

export function button(
  className: string,
  parent: Element | null,
  text: string,
  act: () => void,
): HTMLButtonElement {
  const node = element("button", className, parent, text);
  node.type = "button";
  node.addEventListener("click", act);
  return node;
}

/** A button that shows a sign, and says in words what it does. */
export function iconButton(
  className: string,
  parent: Element,
  icon: string,
  label: string,
  act: () => void,
): HTMLButtonElement {
  const node = button(className, parent, icon, act);
  node.title = label;
  node.setAttribute("aria-label", label);
  return node;
}

/** A box of controls that belong together. */
export function group(className: string, parent: Element, label: string): HTMLDivElement {
  const box = element("div", className, parent);
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", label);
  return box;
}

/** Set aria-pressed or another attribute that is "true" or "false". */
export function flag(node: Element, name: string, on: boolean): void {
  node.setAttribute(name, String(on));
}

/** Call back when the pointer or the focus comes to the element. */
export function onPointed(node: HTMLElement, callback: () => void): void {
  for (const event of ["pointerenter", "focus"]) node.addEventListener(event, callback);
}

/** Call back when the pointer or the focus leaves the element. */
export function onLeft(node: HTMLElement, callback: () => void): void {
  for (const event of ["pointerleave", "blur"]) node.addEventListener(event, callback);
}

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Steps [right, up] that an arrow key means; null for other keys. */
export function arrow(event: { key: string }): readonly [number, number] | null {
  return ARROWS[event.key] ?? null;
}

/** Where the pointer is, in CSS pixels from the upper left corner of the element. */
export function pointer(event: MouseEvent, frame: Element): [number, number] {
  const box = frame.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}
