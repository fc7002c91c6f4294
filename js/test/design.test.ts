// What modules may know: checked in their text.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const SOURCE = join(import.meta.dirname, "..", "src");
const names = readdirSync(SOURCE, { recursive: true, encoding: "utf8" });
const modules = names
  .filter((name) => name.endsWith(".ts"))
  .map((name) => ({
    name: name.replaceAll("\\", "/"),
    text: readFileSync(join(SOURCE, name), "utf8").replaceAll(/^\s*(\/\/|\/?\*).*$/gm, ""),
  }));

const mentioning = (pattern: RegExp) =>
  modules.filter(({ text }) => pattern.test(text)).map(({ name }) => name);

test("the modules are there", () => expect(modules.length).toBeGreaterThan(30));

test("Jupyter is known in one module", () => {
  const jupyter = /jupyter|voila|widget_manager|noUi|\bjp[A-Z-]|\.widget-|ipywidgets/i;
  expect(mentioning(jupyter)).toEqual(["shared/kernel.ts"]);
});

test("panels reach one another through the page alone", () => {
  const beyond = /\.closest\(|document\.(querySelector|getElement)|parentElement|parentNode/;
  expect(mentioning(beyond).sort()).toEqual(["shared/kernel.ts", "shared/page.ts"]);
});

test("only the theme touches the document's root", () => {
  expect(mentioning(/document\.documentElement/)).toEqual(["shared/theme.ts"]);
});

test("what is shared imports no view", () => {
  const shared = modules.filter(({ name }) => name.startsWith("shared/"));
  expect(shared.filter(({ text }) => text.includes("/views/"))).toEqual([]);
});

test("views import no other view", () => {
  const imports = /from "\.\.\/(?!\.\.\/shared\/|shared\/)/;
  expect(mentioning(imports)).toEqual([]);
});
