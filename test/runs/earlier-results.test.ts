import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fingerprint } from "../../experiments/datasets/fingerprint.ts";
import { builtins } from "../../src/builtins.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { loadDatasets } from "../../src/runs/load-datasets.ts";
import { armsOf, trialsOf } from "../../src/runs/plan.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

const files = {
  "gsm8k.jsonl": '{"question":"Ann has 3 apples and buys 4. How many has she?","answer":"3 + 4 = 7\\n#### 7"}\n',
  "humaneval.jsonl":
    '{"task_id":"HumanEval/0","prompt":"def twice(x):\\n    \\"\\"\\"\\n    >>> twice(2)\\n    4\\n    \\"\\"\\"\\n","entry_point":"twice","canonical_solution":"    return 2 * x\\n","test":"def check(f):\\n    assert f(3) == 6\\n"}\n',
  "mine.csv": "id,question,answer,level,first,second\nq1,Which is larger?,B,2,two,three\n",
  "choices.jsonl":
    '{"id":"c1","question":"Which is larger?","answer":1,"choices":["two","three","one"],"hints":["Count."],"level":2,"group":"g"}\n',
};

/** The datasets of an experiment, and per dataset what results of an earlier version were stored under. */
const experiment = (folder: string) => `
name: earlier
datasets:
  - word-problems
  - {name: arithmetic, options: {count: 3, minSteps: 3, maxSteps: 5}}
  - {name: game-of-24-generated, options: {count: 2}}
  - {name: logic-grid, options: {count: 1, perturb: [option-rotation]}}
  - {name: gsm8k, path: ${join(folder, "gsm8k.jsonl")}, options: {perturb: [numbers-as-words, typos]}}
  - {name: humaneval, path: ${join(folder, "humaneval.jsonl")}}
  - {name: generic, path: ${join(folder, "mine.csv")}, options: {tagFields: [first], difficulty: level, difficultyRange: [1, 5]}}
  - {name: generic, path: ${join(folder, "choices.jsonl")}, options: {id: id, choices: choices, hints: hints, group: group, difficulty: level, difficultyRange: [1, 5]}}
strategies: [chain-of-thought]
`;

describe("results of earlier versions", () => {
  it("are found again: datasets keep their fingerprints and trials their keys", async () => {
    const folder = temporaryFolder();
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const catalogue = builtins();
    const parsed = parseExperiment("earlier.yaml", experiment(folder));
    const datasets = await loadDatasets(parsed, { catalogue });
    const arms = armsOf(parsed, catalogue);
    const trials = [...trialsOf(parsed, arms, datasets, new Map(arms.map((arm) => [arm, "policy@1"])))];
    const stored = datasets.map(({ name, problems }) => ({
      name,
      fingerprint: fingerprint(problems).slice(0, 23),
      keys: trials.flatMap(({ problem, key }) => (problems.slice(0, 3).includes(problem) ? [key] : [])).join(" "),
    }));
    expect(stored).toMatchInlineSnapshot(`
      [
        {
          "fingerprint": "sha256:d1685dcd4c0ba690",
          "keys": "992_Fy1_NaJ7YhfOQsusAB kAfJjnYDpF6jHF75wBL6iS lwZu4AxcOUimx3DT6hlTLJ",
          "name": "word-problems",
        },
        {
          "fingerprint": "sha256:97d45dff3f6f38cd",
          "keys": "CGrsGGPqW8ojW_R99yWquG RriWG1tfX9eCqOjdgJjIru uQAwOdVZZoMcX654vqdVQj",
          "name": "arithmetic",
        },
        {
          "fingerprint": "sha256:88d0baa2857dc0a1",
          "keys": "8u_6dKeJzWQctD6-55xwYH 5Zf155GsLwc-P2TtSAGMeA",
          "name": "game-of-24-generated",
        },
        {
          "fingerprint": "sha256:72ef92d42f40b4c6",
          "keys": "ZC37Z21yJUGtdR2z5MRbz_ 52xRcI9KSMpJx_HSBe76gV p_KXvRMQFLo1_tdUtMquMo",
          "name": "logic-grid",
        },
        {
          "fingerprint": "sha256:8fd9dc2afd054084",
          "keys": "fWEPgksKXDidoRJi8dFpTC N0ZGTOyN1X4NmZ7N6IGYDy NuNwlYaUnWnBlZPmWzIdRq",
          "name": "gsm8k",
        },
        {
          "fingerprint": "sha256:5e4f08f8321fa6ad",
          "keys": "xKBiCJ7j-GOyZ7pzwFlEny",
          "name": "humaneval",
        },
        {
          "fingerprint": "sha256:9fe79455e609affe",
          "keys": "B_SgC7F4Gud85wPc97TzxO",
          "name": "generic",
        },
        {
          "fingerprint": "sha256:da61b21f86f0cfaa",
          "keys": "BAlNO5LoBDItBmt2Yqhx-j",
          "name": "generic",
        },
      ]
    `);
  });
});
