import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jaccard, shinglesOf, wordsOf } from "../../experiments/datasets/lint/shingles.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { ProblemRow } from "../../src/core/problem.ts";
import { type EvolveSetup, evolve } from "../../src/evolve/evolve.ts";
import { writeEvolved } from "../../src/evolve/files.ts";
import { type EvolveInput, evolveSchema } from "../../src/evolve/spec.ts";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { generateProblem } from "../../src/policy/simulated/problem.ts";
import { createSandbox } from "../../src/sandbox/index.ts";
import { type FakeServer, startFakeServer } from "../fakes/server.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { tinyPython } from "../fakes/tiny-python.ts";
import { answerTo, chances, world } from "./world.ts";

const seeds = Array.from({ length: 10 }, (_, i): ProblemRow => {
  const { text } = generateProblem("seeds", i, { minSteps: 4, maxSteps: 6 });
  return { id: `seed-${i}`, text, kind: "number", reference: { answer: String(answerTo(text)) } };
});
const test = Array.from({ length: 20 }, (_, i) => generateProblem("test", i, { minSteps: 4, maxSteps: 6 }).text);
const free = ["numbers", "fractions", "condition", "persona", "concepts"] as const;

let server: FakeServer;
let policy: Policy;
beforeAll(async () => {
  server = await startFakeServer({ answer: world(test), keepBodies: false });
  policy = openAiPolicy({ baseUrl: server.baseUrl, model: "test", parallel: 16 });
});
afterAll(async () => {
  await policy.dispose?.();
  await server.close();
});

interface Given extends Partial<Omit<EvolveSetup, "spec">> {
  readonly spec?: Partial<EvolveInput>;
}

/** Everything that an evolution writes, in one text, with its outcomes. */
async function evolved({ spec = {}, ...given }: Given = {}) {
  const folder = given.folder ?? temporaryFolder();
  const whole = evolveSchema.parse({
    dataset: "seeds",
    policy: "test",
    operations: [...free],
    questions: 200,
    ...spec,
  });
  const data = { dataset: "seeds", problems: seeds.length, fingerprint: "", licence: "unknown" };
  const setup = { writer: policy, solvers: [policy], sandbox: tinyPython(), data, parallel: 16, seeds, test };
  const found = await evolve({ ...setup, ...given, spec: whole, folder });
  const card = writeEvolved(folder, found, whole, { seeds: data, against: [], models: [] });
  const files = ["outcomes.jsonl", "problems.jsonl", "sft.jsonl", "card.md", "card.json"];
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8"));
  return {
    ...found,
    card,
    folder,
    files: texts.join("\n"),
    kept: found.questions.filter(({ answer }) => answer !== null),
  };
}

/** P(right given kept) of 4 chains, half of which must agree, and one program that confirms them, by enumeration. */
function expectedPrecision(): number {
  const values = [0, 1, 2];
  const share = (value: number, chance: number) => (value === 0 ? chance : (1 - chance) / 2);
  const draws = values.flatMap((a) => values.flatMap((b) => values.flatMap((c) => values.map((d) => [a, b, c, d]))));
  let [kept, right] = [0, 0];
  for (const chains of draws) {
    const votes = values.map((value) => chains.filter((one) => one === value).length);
    const most = Math.max(...votes);
    if (most < 2 || votes.filter((count) => count === most).length > 1) continue;
    const best = votes.indexOf(most);
    const probability = chains.reduce((all, value) => all * share(value, chances.chain), share(best, chances.program));
    kept += probability;
    if (best === 0) right += probability;
  }
  return right / kept;
}

describe("data evolve", () => {
  it("keeps right answers in the share that their checks give, no leak and no duplicate", async () => {
    const { kept, questions, card } = await evolved({ spec: { questions: 160, agreement: 0.5, programs: 1 } });
    const right = kept.filter(({ question, answer }) => Number(answer) === answerTo(question ?? "")).length;
    const expected = expectedPrecision();
    expect(kept.length).toBeGreaterThan(30);
    const error = Math.sqrt((expected * (1 - expected)) / kept.length);
    expect(Math.abs(right / kept.length - expected)).toBeLessThan(3 * error + 1 / kept.length);
    const known = new Set(test.map((text) => text.toLowerCase()));
    expect(kept.filter(({ question }) => known.has((question ?? "").toLowerCase()))).toEqual([]);
    const runs = [...seeds.map(({ text }) => text), ...kept.map(({ question }) => question ?? "")].map((text) =>
      shinglesOf(wordsOf(text), 3),
    );
    const groups = [...seeds.map(({ id }) => id), ...kept.map(({ group }) => group)];
    const near = runs.flatMap((own, i) =>
      runs.filter((other, j) => j < i && groups[j] !== groups[i] && jaccard(own, other) >= 0.7),
    );
    expect(near).toEqual([]);
    const reasons = new Set(questions.map(({ reason }) => reason));
    for (const reason of ["in a test set", "a near duplicate", "asks nothing", "chains disagree", "programs disagree"])
      expect(reasons).toContain(reason);
    expect(card.survival.reduce((sum, one) => sum + one.made, 0)).toBe(160);
    expect(card.survival.reduce((sum, one) => sum + one.kept, 0)).toBe(card.problems);
  });

  it("writes the same bytes one at a time, and after it was killed and its last line cut", async () => {
    const spec = { questions: 40 };
    const { files } = await evolved({ spec });
    expect((await evolved({ spec, parallel: 1 })).files).toBe(files);
    const folder = temporaryFolder();
    let calls = 0;
    const dying: Policy = {
      ...policy,
      sample: async (request, options) => {
        if (++calls > 60) throw new Error("killed");
        return await policy.sample(request, options);
      },
    };
    await expect(evolved({ spec, folder, writer: dying, solvers: [dying] })).rejects.toThrow("killed");
    appendFileSync(join(folder, "outcomes.jsonl"), '{"kind":"question","id":"cut');
    expect((await evolved({ spec, folder })).files).toBe(files);
    await expect(evolved({ spec: { questions: 40, chains: 5 }, folder })).rejects.toThrow("other settings");
  });

  it("keeps to its budget, and begins the same questions one at a time", async () => {
    const spec = { questions: 40, operations: ["numbers" as const], budget: 15_000 };
    const some = await evolved({ spec });
    const spent = some.card.tokens.prompt + some.card.tokens.completion;
    expect(some.notBegun).toBeGreaterThan(0);
    expect(spent).toBeLessThanOrEqual(15_000);
    expect((await evolved({ spec, parallel: 1 })).files).toBe(some.files);
    const all = await evolved({ spec: { ...spec, budget: 4_000_000 }, folder: some.folder });
    expect(all.files).toBe((await evolved({ spec: { ...spec, budget: undefined } })).files);
  });

  it("varies the numbers of programs that give the seed's answer, and holds translations against it", async () => {
    const sandbox = createSandbox("wasi");
    try {
      const { kept } = await evolved({
        spec: { operations: ["variation", "translate"], questions: 16, agreement: 0.5 },
        sandbox,
      });
      for (const { question, answer, operation } of kept.filter((one) => one.operation === "variation")) {
        expect([operation, Number(answer)]).toEqual(["variation", answerTo(question ?? "")]);
      }
      for (const { ancestry, answer } of kept.filter((one) => one.operation === "translate"))
        expect(answer).toBe(seeds.find(({ id }) => id === ancestry.seeds[0])?.reference.answer);
      const operations = new Set(kept.map(({ operation }) => operation));
      expect([...operations].sort()).toEqual(["translate", "variation"]);
    } finally {
      await sandbox.dispose();
    }
  });
});
