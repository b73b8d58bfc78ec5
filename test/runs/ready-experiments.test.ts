import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { experimentJsonSchema } from "../../src/runs/json-schema.ts";
import { loadExperiment } from "../../src/runs/load.ts";
import { loadDatasets } from "../../src/runs/load-datasets.ts";
import { armsOf, baselinesOf } from "../../src/runs/plan.ts";
import { verifiersOf } from "../../src/setup/setup.ts";

const folder = resolve(import.meta.dirname, "../../experiments");
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

describe("the ready experiments", () => {
  it.each(files)("%s is valid, names what exists, and its arms can be built and paired", async (file) => {
    const experiment = await loadExperiment(join(folder, file));
    const catalogue = builtins();
    const arms = armsOf(experiment, catalogue);
    expect(new Set(arms.map(({ label }) => label)).size).toBe(arms.length);
    if (arms.length > 1) expect(baselinesOf(experiment, arms).size).toBeGreaterThan(0);
    // A verifier that is yet to be learned has no file to read.
    const there = arms.filter(({ verifiers }) => !verifiers?.outcome?.name.startsWith("file:"));
    for (const arm of there) verifiersOf(arm.verifiers, catalogue);
  });

  const withoutFile = files.filter((name) => !/--data/.test(readFileSync(join(folder, name), "utf8")));
  it.each(withoutFile)("%s finds its problems without a file", async (file) => {
    const experiment = await loadExperiment(join(folder, file));
    const datasets = await loadDatasets(experiment, { catalogue: builtins(), limit: 40 });
    const problems = datasets.flatMap((dataset) => dataset.problems);
    expect(problems.length).toBeGreaterThanOrEqual(12);
    // Intervals count groups of problems that belong together: with a handful of them nothing could be said.
    expect(new Set(problems.map(({ group, question }) => group ?? question.id)).size).toBeGreaterThanOrEqual(8);
  });

  it("have a JSON Schema for editors that is the one the program checks with", () => {
    const published: unknown = JSON.parse(readFileSync(join(folder, "experiment.schema.json"), "utf8"));
    expect(published).toEqual(JSON.parse(JSON.stringify(experimentJsonSchema())));
    expect(published).toMatchObject({
      additionalProperties: false,
      required: expect.arrayContaining(["name", "strategies"]),
    });
  });
});
