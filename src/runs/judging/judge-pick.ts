import { createHash } from "node:crypto";
import { z } from "zod";
import { type Catalogue, graderOrigin } from "../../core/catalogue.ts";
import { InvalidOptionError } from "../../core/errors.ts";
import type { Policy } from "../../core/policy.ts";
import type { Problem } from "../../core/problem.ts";
import type { Score } from "../../core/score.ts";
import { defineStrategy, type Strategy } from "../../core/strategy.ts";
import { Trajectory } from "../../core/trajectory.ts";
import type { Ledger } from "../../core/usage.ts";
import type { OutcomeVerifier } from "../../core/verifier.ts";
import { bestOrMajority } from "../../engine/picking/selections.ts";
import { comparisonOptions, preference } from "../../engine/picking/tournament.ts";
import { paragraphs } from "../../engine/sampling.ts";
import { solve } from "../../engine/solve.ts";
import { verifiersOf } from "../../setup/setup.ts";
import { isJudgeGrader, judgeGrader } from "../graders/judge-grader.ts";
import { codesIn, codesJudge, codesOptions } from "./codes.ts";
import { critiqueInstruction, type JudgeSpec } from "./schema.ts";

/** Of the ways that judges are asked and read: raised where a judgement may change. */
const judgeVersion = 1;

/** What a judge said of one pick. */
export interface Judgement {
  /** Null where it could not be read. */
  readonly score: number | null;
  readonly reason: string | null;
  /** Of a critique: the first wrong step, counted from 1; null for none. Absent where it was not asked. */
  readonly firstError?: number | null;
  /** Of a rating with codes: those that apply. */
  readonly codes?: readonly string[];
  readonly usage: Ledger;
  readonly spent: Ledger;
}

/** A judge ready to be asked: of the pick, and of the baseline's pick where it compares. */
export interface Judge {
  readonly name: string;
  readonly model: string;
  /** Hash of what it asks, of whom, and how it is read. */
  readonly version: string;
  ask(problem: Problem, text: string, rival: string | null, signal?: AbortSignal): Promise<Judgement>;
}

/** @throws UnknownNameError, InvalidOptionError for a judge that is no outcome verifier. */
export function openJudge(spec: JudgeSpec, policy: Policy, catalogue: Catalogue): Judge {
  const { judge, against, tournament } = spec;
  const name = judge?.name ?? (against === undefined ? `tournament (${tournament})` : `against ${against}`);
  const version = createHash("sha256")
    .update(JSON.stringify([judgeVersion, spec, policy.id, ...codeOf(judge?.name, catalogue)]))
    .digest("hex")
    .slice(0, 12);
  const verifierFor = verifierOf(spec, catalogue);
  return {
    name,
    model: policy.id,
    version,
    ask: async (problem, text, rival, signal) => {
      const solution = await solve(problem.question, {
        strategy: offering(text),
        policy,
        models: { [spec.model]: policy, judge: policy },
        verifiers: { outcome: { name, verifier: verifierFor(rival, problem) } },
        maxTokens: spec.maxTokens,
        seed: "judge",
        signal,
      });
      const score: Score = solution.candidates[0]?.score ?? { value: null, reason: "not judged" };
      const { logical: usage, actual: spent } = solution.usage;
      const reason = score.reason ?? null;
      const firstError = judge?.name === "critique" ? firstErrorOf(reason ?? "") : undefined;
      const codes = judge?.name === "codes" && score.value !== null ? codesIn(reason ?? "") : undefined;
      return { score: score.value, reason, firstError, codes, usage, spent };
    },
  };
}

type VerifierFor = (rival: string | null, problem: Problem) => OutcomeVerifier;

/** Of a judge that a plug-in brings: another code is another judge. */
function codeOf(name: string | undefined, catalogue: Catalogue): string[] {
  if (name === undefined || name === "critique" || name === "codes") return [];
  const byGrader = isJudgeGrader(name, catalogue);
  const origin = byGrader ? graderOrigin(catalogue, name) : catalogue.origins?.get(name);
  return origin === undefined ? [] : [origin.hash];
}

function verifierOf(spec: JudgeSpec, catalogue: Catalogue): VerifierFor {
  const { judge, instruction, maxTokens, model } = spec;
  if (judge === undefined) {
    const options = comparisonOptions.parse({ model, ...(instruction !== undefined && { instruction }) });
    return (rival) => ({
      score: (_question, candidates, run) =>
        Promise.all(
          candidates.map(async ({ text }): Promise<Score> => {
            const value = rival === null ? null : await preference(run, text, rival, options);
            return { value, reason: value === null ? "no comparison could be read" : `preferred: ${value}` };
          }),
        ),
    });
  }
  if (judge.name === "critique") return () => critique(instruction ?? critiqueInstruction, model, maxTokens);
  if (judge.name === "codes") {
    const own = codesOptions(instruction === undefined ? judge.options : { instruction, ...judge.options });
    return () => codesJudge(own, model, maxTokens);
  }
  if (isJudgeGrader(judge.name, catalogue)) return judgeGrader(judge, catalogue, { model, maxTokens });
  const { outcome } = verifiersOf({ outcome: judge }, catalogue);
  if (outcome === undefined)
    throw new InvalidOptionError(
      "grade",
      `names "${judge.name}", which judges no whole solutions. Take an outcome verifier.`,
    );
  return () => outcome.verifier;
}

/** The form of MR-GSM8K (Zeng et al. 2023, arXiv:2312.17080): verdict, first wrong step, reason. */
const critique = (instruction: string, model: string, maxTokens: number): OutcomeVerifier => ({
  score: (question, candidates, run) =>
    Promise.all(
      candidates.map(async ({ text }): Promise<Score> => {
        const numbered = paragraphs({ text, completionTokens: 0 }).map(
          (step, i) => `Step ${i + 1}: ${step.text.trim()}`,
        );
        const content = `Problem:\n${question.text}\n\nSolution:\n${numbered.join("\n\n")}\n\n${instruction}`;
        const [sample] = await run.sample({
          messages: [{ role: "user", content }],
          ...{ temperature: 0, from: 0, maxTokens, purpose: "critique", model },
        });
        return critiqueScore(sample?.text ?? "");
      }),
    ),
});

/** 1 for "correct", 0 for "wrong", null without a verdict; step and reason stand in the reason. */
export function critiqueScore(reply: string): Score {
  const said = (name: string) => new RegExp(`^\\W*${name}\\W*:\\W*(.+)$`, "im").exec(reply)?.[1]?.trim() ?? "";
  const verdict = /^(correct|right|wrong|incorrect)/i.exec(said("verdict"))?.[1]?.toLowerCase();
  if (verdict === undefined) return { value: null, reason: `no verdict in "${reply.slice(0, 60)}"` };
  const right = verdict === "correct" || verdict === "right";
  const step = /\d+/.exec(said("first wrong step"))?.[0];
  const words = said("reason");
  return {
    value: right ? 1 : 0,
    reason: right ? "correct" : `step ${step ?? "?"} is wrong: ${words || "no reason given"}`,
  };
}

const firstErrorOf = (reason: string): number | null => {
  const step = /^step (\d+) is wrong/.exec(reason)?.[1];
  return step === undefined ? null : Number(step);
};

/** A strategy that offers one finished solution, for a verifier to judge. */
const offering = (text: string): Strategy =>
  defineStrategy({
    name: "offered",
    summary: "one finished solution",
    family: "sampling",
    how: "Offers one finished solution.",
    costNote: "No policy call.",
    departures: [],
    rewards: { outcome: "judges it", process: "judges its steps", none: "nothing is judged" },
    options: z.strictObject({}),
    async *candidates(run) {
      const steps = paragraphs({ text, completionTokens: 0 });
      yield { trajectory: Trajectory.of(steps), text, answer: run.extract(text), complete: true };
    },
    select: () => bestOrMajority(),
    keeps: () => "all",
    cost: () => ({ calls: 0, scored: 1 }),
  }) as Strategy;
