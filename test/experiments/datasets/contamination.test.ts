import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  CorpusOverlap,
  contaminationFile,
  guidedCompletion,
  rougeL,
  slotGuessing,
} from "../../../experiments/datasets/contamination/index.ts";
import { runCli } from "../../../src/cli/cli.ts";
import type { Policy } from "../../../src/core/policy.ts";
import type { ProblemRow } from "../../../src/core/problem.ts";
import { scriptedPolicy } from "../../../src/policy/scripted.ts";
import { readContamination } from "../../../src/report/contamination.ts";
import { fakeTerminal, temporaryFolder } from "../../fakes/terminal.ts";
import { smallExperiment } from "../../runs/small-run.ts";

/** F1 of rougeL as the Python package rouge-score 0.1.2 gives it, without stemming. */
const recorded: readonly (readonly [string, string, number])[] = [
  ["The cat sat on the mat.", "the cat is on the mat", 0.8333333333333334],
  ["Janet's ducks lay 16 eggs per day.", "Janets ducks lay sixteen eggs a day", 0.5333333333333333],
  ["She makes $2,000 a year, doesn't she?", "She makes $2000 a year", 0.5714285714285714],
  ["x_1 + x_2 = 3", "x1 + x2 = 3", 0.25],
  ["", "something", 0],
  ["a b c d e f g", "g f e d c b a", 0.14285714285714285],
  ["one two three four five", "one three five seven", 0.6666666666666665],
  ["Évariste wrote naïve proofs", "Evariste wrote naive proofs", 0.4444444444444445],
  ["How many are left?", "How many are left?", 1],
  ["!!!", "???", 0],
  ["the the the", "the", 0.5],
  ["It is 3.5 km (2.2 miles) away.", "It's 3.5 km away", 0.6666666666666667],
];

const names = ["Ann", "Bob", "Cleo", "Dan", "Eva", "Finn", "Gita", "Hugo", "Ines", "Jon"];
const fruits = ["apricots", "bilberries", "cherries", "damsons", "elderberries", "gooseberries"];
/** Sixty questions of two sentences. */
const problems: readonly ProblemRow[] = Array.from({ length: 60 }, (_, i) => {
  const [name, fruit] = [names[i % 10] ?? "", fruits[i % 6] ?? ""];
  return {
    id: `q${i}`,
    text: `${name} has picked ${i + 7} ${fruit} on the ${["northern", "southern"][i % 2]} slope. How many ${fruit} remain for ${name} after ${["selling", "eating"][i % 2]} ${i + 2} of them at the ${["station", "harbour", "cathedral"][i % 3]}?`,
    kind: "number",
    reference: { answer: "5" },
  };
});

/** A model that has some texts by heart: it goes on with them when it is given the dataset's name, else it makes up. */
function memory(texts: readonly string[]): Policy {
  const base = scriptedPolicy([]);
  return {
    ...base,
    id: "scripted/memory",
    async sample(request, options) {
      const prompt = request.messages.at(-1)?.content ?? "";
      return await scriptedPolicy([answer(prompt, texts)]).sample(request, options);
    },
  };
}

function answer(prompt: string, texts: readonly string[]): string {
  const first = /FIRST PIECE:\n([\s\S]*)\n\nSECOND PIECE:/.exec(prompt)?.[1];
  if (first !== undefined) {
    const known = /EXACTLY/.test(prompt) ? texts.find((text) => text.startsWith(first)) : undefined;
    return known?.slice(first.length).trim() ?? "How many are there then?";
  }
  const [before = "", after = ""] = prompt.slice(prompt.indexOf("\n\n") + 2).split("[MASK]");
  const known = texts.find((text) => text.startsWith(before) && text.endsWith(after));
  return known?.slice(before.length, known.length - after.length) ?? "market";
}

const setup = { seed: 1, dataset: "Fruit", split: "test" };
const textsOf = (rows: readonly ProblemRow[]) => rows.map(({ text }) => text);

describe("ROUGE-L", () => {
  it("is that of rouge-score", () => {
    for (const [reference, candidate, f1] of recorded) expect(rougeL(reference, candidate)).toBeCloseTo(f1, 12);
  });
});

describe("guided completion", () => {
  it("tells a model that has half of the questions by heart from one that has none", async () => {
    const half = await guidedCompletion(problems, { ...setup, policy: memory(textsOf(problems.slice(0, 30))) });
    expect(half).toMatchObject({ measured: 60, exact: 30, usage: { calls: 120 } });
    expect(half.questions.filter(({ exact }) => exact).map(({ problem }) => problem)).toEqual(
      problems.slice(0, 30).map(({ id }) => id),
    );
    expect(half.guided ?? 0).toBeGreaterThan((half.general ?? 1) + 0.3);
    expect(half.p).toBe(0);
    const none = await guidedCompletion(problems, { ...setup, policy: memory([]) });
    expect(none).toMatchObject({ measured: 60, exact: 0, guided: none.general });
    expect(none.p).toBeGreaterThan(0.3);
  });

  it("leaves out replies that never came to an end of their thought", async () => {
    const policy: Policy = {
      ...memory([]),
      sample: async (request) => [
        { ...(await memory([]).sample(request))[0], text: "", thought: "hm", thoughtOpen: true } as never,
      ],
    };
    const found = await guidedCompletion(problems.slice(0, 3), { ...setup, policy });
    expect(found).toMatchObject({ measured: 0, guided: null, p: null });
  });
});

describe("TS-Guessing", () => {
  it("counts the words that a model knows, and no others", async () => {
    const { figures, slots } = await slotGuessing(problems, {
      seed: 1,
      policy: memory(textsOf(problems.slice(0, 30))),
    });
    expect(figures).toEqual([{ slot: "word", guessed: 60, exact: 0.5, rougeL: 0.5 }]);
    expect(slots.filter(({ exact }) => exact)).toHaveLength(30);
  });

  it("hides wrong options", async () => {
    const choices = ["the speed of light", "a rolling stone", "seven green bottles", "nothing but the truth"];
    const row: ProblemRow = { id: "c", text: "What is it?", kind: "choice", choices, reference: { answer: "A" } };
    const policy = scriptedPolicy(["(B) A rolling stone."]);
    const { slots } = await slotGuessing([row], { seed: 1, policy });
    expect(policy.requests[0]?.messages[0]?.content).toContain("The right answer is (A).");
    expect(slots[0]?.exact).toBe(slots[0]?.hidden === "a rolling stone");
    expect(slots[0]?.hidden).not.toBe(choices[0]);
  });
});

describe("overlap with a corpus", () => {
  it("finds questions in running text, over lines, and says how much of them", () => {
    const overlap = new CorpusOverlap(problems.slice(0, 4), 8);
    const words = (problems[1]?.text ?? "").toUpperCase().split(" ");
    let before = overlap.read(`Before. ${words.slice(0, 9).join(" ")}`);
    before = overlap.read(words.slice(9).join("  "), before);
    overlap.read((problems[2]?.text ?? "").split(" ").slice(0, 8).join(" "));
    const { questions, ...counts } = overlap.result();
    expect(questions.map(({ share }) => share)).toEqual([0, 1, 8 / words.length, 0]);
    expect(counts).toMatchObject({ runLength: 8, measured: 4, hit: 2, notClean: 2, dirty: 1 });
  });

  it("takes a short question as one run, and a shorter one not at all", () => {
    const row = (id: string, text: string): ProblemRow => ({ id, text, kind: "number", reference: { answer: "1" } });
    const overlap = new CorpusOverlap([row("ten", "a b c d e f g h i j"), row("three", "a b c")], 13);
    overlap.read("x a b c d e f g h i j y");
    expect(overlap.result().questions.map(({ share }) => share)).toEqual([1, null]);
  });
});

describe("ruminate datasets contamination", () => {
  beforeEach(() => vi.stubEnv("RUMINATE_HOME", temporaryFolder()));
  afterEach(() => vi.unstubAllEnvs());

  it("reads a corpus and keeps what it finds in the report of a run", async () => {
    const cwd = temporaryFolder();
    const run = async (...args: string[]) => {
      const terminal = fakeTerminal({ cwd, columns: 80 });
      return { code: await runCli(args, terminal), out: terminal.stdout(), err: terminal.stderr() };
    };
    writeFileSync(join(cwd, "small.yaml"), smallExperiment);
    writeFileSync(
      join(cwd, "set.jsonl"),
      problems.map(({ text }) => JSON.stringify({ question: text, answer: "5" })).join("\n"),
    );
    writeFileSync(
      join(cwd, "web.jsonl"),
      textsOf(problems.slice(0, 15))
        .map((text) => JSON.stringify({ text }))
        .join("\n"),
    );
    await run("experiment", "run", "small.yaml", "--limit", "2");
    const args = ["set.jsonl", "--corpus", "web.jsonl", "--model", "simulated", "--limit", "40", "--run", "runs/small"];
    const { code, out, err } = await run("datasets", "contamination", ...args);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/80 % in runs +15 \(37\.5 %\)/);
    expect(out).toContain("The model is simulated");
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    const { readFileSync } = await import("node:fs");
    const [markdown, html, json] = ["md", "html", "json"].map((end) =>
      readFileSync(join(cwd, "runs/small", `report.${end}`), "utf8"),
    );
    expect(markdown).toContain("## Questions that the model completes");
    expect(html).toContain("Contamination");
    expect(JSON.parse(json ?? "").contamination[0].overlap.dirty).toBe(15);
    expect((await run("datasets", "contamination", "set.jsonl")).code).toBe(2);
  });
});

describe("findings that a run keeps", () => {
  it("name the file and the remedy where they are damaged", () => {
    const folder = temporaryFolder();
    for (const text of ["{", "[null]", "{}", '[{"source":"a","dataset":"b","model":null,"corpus":[],"overlap":{}}]']) {
      writeFileSync(join(folder, contaminationFile), text);
      expect(() => readContamination(folder)).toThrow(/contamination\.json.* Remove it or run the check again\./);
    }
  });
});
