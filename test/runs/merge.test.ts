import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { mergeRuns } from "../../src/runs/merging/merge.ts";
import { type PartSpec, shardOf } from "../../src/runs/part.ts";
import { packOrdinals, unpackOrdinals } from "../../src/runs/records/ordinals.ts";
import { type Progress, runExperiment } from "../../src/runs/run-experiment.ts";
import type { PolicySpec } from "../../src/runs/schema.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { simulatedSetup } from "./small-run.ts";

const yaml = `
name: parts
datasets:
  - {name: arithmetic, options: {count: 13, minSteps: 3, maxSteps: 5}}
  - {name: word-problems, options: {limit: 4}}
policy: simulated
strategies:
  - chain-of-thought
  - {name: self-consistency, options: {n: 4}}
  - {name: best-of-n, options: {n: 3}, verifiers: {outcome: simulated}}
metrics: [pass@2]
seeds: [1, 2]
`;
const root = temporaryFolder();

async function run(name: string, part?: PartSpec, text = yaml): Promise<string> {
  const out = join(root, name);
  await runExperiment(parseExperiment("parts.yaml", text), simulatedSetup(out, { part, command: "ruminate" }));
  writeReport(out);
  return out;
}

const merge = (names: readonly string[], out: string) =>
  mergeRuns(
    names.map((name) => ({ name, path: join(root, name) })),
    join(root, out),
    { catalogue: builtins() },
  );

/** A file of a run without what depends on the moment or on the folder. */
function timeless(folder: string, file: string): string {
  const text = readFileSync(join(root, folder, file), "utf8").replaceAll(join(root, folder), "FOLDER");
  return text
    .replace(/"moment":\{[^\n]*\}(?=\}\n)/g, '"moment":{}')
    .replace(/"(secondsPerTrial|wallSecondsPerTrial)": [\d.e-]+/g, '"$1": 0');
}

const shards = Array.from({ length: 5 }, (_, i) => `shard-${i + 1}`);

describe("parts of a run", () => {
  beforeAll(async () => {
    await run("whole");
    for (const [i, name] of shards.entries()) await run(name, { shard: { index: i + 1, of: 5 } });
  }, 120_000);

  it("are merged to the bytes of one run", () => {
    const summary = merge(shards, "merged");
    expect(summary.complete).toBe(true);
    expect(summary.trials).toBe(17 * 3 * 2);
    for (const file of ["results.jsonl", "traces.jsonl", "experiment.json", "summary.json"])
      expect(timeless("merged", file)).toBe(timeless("whole", file));
    writeReport(summary.folder);
    expect(timeless("merged", "report.md")).toContain("pass@2");
    expect(timeless("merged", "report.md")).not.toContain("Only a part");
  });

  it("go on in the merged folder with nothing left to do", async () => {
    const before = readFileSync(join(root, "merged", "results.jsonl"), "utf8");
    await run("merged");
    expect(readFileSync(join(root, "merged", "results.jsonl"), "utf8")).toBe(before);
  });

  it("say what a shard leaves out", () => {
    const report = readFileSync(join(root, "shard-2", "report.md"), "utf8");
    expect(report).toContain("Only a part of the run was asked for (--shard 2/5): 78 of 102 trials are left out");
  });

  it("are refused where one is missing, and the refusal names it", () => {
    const given = shards.filter((name) => name !== "shard-3");
    expect(() => merge(given, "gap")).toThrow(
      /lacks 18 trials of 102: shard 3\/5 is not among them; 6 of chain-of-thought, .* on problem 3 of arithmetic, seed 1/,
    );
    expect(existsSync(join(root, "gap"))).toBe(false);
  });

  it("are refused where one is there twice", () => {
    cpSync(join(root, "shard-4"), join(root, "copy"), { recursive: true });
    expect(() => merge([...shards, "copy"], "twice")).toThrow(
      /twice: shard-4 and copy both hold 18 trials \(the first is chain-of-thought on problem 4 of arithmetic, seed 1\)/,
    );
    expect(() => merge([...shards, "shard-1"], "twice")).toThrow("was given the folder shard-1 twice");
  });

  it("are refused where one is of another configuration, and the refusal names what differs", async () => {
    const shard = { shard: { index: 5, of: 5 } };
    await run(
      "longer",
      shard,
      yaml.replace("n: 4", "n: 5, temperature: 0.5").replace("policy: ", "maxTokens: 99\npolicy: "),
    );
    const given = [...shards.slice(0, 4), "longer"];
    expect(() => merge(given, "mixed")).toThrow("maxTokens is another: 512 in shard-1, 99 in longer.");
    await run("more", shard, yaml.replace("count: 13", "count: 14"));
    expect(() => merge([...shards.slice(0, 4), "more"], "mixed")).toThrow(
      "13 problems of arithmetic, 4 problems of word-problems in shard-1, 14 problems of arithmetic, 4 problems of word-problems in more.",
    );
    await run("options", shard, yaml.replace("{n: 3}, ", "{n: 3}, label: best-of-n@3, budget: {tokens: 9000}, "));
    expect(() => merge([...shards.slice(0, 4), "options"], "mixed")).toThrow("best-of-n@3 has another budget.");
  });

  it("may be arms that were added later, and seeds of other machines", async () => {
    const [added = ""] = /\n {2}- \{name: best.*/.exec(yaml) ?? [];
    await run("earlier", undefined, yaml.replace(added, ""));
    await run("later", { only: ["best-of-n@3"] });
    const { setups } = merge(["earlier", "later"], "with-arm");
    expect(setups).toHaveLength(3);
    expect(timeless("with-arm", "results.jsonl")).toBe(timeless("whole", "results.jsonl"));
    await run("seed-1", undefined, yaml.replace("[1, 2]", "[1]"));
    await run("seed-2", undefined, yaml.replace("[1, 2]", "[2]"));
    merge(["seed-1", "seed-2"], "seeds");
    expect(timeless("seeds", "results.jsonl")).toBe(timeless("whole", "results.jsonl"));
    expect(JSON.parse(readFileSync(join(root, "seeds", "experiment.json"), "utf8")).seeds).toEqual([1, 2]);
  });

  it("never take the place of the whole report", async () => {
    const before = readFileSync(join(root, "merged", "report.md"), "utf8");
    await run("merged", { only: ["chain-of-thought"], ids: ["arithmetic-0-00003"] });
    expect(readFileSync(join(root, "merged", "report.md"), "utf8")).toBe(before);
  });

  it("keep earlier trials where an arm that is added makes labels longer", async () => {
    const asked: string[] = [];
    const of = (label: string) => ({
      policy: simulatedPolicy({ stepError: label === "other" ? 0.2 : 0.15 }),
      simulated: true,
    });
    const open = async (spec: PolicySpec) => of(typeof spec === "string" ? spec : (spec.label ?? ""));
    const again = async (text: string) => {
      const onProgress = ({ last }: Progress) => void (last !== null && asked.push(last.arm));
      const out = join(root, "grown");
      await runExperiment(parseExperiment("parts.yaml", text), { ...simulatedSetup(out), open, onProgress });
    };
    await again(yaml);
    asked.length = 0;
    await again(yaml.replace("policy: simulated", "policies: [simulated, {name: simulated, label: other}]"));
    expect(new Set(asked.map((label) => label.split(" · ")[1]))).toEqual(new Set(["other"]));
    const report = writeReport(join(root, "grown"));
    expect(report.arms.map(({ n }) => n)).toEqual([34, 34, 34, 34, 34, 34]);
    expect(report.trials).toBe(6 * 34);
  });

  it("are asked for by names that exist", async () => {
    await expect(run("no", { only: ["chain-of-though"] })).rejects.toThrow('Did you mean "chain-of-thought"?');
    await expect(run("no", { ids: ["nope"] })).rejects.toThrow('Unknown problem "nope"');
    expect(() => shardOf("6/5")).toThrow("--shard must be i/n with i from 1 to n");
  });
});

describe("ordinals", () => {
  it("come back as they were packed, a shard as one entry a dataset", () => {
    const shard = Array.from({ length: 60 }, (_, i) => i).filter((i) => Math.floor(i / 6) % 5 === 2);
    expect(packOrdinals(shard)).toEqual([[12, 6, 30, 2]]);
    for (const some of [[], [4], [0, 1, 2, 7, 9, 11, 13, 14], shard]) {
      expect([...unpackOrdinals(packOrdinals(some))]).toEqual(some);
    }
  });
});
