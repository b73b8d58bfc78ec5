import { describe, expect, it } from "vitest";
import { CorpusOverlap, datasets, guidedCompletion, lintProblems, slotGuessing } from "../../../experiments/index.ts";
import { rowOf, simulatedPolicy } from "../../../src/index.ts";

describe("the public face of datasets", () => {
  it("lints, looks for overlap and probes a model, of any dataset's problems", async () => {
    const dataset = datasets.find(({ name }) => name === "word-problems");
    const problems = (await dataset?.load({}, dataset.options.parse({})))?.map(rowOf) ?? [];
    expect(await lintProblems(problems)).toEqual([]);
    const [first] = problems;
    if (first === undefined) throw new Error("no problems");
    const twice = await lintProblems([first, { ...first, id: "again" }]);
    expect(twice.map(({ check }) => check)).toEqual(["duplicate"]);
    const overlap = new CorpusOverlap(problems, 13);
    overlap.read(first.text);
    expect(overlap.result().hit).toBe(1);
    const setup = { policy: simulatedPolicy(), seed: 1 };
    expect((await slotGuessing([first], setup)).slots).toHaveLength(1);
    const guided = await guidedCompletion([first], { ...setup, dataset: "word-problems", split: "test" });
    expect(guided.questions).toHaveLength(1);
  });
});
