import { describe, expect, it } from "vitest";
import { z } from "zod";
import { builtins } from "../../src/builtins.ts";
import type { Catalogue } from "../../src/core/catalogue.ts";
import { EnvironmentError, InvalidFileError, InvalidOptionError, UnknownNameError } from "../../src/core/errors.ts";
import type { Policy } from "../../src/core/policy.ts";
import { defineVerifier, mostOf, type VerifierDefinition } from "../../src/core/verifier.ts";
import { solve } from "../../src/engine/solve.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { wrapPolicy } from "../../src/policy/wrap.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { experimentSchema } from "../../src/runs/schema.ts";
import { parseConfig } from "../../src/serve/config.ts";
import { assemble, type SolveSpec, solveSetup } from "../../src/setup/setup.ts";
import { type VerifiersInput, verifiersSchema } from "../../src/setup/specs.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { ask, serving } from "../serve/serving.ts";

/** Reads as many alternatives as its options say, and embeddings where they ask for them. */
const reader = defineVerifier({
  name: "reader",
  summary: "for tests",
  options: z.strictObject({ top: z.coerce.number().optional(), embed: z.boolean().default(false) }),
  argument: "top",
  needs: ({ top, embed }) => ({ logprobs: top, embeddings: embed }),
  outcome: () => ({ score: async (_question, candidates) => candidates.map(() => ({ value: 0.5 })) }),
}) as VerifierDefinition;

function catalogue(): Catalogue {
  const known = builtins();
  known.verifiers.add(reader);
  return known;
}

const assembled = (outcome: unknown, process?: unknown) =>
  assemble({ strategy: "best-of-n", verifiers: { outcome, process } as VerifiersInput }, catalogue());

describe("what verifiers need", () => {
  it("is a function of their options, and for several the most of it", () => {
    expect(mostOf([])).toEqual({});
    expect(mostOf([{ logprobs: 0 }, {}, { logprobs: 5, embeddings: true }])).toEqual({ logprobs: 5, embeddings: true });
    expect(assembled("reader").needs()).toEqual({});
    expect(assembled({ name: "reader", options: { top: 3, embed: true } }).needs()).toEqual({
      logprobs: 3,
      embeddings: true,
    });
    expect(assembled("reader:7").needs()).toEqual({ logprobs: 7 });
    expect(assembled("reader:7", "likelihood").needs()).toEqual({ logprobs: 7 });
    expect(assembled("judge").needs()).toEqual({});
  });

  it("goes through verifiers of verifiers, however deep", () => {
    const member = { name: "reader", options: { embed: true } };
    const inner = { name: "ensemble", options: { of: ["reader:9", member, "judge"] } };
    const outer = { name: "calibrated", options: { verifier: inner.name, options: inner.options } };
    expect(assembled({ name: "ensemble", options: { of: [outer, "likelihood"] } }).needs()).toEqual({
      logprobs: 9,
      embeddings: true,
    });
  });

  it("is refused before the first call where the policy cannot give it", async () => {
    const embedding = {
      outcome: { name: "ensemble", options: { of: [{ name: "reader", options: { embed: true } }] } },
    };
    const policy = scriptedPolicy([]);
    const { needs } = assembled(embedding.outcome);
    expect(needs()).toEqual({ embeddings: true });
    expect(() => solveSetup(assembled(embedding.outcome), { policy })).toThrow(EnvironmentError);
    const experiment = experimentSchema.parse({
      name: "embedding",
      dataset: "arithmetic",
      strategies: ["best-of-n"],
      verifiers: embedding,
    });
    const setup = { catalogue: catalogue(), open: async () => ({ policy, simulated: true }), sandbox: null };
    await expect(runExperiment(experiment, { ...setup, out: temporaryFolder() })).rejects.toThrow(/reads embeddings/);
  });
});

describe("an assembly", () => {
  const wrong: readonly (readonly [string, SolveSpec, new (...args: never[]) => Error, RegExp])[] = [
    ["strategy", { strategy: "best_of_n" }, UnknownNameError, /best-of-n/],
    ["options", { strategy: "best-of-n", options: { n: 0 } }, InvalidOptionError, /"n" must be/],
    [
      "verifiers",
      { strategy: "best-of-n", verifiers: { outcome: { name: "judge", options: { by: "coin" } } } },
      InvalidOptionError,
      /"by" must be/,
    ],
    ["select", { strategy: "best-of-n", select: "constructor" }, UnknownNameError, /selection/],
    ["stop", { strategy: "best-of-n", stop: { rule: "confident", value: 3 } }, InvalidOptionError, /confident/],
  ];
  it.each(wrong)("refuses a wrong %s and says which part it is", (part, spec, kind, words) => {
    const parts: string[] = [];
    const guarded = () =>
      assemble(spec, catalogue(), (name, make) => {
        parts.push(name);
        return make();
      });
    expect(guarded).toThrow(kind);
    expect(guarded).toThrow(words);
    expect(parts.at(-1)).toBe(part);
  });

  it("refuses a verifier that does not score what it is named for, and one whose file is missing once it is made", () => {
    expect(() => assembled(undefined, "self-certainty")).toThrow(/likelihood/);
    const { verifiers, needs } = assembled("file:missing.orm");
    expect(verifiers).toThrow(InvalidFileError);
    expect(needs).toThrow(InvalidFileError);
  });

  it("gives each solve verifiers of its own, and those that are given by value as they are", () => {
    const named = assembled("reader");
    expect(named.verifiers().outcome).not.toBe(named.verifiers().outcome);
    const outcome = { name: "mine", verifier: { score: async () => [] } };
    const own = assemble({ strategy: "best-of-n", verifiers: { outcome } }, catalogue());
    expect(own.verifiers().outcome).toBe(outcome);
    expect(solveSetup(own, { policy: scriptedPolicy([]), logprobs: 4 }).logprobs).toBe(4);
  });
});

describe("models by the part they play", () => {
  const verifiers = verifiersSchema.parse({ outcome: { name: "judge", options: { by: "rating" } } });
  const judge = () => scriptedPolicy(Array.from({ length: 8 }, () => "Rating: 8"));
  const counted = () => {
    const requests = { policy: 0, judge: 0 };
    const watched = (policy: Policy, name: keyof typeof requests) =>
      wrapPolicy(policy, {
        sample: (request, options) => {
          requests[name]++;
          return policy.sample(request, options);
        },
      });
    return { requests, policy: watched(simulatedPolicy(), "policy"), judge: watched(judge(), "judge") };
  };

  it("are asked by the verifier that names them", async () => {
    const { requests, policy, judge: judging } = counted();
    const assembly = assemble({ strategy: "best-of-n", options: { n: 2 }, verifiers }, catalogue());
    const setup = solveSetup(assembly, { policy, models: { judge: judging } });
    const { candidates } = await solve("Tom has 3 apples and buys 4. How many apples has Tom?", setup);
    expect(candidates.map(({ score }) => score?.value)).toEqual([0.8, 0.8]);
    expect(requests.judge).toBeGreaterThan(0);
  });

  it("are named in an experiment, and its results depend on them", async () => {
    const { requests, policy, judge: judging } = counted();
    const experiment = (roles: object | undefined) =>
      experimentSchema.parse({
        name: "roles",
        dataset: { name: "arithmetic", options: { count: 1 } },
        policy: "simulated",
        strategies: [{ name: "best-of-n", options: { n: 2 } }],
        verifiers,
        roles,
      });
    const out = temporaryFolder();
    const open = async (spec: unknown) => ({ policy: spec === "simulated" ? policy : judging, simulated: true });
    const setup = { catalogue: catalogue(), open, sandbox: null, out };
    const summary = await runExperiment(experiment({ judge: "local:judge" }), setup);
    expect(requests.judge).toBeGreaterThan(0);
    expect(summary.setups[0]).toMatchObject({ policy: "simulated", roles: { judge: "local:judge" } });
    expect(summary.policies.map(({ label }) => label)).toEqual(["simulated", "local:judge"]);
    const before = requests.judge;
    const again = await runExperiment(experiment({ judge: "local:judge" }), setup);
    expect([again.complete, requests.judge]).toEqual([true, before]);
    // Without the judge the policy judges: another trial.
    const drawn = requests.policy;
    await runExperiment(experiment(undefined), setup);
    expect(requests.policy).toBeGreaterThan(drawn);
  });

  it("are upstreams in the configuration of a server", async () => {
    const { requests, policy, judge: judging } = counted();
    const models = {
      judged: { upstream: "small", roles: { judge: "large" }, strategy: "best-of-n", options: { n: 2 }, verifiers },
    };
    const upstreams = { small: "simulated", large: "simulated:judge=1" };
    const server = await serving(
      { upstreams, models },
      {
        open: async (spec) => (spec === "simulated" ? policy : judging),
      },
    );
    try {
      const response = await server.chat({ model: "judged", messages: ask("Tom has 3 apples and buys 4. How many?") });
      expect(response.status).toBe(200);
      expect(requests.judge).toBeGreaterThan(0);
    } finally {
      await server.close();
    }
    const unknown = { judged: { upstream: "small", roles: { judge: "huge" } } };
    expect(() => parseConfig("test", { upstreams, models: unknown })).toThrow(
      '"models.judged.roles.judge" must be one of the upstreams (small, large).',
    );
  });
});
