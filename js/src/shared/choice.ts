// A row of buttons of which one is pressed: the value of a trait.

import { arrow, button, element, flag, group } from "./elements.ts";
import { assign, type Bindings, type Model } from "./model.ts";

export interface Option<Value> {
  value: Value;
  text: string;
  title?: string;
}

interface Settings<T, K extends keyof T> {
  /** The trait. */
  name: K;
  label: string;
  options: readonly Option<T[K]>[];
  /** Of the CSS classes PREFIX-choice, PREFIX-group and PREFIX-label. */
  prefix: string;
  /** CSS class of this choice. */
  hook?: string;
}

export interface Choice {
  box: HTMLElement;
  buttons: HTMLButtonElement[];
}

export function choice<T, K extends keyof T & string>(
  parent: Element,
  model: Model<T>,
  bindings: Bindings<T>,
  { name, label, options, prefix, hook = "" }: Settings<T, K>,
): Choice {
  const box = element("div", `fcw-choice ${prefix}-choice ${hook}`, parent);
  element("span", `${prefix}-label`, box, label);
  const row = group(`fcw-choice-group ${prefix}-group`, box, label);
  const buttons = options.map(({ value, text, title = "" }) => {
    const set = () => assign(model, { [name]: value } as unknown as Partial<T>);
    const node = button("", row, text, set);
    node.title = title;
    node.dataset.value = String(value);
    return node;
  });
  row.addEventListener("keydown", (event) => moveFocus(event, buttons));
  bindings.follow(() => {
    const chosen = model.get(name);
    for (const [i, { value }] of options.entries()) {
      flag(buttons[i], "aria-pressed", value === chosen);
    }
  }, name);
  return { box, buttons };
}

function moveFocus(event: KeyboardEvent, buttons: HTMLElement[]): void {
  const [right] = arrow(event) ?? [0];
  const at = buttons.indexOf(document.activeElement as HTMLElement);
  const next = right && at >= 0 ? buttons[at + right] : undefined;
  if (!next) return;
  event.preventDefault();
  next.focus();
}
