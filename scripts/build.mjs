// Builds dist from nothing: what an earlier build left behind would be packed. The compiler writes the types, and
// bundle.mjs the code.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle, entries } from "./bundle.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");
/** Files that the code reads where it finds them. */
const assets = [
  ...globSync(["experiments/*.yaml", "verifiers/learned/*.json"], { cwd: root }),
  "src/policy/local/binding-lock.json",
];

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit", cwd: root });
  if (status !== 0) process.exit(status ?? 1);
}

/** Types that no entry leads to are nobody's. */
function pruneTypes() {
  const kept = new Set();
  const keep = (path) => {
    if (kept.has(path) || !existsSync(path)) return;
    kept.add(path);
    for (const [, named] of readFileSync(path, "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g))
      keep(resolve(dirname(path), named.replace(/\.[jt]s$/, ".d.ts")));
  };
  for (const [, path] of entries) keep(join(dist, path.replace(/\.ts$/, ".d.ts")));
  for (const path of globSync("**/*.d.ts", { cwd: dist })) if (!kept.has(join(dist, path))) rmSync(join(dist, path));
}

/** The licences of what stands within the code. */
function licences(modules) {
  const names = modules.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  const texts = [...new Set(names.filter((name) => name !== undefined))].sort().map((name) => {
    const [file] = globSync("{LICENSE,license}*", { cwd: join(root, "node_modules", name) });
    return `${name}\n\n${readFileSync(join(root, "node_modules", name, file), "utf8").trim()}\n`;
  });
  writeFileSync(join(dist, "licences.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));
}

rmSync(dist, { recursive: true, force: true });
run(join(root, "node_modules/typescript/bin/tsc"), "-p", join(root, "tsconfig.build.json"));
const modules = await bundle(dist);
pruneTypes();
licences(modules);
for (const file of assets) {
  mkdirSync(dirname(join(dist, file)), { recursive: true });
  copyFileSync(join(root, file), join(dist, file));
}
run(join(root, "scripts/sbom.mjs"));
