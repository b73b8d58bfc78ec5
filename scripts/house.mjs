// Measures the layout of the code: how many files a reader of a strategy must open, how long strategy files are, and
// how many comment lines are wider than the formatter allows. Part of `npm run lint`: prints the figures and fails
// where one is over its bar. `node scripts/house.mjs NAME` lists the files behind one strategy.
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const text = (file) => readFileSync(join(root, file), "utf8");

/** Files that a reader may take as known: the nouns and contracts, how models are asked, how answers are read. */
const known = /^src\/(core|policy|answer)\//;
const width = 120;
const bars = {
  closure: { median: 4, mcts: 8, rebase: 4, "self-refine": 4, "program-aided": 4 },
  lines: { median: 100, p90: 260 },
};

/** Imports that remain after the types are stripped. */
const importsOf = (file) =>
  [
    ...text(file)
      .replace(/(?:import|export) type [^;]*;/g, "")
      .matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g),
  ]
    .map(([, target]) => relative(root, resolve(root, dirname(file), target)))
    .filter((target) => existsSync(join(root, target)) && !known.test(target));

/** A file and all that it imports, directly or not. */
function closureOf(file) {
  const seen = new Set([file]);
  for (const reached of seen) for (const target of importsOf(reached)) seen.add(target);
  return [...seen];
}

const quantile = (values, q) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)];
};

const strategies = globSync("strategies/*/*.ts", { cwd: root }).filter((file) => !file.includes("/kit/"));
const closures = new Map(strategies.map((file) => [basename(file, ".ts"), closureOf(file)]));
const [wanted] = process.argv.slice(2);
if (wanted !== undefined) {
  console.log((closures.get(wanted) ?? [`no strategy "${wanted}"`]).join("\n"));
  process.exit(closures.has(wanted) ? 0 : 1);
}

const failures = [];
const measure = (what, value, most) => {
  console.log(`${what}: ${value} (at most ${most})`);
  if (value > most) failures.push(what);
};

const sizes = [...closures.values()].map(({ length }) => length);
measure("files behind a strategy, median", quantile(sizes, 0.5), bars.closure.median);
for (const name of ["mcts", "rebase", "self-refine", "program-aided"]) {
  measure(`files behind ${name}`, closures.get(name)?.length ?? Number.POSITIVE_INFINITY, bars.closure[name]);
}
const lines = strategies.map((file) => text(file).split("\n").length - 1);
measure("lines of a strategy file, median", quantile(lines, 0.5), bars.lines.median);
measure("lines of a strategy file, 90th percentile", quantile(lines, 0.9), bars.lines.p90);

/** Is the line a comment of its own? */
const isComment = (line) => /^\s*(\/\/|\/\*|\*(\s|\/))/.test(line);
const folders = "{src,strategies,verifiers,experiments,test,bench,examples,scripts}/**/*.{ts,mjs}";
const wide = globSync(folders, { cwd: root }).flatMap((file) =>
  text(file)
    .split("\n")
    .flatMap((line, i) =>
      line.length > width && (isComment(line) || /\s\/\/ /.test(line)) ? [`${file}:${i + 1}`] : [],
    ),
);
measure(`comment lines over ${width} columns`, wide.length, 0);
for (const place of wide) console.log(`  ${place}`);

if (failures.length > 0) {
  console.error(`The house is not in order: ${failures.join("; ")}.`);
  process.exit(1);
}
