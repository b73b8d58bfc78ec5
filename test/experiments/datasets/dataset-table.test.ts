import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { datasetTable } from "../../../experiments/datasets/dataset-table.ts";
import { datasets } from "../../../experiments/datasets/index.ts";

const root = resolve(import.meta.dirname, "../../..");

describe("the table of datasets", () => {
  it("stands in the documentation as it is generated", () => {
    const documentation = readFileSync(resolve(root, "docs/datasets.md"), "utf8");
    expect(documentation).toContain(datasetTable(datasets));
  });

  it("has one line a dataset, with every cell filled", () => {
    const lines = datasetTable(datasets).trimEnd().split("\n");
    expect(lines).toHaveLength(datasets.length + 2);
    for (const line of lines) expect(line.split("|").slice(1, -1)).toHaveLength(6);
  });

  it("names each dataset once, after the file it is defined in", () => {
    const names = datasets.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const defined = readdirSync(resolve(root, "experiments/datasets"));
    expect(names.filter((name) => !defined.includes(`${name}.ts`))).toEqual([]);
  });
});
