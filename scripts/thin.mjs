// Entries that are there at once. A program that imports "ruminate" calls few of its functions, and most of the time
// would go into reading and running the modules of the others: those that are large are loaded with the first call of
// one of their functions. The source knows nothing of it; the entry of the package is made from it here:
//
//     export { solve } from "./engine/solve.ts";          what src/index.ts says
//
//     let part0;                                          what the package has instead
//     export const solve = (...given) => (part0 ??= load("./later-src-engine-solve.js")).solve(...given);
//
// `load` is Node's `require`, which gives the very module that `import` gives, and at once: what returns no promise in
// the source returns none in the package. Values, classes and small modules are exported as they are.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** Functions wait when their module needs more source than this, in bytes, beside what is loaded anyway. */
const large = 32_000;

const isClass = (value) => /^class\b/.test(Function.prototype.toString.call(value));

/**
 * All that a module loads with it, itself included, by the graph of esbuild's metafile: paths, and modules of Node.
 */
export function closure(inputs, path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const { path: next, kind } of inputs[path]?.imports ?? []) {
    if (kind !== "dynamic-import") closure(inputs, next, found);
  }
  return found;
}

const reexport = /^export (type )?(?:\*|\{[^}]*\}) from "([^"]+)";$/gm;
const comment = /\/\*\*.*?\*\/|\/\/[^\n]*/gs;

/** The modules that an entry exports from. One that does nothing but export from others stands for those. */
function modulesOf(root, entry) {
  const text = readFileSync(join(root, entry), "utf8");
  if (text.replace(reexport, "").replace(comment, "").trim() !== "") return [entry];
  const from = [...text.matchAll(reexport)].filter(([, type]) => type === undefined).map(([, , path]) => path);
  return from.flatMap((path) => modulesOf(root, join(dirname(entry), path).replaceAll("\\", "/")));
}

/** Those modules, with what the entry gives of each: the name in the module, the name in the entry, and the value. */
async function exportsOf(root, entry) {
  const left = new Map(Object.entries(await import(pathToFileURL(join(root, entry)).href)));
  const modules = [];
  for (const path of new Set(modulesOf(root, entry))) {
    const own = Object.entries(await import(pathToFileURL(join(root, path)).href));
    const given = own.flatMap(([name, value]) => {
      const as = left.get(name) === value ? name : [...left.keys()].find((key) => left.get(key) === value);
      return as === undefined || !left.delete(as) ? [] : [{ name, as, value }];
    });
    if (given.length > 0) modules.push({ path, given });
  }
  if (left.size > 0) throw new Error(`${entry} exports ${[...left.keys()].join(", ")} from no module that was found.`);
  return modules;
}

/**
 * @param inputs the graph of esbuild's metafile
 * @returns `text`, the thin entry, and `later`, the modules that it loads: each becomes a file of its name
 */
export async function thinEntry(root, entry, inputs) {
  const modules = await exportsOf(root, entry);
  const callable = ({ given }) => given.every(({ value }) => typeof value === "function" && !isClass(value));
  const atOnce = new Set();
  for (const module of modules) if (!callable(module)) closure(inputs, module.path, atOnce);
  const waits = (module) => {
    const more = [...closure(inputs, module.path)].filter((path) => !atOnce.has(path));
    const bytes = more.reduce((sum, path) => sum + (inputs[path]?.bytes ?? 0), 0);
    return callable(module) && (bytes > large || more.some((path) => path.startsWith("node:")));
  };
  const lines = ['import { createRequire } from "node:module";', "const load = createRequire(import.meta.url);"];
  const later = [];
  for (const module of modules) {
    const { path, given } = module;
    if (!waits(module)) {
      const names = given.map(({ name, as }) => (name === as ? name : `${name} as ${as}`));
      lines.push(`export { ${names.join(", ")} } from "./${path}";`);
      continue;
    }
    const file = `later-${path.replace(/\.ts$/, "").replaceAll("/", "-")}`;
    const part = `part${later.length}`;
    later.push([file, path]);
    lines.push(`let ${part};`);
    for (const { name, as } of given)
      lines.push(`export const ${as} = (...given) => (${part} ??= load("./${file}.js")).${name}(...given);`);
  }
  return { text: `${lines.join("\n")}\n`, later };
}
