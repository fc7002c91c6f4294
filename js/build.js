// Bundles every view, a file or a folder of src/views, into facecrystal_widgets/widgets/static: NAME.js
// and NAME.css, each self-contained. `node build.js FOLDER` writes to another folder.

import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL(".", import.meta.url));
const VIEWS = join(ROOT, "src", "views");
const OUTPUT = process.argv[2] ?? join(ROOT, "..", "facecrystal_widgets", "widgets", "static");
const NOTE = "Built by js/build.js from js/src; change it there.";

/**
 * The entry points with this suffix, by the name of the view.
 * @param {".ts" | ".css"} suffix
 */
function entries(suffix) {
  /** @type {Record<string, string>} */
  const files = {};
  for (const entry of readdirSync(VIEWS, { withFileTypes: true })) {
    const path = join(VIEWS, entry.name);
    const inside = entry.isDirectory() ? readdirSync(path) : [];
    if (inside.includes(`index${suffix}`)) files[entry.name] = join(path, `index${suffix}`);
    if (entry.name.endsWith(suffix)) files[entry.name.slice(0, -suffix.length)] = path;
  }
  return files;
}

/** @type {import("esbuild").BuildOptions} */
const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  charset: "utf8",
  format: "esm",
  logLevel: "warning",
  outdir: OUTPUT,
};
const { viewer, ...views } = entries(".ts");

rmSync(OUTPUT, { recursive: true, force: true });
mkdirSync(OUTPUT, { recursive: true });
await build({
  ...COMMON,
  entryPoints: views,
  target: "es2022",
  banner: { js: `// ${NOTE}` },
});
await build({
  ...COMMON,
  entryPoints: entries(".css"),
  target: "esnext", // as it is written
  banner: { css: `/* ${NOTE} */` },
});
// nglview's view is sent the text of one function.
await build({
  ...COMMON,
  entryPoints: { viewer },
  target: "es2022",
  banner: { js: `// ${NOTE}\nasync (view, scene) => {` },
  footer: { js: "}" },
});
