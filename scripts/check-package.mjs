// Packs the package, installs it into an empty folder as a user does, and uses it there: the command, every export, the
// quickstart's file. Ends with status 1 at the first thing that does not work. `npm run package -- --runtimes` also
// runs the light entry in Deno and Bun.
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkLight } from "./check-light.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version, exports, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
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
  say(what);
}

function say(what) {
  process.stdout.write(`ok  ${what}\n`);
}

/** Every version of Node that cannot read the package gets a sentence: the first lines are run as an old one would. */
function checkOldNode() {
  const main = join(folder, "node_modules/ruminate/dist/main.js");
  const script = `Object.defineProperty(process.versions, "node", { value: "20.1.0" }); await import(${JSON.stringify(main)});`;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  const clear = status === 1 && stderr.trim().split("\n").length === 1 && stderr.includes("needs Node 22.19");
  expect("an old Node is told which one is needed", clear, stderr);
}

function checkSize() {
  const kilobytes = Number(run("du", ["-sk", "node_modules"]).split("\t")[0]);
  expect(`the installation takes ${Math.round(kilobytes / 1024)} MB of the disk`, kilobytes < 120 * 1024, kilobytes);
  const files = globSync("**/*.js", { cwd: join(folder, "node_modules/ruminate/dist") }).length;
  expect(`its code is in ${files} files`, files < 300, files);
}

/** What starting takes, beside Node alone: the median of nine, in turn. Figures to read; no bar on a busy machine. */
function showTimes() {
  const module = (code) => ["--input-type=module", "-e", code];
  const command = join(folder, "node_modules/ruminate/dist/main.js");
  const programs = {
    "node alone": module(""),
    'import "ruminate"': module('import "ruminate"'),
    "and its strategies": module('(await import("ruminate")).builtins()'),
    'import "ruminate/core"': module('import "ruminate/core"'),
    "ruminate --version": [command, "--version"],
    "ruminate --help": [command, "--help"],
  };
  const times = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let round = 0; round < 9; round++) {
    for (const [name, args] of Object.entries(programs)) {
      const start = performance.now();
      run(process.execPath, args);
      times[name].push(performance.now() - start);
    }
  }
  for (const [name, all] of Object.entries(times)) {
    process.stdout.write(`    ${name}: ${Math.round(all.sort((a, b) => a - b)[4])} ms (median of 9)\n`);
  }
}

/** A strategy in TypeScript, as a user of the package writes it. */
function checkPlugin(question) {
  writeFileSync(
    join(folder, "first.ts"),
    `import { defineStrategy, majority, sampleSolutions } from "ruminate";
import { z } from "zod";
export const first = defineStrategy({
  name: "first",
  summary: "one solution",
  family: "sampling",
  how: "It asks once.",
  costNote: "one call.",
  departures: [],
  rewards: { outcome: "not used", process: "not used", none: "the first" },
  options: z.strictObject({}),
  candidates: (run) => sampleSolutions(run, { n: 1, temperature: 0.7 }),
  select: () => majority(),
  cost: () => ({ calls: 1 }),
});
`,
  );
  const args = ["ruminate", "--plugin", "first.ts", "solve", question, "--model", "simulated"];
  const { strategy } = JSON.parse(run("npx", [...args, "--strategy", "first", "--json"]));
  expect("a plug-in in TypeScript is run", strategy === "first", strategy);
}

/** Entries of which functions wait (thin.mjs) give what the whole entries give, and what waits can be loaded. */
function checkThin() {
  const dist = join(folder, "node_modules/ruminate/dist");
  const whole = globSync("*-whole.js", { cwd: dist }).sort();
  writeFileSync(
    join(folder, "thin.mjs"),
    `import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const isClass = (value) => /^class\\b/.test(Function.prototype.toString.call(value));
const isCall = (value) => typeof value === "function" && !isClass(value);
for (const file of ${JSON.stringify(globSync("later-*.js", { cwd: dist }))}) require("./node_modules/ruminate/dist/" + file);
for (const file of ${JSON.stringify(whole)}) {
  const path = "./node_modules/ruminate/dist/" + file;
  const [thin, all] = [await import(path.replace("-whole", "")), await import(path)];
  const names = Object.keys(all);
  const other = names.filter((name) => thin[name] !== all[name] && !(isCall(thin[name]) && isCall(all[name])));
  const gone = Object.keys(thin).length - names.length;
  const waiting = names.filter((name) => thin[name] !== all[name]).length;
  console.log(file, waiting > 0 && gone === 0 && other.length === 0 ? "same" : "other: " + [gone, ...other]);
}
`,
  );
  const said = run(process.execPath, ["thin.mjs"]);
  const same = whole.map((file) => `${file} same\n`).join("");
  expect("the thin entries give what the whole ones give", said === same && whole.length === 3, said);
}

/** Programs run in processes and threads that find their code beside the package; the page finds its modules. */
function checkThreads() {
  writeFileSync(
    join(folder, "threads.mjs"),
    `import { createSandbox } from "ruminate";
const programs = [["wasi", "python", "print(6 * 7)"], ["javascript", "javascript", "console.log(6 * 7)"]];
for (const [name, language, source] of programs) {
  const sandbox = createSandbox(name);
  const { stdout } = await sandbox.run({ language, source });
  console.log(name, stdout.trim());
  await sandbox.dispose?.();
}
`,
  );
  const said = run(process.execPath, ["threads.mjs"]);
  expect("the sandboxes run programs", said === "wasi 42\njavascript 42\n", said);
  const client = join(folder, "node_modules/ruminate/dist/src/viewer/client");
  const app = readFileSync(join(client, "app.js"), "utf8");
  const missing = [...app.matchAll(/from "\.\/([^"]+)"/g)].filter(([, name]) => !existsSync(join(client, name)));
  expect("the viewer's page finds its modules", missing.length === 0, missing[0]?.[1]);
}

/** A program that uses the package is checked as each kind of TypeScript project would. */
function checkTypes() {
  const program = `import { builtins, openAiPolicy, solve } from "ruminate";
import { bestOfN, judge, type Verifiers } from "ruminate/core";
export const parts: readonly string[] = [bestOfN.name, judge.name];
export type Judges = Verifiers;
export const answer = async (): Promise<string | null> => {
  const policy = openAiPolicy({ baseUrl: "https://localhost/v1", model: "small" });
  const strategy = builtins().strategies.get("self-consistency");
  return (await solve({ id: "a", text: "2 + 2?", kind: "math" }, { policy, strategy })).answer;
};
`;
  writeFileSync(join(folder, "esm.ts"), program);
  writeFileSync(join(folder, "cjs.cts"), `export const load = async () => (await import("ruminate")).solve;\n`);
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const common = [
    "--noEmit",
    "--strict",
    "--target",
    "es2023",
    "--types",
    "node",
    "--typeRoots",
    join(root, "node_modules/@types"),
  ];
  for (const [files, ...kind] of [
    [["esm.ts", "first.ts", "cjs.cts"], "--module", "node16", "--moduleResolution", "node16"],
    [["esm.ts", "cjs.cts"], "--module", "nodenext", "--moduleResolution", "nodenext"],
    [["esm.ts"], "--module", "esnext", "--moduleResolution", "bundler"],
  ]) {
    run(process.execPath, [compiler, ...common, ...kind, ...files]);
    process.stdout.write(`ok  a consumer is type-checked: ${kind.slice(1, 2)}\n`);
  }
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
  const card = run("npx", ["ruminate", "verifiers", "show", "default-orm"]);
  expect("the default model's own verifier", card.includes("learned from"), card);
  const question =
    "Felix has 20 cards in the morning. A collector swaps every one of his cards for 6 others. He packs them evenly into 5 boxes and keeps only one box. He trades each of them for 5 smaller ones. How many cards are left with Felix?";
  const solve = ["ruminate", "solve", question, "--model", "simulated", "--strategy", "self-consistency", "--json"];
  const { simulated, answer } = JSON.parse(run("npx", solve));
  expect("npx ruminate solve on the simulated policy", simulated === true && answer === "120", answer);
  checkOldNode();
  checkSize();
  showTimes();
  checkPlugin(question);
  checkThin();
  checkThreads();
  await checkLight(folder, expect, say, { runtimes: process.argv.includes("--runtimes") });
  checkTypes();
  // What only some entries need is the user's to install.
  const peers = ["@langchain/core", "@langchain/openai", "langchain", "@ai-sdk/provider"];
  run("npm", [
    "install",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    ...peers.map((name) => `${name}@${devDependencies[name]}`),
  ]);
  const names = Object.keys(exports).filter((name) => !name.endsWith(".json"));
  const imports = names.map((name) => `await import(${JSON.stringify(name.replace(".", "ruminate"))});`).join("\n");
  writeFileSync(join(folder, "all.js"), `${imports}\nconsole.log("imported");\n`);
  const imported = run(process.execPath, ["all.js"]);
  expect(`every export is imported: ${names.join(" ")}`, imported === "imported\n", imported);
  const filesOf = (entry) => (typeof entry === "string" ? [entry] : Object.values(entry).flatMap(filesOf));
  const absent = filesOf(exports).filter((file) => !existsSync(join(folder, "node_modules/ruminate", file)));
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
