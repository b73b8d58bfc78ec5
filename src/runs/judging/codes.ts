import { z } from "zod";
import { InvalidOptionError } from "../../core/errors.ts";
import type { Score } from "../../core/score.ts";
import { parseOptions } from "../../core/strategy.ts";
import type { OutcomeVerifier } from "../../core/verifier.ts";

const options = z
  .strictObject({
    codes: z
      .array(
        z.strictObject({
          name: z.string().regex(/^[\p{L}\d_-]+(?: [\p{L}\d_-]+)*$/u, "must be words without signs"),
          text: z.string().min(1).describe("what it stands for, as the judge is told"),
        }),
      )
      .min(1)
      .describe("errors, warnings or abilities that may apply to a solution"),
    scale: z
      .tuple([z.int(), z.int()])
      .default([1, 5])
      .describe("lowest and highest rating; the score is the rating's share of the way between"),
    instruction: z
      .string()
      .min(1)
      .default("Rate the solution and say which of these codes apply to it.")
      .describe("what the judge is asked, before the codes"),
  })
  .refine(({ scale: [low, high] }) => low < high, { path: ["scale"], error: "must rise" });
type Options = z.output<typeof options>;

/** Options of the judge `codes`. @throws InvalidOptionError. */
export function codesOptions(given: Readonly<Record<string, unknown>>): Options {
  const parsed = parseOptions({ name: "codes", options }, given);
  const names = parsed.codes.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new InvalidOptionError('codes: "codes"', `has "${twice}" twice.`);
  return parsed;
}

const askedFor = ({ codes, scale: [low, high], instruction }: Options): string =>
  [
    `${instruction}\n`,
    ...codes.map(({ name, text }) => `${name}: ${text}`),
    "\nWrite three lines and nothing else:",
    `Rating: a whole number from ${low} (worst) to ${high} (best)`,
    "Codes: the names that apply, separated by commas, or none",
    "Reason: why, in one sentence",
  ].join("\n");

/**
 * A rating with codes, as GHOSTS has its experts give (Frieder et al. 2023, arXiv:2301.13867: 1 to 5, error and warning
 * codes), and as SciBench attributes errors to abilities (Wang et al. 2024, arXiv:2307.10635).
 */
export const codesJudge = (given: Options, model: string, maxTokens: number): OutcomeVerifier => ({
  score: (question, candidates, run) =>
    Promise.all(
      candidates.map(async ({ text }): Promise<Score> => {
        const content = `Problem:\n${question.text}\n\nSolution:\n${text}\n\n${askedFor(given)}`;
        const [sample] = await run.sample({
          messages: [{ role: "user", content }],
          ...{ temperature: 0, from: 0, maxTokens, purpose: "codes", model },
        });
        return codesScore(sample?.text ?? "", given);
      }),
    ),
});

/** Null without a rating of the scale, or a line of codes; a code that is not in the list is left out and said. */
export function codesScore(reply: string, { codes, scale: [low, high] }: Options): Score {
  const said = (name: string) => new RegExp(`^\\W*${name}\\W*:(.*)$`, "im").exec(reply)?.[1]?.trim();
  const rating = Number(/^\W*(-?\d+)\b/.exec(said("rating") ?? "")?.[1] ?? Number.NaN);
  const line = said("codes");
  if (!(rating >= low && rating <= high) || line === undefined)
    return { value: null, reason: `no rating from ${low} to ${high} with codes in "${reply.slice(0, 60)}"` };
  const named = line.split(",").map((one) => one.replaceAll(/^[^\p{L}\d_-]+|[^\p{L}\d_-]+$/gu, ""));
  const wanted = named.filter((one) => one !== "" && !/^none$/i.test(one));
  const found = codes.filter(({ name }) => wanted.some((one) => one.toLowerCase() === name.toLowerCase()));
  const strange = wanted.filter((one) => !codes.some(({ name }) => name.toLowerCase() === one.toLowerCase()));
  const left = strange.length === 0 ? "" : ` (not in the list: ${strange.join(", ")})`;
  const list = found.map(({ name }) => name).join(", ") || "none";
  return {
    value: (rating - low) / (high - low),
    reason: `rated ${rating}, codes ${list}; ${said("reason") ?? ""}${left}`,
  };
}

/** The codes in what {@link codesScore} said. */
export function codesIn(reason: string): string[] {
  const list = /^rated -?\d+, codes ([^;]*);/.exec(reason)?.[1];
  return list === undefined || list === "none" ? [] : list.split(", ");
}
