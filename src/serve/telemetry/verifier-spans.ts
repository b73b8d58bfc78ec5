import { type Span, SpanKind } from "@opentelemetry/api";
import type { Score } from "../../core/score.ts";
import type { Verifiers } from "../../engine/scoring.ts";
import { names } from "../../policy/telemetry/names.ts";
import { inSpan, present, type Tracing } from "../../policy/telemetry/span.ts";

/** Scores in one span at most; a tree may ask for thousands. */
const mostScores = 64;

/** The verifiers with one span a call, which holds each score as the event that the conventions have for it. */
export function tracedVerifiers({ outcome, process, ...rest }: Verifiers, tracing: Tracing): Verifiers {
  const asked = <Scores>(
    name: string,
    kind: "outcome" | "process",
    count: number,
    call: () => Promise<Scores>,
    flat: (scores: Scores) => readonly Score[],
  ): Promise<Scores> => {
    const attributes = {
      [names.operation]: "evaluate",
      [names.evaluation]: name,
      "ruminate.verifier.kind": kind,
      "ruminate.verifier.batch": count,
    };
    return inSpan(tracing, `evaluate ${name}`, { kind: SpanKind.INTERNAL, attributes }, async (span) => {
      const scores = await call();
      tell(span, name, flat(scores), tracing.prompts);
      return scores;
    });
  };
  return {
    ...rest,
    ...(outcome && {
      outcome: {
        name: outcome.name,
        verifier: {
          score: (question, candidates, run) =>
            asked(
              outcome.name,
              "outcome",
              candidates.length,
              () => outcome.verifier.score(question, candidates, run),
              (scores) => scores,
            ),
        },
      },
    }),
    ...(process && {
      process: {
        name: process.name,
        verifier: {
          scoreSteps: (question, trajectories, run) =>
            asked(
              process.name,
              "process",
              trajectories.length,
              () => process.verifier.scoreSteps(question, trajectories, run),
              (scores) => scores.flat(),
            ),
        },
      },
    }),
  };
}

function tell(span: Span, name: string, scores: readonly Score[], prompts: boolean): void {
  for (const { value, reason } of scores.slice(0, mostScores)) {
    const explanation = prompts ? reason : undefined; // may quote the candidate
    const result = { [names.evaluation]: name, [names.score]: value, [names.explanation]: explanation };
    span.addEvent(names.evaluationResult, present(result));
  }
}
