import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { InvalidOptionError } from "../../src/core/errors.ts";
import type { Policy } from "../../src/core/policy.ts";
import { rolesOfStrategy, rolesOfVerifier } from "../../src/core/roles.ts";
import { parseOptions } from "../../src/core/strategy.ts";
import { solve } from "../../src/engine/solve.ts";
import { type ModelSpec, type OpenContext, openPolicy } from "../../src/policy/open.ts";
import { generateProblem, simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { wrapPolicy } from "../../src/policy/wrap.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { experimentSchema } from "../../src/runs/schema.ts";
import { assemble, type SolveSpec, solveSetup } from "../../src/setup/setup.ts";
import type { VerifiersInput } from "../../src/setup/specs.ts";
import { startFakeServer } from "../fakes/server.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

const catalogue = builtins();
const policy = simulatedPolicy({ stepError: 0.3 });
const question = { ...generateProblem("roles", 3, { minSteps: 3, maxSteps: 3 }), id: "q", kind: "number" as const };

/** A model that counts its requests. */
function counted() {
  let requests = 0;
  const model: Policy = wrapPolicy(policy, {
    sample: (request, options) => {
      requests++;
      return policy.sample(request, options);
    },
  });
  return { model, requests: () => requests };
}

const single = (name: string) => ({ outcome: { name } }) as VerifiersInput;

interface Naming {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly part: string;
}

/** Every option that names a model, as a spec that gives it another name than its usual one. */
const namingStrategies = catalogue.strategies.all.flatMap((strategy): Naming[] => {
  const shape = (strategy.options as { shape?: Record<string, unknown> }).shape ?? {};
  const usual = (key: string) => (shape[key] as { meta?: () => { role?: unknown } | undefined }).meta?.()?.role;
  return Object.keys(shape).flatMap((key): Naming[] => {
    const role = usual(key);
    if (role === undefined) return [];
    if (typeof role === "object" && role !== null)
      return Object.entries(role)
        .filter(([value]) => value !== (parseOptions(strategy, {}) as Record<string, unknown>)[key])
        .map(([value, part]) => ({
          name: strategy.name,
          options: { [key]: value },
          part: String(part),
        }));
    const many = Array.isArray((parseOptions(strategy, {}) as Record<string, unknown>)[key]);
    return [{ name: strategy.name, options: { [key]: many ? ["large"] : "large" }, part: "large" }];
  });
});

const namingVerifiers = catalogue.verifiers.all.flatMap((verifier) => {
  const shape = (verifier.options as { shape?: Record<string, { meta?: () => { role?: unknown } | undefined }> }).shape;
  return Object.entries(shape ?? {}).flatMap(([key, field]) =>
    field.meta?.()?.role === undefined ? [] : [{ name: verifier.name, options: { [key]: "large" } }],
  );
});

describe("models by the part they play", () => {
  it("are named by options of many strategies and verifiers", () => {
    const names = new Set(namingStrategies.map(({ name }) => name));
    for (const name of [
      "debate",
      "mixture-of-agents",
      "ab-mcts",
      "reward-guided",
      "rstar",
      "gen-select",
      "self-refine",
    ])
      expect(names).toContain(name);
    expect(namingVerifiers.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["judge", "step-judge", "critic", "rubric", "think-prm", "mutual-consistency"]),
    );
  });

  it.each(namingStrategies)("$name $options is refused where there is no such model", ({ name, options, part }) => {
    const assembly = assemble({ strategy: name, options }, catalogue);
    expect(assembly.roles).toContainEqual(expect.objectContaining({ role: part, required: true }));
    const nearly = `${part}s`;
    expect(() => solveSetup(assembly, { policy, models: { [nearly]: policy } })).toThrow(InvalidOptionError);
    expect(() => solveSetup(assembly, { policy, models: { [nearly]: policy } })).toThrow(`Did you mean "${nearly}"?`);
    expect(() => solveSetup(assembly, { policy, models: { [part]: policy } })).not.toThrow();
  });

  it.each(namingVerifiers)("verifier $name $options is refused where there is no such model", ({ name, options }) => {
    const definition = catalogue.verifiers.get(name);
    const reads = rolesOfVerifier(definition, options, catalogue);
    expect(reads).toContainEqual(expect.objectContaining({ role: "large", required: true }));
    const inner = { name: "ensemble", options: { of: [{ name, options }] } };
    expect(rolesOfVerifier(catalogue.verifiers.get("ensemble"), inner.options, catalogue)).toEqual(reads);
  });

  it("by their usual names are played by the policy where there is no model", () => {
    for (const strategy of catalogue.strategies.all) {
      const options = strategy.options.safeParse({});
      if (!options.success) continue;
      const named = rolesOfStrategy(strategy, options.data).filter(({ required }) => required);
      expect(named, strategy.name).toEqual([]);
    }
  });

  const asking: readonly (SolveSpec & { readonly part: string })[] = [
    { strategy: "best-of-n", options: { n: 2 }, verifiers: single("judge"), part: "judge" },
    { strategy: "best-of-n", options: { n: 2 }, verifiers: single("rubric"), part: "judge" },
    { strategy: "self-refine", options: { signal: "teacher", rounds: 1 }, part: "teacher" },
    { strategy: "debate", options: { models: ["left", "right"], signal: "none" }, part: "right" },
    { strategy: "mixture-of-agents", options: { models: ["first"], signal: "none" }, part: "first" },
    { strategy: "mixture-of-agents", options: { signal: "none" }, part: "aggregator" },
    { strategy: "diverse-correction", options: { diverse: "other" }, part: "other" },
    { strategy: "gen-select", options: { n: 3 }, part: "judge" },
    { strategy: "ab-mcts", options: { models: ["maker"], expansions: 4 }, part: "maker" },
    { strategy: "template-correction", options: { rounds: 1 }, part: "teacher" },
    { strategy: "cascade", options: { stages: [{ name: "chain-of-thought", model: "small" }] }, part: "small" },
  ];
  it.each(asking)("$strategy $options asks the model named $part", async ({ part, ...spec }) => {
    const [own, model] = [counted(), counted()];
    const assembly = assemble(spec, catalogue);
    const others = Object.fromEntries(assembly.roles.map(({ role }) => [role, counted().model]));
    const models = { ...others, [part]: model.model };
    await solve(question, solveSetup(assembly, { policy: own.model, models, seed: "roles" }));
    expect(model.requests()).toBeGreaterThan(0);
  });

  it("reach their own servers in an experiment, with a line of their own", async () => {
    const judge = await startFakeServer({ answer: () => "Yes, the answer is right. Verdict: Yes" });
    try {
      const given = {
        name: "roles",
        dataset: { name: "arithmetic", options: { count: 2 } },
        policy: "simulated",
        strategies: [
          { name: "best-of-n", options: { n: 2 } },
          { name: "self-consistency", options: { n: 2 } },
        ],
        verifiers: { outcome: "judge" },
        baselines: false,
      };
      const open = async (spec: ModelSpec) => ({
        policy: spec === "simulated" ? policy : await openPolicy(spec, {} as OpenContext),
        simulated: spec === "simulated",
      });
      const run = (models: Record<string, string>) =>
        runExperiment(experimentSchema.parse({ ...given, models }), {
          catalogue,
          open,
          sandbox: null,
          out: temporaryFolder(),
        });
      const summary = await run({ judge: `${judge.baseUrl}#test` });
      expect(judge.counts.requests).toBeGreaterThan(0);
      const text = JSON.stringify(summary);
      expect(text).toContain('"roles"');
      await expect(run({ jugde: judge.baseUrl })).rejects.toThrow(
        'models has "jugde", a part that nothing here asks. Did you mean "judge"?',
      );
    } finally {
      await judge.close();
    }
  });
});
