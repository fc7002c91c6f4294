// What a view is given, and what it must end when it goes.

// biome-ignore lint/suspicious/noExplicitAny: events differ in what they hand over
type Listener = (...details: any[]) => void;

/** A message from the engine, beside its binary parts. */
export type Message = Record<string, unknown>;

/**
 * Named values that a view reads, writes and watches, and messages to and from the engine behind it.
 * anywidget's model is one; another engine may hand over any object with these methods.
 */
export interface Model<T> {
  get<K extends keyof T & string>(name: K): T[K];
  set<K extends keyof T & string>(name: K, value: T[K]): void;
  save_changes(): void;
  on(events: string, listener: Listener): void;
  off(events: string, listener: Listener): void;
  send(content: object, callbacks?: undefined, buffers?: ArrayBuffer[]): void;
}

/** A model, and the element to draw it in. */
export interface Context<T> {
  model: Model<T>;
  el: HTMLElement;
}

/** Write several values at once. */
export function assign<T>(model: Model<T>, values: Partial<T>): void {
  for (const [name, value] of Object.entries(values)) {
    model.set(name as keyof T & string, value as T[keyof T & string]);
  }
  model.save_changes();
}

/** What a view listens to. All of it ends with `release`. */
export class Bindings<T> {
  private readonly ends: (() => void)[] = [];

  constructor(private readonly model: Model<T>) {}

  /** Call back at each of these events of the model: "change:NAME", "msg:custom". */
  on(events: string, listener: Listener): void {
    this.model.on(events, listener);
    this.ends.push(() => this.model.off(events, listener));
  }

  /** Call back now and at each change of the values. */
  follow(callback: () => void, ...names: (keyof T & string)[]): void {
    this.on(names.map((name) => `change:${name}`).join(" "), callback);
    callback();
  }

  /** Call back at an event of the document. */
  listen(
    type: string,
    listener: (event: never) => void,
    options: AddEventListenerOptions = {},
  ): void {
    document.addEventListener(type, listener as EventListener, options);
    this.ends.push(() => document.removeEventListener(type, listener as EventListener));
  }

  /** Call back when the size of the element changes, and once at the beginning. */
  resized(el: Element, callback: () => void): void {
    const observer = new ResizeObserver(callback);
    observer.observe(el);
    this.ends.push(() => observer.disconnect());
  }

  /** Do this at the end, too. */
  add(...ends: (() => void)[]): void {
    this.ends.push(...ends);
  }

  /** For anywidget's `render` to return. */
  readonly release = (): void => {
    for (const end of this.ends) end();
  };
}

// Views of one model, each of which has a proxy of it; the layout stands for the model.
const visibleViews = new WeakMap<object, Set<HTMLElement>>();

/** Keep the value "visible" true while more than the edge of one of the model's views can be seen. */
export function reportVisible<T extends { visible: boolean }>(
  model: Model<T>,
  el: HTMLElement,
): () => void {
  const key = (model as Model<{ layout?: object }>).get("layout") ?? model;
  const views = visibleViews.get(key) ?? new Set<HTMLElement>();
  visibleViews.set(key, views);
  const report = (visible: boolean) => {
    if (visible) views.add(el);
    else views.delete(el);
    const seen = views.size > 0;
    if (model.get("visible") === seen) return;
    model.set("visible", seen);
    model.save_changes();
  };
  const observer = new IntersectionObserver(
    (entries) => report(entries[entries.length - 1].isIntersecting),
    { rootMargin: "-40px" },
  );
  observer.observe(el);
  return () => {
    observer.disconnect();
    report(false);
  };
}
