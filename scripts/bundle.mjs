// The code of the package: every entry of package.json and the command, in files that share what they have in common,
// so that a plug-in that imports "ruminate" gets the very modules that the command runs.
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transformSync } from "esbuild";
import { rolldown } from "rolldown";
import { closure, thinEntry } from "./thin.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { exports, bin, dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Small libraries that are always loaded: within the code they take a fraction of the time. */
const bundled = ["zod", "commander", "p-queue", "@noble/hashes"];
/** Programs of threads and processes of their own. They may read little else, so each is one file, at its old place. */
const workers = [
  ...["node-supervisor", "javascript-thread", "wasi-thread", "z3-thread", "memory-thread"].map(
    (n) => `src/sandbox/${n}`,
  ),
  "src/serve/chat/schema-thread",
];

const external = Object.keys({ ...dependencies, ...peerDependencies })
  .filter((name) => !bundled.includes(name))
  .flatMap((name) => [name, `${name}/*`]);

const own = /[\\/](src|strategies|verifiers|experiments)[\\/].*\.ts$/;
const placeOf = (path) => relative(root, path).replaceAll("\\", "/");

/** The text of a module. Of zod only what is used is kept. */
const textOf = (path) => readFileSync(path, "utf8").replace('import { z } from "zod";', 'import * as z from "zod";');

const source = {
  name: "source",
  setup({ onLoad }) {
    onLoad({ filter: own }, ({ path }) =>
      path.includes("node_modules") ? undefined : { loader: "ts", contents: textOf(path) },
    );
  },
};

const common = { absWorkingDir: root, bundle: true, format: "esm", platform: "node", target: "node22.19", external };

/**
 * Options are checked with zod, never described by it: a light entry leaves out what makes JSON schemas of its schemas.
 */
const leanZod = {
  name: "lean-zod",
  setup({ onLoad }) {
    onLoad({ filter: /zod[\\/]v4[\\/]core[\\/](json-schema-processors|to-json-schema)\.js$/ }, ({ path }) => {
      const names = [...readFileSync(path, "utf8").matchAll(/^export (?:const|function) (\w+)/gm)].map(
        ([, name]) => name,
      );
      const absent = 'const absent = () => { throw new Error("No JSON schemas are made here: import ruminate."); };';
      return { contents: `${absent}\nexport { ${names.map((name) => `absent as ${name}`).join(", ")} };\n` };
    });
  },
};

/** What only the catalogue's pages show of strategies that sample stays out of the light entries. */
const withoutPages = {
  name: "without-pages",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]strategies[\\/]sampling[\\/].*\.ts$/ }, ({ path }) => ({
      loader: "ts",
      contents: textOf(path).replace(/^ {2}(how|costNote|departures):(?:(?!^ {2}\w)[\s\S])*/gm, (_, name) =>
        name === "departures" ? "  departures: [],\n" : `  ${name}: "",\n`,
      ),
    }));
  },
};

/** What Node loads of an entry; and, where that is thin, what other bundlers take: they cannot follow `require`. */
const forNode = ({ node, default: elsewhere }) => node?.default ?? node ?? elsewhere;
const forBundlers = ({ node, module }) => node?.module ?? module;
const nameOf = (path) => basename(path, ".js");
const sourceOf = ({ types }) => types.slice("./dist/".length).replace(/\.d\.ts$/, ".ts");
const all = Object.values(exports).filter((entry) => typeof entry === "object");

/** Entries by the file that they become: the source stands where its types do. */
export const entries = all.map((entry) => [nameOf(forNode(entry)), sourceOf(entry)]);

/**
 * The files of the package that Node loads, by the modules that they begin with, and the texts of those that are thin.
 */
async function filesForNode(inputs) {
  const files = new Map([...entries, [nameOf(bin.ruminate), "src/cli/main.ts"]]);
  const texts = new Map();
  for (const entry of all.filter((entry) => forBundlers(entry) !== undefined)) {
    const { text, later } = await thinEntry(root, sourceOf(entry), inputs);
    const thin = `thin-${nameOf(forNode(entry))}.ts`;
    texts.set(join(root, thin), text);
    for (const [name, path] of later) files.set(name, path);
    files.set(nameOf(forNode(entry)), thin).set(nameOf(forBundlers(entry)), sourceOf(entry));
  }
  return { files, texts };
}

/**
 * A file costs Node as much to find and to link as to run, so what is loaded together stands together: modules that the
 * same of these beginnings need are one file. Those of the second row are asked about what the first row does not need.
 * The rest is put into files as rolldown sees fit.
 */
const beginnings = [
  { index: "thin-index.ts", core: "thin-core.ts", command: "src/cli/cli.ts" },
  { engine: "src/engine/solve.ts", parts: "src/builtins.ts" },
];

function groupsOf(inputs, texts) {
  const beginningsOf = (path) =>
    [...(texts.get(join(root, path))?.matchAll(/ from "\.\/([^"]+)"/g) ?? [])].map(([, from]) => from);
  const needed = (path) =>
    (beginningsOf(path).length === 0 ? [path] : beginningsOf(path)).reduce(
      (found, next) => closure(inputs, next, found),
      new Set(),
    );
  const rows = beginnings.map((row) => Object.entries(row).map(([name, path]) => [name, needed(path)]));
  return (id) => {
    const found = rows.map((row) => row.filter(([, paths]) => paths.has(placeOf(id))).map(([name]) => name));
    return found.find((names) => names.length > 0)?.join("-") ?? null;
  };
}

/** Writes what Node loads. A module knows itself by its place in the source: all files stand in dist. */
async function bundleForNode(dist) {
  const graph = { ...common, splitting: true, outdir: dist, write: false, metafile: true, plugins: [source] };
  const entryPoints = [...entries.map(([, path]) => path), "src/cli/main.ts"];
  const { inputs } = (await build({ ...graph, entryPoints })).metafile;
  const { files, texts } = await filesForNode(inputs);
  const plugin = {
    name: "source",
    resolveId: (id) => (texts.has(join(root, id)) ? join(root, id) : null),
    load(id) {
      if (texts.has(id)) return texts.get(id);
      if (!own.test(id) || id.includes("node_modules")) return null;
      const here = `new URL("./${placeOf(id).replace(/\.ts$/, ".js")}", import.meta.url).href`;
      return { code: textOf(id).replaceAll("import.meta.url", here), moduleType: "ts" };
    },
  };
  const bundle = await rolldown({
    cwd: root,
    platform: "node",
    preserveEntrySignatures: "allow-extension",
    input: Object.fromEntries(files),
    external: external.map((name) => new RegExp(`^${name.replace("/*", "/.*")}$`)),
    transform: { target: common.target },
    plugins: [plugin],
  });
  const { output } = await bundle.write({
    dir: dist,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunk-[name]-[hash].js",
    comments: false,
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ debugName: "loaded together", name: groupsOf(inputs, texts) }],
    },
  });
  return output.flatMap(({ modules }) => Object.keys(modules ?? {})).map(placeOf);
}

/** Writes the code into a folder, and returns the paths of the modules that are in it. */
export async function bundle(dist) {
  const modules = await bundleForNode(dist);
  await build({
    ...common,
    entryPoints: workers.map((path) => `${path}.ts`),
    outdir: dist,
    outbase: root,
    plugins: [source],
  });
  const light = all.filter(({ node }) => node !== undefined).map((entry) => [nameOf(entry.default), sourceOf(entry)]);
  await build({
    ...common,
    entryPoints: Object.fromEntries(light),
    outdir: join(dist, "light"),
    splitting: true,
    platform: "browser",
    target: "es2022",
    external: [],
    plugins: [leanZod, withoutPages, source],
  });
  page(dist);
  return modules;
}

/** The modules of the viewer's page stay apart: a browser asks for each by its name. */
function page(dist) {
  for (const path of globSync("src/viewer/client/*.ts", { cwd: root })) {
    const { code } = transformSync(readFileSync(join(root, path), "utf8"), { loader: "ts", target: "es2022" });
    const out = join(dist, path.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, code.replace(/(from\s*"\.[^"]+)\.ts"/g, '$1.js"'));
  }
}
