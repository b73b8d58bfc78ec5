import type { Catalogue } from "../../core/catalogue.ts";
import { RuminateError } from "../../core/errors.ts";
import { frozenCopy } from "../../core/frozen.ts";
import type { AskJudge } from "../../core/grader.ts";
import type { Problem } from "../../core/problem.ts";
import type { Run } from "../../core/run.ts";
import type { Score } from "../../core/score.ts";
import { parseOptions } from "../../core/strategy.ts";
import type { OutcomeVerifier } from "../../core/verifier.ts";

export const isJudgeGrader = (name: string, { graders }: Catalogue): boolean =>
  graders.has(name) && graders.get(name).judge !== undefined;

interface Asking {
  /** The judge, one of `models`. */
  readonly model: string;
  readonly maxTokens: number;
}

/**
 * A plug-in's judge as the verifier of one problem, whose reference it is given. What it throws is no score, with the
 * message as the reason; what the model's server does wrong is not its fault and goes on.
 */
export function judgeGrader(
  { name, options }: { readonly name: string; readonly options: Readonly<Record<string, unknown>> },
  { graders }: Catalogue,
  asking: Asking,
): (rival: string | null, problem: Problem) => OutcomeVerifier {
  const definition = graders.get(name);
  const parsed = parseOptions(definition, options);
  return (_rival, problem) => ({
    score: (_question, candidates, run) =>
      Promise.all(
        candidates.map(async ({ text, answer }): Promise<Score> => {
          try {
            const attempt = { problem: frozenCopy(problem), answer: answer?.text ?? null, text };
            return asScore(await definition.judge?.(attempt, parsed, askOf(run, asking)));
          } catch (error) {
            if (error instanceof RuminateError || run.signal.aborted) throw error;
            return { value: null, reason: `failed: ${error instanceof Error ? error.message : String(error)}` };
          }
        }),
      ),
  });
}

const askOf =
  (run: Run, { model, maxTokens }: Asking): AskJudge =>
  async (messages, more) => {
    const asked = typeof messages === "string" ? [{ role: "user" as const, content: messages }] : messages;
    const request = { messages: asked, model, maxTokens: more?.maxTokens ?? maxTokens, purpose: "judge" as const };
    const [sample] = await run.sample({ ...request, temperature: 0, from: 0 });
    return sample?.text ?? "";
  };

/** A module in plain JavaScript may say anything. */
function asScore(said: Score | undefined): Score {
  const value: unknown = said?.value;
  const reason = typeof said?.reason === "string" ? said.reason : undefined;
  if (value === null || (typeof value === "number" && value >= 0 && value <= 1)) return { value, reason };
  return { value: null, reason: `gave ${JSON.stringify(value) ?? "nothing"}; it must give {value} in [0, 1] or null` };
}
