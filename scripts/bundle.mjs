// The code of the package: every entry of package.json and the command, in files that share what they have in common,
// so that a plug-in that imports "ruminate" gets the very modules that the command runs.
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transformSync } from "esbuild";

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

/**
 * Every module knows itself by the place that it has in the source, wherever its code went: all outputs stand in dist.
 * Of zod only what is used is kept.
 */
const source = (flat) => ({
  name: "source",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/](src|strategies|verifiers|experiments)[\\/].*\.ts$/ }, ({ path }) => {
      if (path.includes("node_modules")) return undefined;
      const place = relative(root, path).replaceAll("\\", "/").replace(/\.ts$/, ".js");
      const text = readFileSync(path, "utf8").replace('import { z } from "zod";', 'import * as z from "zod";');
      const here = `new URL("./${place}", import.meta.url).href`;
      return { loader: "ts", contents: flat ? text.replaceAll("import.meta.url", here) : text };
    });
  },
});

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

/** Entries by the file that they become: the source stands where its types do. */
export const entries = Object.values(exports)
  .filter((entry) => typeof entry === "object")
  .map((entry) => [
    basename(entry.node ?? entry.default, ".js"),
    entry.types.slice("./dist/".length).replace(/\.d\.ts$/, ".ts"),
  ]);

/** Writes the code into a folder. */
export async function bundle(dist) {
  const main = [basename(bin.ruminate, ".js"), "src/cli/main.ts"];
  const { metafile } = await build({
    ...common,
    entryPoints: Object.fromEntries([...entries, main]),
    outdir: dist,
    splitting: true,
    plugins: [source(true)],
    metafile: true,
  });
  await build({
    ...common,
    entryPoints: workers.map((path) => `${path}.ts`),
    outdir: dist,
    outbase: root,
    plugins: [source(false)],
  });
  const light = Object.values(exports).filter(({ node }) => node !== undefined);
  await build({
    ...common,
    entryPoints: Object.fromEntries(entries.filter(([name]) => light.some(({ node }) => node === `./dist/${name}.js`))),
    outdir: join(dist, "light"),
    splitting: true,
    platform: "browser",
    target: "es2022",
    external: [],
    plugins: [leanZod, source(false)],
  });
  page(dist);
  return metafile;
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
