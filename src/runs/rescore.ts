import { existsSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Candidate } from "../core/candidate.ts";
import { EnvironmentError } from "../core/errors.ts";
import type { Solution } from "../core/solution.ts";
import type { Strategy } from "../core/strategy.ts";
import { type Step, Trajectory } from "../core/trajectory.ts";
import { addLedgers, type Ledger, totalCalls, totalTokens } from "../core/usage.ts";
import { paragraphs } from "../engine/sampling.ts";
import { solve } from "../engine/solve.ts";
import type { ArmSetup, ExperimentSummary } from "./experiment-summary.ts";
import { policyLabel } from "./named-models.ts";
import type { Trial } from "./plan.ts";
import { eachLine } from "./records/journal.ts";
import { readTrace, readTrial } from "./records/reading.ts";
import type { TraceCandidate, TraceRecord, TrialRecord } from "./records/record.ts";
import type { SolveTrial } from "./runner.ts";

/** Where the candidates of finished trials stand, by dataset, problem, seed and arm, and what each arm was. */
export interface StoredRun {
  readonly setups: readonly ArmSetup[];
  /** Ids of its models by label. */
  readonly models: ReadonlyMap<string, string>;
  /** Hashes of its plug-ins' code by path. */
  readonly code: Readonly<Record<string, string>>;
  readonly places: ReadonlyMap<string, { readonly arm: string; readonly record: Place; readonly key: string }[]>;
  readonly traces: ReadonlyMap<string, Place>;
}

interface Place {
  readonly offset: number;
  readonly length: number;
}

const trialName = (dataset: string, problem: string, seed: number): string => JSON.stringify([dataset, problem, seed]);

/**
 * What an earlier run of a folder left, to be scored again.
 * @throws EnvironmentError where there is no finished trial with its texts.
 */
export function readStoredRun(folder: string, before: Partial<ExperimentSummary>): StoredRun {
  const { setups = [], policies = [], identity } = before;
  const [results, texts] = [join(folder, "results.jsonl"), join(folder, "traces.jsonl")];
  if (!existsSync(results) || !existsSync(texts) || setups.length === 0) {
    throw new EnvironmentError(
      `${folder} holds no candidates to score again. Run the experiment once without --rescore.`,
    );
  }
  const traces = new Map<string, Place>();
  let line = 0;
  eachLine(texts, (text, offset, length) => traces.set(readTrace(texts, ++line, text).key, { offset, length }));
  const places = new Map<string, { arm: string; record: Place; key: string }[]>();
  line = 0;
  eachLine(results, (text, offset, length) => {
    const { dataset, problem, seed, arm, key, verdict } = readTrial(results, ++line, text);
    if (verdict === "error" || !traces.has(key)) return;
    const name = trialName(dataset, problem, seed);
    places.set(name, [...(places.get(name) ?? []), { arm, key, record: { offset, length } }]);
  });
  // Earlier versions gave other ids to the same models.
  const models = new Map(identity === undefined ? [] : policies.map(({ label, id }) => [label, id]));
  return { setups, models, code: identity?.code ?? {}, places, traces };
}

/**
 * Solves trials from stored candidates: each is offered again in its order, scored by the new verifier, and picked by
 * the new rule. The policy is not asked for anything (a verifier that is a model may be). For a search this judges its
 * finished candidates again; it does not search again.
 *
 * Usage is that of making the candidates, as recorded, plus the new verifier's.
 * @throws EnvironmentError for a trial whose candidates are not there.
 */
export function openRescorer(folder: string, stored: StoredRun): SolveTrial {
  const files = {
    results: openSync(join(folder, "results.jsonl"), "r"),
    traces: openSync(join(folder, "traces.jsonl"), "r"),
  };
  const read = (file: number, { offset, length }: Place): unknown => {
    const bytes = Buffer.alloc(length);
    readSync(file, bytes, 0, length, offset);
    return JSON.parse(bytes.toString("utf8"));
  };
  return async (trial, setup, events) => {
    refuseAnother(trial, setup.policy.id, stored);
    const source = sourceOf(trial, stored);
    const tracePlace = source === undefined ? undefined : stored.traces.get(source.key);
    if (source === undefined || tracePlace === undefined) {
      throw new EnvironmentError(
        `No candidates are stored for ${trial.arm.label} on ${trial.problem.question.id}, seed ${trial.seed}: --rescore needs an earlier run with the same policy, strategy, options and budget. Run without --rescore.`,
      );
    }
    const record = read(files.results, source.record) as TrialRecord;
    const trace = read(files.traces, tracePlace) as TraceRecord;
    if (trace.question !== trial.problem.question.text) {
      throw notTheSame(trial, `the question ${trial.problem.question.id} has another text now`);
    }
    events.adopt(trace);
    const candidates = trace.candidates.map((candidate, i) => restored(candidate, record.candidates[i]));
    const strategy: Strategy = {
      ...trial.arm.strategy,
      async *candidates() {
        for (const candidate of candidates) yield candidate;
      },
    };
    const solution = await solve(trial.problem.question, { ...setup, strategy, budget: {} });
    return withMaking(solution, record);
  };
}

/** @throws EnvironmentError where the candidates come from another model, or from code that was edited since. */
function refuseAnother(trial: Trial, policyId: string, { models, code }: StoredRun): void {
  const label = policyLabel(trial.arm.policy);
  const was = models.get(label);
  if (was !== undefined && was !== policyId) throw notTheSame(trial, `${label} was ${was} then and is ${policyId} now`);
  const edited = trial.arm.strategyCode.find(({ path, hash }) => (code[path] ?? hash) !== hash);
  if (edited !== undefined) throw notTheSame(trial, `the plug-in ${edited.path} was edited since`);
}

const notTheSame = (trial: Trial, why: string) =>
  new EnvironmentError(
    `The stored candidates of ${trial.arm.label} are not those of this experiment: ${why}. Run without --rescore.`,
  );

/**
 * The stored trial of the arm with the same policy, strategy, options and budget; of several the one of the same label.
 */
function sourceOf(trial: Trial, { setups, places }: StoredRun) {
  const { arm } = trial;
  const equal = setups.filter(
    (setup) =>
      setup.strategy === arm.strategy.name &&
      setup.policy === policyLabel(arm.policy) &&
      isDeepStrictEqual(setup.options, JSON.parse(JSON.stringify(arm.options))) &&
      isDeepStrictEqual(setup.budget, arm.budget),
  );
  const labels = equal.map((setup) => setup.arm);
  const found = (places.get(trialName(trial.dataset, trial.problem.question.id, trial.seed)) ?? []).filter((place) =>
    labels.includes(place.arm),
  );
  return found.find((place) => place.arm === arm.label) ?? found[0];
}

function restored(
  stored: TraceRecord["candidates"][number],
  record: TrialRecord["candidates"][number] | undefined,
): Candidate {
  const { text, answer, notes, confidence, states } = stored;
  const made = record?.tokens ?? 0;
  const steps: readonly Step[] = stepsAsMade(stored, made) ?? paragraphs({ text, completionTokens: made });
  const held = steps.length === states?.length ? states : undefined;
  return {
    trajectory: Trajectory.of(steps.map((step, t) => ({ ...step, ...(held && { states: held[t] }) }))),
    text,
    answer: answer === null ? null : { text: answer, rule: "stored" },
    complete: record?.complete ?? true,
    notes,
    confidence,
  };
}

/** The steps that it was made of, where the run kept them; its tokens are shared out among them by length. */
function stepsAsMade({ text, lengths }: TraceCandidate, tokens: number): Step[] | null {
  if (lengths == null) return null;
  const written = Math.max(
    1,
    lengths.reduce((sum, { own }) => sum + own, 0),
  );
  let [at, read, counted] = [0, 0, 0];
  return lengths.map(({ own, printed, kind }) => {
    const end = at + own;
    const step = text.slice(at, end);
    const observation = printed === undefined ? undefined : text.slice(end, end + printed);
    at = end + (printed ?? 0);
    read += own;
    const upTo = Math.round((tokens * read) / written);
    const share = upTo - counted;
    counted = upTo;
    return { text: step, kind, observation, tokens: share };
  });
}

/** The solution with what making its candidates had cost, shared out over the picks by the candidates' tokens. */
function withMaking(solution: Solution, record: TrialRecord): Solution {
  const { policy, sandbox } = record.usage;
  const making: Ledger = {
    policy,
    sandbox,
    verifier: { ...policy, calls: 0, promptTokens: 0, cachedPromptTokens: 0, completionTokens: 0, dollars: 0 },
  };
  const lengths = record.candidates.map(({ tokens }) => tokens);
  const all = Math.max(
    1,
    lengths.reduce((sum, tokens) => sum + tokens, 0),
  );
  const share = (count: number) => lengths.slice(0, count).reduce((sum, tokens) => sum + tokens, 0) / all;
  return {
    ...solution,
    picks: solution.picks.map((pick) => ({
      ...pick,
      tokens: pick.tokens + Math.round(share(pick.candidates) * totalTokens(making)),
      calls: pick.calls + Math.round(share(pick.candidates) * totalCalls(making)),
    })),
    usage: { ...solution.usage, logical: addLedgers(solution.usage.logical, making) },
  };
}
