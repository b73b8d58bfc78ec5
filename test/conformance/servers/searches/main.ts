import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { gsm8k } from "../../../../experiments/datasets/gsm8k.ts";
import { builtins } from "../../../../src/builtins.ts";
import type { RunEvent } from "../../../../src/core/events.ts";
import type { Policy } from "../../../../src/core/policy.ts";
import type { Problem } from "../../../../src/core/problem.ts";
import { parseOptions } from "../../../../src/core/strategy.ts";
import { solve } from "../../../../src/engine/solve.ts";
import { cacheFolder } from "../../../../src/policy/cache-folder.ts";
import { probeServer } from "../../../../src/policy/openai/detect.ts";
import { type ServerProfile, serverProfileSchema } from "../../../../src/policy/openai/profile.ts";
import { openAiPolicy } from "../../../../src/policy/openai.ts";
import { stackPolicy } from "../../../../src/policy/stack.ts";
import { openSampleStore } from "../../../../src/policy/store/sqlite.ts";
import { startLlama } from "../llama.ts";
import { plain, searches, solutionTokens, stepTokens } from "./settings.ts";
import { emptyNodes, shapesOf, type TrajectoryShape } from "./shape.ts";
import { printTable } from "./table.ts";
import { watchRefusals } from "./watch.ts";

/** What one search did with one problem, a line of the file. */
export interface SearchRow {
  readonly search: string;
  readonly problem: string;
  readonly answer: string | null;
  readonly trajectories: readonly TrajectoryShape[];
  readonly emptyNodes: number;
  readonly notes: readonly string[];
  readonly tokens: number;
  readonly seconds: number;
  readonly error?: string;
}

/** A request that the server refused, a line of the file too. */
export interface RefusalRow {
  readonly refused: number;
  readonly path: string;
  readonly words: string;
}

const usage =
  "Usage: npm run conformance -- searches [--server llama.cpp|local|URL] [--problems N] [--skip N] [--searches a,b] [--model FILE.gguf] [--data FILE] [--out FILE] [--parallel N] [--table]\n";

/**
 * Step searches on a real model, judged by the shape of what they find. Each line of the file is one search of one
 * problem, written as it ends: the same command goes on where it was. Answers are graded when the table is printed.
 * Gives the exit code.
 */
export async function checkSearches(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      server: { type: "string", default: "llama.cpp" },
      problems: { type: "string", default: "10" },
      skip: { type: "string", default: "0" },
      searches: { type: "string", default: Object.keys(searches).join(",") },
      model: { type: "string" },
      data: { type: "string" },
      out: { type: "string" },
      parallel: { type: "string", default: "4" },
      table: { type: "boolean", default: false },
    },
  });
  const names = values.searches.split(",");
  const unknown = names.find((name) => !Object.hasOwn(searches, name));
  if (unknown !== undefined) {
    process.stderr.write(`Unknown search "${unknown}". Available: ${Object.keys(searches).join(", ")}.\n${usage}`);
    return 2;
  }
  const problems = await shortest(Number(values.skip), Number(values.problems), values.data);
  const place = `${values.server}${values.model === undefined ? "" : `-${values.model}`}`.replace(/[^\w.-]+/g, "-");
  const file = values.out ?? join(cacheFolder(), "conformance", `searches-${place}.jsonl`);
  mkdirSync(dirname(file), { recursive: true });
  if (!values.table) {
    const jobs = problems.flatMap((problem) => names.map((search) => ({ search, problem })));
    const { server, model, parallel } = values;
    await runAll(jobs, { server, model, file, parallel: Number(parallel) });
  }
  return printTable(rowsIn(file), problems, names, plain);
}

/** The problems with the shortest questions, as long solutions take long. */
async function shortest(skip: number, count: number, path: string | undefined): Promise<readonly Problem[]> {
  const all = await gsm8k.load({ path }, parseOptions(gsm8k, {}));
  return all.toSorted((a, b) => a.question.text.length - b.question.text.length).slice(skip, skip + count);
}

export const rowsIn = (file: string): (SearchRow | RefusalRow)[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as SearchRow | RefusalRow)
    : [];

interface Job {
  readonly search: string;
  readonly problem: Problem;
}

interface RunSettings {
  readonly server: string;
  readonly model: string | undefined;
  readonly file: string;
  readonly parallel: number;
}

async function runAll(jobs: readonly Job[], { server, model, file, parallel }: RunSettings): Promise<void> {
  const done = new Set(
    rowsIn(file).map((row) => ("search" in row && !row.error ? `${row.search} ${row.problem}` : "")),
  );
  const left = jobs.filter(({ search, problem }) => !done.has(`${search} ${problem.question.id}`));
  if (left.length === 0) return;
  const write = (row: SearchRow | RefusalRow) => appendFileSync(file, `${JSON.stringify(row)}\n`);
  const opened = await openModel(server, model, file.replace(/(\.jsonl)?$/, ".profile.json"), write);
  const store = openSampleStore(file.replace(/(\.jsonl)?$/, ".sqlite"));
  const policy = stackPolicy(opened.policy, { store, concurrency: opened.policy.capabilities.parallel });
  const next = left.values();
  const work = async () => {
    for (const job of next) {
      const row = await runOne(job, policy);
      write(row);
      const { search, problem, seconds, tokens, error } = row;
      process.stdout.write(`${problem}  ${search}: ${error ?? `${tokens} tokens in ${seconds.toFixed(0)} s`}\n`);
    }
  };
  try {
    await Promise.all(Array.from({ length: parallel }, work));
  } finally {
    await policy.dispose?.();
    store.close();
    opened.stop();
  }
}

async function runOne({ search, problem }: Job, policy: Policy): Promise<SearchRow> {
  const strategy = builtins().strategies.get(search);
  const stepwise = search === plain ? {} : { stepTokens };
  const events: RunEvent[] = [];
  const began = performance.now();
  const base = { search, problem: problem.question.id };
  const seconds = () => (performance.now() - began) / 1000;
  try {
    const solution = await solve(problem.question, {
      strategy,
      options: { ...searches[search], ...stepwise },
      policy,
      maxTokens: solutionTokens,
      onEvent: (event) => events.push(event),
    });
    return {
      ...base,
      answer: solution.answer,
      trajectories: shapesOf(solution),
      emptyNodes: emptyNodes(events),
      notes: events.flatMap((event) => (event.type === "note" ? [event.message] : [])),
      tokens: solution.usage.logical.policy.completionTokens,
      seconds: seconds(),
    };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const nothing = { answer: null, trajectories: [], emptyNodes: 0, notes: [], tokens: 0 };
    return { ...base, ...nothing, seconds: seconds(), error: words };
  }
}

const HOUR = 3_600_000;

/** What the server does, found out once for a file of results: a server that is started again has another address. */
async function profileOf(baseUrl: string, file: string): Promise<ServerProfile> {
  if (existsSync(file)) return serverProfileSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const profile = await probeServer({ baseUrl });
  writeFileSync(file, `${JSON.stringify(profile, null, 2)}\n`);
  return profile;
}

interface Opened {
  readonly policy: Policy;
  stop(): void;
}

async function openModel(
  server: string,
  file: string | undefined,
  profileFile: string,
  onRefusal: (row: RefusalRow) => void,
): Promise<Opened> {
  if (server === "local") {
    const { openLocalPolicy } = await import("../../../../src/policy/local/index.ts");
    const { defaultModel } = await import("../../../../src/policy/local/manifest.ts");
    return { policy: await openLocalPolicy(defaultModel, { threads: 1 }), stop: () => {} };
  }
  const running =
    server === "llama.cpp" ? await startLlama("plain", { slots: 8, file }) : { baseUrl: server, stop: () => {} };
  const profile = await profileOf(running.baseUrl, profileFile);
  const watched = await watchRefusals(running.baseUrl, ({ status, path, words }) =>
    onRefusal({ refused: status, path, words }),
  );
  const { baseUrl } = watched;
  // The address changes with each start, and what the store keeps of this server must not.
  const { model } = profile;
  const policy = openAiPolicy({ baseUrl, model, profile, id: `${server}/${model}`, parallel: 8, timeoutMs: HOUR });
  return {
    policy,
    stop: () => {
      watched.stop();
      running.stop();
    },
  };
}
