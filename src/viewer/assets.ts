import { existsSync, readFileSync } from "node:fs";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Libraries of the page, by the names under which its modules import them. */
export const libraries: Readonly<Record<string, string>> = {
  preact: "preact/dist/preact.mjs",
  "preact/hooks": "preact/hooks/dist/hooks.mjs",
  htm: "htm/dist/htm.module.js",
  "d3-hierarchy": "d3-hierarchy/dist/d3-hierarchy.mjs",
  katex: "katex/dist/katex.mjs",
};

export const libraryPath = (name: string): string => `/library/${name.replace("/", "-")}.js`;

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));

/** A library's file, found where it is installed; its package may hide its files, its folder cannot. */
export function librarySource(path: string): string | null {
  const name = Object.keys(libraries).find((one) => libraryPath(one) === path);
  const file = name === undefined ? undefined : libraries[name];
  if (file === undefined) return null;
  for (const folder of require.resolve.paths(file) ?? []) {
    if (existsSync(join(folder, file))) return readFileSync(join(folder, file), "utf8");
  }
  return null;
}

/** A module of the page: built JavaScript where there is a build, else the source with its types taken off. */
export function clientSource(path: string): string | null {
  const name = /^\/client\/([\w-]+)\.(?:ts|js)$/.exec(path)?.[1];
  if (name === undefined) return null;
  const built = join(here, "client", `${name}.js`);
  if (existsSync(built)) return readFileSync(built, "utf8");
  const source = join(here, "client", `${name}.ts`);
  return existsSync(source) ? stripTypeScriptTypes(readFileSync(source, "utf8")) : null;
}
