// Builds dist from nothing: what an earlier build left behind would be packed.
import { spawnSync } from "node:child_process";
import { copyFileSync, globSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
rmSync(join(root, "dist"), { recursive: true, force: true });
const compiler = join(root, "node_modules/typescript/bin/tsc");
const { status } = spawnSync(process.execPath, [compiler, "-p", join(root, "tsconfig.build.json")], {
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
// The compiler leaves these out: the quickstart is run from its file, and the binding is installed by its lock.
for (const file of [...globSync("experiments/*.yaml", { cwd: root }), "src/policy/local/binding-lock.json"])
  copyFileSync(join(root, file), join(root, "dist", file));
const { status: noted } = spawnSync(process.execPath, [join(root, "scripts/sbom.mjs")], { stdio: "inherit" });
if (noted !== 0) process.exit(noted ?? 1);
