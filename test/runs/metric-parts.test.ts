import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { Problem } from "../../src/core/problem.ts";
import { exportCsv } from "../../src/export/csv.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { parseProblem } from "../../src/policy/simulated/parse.ts";
import { answerChances } from "../../src/policy/simulated/theory.ts";
import type { ExperimentSummary } from "../../src/runs/experiment-summary.ts";
import type { ArmMetric } from "../../src/runs/metrics/metric-summary.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { smallRun } from "./small-run.ts";

const dials = { stepError: 0.12 };
const policy = simulatedPolicy(dials);

/** Each question as it is, of two steps, and made harder, of six; domains a and b in turn. */
async function pairs(count: number): Promise<{ lines: string[]; chance: Map<string, number> }> {
  const load = (steps: number) =>
    builtins()
      .datasets.get("arithmetic")
      .load(undefined as never, { count, seed: 3, minSteps: steps, maxSteps: steps, difficulty: 0.5, distractors: 0 });
  const [easy, hard] = [await load(2), await load(6)];
  const chance = new Map<string, number>();
  const lines = easy.flatMap((problem: Problem, i: number) =>
    [
      { form: "original", one: problem },
      { form: "longer", one: hard[i] as Problem },
    ].map(({ form, one }) => {
      const id = `${i}-${form}`;
      const parsed = parseProblem(one.question.text);
      if (parsed === null) throw new Error(one.question.text);
      chance.set(id, answerChances(parsed, dials).right);
      const domain = i % 2 === 0 ? "a" : "b";
      return JSON.stringify({
        id,
        group: `g${i}`,
        form,
        domain,
        question: one.question.text,
        answer: one.reference.answer,
      });
    }),
  );
  return { lines, chance };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const holds = (interval: { low: number; high: number } | null | undefined, truth: number) => {
  expect(interval?.low).toBeLessThanOrEqual(truth);
  expect(interval?.high).toBeGreaterThanOrEqual(truth);
};

describe("a metric by parts, on a run whose truth is known", () => {
  let out = "";
  let chance = new Map<string, number>();
  const truth = (test: (id: string) => boolean) => mean([...chance].flatMap(([id, p]) => (test(id) ? [p] : [])));

  beforeAll(async () => {
    const made = await pairs(150);
    chance = made.chance;
    const file = join(temporaryFolder(), "pairs.jsonl");
    writeFileSync(file, `${made.lines.join("\n")}\n`);
    const yaml = `
name: parts
dataset: {name: generic, path: ${file}, options: {question: question, answer: answer, id: id, group: group, tagFields: [form, domain]}}
policy: simulated
strategies: [chain-of-thought, {name: self-consistency, options: {n: 4}}]
seeds: [1, 2]
metrics:
  - {name: accuracy, by: form, against: original}
  - {name: pass@2, by: domain, against: a}
  - {name: accuracy, by: form+domain}
`;
    out = await smallRun({ open: async () => ({ policy, simulated: true }) }, yaml);
  });

  const metric = (name: string, arm: string): ArmMetric => {
    const summary = JSON.parse(readFileSync(join(out, "summary.json"), "utf8")) as ExperimentSummary;
    const found = summary.metrics?.find((one) => one.metric === name)?.arms.find((one) => one.arm === arm);
    if (found === undefined) throw new Error(`${name} of ${arm}`);
    return found;
  };

  it("holds the accuracy of each part, the macro average and the paired gap", () => {
    const { parts = [], macro } = metric("accuracy by form", "chain-of-thought");
    expect(parts.map(({ part, units }) => [part, units])).toEqual([
      ["longer", 150],
      ["original", 150],
    ]);
    for (const { part, interval } of parts)
      holds(
        interval,
        truth((id) => id.endsWith(part)),
      );
    holds(macro?.interval, (truth((id) => id.endsWith("longer")) + truth((id) => id.endsWith("original"))) / 2);
    expect(parts[1]?.gap).toBeUndefined();
    const gap = parts[0]?.gap;
    expect(gap).toMatchObject({ paired: true, clusters: 150 });
    holds(gap?.interval, truth((id) => id.endsWith("longer")) - truth((id) => id.endsWith("original")));
    expect(gap?.value).toBeCloseTo((parts[0]?.value ?? 9) - (parts[1]?.value ?? 9), 12);
    expect(gap?.adjustedP).toBeLessThan(0.001);
  });

  it("takes parts that share no problem as two samples, and crosses two keys", () => {
    const [a, b] = metric("pass@2 by domain", "self-consistency@4").parts ?? [];
    expect(a?.gap).toBeUndefined();
    expect(b?.gap).toMatchObject({ paired: false, clusters: 150 });
    const two = mean([...chance].flatMap(([id, p]) => (Number.parseInt(id, 10) % 2 === 0 ? [1 - (1 - p) ** 2] : [])));
    holds(a?.interval, two);
    expect(b?.gap?.adjustedP).toBeGreaterThan(0.01);
    const cells = metric("accuracy by form+domain", "chain-of-thought").parts ?? [];
    expect(cells.map(({ part }) => part)).toEqual(["longer · a", "longer · b", "original · a", "original · b"]);
  });

  it("stands in the report and in the export", () => {
    const html = readFileSync(join(out, "report.html"), "utf8");
    expect(html).toContain("accuracy by form, against original");
    expect(html).toContain("accuracy by form, against original");
    const lines: string[] = [];
    exportCsv(out, "metrics", (line) => lines.push(line));
    expect(lines).toHaveLength(1 + 2 * (3 + 3 + 5));
    expect(lines.filter((line) => line.includes(",longer · a,"))).toHaveLength(2);
  });

  it("is refused where no problem has what it is split by", async () => {
    const wrong = `
name: parts
dataset: {name: arithmetic, options: {count: 2}}
policy: simulated
strategies: [chain-of-thought]
metrics: [{name: accuracy, by: dificulty}]
`;
    await expect(smallRun({}, wrong)).rejects.toThrow(/no problem has that. Did you mean "difficulty"/);
    await expect(smallRun({}, wrong.replace("by: dificulty", "against: original"))).rejects.toThrow(/names a part/);
    await expect(smallRun({}, wrong.replace("dificulty", "dataset, against: gsm8k"))).rejects.toThrow(/is no part/);
  });
});
