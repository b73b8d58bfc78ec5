import { z } from "zod";
import { InvalidOptionError } from "../src/core/errors.ts";
import type { Score } from "../src/core/score.ts";
import { parseOptions } from "../src/core/strategy.ts";
import { defineVerifier, mostOf, needsOf, type VerifierDefinition } from "../src/core/verifier.ts";
import { combinations, combine, weightOfAuc } from "../src/learned/combining.ts";

const member = z.union([
  z.string().transform((name) => ({ name, options: {} as Record<string, unknown>, weight: undefined, auc: undefined })),
  z.strictObject({
    name: z.string(),
    options: z.record(z.string(), z.unknown()).default({}),
    weight: z.number().min(0).optional(),
    auc: z.number().min(0).max(1).optional().describe("as measured by `verifier eval`; gives the weight 2 × AUC - 1"),
  }),
]);

const optionsSchema = z.strictObject({
  of: z.array(member).min(1).describe("verifiers by name, or with options and a weight or a measured AUC"),
  how: z.enum(combinations).default("mean"),
  atLeast: z.int().min(1).default(1).describe("verifiers that must be able to judge, else null"),
  apart: z.number().min(0).max(1).default(1).describe("scores further apart than this are no judgement: null"),
});
type Options = z.output<typeof optionsSchema>;

/** Members made by `make`, with their weights. @throws InvalidOptionError for one that cannot score this. */
function membersOf<V>(
  { of }: Options,
  find: (name: string) => VerifierDefinition,
  make: (definition: VerifierDefinition, options: unknown) => V | undefined,
) {
  return of.map(({ name, options, weight, auc }) => {
    const definition = find(name);
    const verifier = make(definition, parseOptions(definition, options));
    if (verifier === undefined) {
      throw new InvalidOptionError('ensemble: "of"', `holds "${name}", which does not score what is asked for.`);
    }
    return { verifier, weight: weight ?? (auc === undefined ? 1 : weightOfAuc(auc)) };
  });
}

/**
 * Several verifiers as one: mean, min, max or product of experts of their scores, weighted where asked for, each asked
 * at the same time. Verifiers that cannot judge are left out.
 *
 * Cost: the sum of the members'. Null where fewer than `atLeast` could judge, or where they lie further apart than
 * `apart`.
 */
export const ensemble = (find: (name: string) => VerifierDefinition) =>
  defineVerifier<Options>({
    name: "ensemble",
    summary: "several verifiers as one: mean, min, max or product of experts, weighted by measured AUC",
    options: optionsSchema,
    needs: ({ of }) => mostOf(of.map(({ name, options }) => needsOf(find(name), options))),
    members: ({ of }) => of,
    outcome: (options) => {
      const members = membersOf(options, find, (definition, parsed) => definition.outcome?.(parsed));
      const settings = { ...options, weights: members.map(({ weight }) => weight) };
      return {
        score: async (question, candidates, run) => {
          const all = await Promise.all(members.map(({ verifier }) => verifier.score(question, candidates, run)));
          return candidates.map((_, i) => combine(column(all, i), settings));
        },
      };
    },
    process: (options) => {
      const members = membersOf(options, find, (definition, parsed) => definition.process?.(parsed));
      const settings = { ...options, weights: members.map(({ weight }) => weight) };
      return {
        scoreSteps: async (question, trajectories, run) => {
          const all = await Promise.all(
            members.map(({ verifier }) => verifier.scoreSteps(question, trajectories, run)),
          );
          return trajectories.map(({ steps }, i) => {
            const rows = all.map((scores) => scores[i] ?? []);
            return steps.map((_, t) => combine(column(rows, t), settings));
          });
        },
      };
    },
  });

const column = (rows: readonly (readonly Score[])[], i: number): Score[] =>
  rows.map((row) => row[i] ?? { value: null, reason: "not scored" });
