import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtins } from "../../src/builtins.ts";
import { RuminateError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { exportCsv } from "../../src/export/csv.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import type { SampleStore } from "../../src/policy/store/contract.ts";
import { rebuildSampleStore } from "../../src/policy/store/rebuild.ts";
import { openSampleStore } from "../../src/policy/store/sqlite.ts";
import { storedPolicy } from "../../src/policy/store/stored.ts";
import { compareRuns } from "../../src/report/compare-runs.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { regrade } from "../../src/runs/regrade.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { traceExamples } from "../../src/verifier-study/examples.ts";
import type { ProblemQuery } from "../../src/viewer/problem-list.ts";
import { ViewedRun } from "../../src/viewer/run-store.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

export const yaml = `
name: damaged
dataset: {name: arithmetic, options: {count: 4}}
policy: simulated
strategies:
  - {name: self-consistency, options: {n: 3}}
  - {name: mcts, options: {simulations: 3}, verifiers: {process: simulated}}
metrics: [pass@2]
`;

/** A finished run on its own store. */
export async function runIn(out: string, store: SampleStore, onFresh?: () => void) {
  const policy = storedPolicy(simulatedPolicy({ stepError: 0.15, spread: 0.8 }), store, { onFresh });
  return await runExperiment(parseExperiment("damaged.yaml", yaml), {
    ...{ catalogue: builtins(), sandbox: null, out },
    open: async () => ({ policy, simulated: true }),
  });
}

export async function prepared(): Promise<string> {
  const folder = temporaryFolder();
  const store = openSampleStore(join(folder, "samples.sqlite"));
  await runIn(join(folder, "run"), store);
  writeReport(join(folder, "run"));
  store.close();
  writeFileSync(join(folder, "experiment.yaml"), yaml);
  return folder;
}

const odd = [
  ...["null", "[]", "{}", '""', "1e999", "-1", "true", '{"key":null}', "\u0000\u0000\u0000", "\ufeff", "\n\n"],
  ...['{"__proto__":{"a":1}}', "[".repeat(20_000), "&a [*a, *a]", "a: &a [1]\nb: *a\n", "\ud800", "<<: *x"],
] as const;

/** Other bytes in place of some: a flipped bit, a hole, a cut, a doubled or foreign piece, another value. */
export function mutated(bytes: Buffer, random: Random): Buffer {
  const at = random.integer(bytes.length + 1);
  const to = Math.min(bytes.length, at + 1 + random.integer(64));
  const piece = Buffer.from(odd[random.integer(odd.length)] ?? "");
  const parts: Record<number, () => readonly Buffer[]> = {
    0: () => [bytes.subarray(0, at)],
    1: () => [bytes.subarray(0, at), bytes.subarray(to)],
    2: () => [bytes.subarray(0, at), Buffer.alloc(to - at), bytes.subarray(to)],
    3: () => [bytes.subarray(0, to), bytes.subarray(at)],
    4: () => [bytes.subarray(0, at), piece, bytes.subarray(at)],
    5: () => [piece],
    6: () => [lineReplaced(bytes, random, piece)],
    7: () => [valueReplaced(bytes, random, piece)],
    8: () => [valueReplaced(bytes, random, piece)],
  };
  const kind = random.integer(11);
  if (kind in parts) return Buffer.concat(parts[kind]?.() ?? []);
  const copy = Buffer.from(bytes);
  const flips = 1 + random.integer(kind === 9 ? 1 : 20);
  for (let i = 0; i < flips && copy.length > 0; i++) {
    const place = random.integer(copy.length);
    copy[place] = (copy[place] ?? 0) ^ (1 << random.integer(8));
  }
  return copy;
}

function lineReplaced(bytes: Buffer, random: Random, piece: Buffer): Buffer {
  const lines = bytes.toString("latin1").split("\n");
  lines[random.integer(lines.length)] = piece.toString("latin1").split("\n")[0] ?? "";
  return Buffer.from(lines.join("\n"), "latin1");
}

/** One JSON value of the text is another. */
function valueReplaced(bytes: Buffer, random: Random, piece: Buffer): Buffer {
  const text = bytes.toString("latin1");
  const values = [...text.matchAll(/(?<=[:,[]\s*)(?:"(?:[^"\\]|\\.)*"|-?\d[\d.e+-]*|true|false|null|\[\]|\{\})/g)];
  const chosen = values[random.integer(Math.max(1, values.length))];
  if (chosen === undefined) return bytes;
  const other = piece.toString("latin1").split("\n")[0] ?? "null";
  return Buffer.from(text.slice(0, chosen.index) + other + text.slice(chosen.index + chosen[0].length), "latin1");
}

export type Endings = Record<string, number>;

/**
 * Damages one file of a run, or its store, `count` times, and gives it to all that read it.
 * @throws Error naming seed and number, for any end but a recovery or one message that names the file.
 */
export async function checkDamaged(count: number, seed: number): Promise<Endings> {
  const source = await prepared();
  const names = readdirSync(join(source, "run")).filter((name) => name !== "lock");
  const files = [...names.map((name) => join("run", name)), "samples.sqlite", "samples.sqlite", "experiment.yaml"];
  const endings: Endings = {};
  const failures: string[] = [];
  const base = temporaryFolder();
  for (let i = 0; i < count; i++) {
    const random = new Random(`damaged/${seed}/${i}`);
    const file = files[i % files.length] ?? "";
    const folder = join(base, "copy");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    cpSync(source, folder, { recursive: true });
    const path = join(folder, file);
    const before = readFileSync(path);
    const after = mutated(before, random);
    writeFileSync(path, after);
    const note = (what: string) => {
      endings[`${file}: ${what}`] = (endings[`${file}: ${what}`] ?? 0) + 1;
    };
    try {
      if (file === "experiment.yaml") note(await ended(folder, () => parseExperiment(path, after.toString("utf8"))));
      else if (file === "samples.sqlite") note(await storeRead(folder, source));
      else for (const [name, read] of readersFor(file, folder, i)) note(`${name}: ${await ended(folder, read)}`);
      if (resumed.test(file)) note(`goes on: ${await goesOn(folder, source)}`);
    } catch (error) {
      failures.push(`mutation ${i} of seed ${seed} (${file}): ${(error as Error).stack}`);
    }
  }
  if (failures.length > 0) throw new Error(failures.join("\n\n"));
  return endings;
}

/** What a run that goes on reads. */
const resumed = /(results|traces)\.jsonl|summary\.json/;

/** Of those that read a run two in turn, and of reports, which only the viewer reads, that one. */
function readersFor(file: string, folder: string, i: number) {
  const all = readers(join(folder, "run"));
  const turn = Math.floor(i / 9);
  return /report/.test(file)
    ? all.slice(-1)
    : [0, 1].map((k) => all[(turn * 2 + k) % all.length] as (typeof all)[number]);
}

const readers = (run: string): readonly (readonly [string, () => unknown])[] => [
  ["report", () => writeReport(run)],
  ["export", () => exportCsv(run, "trials", () => {})],
  ["candidates", () => exportCsv(run, "candidates", () => {})],
  ["compare", () => compareRuns([run, run])],
  ["examples", () => traceExamples(run)],
  ["viewer", () => viewed(run)],
];

const everything: ProblemQuery = { filter: "all", arm: "", search: "", page: 0 };

async function viewed(run: string): Promise<void> {
  const viewer = new ViewedRun(run);
  viewer.head();
  viewer.reportPage();
  const page = await viewer.problems(everything);
  const [first] = page.rows ?? [];
  if (first === undefined) return;
  const { trials } = await viewer.problem(first.dataset, first.problem);
  for (const { key } of trials) await viewer.trace(key);
}

/** "read", or "message" for an error of ours that names the folder's file and says what to do. */
async function ended(folder: string, act: () => unknown): Promise<string> {
  try {
    await act();
    return "read";
  } catch (error) {
    return messageOf(error, folder);
  }
}

function messageOf(error: unknown, folder: string): string {
  if (!(error instanceof RuminateError)) throw error;
  if (error.message.length > 1500 || error.message.includes("\n    at ")) throw error;
  if (error.code === "invalid-file" && !error.message.includes(folder)) throw error;
  return "message";
}

const keysOf = (run: string): string[] =>
  readFileSync(join(run, "results.jsonl"), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { key: string }).key);

/** A run that goes on is whole again; where it does not, every line that is sound is still there. */
async function goesOn(folder: string, source: string): Promise<string> {
  const run = join(folder, "run");
  const before = readFileSync(join(run, "results.jsonl"), "latin1").split("\n");
  const store = openSampleStore(join(folder, "samples.sqlite"));
  try {
    await runIn(run, store);
  } catch (error) {
    const said = messageOf(error, folder);
    const after = new Set(readFileSync(join(run, "results.jsonl"), "latin1").split("\n"));
    if (before.slice(0, -1).some((line) => !after.has(line))) throw new Error("a finished line is lost");
    return said;
  } finally {
    store.close();
  }
  const [now, once] = [keysOf(run), keysOf(join(source, "run"))];
  if (once.some((key) => !now.includes(key))) throw new Error("a trial is missing");
  await regrade(run, parseExperiment("damaged.yaml", yaml), { catalogue: builtins(), sandbox: null });
  return "whole";
}

/** What a damaged store gives is what the whole one gives, or is drawn again; or the store is rebuilt. */
async function storeRead(folder: string, source: string): Promise<string> {
  const path = join(folder, "samples.sqlite");
  const results = (run: string) => readFileSync(join(run, "results.jsonl"), "utf8").replaceAll(/"moment":.*$/gm, "");
  const attempt = async (out: string): Promise<string> => {
    rmSync(out, { recursive: true, force: true });
    const store = openSampleStore(path, { onDamaged: () => {} });
    try {
      await runIn(out, store);
    } finally {
      store.close();
    }
    if (results(out) !== results(join(source, "run"))) throw new Error("the store gave another sample");
    return "read or drawn again";
  };
  try {
    return await attempt(join(folder, "again"));
  } catch (error) {
    messageOf(error, folder);
    if (!(error as Error).message.includes("store rebuild")) return "message";
    try {
      rebuildSampleStore(path);
    } catch (failure) {
      return `message, and ${messageOf(failure, folder)} of the rebuild`;
    }
    await attempt(join(folder, "rebuilt"));
    return "rebuilt";
  }
}
