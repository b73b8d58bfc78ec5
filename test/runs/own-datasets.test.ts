import { expect, it } from "vitest";
import { z } from "zod";
import { builtins } from "../../src/builtins.ts";
import { addPlugin } from "../../src/core/catalogue.ts";
import { defineDataset } from "../../src/core/dataset.ts";
import { type Problem, type ProblemRow, problemOf, rowOf } from "../../src/core/problem.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { loadDatasets } from "../../src/runs/load-datasets.ts";

const row: ProblemRow = { id: "capitals-0", text: "Capital of Peru?", kind: "text", reference: { answer: "Lima" } };

const loaded = (problems: readonly Problem[]) => {
  const catalogue = builtins();
  const options = z.strictObject({});
  addPlugin(catalogue, "capitals.ts", {
    capitals: defineDataset({ name: "capitals", summary: "", options, load: async () => problems }),
  });
  return loadDatasets(parseExperiment("e.yaml", "name: e\ndataset: capitals\nstrategies: [chain-of-thought]"), {
    catalogue,
  });
};

it("a dataset of one's own gives problems; rows that were not made problems are refused with the remedy", async () => {
  expect(await loaded([problemOf(row)])).toMatchObject([{ problems: [{ question: { text: row.text } }] }]);
  await expect(loaded([row as unknown as Problem])).rejects.toThrow("Make problems of them with problemOf(row).");
});

it("a problem that is built by hand has the row of its fields", () => {
  const { question, reference } = problemOf(row);
  expect(rowOf({ question, reference, tags: ["geography"] })).toEqual({ ...row, tags: ["geography"] });
});
