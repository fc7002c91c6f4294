import { describe, expect, test } from "vitest";
import { hashOf, otherPage, stateOf } from "../src/shared/address.ts";

describe("the state in an address", () => {
  test("comes back as it was", () => {
    const state = JSON.stringify({ species: "Fe", name: "Grüße – 30 %", numbers: [1, 2.5] });
    expect(stateOf(hashOf(state))).toBe(state);
  });
  test("is plain ASCII without reserved characters", () => {
    expect(hashOf("???>>>~~~")).toMatch(/^#state=[\w%.-]+$/);
  });
  test("is not there for the first state", () => expect(hashOf("")).toBe(""));
  test("is empty where there is none that can be read", () => {
    for (const hash of ["", "#", "#section", "#state=%", "#state=***", "state=e30"]) {
      expect(stateOf(hash)).toBe("");
    }
  });
});

describe("the other page", () => {
  test("is a notebook beside this one", () => {
    const folder = "/voila/render/notebooks/";
    expect(otherPage("explorer", `${folder}dashboard.ipynb`)).toBe(`${folder}laboratory.ipynb`);
    expect(otherPage("laboratory", `${folder}laboratory.ipynb`)).toBe(`${folder}dashboard.ipynb`);
  });
  test("lies below the Explorer", () => {
    expect(otherPage("explorer", "/")).toBe("/laboratory");
    expect(otherPage("explorer", "/user/me/")).toBe("/user/me/laboratory");
    expect(otherPage("laboratory", "/laboratory")).toBe("/");
    expect(otherPage("laboratory", "/user/me/laboratory/")).toBe("/user/me/");
  });
});
