import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { packVector, unpackVector } from "../../src/core/line-states.ts";
import type { LineState, Policy } from "../../src/core/policy.ts";
import { solve } from "../../src/engine/solve.ts";
import { type LearnedVerifier, learnedText, loadLearned } from "../../src/learned/model.ts";
import { stateFeatures } from "../../src/learned/state-features.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { assemble, solveSetup, verifiersOf } from "../../src/setup/setup.ts";
import { evaluateVerifier } from "../../src/verifier-study/evaluate.ts";
import { trainVerifier } from "../../src/verifier-study/train.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

const width = 160;

/** Do the sums of a line hold? */
const wrongSums = (line: string): number =>
  [...line.matchAll(/(\d+) ([+*-]) (\d+) makes (\d+)/g)].filter(([, a, operator, b, result]) => {
    const [x, y] = [Number(a), Number(b)];
    return (operator === "+" ? x + y : operator === "*" ? x * y : x - y) !== Number(result);
  }).length;

/**
 * States as a model without layers would have them: counts of hashed words of the line, and of all words so far. In
 * every fourth place it knows whether its sums hold.
 */
function statesOf(text: string): LineState[] {
  let at = 0;
  const counts = new Float32Array(width);
  return text.split("\n").flatMap((line): LineState[] => {
    const end = at + line.length;
    at = end + 1;
    if (line.trim() === "") return [];
    const words = line.toLowerCase().match(/[a-z]+|\d+/g) ?? [];
    const own = new Float32Array(width);
    for (const word of words) {
      const place = [...word].reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) % 9973, 7) % width;
      own[place] = (own[place] ?? 0) + 1;
      counts[place] = (counts[place] ?? 0) + 1;
    }
    for (let j = 0; j < width; j += 4) counts[j] = (counts[j] ?? 0) + 5 * wrongSums(line);
    return [{ end, tokens: words.length, last: packVector(counts), mean: packVector(own) }];
  });
}

/**
 * The simulated policy with states of its own, in whose words the features of a text see no equation; counts how often
 * it was asked to read.
 */
function policyWithStates(): Policy & { reads: number } {
  const policy = simulatedPolicy({ stepError: 0.15, spread: 0.5 });
  const wrapped: Policy & { reads: number } = {
    ...policy,
    reads: 0,
    capabilities: { ...policy.capabilities, states: width },
    async sample(request, options) {
      if (request.prefixStates === true) wrapped.reads++;
      const prefix = request.prefix?.replaceAll(" makes ", " = ");
      const drawn = await policy.sample({ ...request, prefix }, options);
      const samples = drawn.map((sample) => ({ ...sample, text: sample.text.replaceAll(" = ", " makes ") }));
      return samples.map((sample) => ({
        ...sample,
        ...(request.states === true && { states: statesOf(sample.text) }),
        ...(request.prefixStates === true && { prefixStates: statesOf(request.prefix ?? "") }),
      }));
    },
  };
  return wrapped;
}

const folder = temporaryFolder();
const files = { outcome: join(folder, "my.orm"), process: join(folder, "my.prm") };
const learned: Partial<Record<"outcome" | "process", LearnedVerifier>> = {};
const question = "Ann has 3 apples, buys 4 more and gives 2 away. How many apples does Ann have?";

async function solved(policy: Policy, strategy: string, kind: "outcome" | "process") {
  const spec = { strategy, verifiers: { [kind]: `file:${files[kind]}` } };
  const assembly = assemble(spec, builtins());
  return await solve(question, solveSetup(assembly, { policy, seed: 3 }));
}

beforeAll(async () => {
  const policy = policyWithStates();
  const experiment = parseExperiment(
    "states.yaml",
    `
name: states
dataset: {name: arithmetic, options: {count: 60, minSteps: 3, maxSteps: 5, seed: 1}}
policy: simulated
keep: [states]
strategies:
  - {name: self-consistency, options: {n: 6}}
`,
  );
  const open = async () => ({ policy, simulated: true });
  await runExperiment(experiment, { catalogue: builtins(), open, sandbox: null, out: folder });
  const read = async () => {
    throw new Error("the run has kept them");
  };
  const states = { policy: policy.id, width, read };
  for (const kind of ["outcome", "process"] as const) {
    learned[kind] = await trainVerifier({ from: folder, kind, states });
    writeFileSync(files[kind], learnedText(learned[kind] as LearnedVerifier));
  }
}, 120_000);

describe("a verifier that reads hidden states", () => {
  it("is a line through them and the text, told apart on problems that it never saw", () => {
    const { features, model, report } = learned.outcome as LearnedVerifier;
    expect(features.states).toEqual({ policy: policyWithStates().id, width });
    expect(model.form).toBe("logistic");
    const [line, trees, states] = report.heads;
    expect([line?.form, trees?.form, states?.form]).toEqual(["logistic", "trees", "logistic"]);
    expect([line?.statesRidge, trees?.statesRidge]).toEqual([undefined, undefined]);
    expect(states?.statesRidge).toBeGreaterThan(0);
    expect(states?.heldOutAuc).toBeGreaterThan(line?.heldOutAuc ?? 1);
    expect(report.area.auc).toBeGreaterThan(0.7);
  });

  it("comes back from its file with its weights in 32 bits", () => {
    const [kept, made] = [loadLearned(files.outcome).model, learned.outcome?.model];
    if (kept.form !== "logistic" || made?.form !== "logistic") throw new Error("not a line");
    expect(kept.weights).toHaveLength(made.weights.length);
    for (const [j, weight] of kept.weights.entries()) expect(weight).toBeCloseTo(made.weights[j] ?? 9, 5);
  });

  it.each([
    ["best-of-n", "outcome"],
    ["weighted-vote", "outcome"],
    ["beam-search", "process"],
    ["rebase", "process"],
  ] as const)("scores what %s drew by the states that came with it, without a call", async (strategy, kind) => {
    const policy = policyWithStates();
    const solution = await solved(policy, strategy, kind);
    expect(policy.reads).toBe(0);
    expect(solution.usage.logical.verifier.calls).toBe(0);
    const scores = solution.candidates.flatMap(({ score, steps }) => (kind === "outcome" ? [score] : (steps ?? [])));
    expect(scores.length).toBeGreaterThan(0);
    for (const score of scores) expect(score?.value).toEqual(expect.any(Number));
  });

  it("reads what came without states, and says why it cannot judge another model's", async () => {
    const policy = policyWithStates();
    const bare: Policy = {
      ...policy,
      sample: (request, options) => policy.sample({ ...request, states: false }, options),
    };
    const read = await solved(bare, "best-of-n", "outcome");
    expect(policy.reads).toBeGreaterThan(0);
    const own = await solved(policyWithStates(), "best-of-n", "outcome");
    expect(read.candidates.map(({ score }) => score?.value)).toEqual(own.candidates.map(({ score }) => score?.value));
    expect(read.usage.logical.verifier.calls).toBeGreaterThan(0);

    const longer = { ...policyWithStates(), id: `${policyWithStates().id}@context=4096@thinking` };
    const same = await solved(longer, "best-of-n", "outcome");
    expect(same.candidates.map(({ score }) => score?.value)).toEqual(own.candidates.map(({ score }) => score?.value));

    const other = await solved({ ...policyWithStates(), id: "local/another" }, "best-of-n", "outcome");
    expect(other.candidates.map(({ score }) => score?.reason)).toContainEqual(
      expect.stringMatching(/hidden states of /),
    );
    expect(other.candidates.every(({ score }) => score?.value === null)).toBe(true);
  });

  it("reads the texts of a run that kept none, and learns the same", async () => {
    const bare = temporaryFolder();
    const kept = readFileSync(join(folder, "traces.jsonl"), "utf8").trim().split("\n");
    const lines = kept.map((line) => {
      const trace = JSON.parse(line) as { candidates: { states?: unknown }[] };
      expect(trace.candidates.every((candidate) => candidate.states !== undefined)).toBe(true);
      return JSON.stringify({ ...trace, candidates: trace.candidates.map(({ states: _, ...rest }) => rest) });
    });
    writeFileSync(join(bare, "traces.jsonl"), lines.join("\n"));
    copyFileSync(join(folder, "results.jsonl"), join(bare, "results.jsonl"));
    const states = { policy: policyWithStates().id, width, read: async (_: string, text: string) => statesOf(text) };
    const again = await trainVerifier({ from: bare, kind: "process", states });
    expect(again.model).toEqual(learned.process?.model);
  });

  it("is measured on a run by the states that the run kept, and reads them anew for another model's run", async () => {
    const measuredBy = async (policy: ReturnType<typeof policyWithStates>) => {
      const verifiers = () => verifiersOf({ outcome: { name: "file", options: { path: files.outcome } } }, builtins());
      const out = temporaryFolder();
      const report = await evaluateVerifier({ benchmark: "run", data: folder, out, verifier: "v", verifiers, policy });
      return { area: report.solutions?.area, reads: policy.reads };
    };
    const own = await measuredBy(policyWithStates());
    expect(own.reads).toBe(0);
    expect(own.area?.auc).toBeGreaterThan(0.7);
    const other = await measuredBy(Object.assign(policyWithStates(), { id: `${policyWithStates().id}@context=64` }));
    expect(other.reads).toBeGreaterThan(0);
  });

  it("is refused where the policy has none to give, before anything is asked", async () => {
    await expect(solved(simulatedPolicy({}), "best-of-n", "outcome")).rejects.toThrow(/hidden states/);
  });
});

describe("states that say nothing", () => {
  it("are left out: the file reads none, and needs none", async () => {
    const states = { policy: policyWithStates().id, width, read: async () => [] };
    const silent = async (_: string, text: string): Promise<LineState[]> =>
      statesOf(text).map(({ end, tokens }, i) => {
        const noise = packVector(Array.from({ length: width }, (_, j) => Math.sin(text.length * (i + 1) * (j + 1))));
        return { end, tokens, last: noise, mean: noise };
      });
    const bare = temporaryFolder();
    const lines = readFileSync(join(folder, "traces.jsonl"), "utf8").trim().split("\n");
    const without = lines.map((line) => {
      const trace = JSON.parse(line) as { candidates: { states?: unknown }[] };
      return JSON.stringify({ ...trace, candidates: trace.candidates.map(({ states: _, ...rest }) => rest) });
    });
    writeFileSync(join(bare, "traces.jsonl"), without.join("\n"));
    copyFileSync(join(folder, "results.jsonl"), join(bare, "results.jsonl"));
    const plain = await trainVerifier({ from: bare, kind: "outcome" });
    const read = await trainVerifier({ from: bare, kind: "outcome", states: { ...states, read: silent } });
    expect(read.features.states).toBeNull();
    expect(read.model).toEqual(plain.model);
    expect(read.report.heads.map(({ chosen }) => chosen)[2]).toBe(false);
  });
});

describe("packed vectors", () => {
  it("come back within a 254th of their largest number", () => {
    const vector = Float32Array.from({ length: 33 }, (_, j) => Math.sin(j) * 10 ** (j % 5));
    const most = Math.max(...vector.map(Math.abs));
    const back = unpackVector(packVector(vector)) ?? [];
    expect(back).toHaveLength(33);
    for (const [j, value] of vector.entries()) expect(Math.abs((back[j] ?? 0) - value)).toBeLessThanOrEqual(most / 253);
    expect(unpackVector(packVector([0, 0]))).toEqual(Float32Array.of(0, 0));
    expect(unpackVector("")).toBeNull();
  });

  it("make features of a text: its last state, and the mean over its tokens", () => {
    const lines = [
      { end: 1, tokens: 1, last: packVector([1, 0]), mean: packVector([2, 0]) },
      { end: 3, tokens: 3, last: packVector([0, 4]), mean: packVector([0, 2]) },
    ];
    const features = stateFeatures(lines, 2) ?? [];
    for (const [j, value] of [0, 4, 0.5, 1.5].entries()) expect(features[j]).toBeCloseTo(value, 5);
    expect(stateFeatures(lines, 3)).toBeNull();
    expect(stateFeatures([], 2)).toBeNull();
  });
});
