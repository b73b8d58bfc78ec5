import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Catalogue } from "../core/catalogue.ts";
import { InvalidOptionError } from "../core/errors.ts";
import type { Sandbox } from "../core/execution.ts";
import { shownName } from "../policy/open.ts";
import { metricRemarks, metricRows } from "../report/metric-tables.ts";
import { compact, plainTable, tableRows } from "../report/table.ts";
import { writeReport } from "../report/write-report.ts";
import { swappedWords } from "../runs/canaries.ts";
import { enoughWords } from "../runs/enough.ts";
import type { ExperimentSummary } from "../runs/experiment-summary.ts";
import { loadExperiment } from "../runs/load.ts";
import { leftOutWords, type PartSpec, shardOf } from "../runs/part.ts";
import { type ExperimentSetup, runExperiment } from "../runs/run-experiment.ts";
import type { Experiment, PolicySpec } from "../runs/schema.ts";
import { environmentWords } from "../runs/summary.ts";
import { countOf } from "./counts.ts";
import { dataPath } from "./data-path.ts";
import { type ReachFlags, reached, reachWords } from "./model-flags.ts";
import { graderOf } from "./regrade.ts";
import { shownProgress } from "./shown-progress.ts";
import { paint, type Terminal } from "./terminal.ts";

export interface ExperimentFlags extends ReachFlags {
  readonly data?: string;
  readonly limit?: string;
  readonly out?: string;
  readonly model?: string;
  readonly concurrency?: string;
  readonly retryFailed?: boolean;
  readonly outageAfter?: string;
  readonly rescore?: boolean;
  readonly json?: boolean;
  /** Problems that are run; default all. */
  readonly problems?: (dataset: string, problem: string) => boolean;
  readonly shard?: string;
  readonly only?: readonly string[];
  readonly ids?: string;
  readonly anotherModel?: boolean;
  readonly grader?: string;
  readonly graderOption?: readonly string[];
  readonly queue?: string | boolean;
  readonly serve?: boolean;
  readonly tags?: string;
}

/** The part of a run that flags ask for. @throws InvalidOptionError. */
function partOf({ shard, only, ids }: ExperimentFlags): PartSpec | undefined {
  if (shard === undefined && only === undefined && ids === undefined) return undefined;
  return { shard: shard === undefined ? undefined : shardOf(shard), only, ids: ids?.split(",").map((id) => id.trim()) };
}

export interface ExperimentTools {
  readonly catalogue: Catalogue;
  readonly open: ExperimentSetup["open"];
  readonly sandbox: Sandbox;
}

/**
 * `ruminate experiment run FILE`. Exit code 0 when every trial is recorded or the run was landed; 1 when the model's
 * server failed some of them.
 */
export async function experimentCommand(
  terminal: Terminal,
  file: string,
  flags: ExperimentFlags,
  tools: ExperimentTools,
): Promise<number> {
  const experiment = graded(withModel(await loadExperiment(resolve(terminal.cwd, file)), flags), flags);
  const summary = await runWithProgress(terminal, experiment, flags, tools, { command: commandOf(file, flags) });
  if (flags.json === true) terminal.out(`${JSON.stringify(summary, null, 2)}\n`);
  else terminal.out(summaryText(terminal, summary));
  for (const warning of [
    ...(summary.warnings ?? []),
    ...leftOutWords(summary),
    ...enoughWords(summary.enough),
    ...swappedWords(summary),
  ])
    terminal.err(`${paint(terminal, "yellow", warning)}\n`);
  const troubles = troublesOf(summary);
  for (const trouble of troubles) terminal.err(`${paint(terminal, "yellow", trouble)}\n`);
  return troubles.length === 0 ? 0 : 1;
}

/** What the model's server, or the way to it, has kept from being done, and what to do about it. */
function troublesOf({ undone, arms }: ExperimentSummary): readonly string[] {
  const failed = arms.reduce((sum, { errors, refused }) => sum + errors - refused, 0);
  const trials = arms.reduce((sum, { n, errors }) => sum + n + errors, 0);
  const refused = arms.reduce((sum, arm) => sum + arm.refused, 0);
  return [
    ...(refused > 0 && refused === trials
      ? ["Every trial was refused by the model's provider: there is no figure."]
      : []),
    ...(undone === undefined
      ? []
      : [`${undone.trials} trials are left undone: ${undone.cause} Give the same command again: it does them.`]),
    ...(failed === 0
      ? []
      : [`${failed} trials failed and are left out of all figures. --retry-failed does them again.`]),
  ];
}

/** The experiment with the grader that flags name. */
function graded(experiment: Experiment, flags: ExperimentFlags): Experiment {
  const grader = graderOf(flags);
  return grader === undefined ? experiment : { ...experiment, grade: grader };
}

/** The command as it can be given again. */
function commandOf(file: string, flags: ExperimentFlags): string {
  const { data, limit, model, concurrency, retryFailed, rescore, queue } = flags;
  const parts = [
    "ruminate experiment run",
    quoted(file),
    ...Object.entries({ data, limit, model: model && shownName(model), concurrency }).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name} ${quoted(value)}`],
    ),
    ...reachWords(flags).map(([name, value]) => `--${name} ${quoted(value)}`),
    // An address may hold a password: the environment has it.
    ...(queue === undefined ? [] : ["--queue"]),
    ...(retryFailed === true ? ["--retry-failed"] : []),
    ...(rescore === true ? ["--rescore"] : []),
  ];
  return parts.join(" ");
}

const quoted = (word: string): string => (/^[\w./:@#=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

export function withModel(experiment: Experiment, flags: ExperimentFlags): Experiment {
  const spec = reached(flags.model ?? "", flags);
  if (flags.model === undefined) return experiment;
  const { policies: _policies, ...rest } = experiment;
  return { ...rest, policy: policySpec(spec) };
}

/** A model as the flags name it, as an experiment's file would. */
export const policySpec = (spec: ReturnType<typeof reached>): PolicySpec =>
  typeof spec === "string" ? spec : { name: spec.name, options: { ...spec.options } };

/** @param more what is asked of the run beyond its flags; `onProgress` is called beside what is shown. */
export async function runWithProgress(
  terminal: Terminal,
  experiment: Experiment,
  flags: ExperimentFlags,
  tools: ExperimentTools,
  more: Pick<ExperimentSetup, "command" | "firstAwaited" | "onProgress"> = {},
): Promise<ExperimentSummary> {
  const keys = landingKey(terminal);
  const shown = shownProgress(terminal);
  const out = resolve(terminal.cwd, flags.out ?? join("runs", experiment.name));
  const queue = await queueOf(terminal, flags, out, tools);
  try {
    const summary = await runExperiment(experiment, {
      onNote: (note) => terminal.err(`${paint(terminal, "yellow", note)}\n`),
      catalogue: tools.catalogue,
      open: tools.open,
      sandbox: tools.sandbox,
      out,
      elsewhere: queue?.elsewhere,
      signal: terminal.signal,
      onProgress(progress) {
        more.onProgress?.(progress);
        shown.show(progress);
      },
      retryFailed: flags.retryFailed === true,
      outageAfter: countOf("--outage-after", flags.outageAfter),
      rescore: flags.rescore === true,
      landing: keys?.signal,
      command: more.command,
      firstAwaited: more.firstAwaited,
      data: dataPath(terminal, flags.data),
      limit: countOf("--limit", flags.limit),
      problems: flags.problems,
      part: partOf(flags),
      anotherModel: flags.anotherModel === true,
      concurrency: countOf("--concurrency", flags.concurrency),
    });
    writeReport(summary.folder);
    return summary;
  } finally {
    shown.close();
    keys?.close();
    await queue?.close();
  }
}

/** What lets workers solve the trials; null where this process does. @throws InvalidOptionError, EnvironmentError. */
async function queueOf(terminal: Terminal, flags: ExperimentFlags, out: string, tools: ExperimentTools) {
  if (flags.queue === undefined) {
    for (const [name, given] of Object.entries({ "--serve": flags.serve, "--tags": flags.tags }))
      if (given !== undefined) throw new InvalidOptionError(name, "is for workers: name their queue with --queue.");
    return null;
  }
  if (flags.rescore === true)
    throw new InvalidOptionError("--rescore", "asks no model, so there is nothing for workers: leave --queue away.");
  const { openRunQueue } = await import("./queue.ts");
  return await openRunQueue(terminal, flags, out, flags.serve === true ? tools : null);
}

/** The key `q` lands the run: what is in work is finished, nothing new begins. Null where no keys can be read. */
function landingKey(terminal: Terminal): { readonly signal: AbortSignal; close(): void } | null {
  const landing = new AbortController();
  const close = terminal.onKey?.((key) => {
    if (key !== "q" || landing.signal.aborted) return;
    landing.abort();
    terminal.err("\nLanding: trials in work are finished, then the run ends. The same command goes on from there.\n");
  });
  return close === undefined ? null : { signal: landing.signal, close };
}

/** The table with what a reader needs to judge it. */
export function summaryText(terminal: Terminal, summary: ExperimentSummary): string {
  const simulated = summary.policies.filter((policy) => policy.simulated);
  const spent = summary.arms.reduce((sum, arm) => {
    const { policy, verifier } = arm.spent;
    return sum + policy.promptTokens + policy.completionTokens + verifier.promptTokens + verifier.completionTokens;
  }, 0);
  const asked = summary.arms.reduce((sum, arm) => sum + arm.tokensPerTrial * arm.n, 0);
  const uncounted = summary.arms.filter((arm) => arm.unparsed + arm.undecided > 0);
  const lines = [
    ...simulated.map(({ id }) =>
      paint(terminal, "yellow", `Simulated policy (${id}): these figures say nothing about a language model.`),
    ),
    `${paint(terminal, "bold", summary.name)}  ${summary.policies.map(({ id }) => id).join(", ")}`,
    `${summary.datasets.map((set) => `${set.name}: ${set.problems} problems`).join(", ")}; ${summary.seeds.length === 1 ? `seed ${summary.seeds[0]}` : `seeds ${summary.seeds.join(", ")}`}; answers of at most ${summary.maxTokens} tokens`,
    "",
    plainTable(tableRows(summary.arms)),
    ...metricLines(summary.metrics),
    "",
    "Coverage: any candidate right. Tokens, verifier tokens, calls and seconds are means per problem; tokens count prompt and answer, and include the verifier's.",
    ...(summary.arms.some(({ transitions }) => transitions !== null)
      ? ["right→wrong and wrong→right: final answers against the first attempts of strategies that correct them."]
      : []),
    ...uncounted.map(
      (arm) =>
        `${arm.arm}: ${arm.unparsed} without a readable answer and ${arm.undecided} undecided count as not right.`,
    ),
    ...summary.arms.flatMap(environmentWords),
    spentWords(spent, asked),
    "",
    `Results   ${join(summary.folder, "results.jsonl")}`,
    `Summary   ${join(summary.folder, "summary.json")}`,
    ...(existsSync(join(summary.folder, "report.html")) ? [`Report    ${join(summary.folder, "report.html")}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** What was billed beside what was counted: less where strategies share samples, more where prompts were sent again. */
const spentWords = (spent: number, counted: number): string =>
  spent <= counted
    ? `Strategies share samples: ${compact(spent)} tokens were really spent for ${compact(counted)} asked for.`
    : `${compact(spent)} tokens were really spent for ${compact(counted)} counted: a prompt is sent again with every further request for its samples.`;

/** The metrics that the experiment names: a column each, and why some have no value. */
function metricLines(metrics: ExperimentSummary["metrics"] = []): string[] {
  return metrics.length === 0 ? [] : ["", plainTable(metricRows(metrics)), ...metricRemarks(metrics)];
}

export const runName = (file: string): string => basename(file).replace(/\.ya?ml$/, "");
