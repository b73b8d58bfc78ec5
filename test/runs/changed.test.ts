import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { addPlugin } from "../../src/core/catalogue.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { codeHash } from "../../src/runs/records/code-graph.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { simulatedSetup } from "./small-run.ts";

const written = (folder: string, files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
};

describe("the hash of a plug-in's code", () => {
  const files = {
    "mine.ts":
      'import { half } from "./half.js";\nimport z from "zod";\nconst prompt = read(new URL("./prompt.txt", here));',
    "half.ts": 'export { third as half } from "./third";',
    "third.ts": "export const third = 3;",
    "prompt.txt": "Think.",
    "apart.ts": "export const apart = 1;",
  };

  it("covers every module and file that is reached by relative paths, and nothing else", () => {
    const folder = temporaryFolder();
    written(folder, files);
    const hash = () => codeHash(join(folder, "mine.ts"));
    const first = hash();
    expect(hash()).toBe(first);
    for (const name of ["mine.ts", "half.ts", "third.ts", "prompt.txt"] as const) {
      written(folder, { [name]: `${files[name]}\n` });
      expect(hash(), name).not.toBe(first);
      written(folder, files);
      expect(hash()).toBe(first);
    }
    written(folder, { "apart.ts": "export const apart = 2;" });
    expect(hash()).toBe(first);
    const copy = temporaryFolder();
    written(copy, files);
    expect(codeHash(join(copy, "mine.ts"))).toBe(first);
  });

  it("covers the versions of packages, and ends where modules import each other", () => {
    const folder = temporaryFolder();
    written(folder, { "a.ts": 'import "./b.ts"; import { z } from "a-package";', "b.ts": 'import "./a.ts";' });
    const hashes = ["1.0.0", "1.0.1"].map((version) => {
      const home = join(folder, "node_modules", "a-package");
      mkdirSync(home, { recursive: true });
      written(home, {
        "package.json": JSON.stringify({ name: "a-package", version, main: "index.js" }),
        "index.js": "",
      });
      return codeHash(join(folder, "a.ts"));
    });
    expect(new Set(hashes).size).toBe(2);
  });
});

const yaml = `
name: c
dataset: {name: arithmetic, options: {count: 6}}
policy: simulated
strategies: [chain-of-thought, mine, {name: cascade, options: {stages: [mine, chain-of-thought]}}]
`;

/** A run whose plug-in has this code; resolves to the trials done before it began, and what was noted. */
async function run(out: string, hash: string, text = yaml, parts: Parameters<typeof simulatedSetup>[1] = {}) {
  const catalogue = builtins();
  const { name: _, ...own } = catalogue.strategies.get("chain-of-thought");
  const mine = { ...own, name: "mine" };
  addPlugin(catalogue, "./mine.ts", { mine }, { path: "./mine.ts", hash });
  const notes: string[] = [];
  let resumed = -1;
  const summary = await runExperiment(parseExperiment("c.yaml", text), {
    ...simulatedSetup(out, { catalogue, onNote: (note) => notes.push(note), ...parts }),
    onProgress: (progress) => {
      resumed = progress.resumed;
    },
  });
  return { summary, notes, resumed };
}

const linesOf = (out: string) => readFileSync(join(out, "results.jsonl"), "utf8").split("\n").length - 1;

describe("a run that goes on after something changed", () => {
  it("does again what an edited plug-in takes part in, members of other strategies included, and names it", async () => {
    const out = temporaryFolder();
    expect(await run(out, "first")).toMatchObject({ resumed: 0, notes: [] });
    expect(await run(out, "first")).toMatchObject({ resumed: 18, notes: [] });
    const edited = await run(out, "second");
    expect(edited.resumed).toBe(6);
    expect(edited.notes).toEqual([
      "The plug-in ./mine.ts was edited. 12 earlier trials are kept in the folder and do not count.",
    ]);
    expect(edited.summary).toMatchObject({ complete: true, trials: 18 });
    expect(linesOf(out)).toBe(30);
    expect(await run(out, "first")).toMatchObject({ resumed: 18 });
  });

  it("does all again for another model under the same name, and names it", async () => {
    const out = temporaryFolder();
    await run(out, "first");
    const open = async () => ({ policy: { ...simulatedPolicy({ stepError: 0.15 }), id: "other/m" }, simulated: true });
    const { resumed, notes } = await run(out, "first", yaml, { open });
    expect(resumed).toBe(0);
    expect(notes.join()).toMatch(
      /^The model simulated is another: simulated\S* then, other\/m now\. 18 earlier trials/,
    );
  });

  it("names datasets, options, rules and limits that are others", async () => {
    const out = temporaryFolder();
    const base = "name: c\ndataset: {name: arithmetic, options: {count: 2}}\npolicy: simulated\n";
    await run(out, "a", `${base}strategies: [{name: self-consistency, label: s, options: {n: 3}}]`);
    const { notes } = await run(
      out,
      "a",
      `${base.replace("count: 2", "count: 3, minSteps: 4")}maxTokens: 99\nstrategies: [{name: self-consistency, label: s, options: {n: 4}, select: first}]`,
    );
    expect(notes).toEqual([
      "The dataset arithmetic has other problems or references. s has another options, selection rule. maxTokens is another: 512 then, 99 now. 2 earlier trials are kept in the folder and do not count.",
    ]);
  });

  it("grades again what another version of the grader graded, and keeps the rest", async () => {
    const out = temporaryFolder();
    await run(out, "a");
    const [results, summary] = ["results.jsonl", "summary.json"].map((name) => join(out, name)) as [string, string];
    const right = readFileSync(results, "utf8");
    writeFileSync(results, right.replaceAll('"verdict":"correct"', '"verdict":"incorrect"'));
    const { identity: _, ...earlier } = JSON.parse(readFileSync(summary, "utf8"));
    writeFileSync(summary, JSON.stringify(earlier));
    const { resumed, notes } = await run(out, "a");
    expect(resumed).toBe(18);
    expect(notes.join()).toMatch(
      /^The grader changed \(version \d+ then, \d+ now\)\. 18 trials are graded again\. Verdicts moved: \d+ incorrect → correct\.$/,
    );
    expect(readFileSync(results, "utf8")).toBe(right);
  });

  it("does not score again what another model, other code or another question made", async () => {
    const out = temporaryFolder();
    await run(out, "a");
    const rescore = { rescore: true };
    const judged = yaml.replace(
      "strategies: [chain-of-thought, mine,",
      "verifiers: {outcome: simulated}\nstrategies: [chain-of-thought, mine,",
    );
    await expect(run(out, "b", judged, rescore)).rejects.toThrow(/the plug-in \.\/mine\.ts was edited since/);
    const other = temporaryFolder();
    await run(other, "a");
    const open = async () => ({ policy: { ...simulatedPolicy({ stepError: 0.15 }), id: "other/m" }, simulated: true });
    await expect(run(other, "a", judged, { ...rescore, open })).rejects.toThrow(
      /is other\/m now\. Run without --rescore/,
    );
  });
});
