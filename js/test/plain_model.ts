import type { Model } from "../src/shared/model.ts";

// biome-ignore lint/suspicious/noExplicitAny: as in the interface
type Listener = (...details: any[]) => void;

/** A model of plain values, without Jupyter; counts what is saved and keeps what is sent. */
export function plainModel<T extends object>(values: T) {
  const listeners = new Map<string, Set<Listener>>();
  const model: Model<T> & { saved: number; sent: object[] } = {
    saved: 0,
    sent: [],
    get: (name) => values[name],
    set: (name, value) => {
      if (values[name] === value) return;
      values[name] = value;
      for (const listener of listeners.get(`change:${name}`) ?? []) listener();
    },
    save_changes: () => {
      model.saved++;
    },
    on: (events, listener) => {
      for (const event of events.split(" ")) {
        listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
      }
    },
    off: (events, listener) => {
      for (const event of events.split(" ")) listeners.get(event)?.delete(listener);
    },
    send: (message) => {
      model.sent.push(message);
    },
  };
  return model;
}
