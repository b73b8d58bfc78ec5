import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Catalogue } from "../core/catalogue.ts";
import { InvalidOptionError } from "../core/errors.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Policy } from "../core/policy.ts";
import { solutionMessages } from "../engine/sampling.ts";
import { calibrationMethods } from "../learned/calibration.ts";
import { learnedText } from "../learned/model.ts";
import { loadExperiment } from "../runs/load.ts";
import type { PolicySpec } from "../runs/schema.ts";
import { verifiersOf } from "../setup/setup.ts";
import type { VerifiersSpec } from "../setup/specs.ts";
import { compareVerifiers } from "../verifier-study/compare.ts";
import { comparisonMarkdown } from "../verifier-study/comparison-page.ts";
import { evaluateVerifier } from "../verifier-study/evaluate.ts";
import { benchmarkNames } from "../verifier-study/items.ts";
import { reportMarkdown } from "../verifier-study/markdown.ts";
import type { RolloutLabelling } from "../verifier-study/rollout-labels.ts";
import { type StateSource, trainVerifier } from "../verifier-study/train.ts";
import { trainingText } from "../verifier-study/training-text.ts";
import { countOf, parseCount } from "./counts.ts";
import { dataPath } from "./data-path.ts";
import { runWithProgress } from "./experiment.ts";
import { statusLine, type Terminal } from "./terminal.ts";
import { parseVerifierFlags } from "./verifier-flags.ts";

export interface TrainFlags {
  readonly from?: string | readonly string[];
  readonly data?: string;
  readonly run?: string;
  readonly limit?: string;
  readonly kind?: string;
  readonly out: string;
  readonly seed?: string;
  readonly embed?: boolean;
  readonly states?: boolean;
  readonly labels?: string;
  readonly rollouts?: string;
  readonly search?: string;
  readonly json?: boolean;
}

export interface TrainTools {
  readonly catalogue: Catalogue;
  readonly open: (spec: PolicySpec) => Promise<{ readonly policy: Policy; readonly simulated: boolean }>;
  readonly sandbox: () => Sandbox;
  /** The model of `--model`. */
  readonly model: PolicySpec;
}

/** The solutions that `--data` draws: two levels above this file's folder, in the source and in the build alike. */
const trainingExperiment = join(
  dirname(fileURLToPath(import.meta.url)),
  "..",
  "..",
  "experiments",
  "train-verifier.yaml",
);
const endings = { outcome: ".orm", process: ".prm" } as const;

/**
 * `ruminate verifier train --from RUN --kind outcome|process --out FILE`, or `--data FOLDER --out FILE`, which draws
 * and grades the solutions first, goes on where it was stopped, and learns both kinds with the model's hidden states.
 */
export async function trainCommand(terminal: Terminal, flags: TrainFlags, tools: TrainTools): Promise<number> {
  const kinds = kindsOf(flags);
  if ((flags.from === undefined) === (flags.data === undefined))
    throw new InvalidOptionError(
      "--from",
      "or --data must be given, and not both: the runs to learn from, or the problems.",
    );
  const drawn = flags.data === undefined ? null : await drawSolutions(terminal, flags, tools);
  for (const kind of kinds) {
    const out = drawn === null ? flags.out : `${flags.out}${endings[kind]}`;
    await trainOne(
      terminal,
      { ...flags, kind, out, from: drawn ?? flags.from, states: flags.states ?? drawn !== null },
      tools,
    );
  }
  return 0;
}

function kindsOf({ kind, data }: TrainFlags): readonly (keyof typeof endings)[] {
  if (kind === undefined && data !== undefined) return ["outcome", "process"];
  if (kind !== "outcome" && kind !== "process")
    throw new InvalidOptionError("--kind", `must be outcome or process, got "${kind ?? ""}".`);
  return [kind];
}

/** The folder of the run with the solutions, all of them drawn. */
async function drawSolutions(terminal: Terminal, flags: TrainFlags, tools: TrainTools): Promise<string> {
  const experiment = await loadExperiment(trainingExperiment);
  const { model } = tools;
  const policy = typeof model === "string" ? { name: model, options: {} } : model;
  const options = { ...(experiment.policy as Exclude<PolicySpec, string>).options, ...policy.options };
  const out = flags.run ?? join("runs", experiment.name);
  const asked = { data: flags.data, limit: flags.limit, out };
  const opened = { catalogue: tools.catalogue, open: tools.open, sandbox: tools.sandbox() };
  await runWithProgress(terminal, { ...experiment, policy: { name: policy.name, options } }, asked, opened);
  return out;
}

async function trainOne(terminal: Terminal, flags: TrainFlags, tools: TrainTools): Promise<void> {
  const open = () => tools.open(tools.model);
  const embed = flags.embed === true ? await embedder(open, terminal.signal) : undefined;
  const status = statusLine(terminal);
  const states = flags.states === true ? await stateSource(open, terminal, status) : undefined;
  const rollouts = await rolloutsOf(flags, open, terminal, (done, of) =>
    status.show(`${done}/${of} problems rolled out`, `${Math.floor((20 * done) / Math.max(1, of))}`),
  );
  const learned = await trainVerifier({
    from: [flags.from ?? []].flat().map((run) => resolve(terminal.cwd, run)),
    kind: flags.kind as keyof typeof endings,
    seed: flags.seed,
    embed,
    states,
    rollouts,
  }).finally(() => status.clear());
  const file = resolve(terminal.cwd, flags.out);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, learnedText(learned));
  terminal.out(flags.json === true ? `${JSON.stringify(learned.report, null, 2)}\n` : trainingText(learned, flags.out));
}

/** `--labels rollouts --rollouts 4 --search binary`. */
async function rolloutsOf(
  { labels = "outcomes", rollouts = "4", search = "binary", seed = "1", kind }: TrainFlags,
  open: () => Promise<{ readonly policy: Policy }>,
  { signal }: Terminal,
  onProgress: (done: number, of: number) => void,
): Promise<RolloutLabelling | undefined> {
  if (oneOf("--labels", ["outcomes", "rollouts"], labels) === "outcomes") return undefined;
  if (kind === "outcome")
    throw new InvalidOptionError("--labels", "may be rollouts with --kind process only: an outcome is graded already.");
  const settings = {
    rollouts: parseCount("--rollouts", rollouts),
    search: oneOf("--search", ["every", "binary"] as const, search),
  };
  const { policy } = await open();
  return { policy, ...settings, seed, signal, onProgress };
}

async function embedder(open: () => Promise<{ readonly policy: Policy }>, signal: AbortSignal) {
  const { policy } = await open();
  const embed = policy.embed?.bind(policy);
  if (embed === undefined) {
    throw new InvalidOptionError("--embed", `needs a model that embeds, ${policy.id} does not. Use a local model.`);
  }
  return (texts: readonly string[]) => embed(texts, { signal });
}

/** Reads each solution once, as the model's own answer to the plain question. */
async function stateSource(
  open: () => Promise<{ readonly policy: Policy }>,
  { signal }: Terminal,
  status: ReturnType<typeof statusLine>,
): Promise<StateSource> {
  const { policy } = await open();
  const { states: width } = policy.capabilities;
  if (width === undefined) {
    throw new InvalidOptionError(
      "--states",
      `needs a model that gives its hidden states, ${policy.id} does not. Use a local model.`,
    );
  }
  return {
    policy: policy.id,
    width,
    onProgress: (done, of) =>
      status.show(`${done}/${of} solutions read`, `${Math.floor((20 * done) / Math.max(1, of))}`),
    read: async (question, prefix) => {
      const messages = solutionMessages({ id: "read", text: question, kind: "math" });
      const request = { messages, prefix, prefixStates: true, n: 1, seeds: [0], temperature: 0, maxTokens: 1 };
      const [sample] = await policy.sample({ ...request, purpose: "read" }, { signal });
      return sample?.prefixStates ?? [];
    },
  };
}

export interface EvalFlags {
  readonly verifier: readonly string[];
  readonly benchmark: string;
  readonly data: string;
  readonly aggregation?: string;
  readonly limit?: string;
  readonly seed?: string;
  readonly out?: string;
  readonly concurrency?: string;
  readonly calibrate?: string;
  readonly robustness?: boolean;
  readonly json?: boolean;
}

export interface EvalTools {
  readonly catalogue: Catalogue;
  readonly open: () => Promise<{ readonly policy: Policy; readonly simulated: boolean }>;
  readonly sandbox: () => Sandbox;
}

/** `ruminate verifier eval --verifier NAME --benchmark processbench --data FILE [--limit N]`. */
export async function evalCommand(terminal: Terminal, flags: EvalFlags, tools: EvalTools): Promise<number> {
  const benchmark = oneOf("--benchmark", benchmarkNames, flags.benchmark);
  const spec = parseVerifierFlags(flags.verifier, flags.aggregation);
  if (spec === null) throw new InvalidOptionError("--verifier", "must name the verifier to be tested.");
  verifiersOf(spec, tools.catalogue); // bad options are refused before a model is opened
  const calibrate =
    flags.calibrate === undefined ? undefined : oneOf("--calibrate", calibrationMethods, flags.calibrate);
  const { policy, simulated } = await tools.open();
  const name = flags.verifier.join(" ");
  const status = statusLine(terminal);
  try {
    const report = await evaluateVerifier({
      benchmark,
      data: dataPath(terminal, flags.data),
      out: resolve(terminal.cwd, flags.out ?? join("reports", `${name.replace(/[^\w.-]+/g, "-")}-${benchmark}`)),
      verifier: flags.aggregation === undefined ? name : `${name} (${flags.aggregation})`,
      verifiers: () => verifiersOf(spec, tools.catalogue),
      policy,
      simulated,
      sandbox: lazily(tools.sandbox),
      signal: terminal.signal,
      onProgress: (done, total) =>
        status.show(`${done}/${total} judged`, `${Math.floor((20 * done) / Math.max(1, total))}`),
      limit: countOf("--limit", flags.limit),
      seed: flags.seed,
      concurrency: countOf("--concurrency", flags.concurrency),
      calibrate,
      ...(flags.robustness === true ? { robustness: true, positions: positionsOf(spec, tools.catalogue) } : {}),
    });
    status.clear();
    terminal.out(flags.json === true ? `${JSON.stringify(report, null, 2)}\n` : reportMarkdown(report));
    return 0;
  } finally {
    status.clear();
  }
}

/** Verifiers that compare candidates have an option `order`; each place is then tried by itself. */
function positionsOf(spec: VerifiersSpec, catalogue: Catalogue) {
  const { outcome } = spec;
  if (outcome === undefined) return {};
  const { options } = catalogue.verifiers.get(outcome.name);
  const at = (order: string) => ({ ...spec, outcome: { ...outcome, options: { ...outcome.options, order } } });
  const places = { "candidate first": at("first"), "candidate second": at("second") };
  if (Object.values(places).some((place) => !options.safeParse(place.outcome.options).success)) return {};
  return Object.fromEntries(
    Object.entries(places).map(([name, place]) => [name, () => verifiersOf(place, catalogue)] as const),
  );
}

export interface CompareFlags {
  readonly seed?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `ruminate verifier compare FOLDER FOLDER …`: evaluated verifiers on one page. */
export function compareCommand(terminal: Terminal, folders: readonly string[], flags: CompareFlags): number {
  const comparison = compareVerifiers(
    folders.map((folder) => resolve(terminal.cwd, folder)),
    flags.seed,
  );
  const page = comparisonMarkdown(comparison);
  if (flags.out !== undefined) writeFileSync(resolve(terminal.cwd, flags.out), page);
  terminal.out(flags.json === true ? `${JSON.stringify(comparison, null, 2)}\n` : page);
  return 0;
}

function oneOf<T extends string>(flag: string, known: readonly T[], given: string): T {
  const found = known.find((name) => name === given);
  if (found !== undefined) return found;
  throw new InvalidOptionError(flag, `must be one of ${known.join(", ")}, got "${given}".`);
}

/** The sandbox starts when the first program wants to run. */
const lazily = (make: () => Sandbox): Sandbox => ({
  id: "lazy",
  run: (program, options) => make().run(program, options),
  dispose: async () => {},
});
