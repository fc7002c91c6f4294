import { expect, test, vi } from "vitest";
import { assign, Bindings } from "../src/shared/model.ts";
import { plainModel } from "./plain_model.ts";

test("values are set together and sent once", () => {
  const model = plainModel({ layer: "conv1", filter: 3 as number | null });
  assign(model, { layer: "conv2", filter: null });
  expect([model.get("layer"), model.get("filter")]).toEqual(["conv2", null]);
  expect(model.saved).toBe(1);
});

test("a callback is called at once, at changes of its values, and not after the end", () => {
  const model = plainModel({ a: 1, b: 1, c: 1 });
  const bindings = new Bindings<{ a: number; b: number; c: number }>(model);
  const callback = vi.fn();
  bindings.follow(callback, "a", "b");
  expect(callback).toHaveBeenCalledTimes(1);
  model.set("b", 2);
  model.set("c", 2);
  expect(callback).toHaveBeenCalledTimes(2);
  bindings.release();
  model.set("a", 2);
  expect(callback).toHaveBeenCalledTimes(2);
});

test("all that was begun ends", () => {
  const bindings = new Bindings(plainModel({}));
  const ends = [vi.fn(), vi.fn()];
  bindings.add(...ends);
  bindings.release();
  for (const end of ends) expect(end).toHaveBeenCalledTimes(1);
});
