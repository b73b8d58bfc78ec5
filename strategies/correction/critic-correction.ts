import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { programOptions } from "../programs/program-aided.ts";
import { blindOption, critiqueOfRun, programAttempt, rewriteProgram } from "./critic-correction/tool-critique.ts";
import { acceptCalls, acceptOption, acceptRule } from "./kit/accept.ts";
import { cannotTell } from "./kit/finding.ts";
import { lastKept } from "./kit/kept.ts";
import { correct } from "./kit/loop.ts";

/**
 * CRITIC: a program is written and run, the policy criticises it with the result in view, and writes a new one, until it finds nothing wrong, the code no longer changes,
 * or the rounds end (Gou et al. 2023, arXiv:2305.11738, section 3 and the mathematical programs of section 4.2; at most 4 rounds). A round whose program gives no value
 * never replaces one that did. The verifier `critic` is another thing (a chat model that names the first wrong step, ProcessBench), hence the longer name.
 *
 * Cost: at most `1 + 3 · rounds` calls and `1 + rounds` sandbox runs: critique, program, and the fresh solution in words that the accept rule may ask for, so that
 * by default a program is replaced only by one that agrees with a chain of thought (`accept: always` is the paper's).
 */
export const criticCorrection = defineStrategy({
  name: "critic-correction",
  summary: "a program, criticised with its result in view and written anew",
  paper: "Gou et al. 2023, arXiv:2305.11738",
  rewards: {
    outcome: "accepts a new program only if it scores higher",
    process: "the same, aggregated (a program is one step)",
    none: "a new program is accepted if a fresh chain of thought agrees with its value",
  },
  options: z.strictObject({
    rounds: z.int().min(1).max(16).default(4).describe("new programs at most"),
    ...programOptions,
    temperature: z.number().min(0).default(0),
    feedbackTemperature: z.number().min(0).default(0),
    signal: blindOption,
    accept: acceptOption,
  }),
  candidates: (run, options) =>
    correct(run, {
      attempt: programAttempt(options),
      signal: options.signal === "none" ? async () => cannotTell : critiqueOfRun(options, options.feedbackTemperature),
      revise: rewriteProgram(options),
      accept: acceptRule(options),
      rounds: options.rounds,
      varies: options.temperature > 0,
    }),
  select: ({ accept }) => lastKept(accept),
  cost: ({ rounds, signal, accept }) => ({
    calls: 1 + rounds * ((signal === "none" ? 0 : 1) + 1 + acceptCalls(accept)),
    scored: 2 * (1 + rounds),
    runs: 1 + rounds,
  }),
});
