// Packs the package, installs it into an empty folder as a user does, and uses it there: the command, every export, the
// quickstart's file. Ends with status 1 at the first thing that does not work.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version, exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "ruminate-package-"));

function run(command, args, cwd = folder) {
  // Nothing of this checkout's npm goes into the new folder.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const options = { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(" ")} ended with ${status ?? error?.message}:\n${stdout}${stderr}`);
}

function expect(what, holds, seen) {
  if (!holds) throw new Error(`${what}: ${seen}`);
  process.stdout.write(`ok  ${what}\n`);
}

try {
  run("npm", ["pack", "--pack-destination", folder], root);
  const archive = join(folder, `ruminate-${version}.tgz`);
  expect("npm pack makes the package", existsSync(archive), archive);
  writeFileSync(join(folder, "package.json"), '{ "name": "empty", "private": true, "type": "module" }\n');
  run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", archive]);
  const said = run("npx", ["ruminate", "--version"]).trim();
  expect("npx ruminate --version", said === version, said);
  const help = run("npx", ["ruminate", "--help"]);
  expect("npx ruminate --help", help.startsWith("Usage: ruminate"), help);
  const question =
    "Felix has 20 cards in the morning. A collector swaps every one of his cards for 6 others. He packs them evenly into 5 boxes and keeps only one box. He trades each of them for 5 smaller ones. How many cards are left with Felix?";
  const solve = ["ruminate", "solve", question, "--model", "simulated", "--strategy", "self-consistency", "--json"];
  const { simulated, answer } = JSON.parse(run("npx", solve));
  expect("npx ruminate solve on the simulated policy", simulated === true && answer === "120", answer);
  const names = Object.keys(exports).filter((name) => !name.endsWith(".json"));
  const imports = names.map((name) => `await import(${JSON.stringify(name.replace(".", "ruminate"))});`).join("\n");
  writeFileSync(join(folder, "all.js"), `${imports}\nconsole.log("imported");\n`);
  const imported = run(process.execPath, ["all.js"]);
  expect(`every export is imported: ${names.join(" ")}`, imported === "imported\n", imported);
  const missing = Object.values(exports).flatMap((one) => (typeof one === "string" ? [one] : Object.values(one)));
  const absent = missing.filter((file) => !existsSync(join(folder, "node_modules/ruminate", file)));
  expect("every export has its types", absent.length === 0, absent.join(" "));
  const quickstart = join(folder, "node_modules/ruminate/dist/experiments/quickstart.yaml");
  expect("the quickstart is in the package", existsSync(quickstart), quickstart);
  const dist = join(folder, "node_modules/ruminate/dist");
  const { components, specVersion } = JSON.parse(readFileSync(join(dist, "sbom.cdx.json"), "utf8"));
  const bare = components.filter(({ hashes, licenses }) => !hashes?.length || !licenses?.length);
  const listed = components.length > 100 && specVersion === "1.6";
  expect(
    "its bill of materials lists every component with hash and licence",
    listed && bare.length === 0,
    bare[0]?.name,
  );
  const { source, sha256 } = JSON.parse(readFileSync(join(dist, "provenance.json"), "utf8"));
  expect(
    "its provenance names the commit and the lock files",
    source !== undefined && Object.keys(sha256).length === 3,
    sha256,
  );
  const locked = existsSync(join(dist, "src/policy/local/binding-lock.json"));
  expect("the binding's lock is in the package", locked, locked);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
