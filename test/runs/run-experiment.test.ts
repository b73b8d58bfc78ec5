import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { stackPolicy } from "../../src/policy/stack.ts";
import type { SampleStore } from "../../src/policy/store/contract.ts";
import { openSampleStore } from "../../src/policy/store/sqlite.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import type { TraceRecord, TrialRecord } from "../../src/runs/records/record.ts";
import { type ExperimentSetup, runExperiment } from "../../src/runs/run-experiment.ts";
import type { PolicySpec } from "../../src/runs/schema.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

const text = `
name: small
dataset: {name: arithmetic, options: {count: 12, minSteps: 3}}
policy: simulated
strategies:
  - chain-of-thought
  - {name: self-consistency, options: {n: 4}}
  - {name: best-of-n, options: {n: 4}, verifiers: {outcome: simulated}}
  - {name: beam-search, options: {width: 2, branching: 2}, verifiers: {process: simulated}, budget: {tokens: 3000}}
  - {name: self-refine, stop: {rule: at-most, value: 2}}
seeds: [1, 2]
`;

const setup = (
  out: string,
  parts: Partial<ExperimentSetup> & { store?: SampleStore; latencyMs?: number } = {},
): ExperimentSetup => ({
  catalogue: builtins(),
  open: async (_spec: PolicySpec) => ({
    policy: stackPolicy(
      simulatedPolicy({ stepError: 0.15, latencyMs: parts.latencyMs ?? 0 }),
      parts.store ? { store: parts.store } : {},
    ),
    simulated: true,
  }),
  sandbox: null,
  out,
  ...parts,
});

const linesOf = <T>(folder: string, name: string): T[] =>
  readFileSync(join(folder, name), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
/** Results without what depends on the moment. */
const timeless = (folder: string): string =>
  linesOf<TrialRecord>(folder, "results.jsonl")
    .map(({ moment: _moment, ...record }) => JSON.stringify(record))
    .join("\n");

describe("runExperiment", () => {
  it("refuses a dataset of which the options leave no problem", async () => {
    const path = join(temporaryFolder(), "one.jsonl");
    writeFileSync(path, `${JSON.stringify({ question: "What is 2 + 2?", answer: "2 + 2 = 4\\n#### 4" })}\n`);
    const none = text.replace(/dataset: .*/, `dataset: {name: gsm8k, path: ${path}, options: {offset: 1}}`);
    await expect(runExperiment(parseExperiment("e.yaml", none), setup(temporaryFolder()))).rejects.toThrow(
      `dataset "gsm8k" must have a problem, of ${path} with options {"offset":1} it has none. Check offset,`,
    );
  });

  it("gives byte-identical results at concurrency 1 and 16, times aside", async () => {
    const [one, many] = [temporaryFolder(), temporaryFolder()];
    await runExperiment(parseExperiment("e.yaml", text), setup(one, { concurrency: 1 }));
    await runExperiment(parseExperiment("e.yaml", text), setup(many, { concurrency: 16, latencyMs: 1 }));
    expect(timeless(many)).toBe(timeless(one));
    expect(readFileSync(join(many, "traces.jsonl"), "utf8")).toBe(readFileSync(join(one, "traces.jsonl"), "utf8"));
  });

  it("records every trial once and adds up: rows, tallies and the summary agree", async () => {
    const out = temporaryFolder();
    const summary = await runExperiment(parseExperiment("e.yaml", text), setup(out));
    const records = linesOf<TrialRecord>(out, "results.jsonl");
    expect(records).toHaveLength(12 * 5 * 2);
    expect(new Set(records.map(({ key }) => key)).size).toBe(records.length);
    for (const arm of summary.arms) {
      const rows = records.filter((record) => record.arm === arm.arm);
      expect(arm.correct).toBe(rows.filter(({ verdict }) => verdict === "correct").length);
      expect(arm.usage.policy.completionTokens).toBe(
        rows.reduce((sum, row) => sum + row.usage.policy.completionTokens, 0),
      );
      expect(arm.coverage).toBeGreaterThanOrEqual(arm.accuracy ?? 1);
      expect(arm.interval?.low).toBeLessThanOrEqual(arm.accuracy ?? 0);
      expect(arm.interval?.high).toBeGreaterThanOrEqual(arm.accuracy ?? 1);
    }
    expect(linesOf<TraceRecord>(out, "traces.jsonl")).toHaveLength(records.length);
    expect(JSON.parse(readFileSync(join(out, "summary.json"), "utf8"))).toEqual(JSON.parse(JSON.stringify(summary)));
  });

  it("goes on where it was stopped, also behind a line that was cut in the middle", async () => {
    const [whole, broken] = [temporaryFolder(), temporaryFolder()];
    await runExperiment(parseExperiment("e.yaml", text), setup(whole));
    const abort = new AbortController();
    const stopped = runExperiment(
      parseExperiment("e.yaml", text),
      setup(broken, { signal: abort.signal, onProgress: ({ done }) => done >= 40 && abort.abort(new Error("stop")) }),
    );
    await expect(stopped).rejects.toThrow("stop");
    appendFileSync(join(broken, "results.jsonl"), '{"version":1,"key":"half');
    const done: number[] = [];
    const summary = await runExperiment(
      parseExperiment("e.yaml", text),
      setup(broken, { onProgress: (progress) => done.push(progress.resumed) }),
    );
    expect(done[0]).toBeGreaterThanOrEqual(40);
    expect(summary.complete).toBe(true);
    expect(timeless(broken)).toBe(timeless(whole));
  });

  it("keeps what another plan of the same folder had finished", async () => {
    const out = temporaryFolder();
    await runExperiment(parseExperiment("e.yaml", text), setup(out, { limit: 6 }));
    const fewer = await runExperiment(parseExperiment("e.yaml", text), setup(out, { limit: 2 }));
    expect(fewer.arms[0]?.n).toBe(4);
    expect(linesOf<TrialRecord>(out, "results.jsonl")).toHaveLength(6 * 5 * 2);
    const resumed: number[] = [];
    await runExperiment(
      parseExperiment("e.yaml", text),
      setup(out, { limit: 6, onProgress: (p) => resumed.push(p.resumed) }),
    );
    expect(resumed[0]).toBe(60);
  });

  it("pays once for samples that strategies share, and charges each as if alone", async () => {
    const store = openSampleStore(":memory:");
    const shared = parseExperiment(
      "e.yaml",
      "name: s\ndataset: {name: arithmetic, options: {count: 5}}\npolicy: simulated\nstrategies: [{name: self-consistency, options: {n: 8}}, {name: best-of-n, options: {n: 8}}, {name: weighted-vote, options: {n: 6}}]",
    );
    const { arms } = await runExperiment(shared, setup(temporaryFolder(), { store, concurrency: 1 }));
    expect(arms.map((arm) => arm.usage.policy.calls)).toEqual([40, 40, 30]);
    expect(arms.map((arm) => arm.spent.policy.calls).reduce((a, b) => a + b)).toBe(40);
    store.close();
  });

  it("refuses a folder in which another process is at work, and takes over from one that died", async () => {
    const out = temporaryFolder();
    writeFileSync(join(out, "lock"), "1");
    await expect(runExperiment(parseExperiment("e.yaml", text), setup(out))).rejects.toThrow(/Process 1 is at work in/);
    writeFileSync(join(out, "lock"), "99999999");
    await runExperiment(parseExperiment("e.yaml", text), setup(out, { limit: 1 }));
    expect(existsSync(join(out, "lock"))).toBe(false);
  });

  it("shows no reference to the policy: no prompt holds an answer that the question does not", async () => {
    const policy = scriptedPolicy(Array.from({ length: 40 }, () => "I do not know."));
    const seen = parseExperiment(
      "e.yaml",
      "name: leak\ndataset: {name: arithmetic, options: {count: 10, minSteps: 4}}\npolicy: simulated\nstrategies: [chain-of-thought, {name: self-refine, options: {rounds: 1}}]",
    );
    const problems = await builtins()
      .datasets.get("arithmetic")
      .load({}, { count: 10, seed: 0, minSteps: 4, maxSteps: 6, difficulty: 0.5, distractors: 0 });
    await runExperiment(seen, { ...setup(temporaryFolder()), open: async () => ({ policy, simulated: false }) });
    const leaks = problems.filter(({ question: { text }, reference }) =>
      policy.requests.some(({ messages }) => {
        const prompt = messages.map(({ content }) => content).join("\n");
        return (
          prompt.includes(text) && new RegExp(`(?<!\\d)${reference.answer}(?!\\d)`).test(prompt.replaceAll(text, ""))
        );
      }),
    );
    expect(policy.requests.length).toBeGreaterThanOrEqual(30);
    expect(leaks.map(({ question }) => question.id)).toEqual([]);
  });
});

describe("experiment files", () => {
  const refused = (yaml: string) => {
    try {
      parseExperiment("e.yaml", yaml);
    } catch (error) {
      return (error as Error).message;
    }
    return "accepted";
  };

  it("are refused with file, line, field, value and a guess", () => {
    expect(refused("name: a\ndataset: gsm8k\nstrategies: [x]\nbudgt: {tokens: 3}")).toBe(
      'e.yaml: the experiment does not know "budgt". Did you mean "budget"? Known: name, description, dataset, datasets, policy, policies, models, roles, strategies, verifiers, budget, budgets, include, exclude, baselines, baseline, families, stop, seeds, maxTokens, compareOverBudget, prompts, limits, concurrency, efficiency, metrics, grade, traces, keep.',
    );
    expect(refused("name: a\ndataset: gsm8k\nstrategies:\n  - x\n  - {name: y, optoins: {n: 1}}")).toContain(
      'e.yaml:5: "strategies[1]" does not know "optoins". Did you mean "options"?',
    );
    expect(refused("name: a\ndataset: gsm8k\nstrategies: [x]\nbudget: {tokens: -3}")).toBe(
      'e.yaml:4: "budget.tokens" must be at least 1, got -3.',
    );
    expect(refused("name: a\ndataset: gsm8k\nstrategies: [x]\nseeds: [1, 1]")).toContain(
      'e.yaml:4: "seeds" must differ: a seed given twice is one trial counted twice, got [1,1].',
    );
    expect(refused("name: a\nstrategies: [x]")).toContain('needs a "dataset"');
    expect(refused("name: [a\n")).toMatch(/^e\.yaml:\d+: is not valid YAML/);
  });

  it("name what does not exist before any call is paid for", async () => {
    const run = (yaml: string) => runExperiment(parseExperiment("e.yaml", yaml), setup(temporaryFolder()));
    await expect(run("name: a\ndataset: arithmetic\nstrategies: [self-consistancy]")).rejects.toThrow(
      'Unknown strategy "self-consistancy". Did you mean "self-consistency"?',
    );
    await expect(run("name: a\ndataset: gsm9k\nstrategies: [chain-of-thought]")).rejects.toThrow(
      'Unknown dataset "gsm9k". Did you mean "gsm8k"?',
    );
    await expect(
      run("name: a\ndataset: arithmetic\nstrategies: [best-of-n]\nverifiers: {outcome: juge}"),
    ).rejects.toThrow('Did you mean "judge"?');
    await expect(
      run("name: a\ndataset: arithmetic\nstrategies: [best-of-n]\nverifiers: {process: judge}"),
    ).rejects.toThrow('Unknown process verifier "judge"');
    await expect(run("name: a\ndataset: arithmetic\nstrategies: [{name: best-of-n, options: {n: 0}}]")).rejects.toThrow(
      'best-of-n: "n" must be at least 1, got 0.',
    );
  });
});
