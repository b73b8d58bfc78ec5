import { InvalidOptionError } from "../src/core/errors.ts";
import { aggregate } from "../src/core/score.ts";
import { defineVerifier } from "../src/core/verifier.ts";
import { type ServedOptions, servedOptions } from "./served/options.ts";
import { pages } from "./served/page.ts";
import { openScorer, type Scorer } from "./served/scorer.ts";

/**
 * A public reward model behind a server: a preset says how its text is laid out, where its number is read and of which
 * kind it is; a transport says how the server is spoken to. The numbers become probabilities by the preset's declared
 * mapping only; the raw ones stay in an outcome score's reason and, for steps, in the trace.
 *
 * Outcome: an outcome model reads the whole answer; a process model's step scores are aggregated. Process: one score
 * per step as the strategy made them; a blank step takes the score of the one before it. Null where the text holds the
 * model's own mark, or a chat model gives no verdict.
 *
 * Cost: one request per `batch` texts (one per step for chats), charged with the tokens that the server reports, else
 * about one per four characters.
 * A text beyond the model's window, or one that the server refuses, is null with the reason; the others have their
 * scores.
 * @throws VerifierError for a reply of the wrong shape or length, or numbers that are not of the declared kind.
 */
export const served = defineVerifier<ServedOptions>({
  name: "served",
  summary:
    "a public process or outcome reward model behind vLLM, SGLang, TensorRT-LLM, TEI, a chat or plain HTTP server",
  options: servedOptions,
  argument: "preset",
  presets: pages,
  outcome: (options) => {
    const scorer = openScorer(options);
    const how = options.aggregation ?? scorer.preset.aggregation ?? "last";
    return {
      async score(question, candidates, run) {
        const whole = scorer.preset.scores === "outcome" || how === "model";
        const solutions = candidates.map(({ text, trajectory }) => (whole ? [text] : stepsOf(trajectory)));
        const scores = await scorer.score(question.text, solutions, run);
        return scores.map((steps) => aggregate(steps, how === "model" ? "last" : how));
      },
      tokens: ({ text }, solution) => scorer.tokens(text, solution),
    };
  },
  process: (options) => {
    const scorer: Scorer = openScorer(options);
    if (scorer.preset.scores === "outcome") {
      throw new InvalidOptionError(
        'served: "preset"',
        `must be a process model where steps are scored, got ${scorer.preset.name}. Give it as outcome verifier: prefixes are then scored with it.`,
      );
    }
    return {
      aggregation: scorer.preset.aggregation,
      scoreSteps: (question, trajectories, run) => scorer.score(question.text, trajectories.map(stepsOf), run),
      tokens: ({ text }, solution) => scorer.tokens(text, solution),
    };
  },
});

const stepsOf = ({ steps }: { readonly steps: readonly { readonly text: string; readonly observation?: string }[] }) =>
  steps.map(({ text, observation }) => text + (observation ?? ""));
