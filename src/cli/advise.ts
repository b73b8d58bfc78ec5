import { writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { stringify } from "yaml";
import { InvalidOptionError } from "../core/errors.ts";
import { compact, percent, plainTable } from "../report/table.ts";
import { type Advice, adviseFromRun, settingsOf } from "../runs/advice.ts";
import { readSummary } from "../runs/counted-records.ts";
import type { BudgetAdvice } from "../statistics/compute/advice.ts";
import { countOf } from "./counts.ts";
import type { Terminal } from "./terminal.ts";

export interface AdviseFlags {
  readonly out?: string;
  readonly tokens?: string;
  readonly probe?: string;
  readonly probeArm?: string;
  readonly bins?: string;
  readonly folds?: string;
  readonly answer?: string;
  readonly json?: boolean;
}

/** `ruminate advise RUN`: the strategy for each difficulty and budget, as settings of a server. Exit code 0. */
export function adviseCommand(terminal: Terminal, given: string, flags: AdviseFlags): number {
  const folder = resolve(terminal.cwd, given);
  const advice = adviseFromRun(folder, {
    probe: flags.probeArm,
    samples: countOf("--probe", flags.probe) ?? 4,
    budgets: flags.tokens?.split(",").map(tokensOf),
    bins: countOf("--bins", flags.bins) ?? 4,
    folds: Math.max(2, countOf("--folds", flags.folds) ?? 5),
  });
  if (advice.advice.length === 0) {
    throw new InvalidOptionError("--tokens", "must be as many as one of the arms takes a problem, on average.");
  }
  const settings = settingsFile(advice, flags.answer ?? kindIn(folder));
  if (flags.out !== undefined) writeFileSync(resolve(terminal.cwd, flags.out), commented(given, advice, settings));
  if (flags.json === true) terminal.out(`${JSON.stringify({ ...advice, settings }, null, 2)}\n`);
  else terminal.out(`${words(advice, flags.out && relative(terminal.cwd, resolve(terminal.cwd, flags.out)))}\n`);
  return 0;
}

function tokensOf(text: string): number {
  const tokens = Number(text);
  if (Number.isInteger(tokens) && tokens > 0) return tokens;
  throw new InvalidOptionError("--tokens", `must be whole numbers such as 500,2000, got "${text}".`);
}

/** The kind of the run's answers, where its summary says it and there is one. */
function kindIn(folder: string): string {
  const kinds = new Set(Object.values(readSummary(folder).kinds ?? {}).map((kind) => JSON.stringify(kind)));
  const [only = '"math"'] = kinds;
  const kind: unknown = JSON.parse(only);
  return kinds.size <= 1 && typeof kind === "string" ? kind : "math";
}

function settingsFile(advice: Advice, answer: string) {
  const named = advice.advice.map((one) => [`auto-${one.budget}`, { ...settingsOf(advice, one), answer }] as const);
  const best = bestOf(advice.advice);
  const auto = { ...settingsOf(advice, best), answer };
  return { models: { auto, ...Object.fromEntries(named) } };
}

/** The advice that gets most right on held-out problems; of equal ones the cheaper. */
function bestOf(all: readonly BudgetAdvice[]): BudgetAdvice {
  const accuracy = ({ routes, heldOut }: BudgetAdvice) => (routes ? heldOut.routed : heldOut.single).accuracy;
  return all.reduce((best, one) => (accuracy(one) > accuracy(best) + 1e-9 ? one : best));
}

const commented = (run: string, { problems }: Advice, settings: object): string =>
  [
    `# Made by \`ruminate advise ${run}\` from ${problems} problems. Serve it with`,
    "#   ruminate serve --model MODEL --settings THIS_FILE",
    "# `auto` answers as was best on held-out problems, auto-N with at most N tokens a problem on average.",
    stringify(settings, { aliasDuplicateObjects: false }),
  ].join("\n");

const labelOf = ({ arms }: Advice, arm: number): string => arms[arm]?.arm ?? "";

/** `0.75: a, else b`. */
function ruleWords(advice: Advice, { routing }: BudgetAdvice): string {
  const steps = routing.bounds.map((bound, i) => `≥ ${compact(bound)} ${labelOf(advice, routing.arms[i] ?? 0)}`);
  const last = labelOf(advice, routing.arms.at(-1) ?? 0);
  return steps.length === 0 ? last : `${steps.join(", ")}, else ${last}`;
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${percent(Math.abs(value))}`;

function words(advice: Advice, out: string | undefined): string {
  const head = [
    "tokens",
    "best single",
    "accuracy",
    "tokens",
    "by difficulty",
    "accuracy",
    "tokens",
    "gain",
    "95 % interval",
    "advice",
  ];
  const rows = advice.advice.map((one) => [
    compact(one.budget),
    labelOf(advice, one.single),
    percent(one.heldOut.single.accuracy),
    compact(one.heldOut.single.tokens),
    ruleWords(advice, one),
    percent(one.heldOut.routed.accuracy),
    compact(one.heldOut.routed.tokens),
    signed(one.gain.mean),
    one.gain.interval === null ? "–" : `${signed(one.gain.interval.low)} – ${signed(one.gain.interval.high)}`,
    one.routes ? "by difficulty" : "single",
  ]);
  const { probe, samples, problems, leftOut, incomplete } = advice;
  return [
    plainTable([head, ...rows]),
    "",
    `Difficulty: how far the first ${samples} candidates of ${probe.arm} agree (their mean score, where a verifier scores them).`,
    `Accuracies and tokens are of held-out problems, of ${problems}; what is named was fitted on all of them.`,
    ...(leftOut.length > 0
      ? [`Left out, as they are routes or have other settings than the probe: ${leftOut.join(", ")}.`]
      : []),
    ...(incomplete > 0 ? [`Left out: ${incomplete} trials without a verdict in every arm.`] : []),
    ...(out === undefined
      ? ["Write it as settings of a server with --out auto.yaml."]
      : [`Settings  ${out}  (ruminate serve --model MODEL --settings ${out}, then ask for the model "auto")`]),
  ].join("\n");
}
