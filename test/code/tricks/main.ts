import { appendFileSync } from "node:fs";
import type { Sandbox } from "../../../src/core/execution.ts";
import { Random } from "../../../src/core/random.ts";
import { createSandbox, withLanguages } from "../../../src/sandbox/index.ts";
import { lackingCases } from "../lacks/cases.ts";
import { faultsOf } from "../lacks/check.ts";
import { sweepLanguage, triedLanguages } from "../scripts/sweep.ts";
import { scriptTricks } from "../scripts/tricks.ts";
import { cppTricks, drawnCppTricks, drawnJavaTricks, javaTricks } from "./compiled.ts";
import { drawnGoTricks, goTricks } from "./go.ts";
import { drawnJavascriptTricks, javascriptTricks } from "./javascript.ts";
import { drawnPythonTricks, pythonTricks } from "./python.ts";
import { drawnRustTricks, rustTricks } from "./rust.ts";
import { type Swept, sweepTricks } from "./sweep.ts";
import type { Trick } from "./trick.ts";

/** A table of tricks, a grammar for more, and where they are judged. */
interface Court {
  readonly tricks: readonly Trick[];
  readonly drawn: (count: number, seed: string) => readonly Trick[];
  readonly open: () => Sandbox;
}

const python = (runtime: string): Court => ({
  tricks: pythonTricks,
  drawn: drawnPythonTricks,
  open: () => createSandbox(runtime, { workers: 2 }),
});
const compiled = (): Sandbox => withLanguages(createSandbox("wasi", { workers: 1 }));

const courts: Readonly<Record<string, Court>> = {
  wasi: python("wasi"),
  native: python("native"),
  javascript: {
    tricks: javascriptTricks,
    drawn: drawnJavascriptTricks,
    open: () => createSandbox("javascript", { workers: 2 }),
  },
  cpp: { tricks: cppTricks, drawn: drawnCppTricks, open: compiled },
  java: { tricks: javaTricks, drawn: drawnJavaTricks, open: compiled },
  go: { tricks: goTricks, drawn: drawnGoTricks, open: compiled },
  rust: { tricks: rustTricks, drawn: drawnRustTricks, open: compiled },
  ...Object.fromEntries(
    triedLanguages.map((name) => [name, { tricks: scriptTricks(name), drawn: () => [], open: compiled }]),
  ),
};

/** Twenty right answers and twenty wrong ones of a language: how many were judged wrongly. */
async function checkAnswersIn(name: string, sandbox: Sandbox, say: (text: string) => void): Promise<number> {
  const language = triedLanguages.find((one) => one === name);
  if (language === undefined) return 0;
  const { right, wrong, faults } = await sweepLanguage(sandbox, language);
  say(`${name}: ${right} right answers accepted, ${wrong} wrong answers refused\n`);
  for (const fault of faults) say(`  ${fault}\n`);
  return faults.length;
}

async function checkLacks(say: (text: string) => void): Promise<number> {
  const sandbox = createSandbox("wasi", { workers: 1 });
  const cases = lackingCases(new Random("lacks"));
  const faults = await faultsOf(sandbox, cases);
  say(`${cases.length} tasks that need what Python on WebAssembly lacks: ${faults.length} judged wrongly\n`);
  for (const fault of faults) say(`  ${fault}\n`);
  await sandbox.dispose();
  return faults.length === 0 ? 0 : 1;
}

const line = (name: string, { tricks, verdicts, accepted, undecided }: Swept): string =>
  `${name}: ${tricks} tricks, ${accepted.length} accepted, ${undecided.length} undecided; ${JSON.stringify(verdicts)}\n`;

/**
 * `npm run conformance -- judge [wasi|native|javascript|cpp|java|go|rust|php|… any other language] [--drawn N]
 * [--from N] [--table no] [--most N] [--seed WORD] [--log FILE]`: wrong answers by tricks, from a table and from a
 * grammar; from the N-th on where an earlier run was cut. None may be accepted or left undecided. Of some languages
 * also right and wrong answers of twenty tasks. `judge lacks`: tasks that need what Python on WebAssembly lacks.
 */
export async function checkJudges(args: readonly string[]): Promise<number> {
  const option = (name: string, usual: string): string => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? usual : (args[at + 1] ?? usual);
  };
  const say = (text: string): void => {
    process.stdout.write(text);
    if (option("log", "") !== "") appendFileSync(option("log", ""), text);
  };
  if (args[0] === "lacks") return await checkLacks(say);
  const named = args.filter((one) => Object.hasOwn(courts, one));
  let failures = 0;
  for (const name of named.length > 0 ? named : Object.keys(courts)) {
    const court = courts[name];
    if (court === undefined) continue;
    const sandbox = court.open();
    const table = option("table", "yes") === "no" ? [] : court.tricks;
    const seed = option("seed", "tricks");
    const every = [...table, ...court.drawn(Number(option("drawn", "500")), seed)];
    const most = Number(option("most", String(every.length)));
    const all = most < every.length ? new Random(seed).shuffle(every).slice(0, most) : every;
    for (let from = Number(option("from", "0")); from < all.length; from += 50) {
      const set = all.slice(from, from + 50);
      const swept = await sweepTricks(sandbox, set, 2, 6_000);
      say(line(`${name}, ${from + set.length} of ${all.length}`, swept));
      const bad = [...swept.accepted.map((one) => `accepted: ${one}`), ...swept.undecided];
      for (const one of bad) say(`  ${one}\n`);
      failures += bad.length;
    }
    failures += await checkAnswersIn(name, sandbox, say);
    await sandbox.dispose();
  }
  return failures === 0 ? 0 : 1;
}
