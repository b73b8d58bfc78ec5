import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gameOf24 } from "../../../experiments/datasets/game-of-24.ts";
import { gameOf24Generated } from "../../../experiments/datasets/game-of-24-generated.ts";
import { allWorlds, cluesOf } from "../../../experiments/datasets/logic-clues.ts";
import { isUnique, logicGrid } from "../../../experiments/datasets/logic-grid.ts";
import { numberTasks } from "../../../experiments/datasets/number-tasks.ts";
import { numberUnderstanding } from "../../../experiments/datasets/number-understanding.ts";
import { symbolicWordProblems } from "../../../experiments/datasets/symbolic-word-problems.ts";
import { solveTarget } from "../../../experiments/datasets/target-solver.ts";
import { readExpression, satisfies } from "../../../src/answer/arithmetic-puzzle.ts";
import { decimal, same, show } from "../../../src/answer/rational.ts";
import type { DatasetDefinition } from "../../../src/core/dataset.ts";
import { type ProblemRow, rowOf } from "../../../src/core/problem.ts";
import { Random } from "../../../src/core/random.ts";
import { dataFolder, itWithData } from "./data-folder.ts";

const make = async <Options>(dataset: DatasetDefinition<Options>, options: object): Promise<readonly ProblemRow[]> =>
  (await dataset.load({}, dataset.options.parse(options))).map(rowOf);

describe("an expression over given numbers", () => {
  const rule = { numbers: [4, 4, 6, 8], target: 24 };

  it("is right in every usual notation", () => {
    const right = [
      "(4 + 8) * (6 - 4)",
      "(4+8)×(6−4)",
      "[4 + 8] · (6 - 4) = 24",
      "$(8+4) \\times \\left(6-4\\right)$",
      "\\frac{4*6*8}{4+4-0}",
    ];
    expect(right.map((answer) => satisfies(answer, rule))).toEqual([true, true, true, true, false]);
    expect(satisfies("\\frac{(4+4)*6}{8} * 4", { numbers: [4, 4, 4, 6, 8], target: 24 })).toBe(true);
    expect(satisfies("8 / (3 - 8/3)", { numbers: [3, 3, 8, 8], target: 24 })).toBe(true);
  });

  it("is wrong with other numbers, another value, another claim, powers, joined digits or words", () => {
    const wrong = [
      "24",
      "4 * 6",
      "(4 + 8) * (6 - 4) * 4 / 4",
      "4 + 4 + 6 + 8",
      "(4 + 8) * (6 - 4) = 25",
      "44 - 6 - 8",
      "4 ** 4 - 6 * 8",
    ];
    const unreadable = [
      "",
      "the answer",
      "(4 + 8) * (6 - 4",
      "4 / (4 - 4) + 6 * 8",
      "(4+8)*(6-4)=24=24",
      "(4 8)(6 4)",
      "x".repeat(10_000),
    ];
    for (const answer of [...wrong, ...unreadable]) expect(satisfies(answer, rule), answer).toBe(false);
  });

  it("is read without stack overflow, whatever stands in it", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("(", ")", "-", "+", "/", "7", "0", "=", "\\frac{", "}"), maxLength: 600 }),
        (text) => {
          const read = readExpression(text);
          expect(read === null || read.numbers.length > 0).toBe(true);
        },
      ),
    );
    expect(readExpression("(".repeat(499))).toBeNull();
  });
});

describe("the target solver", () => {
  it("finds only right expressions, and none where there is none", () => {
    for (const numbers of [
      [1, 3, 4, 6],
      [3, 3, 8, 8],
      [4, 4, 6, 8],
      [1, 1, 4, 6],
    ]) {
      const found = solveTarget(numbers, 24);
      expect(found.length).toBeGreaterThan(0);
      expect(new Set(found).size).toBe(found.length);
      for (const solution of found) expect(satisfies(solution, { numbers, target: 24 }), solution).toBe(true);
    }
    expect(solveTarget([1, 1, 1, 1], 24)).toEqual([]);
    expect(solveTarget([6, 6, 6, 6], 24, 1)).toHaveLength(1);
  });

  itWithData("solves every published puzzle that it is given", async () => {
    for (const { question, reference } of await gameOf24.load(
      { path: dataFolder },
      gameOf24.options.parse({ sample: 120 }),
    )) {
      const rule = reference.expression ?? { numbers: [], target: 0 };
      expect(satisfies(reference.answer, rule), question.id).toBe(true);
    }
  });
});

describe("generated puzzles", () => {
  it("have different numbers and a solution that fits, also for another target", async () => {
    const problems = await make(gameOf24Generated, { count: 30, target: 36, numbers: 4, seed: 5 });
    expect(new Set(problems.map(({ text }) => text)).size).toBe(30);
    for (const { reference } of problems) {
      expect(reference.expression?.target).toBe(36);
      expect(satisfies(reference.answer, reference.expression ?? { numbers: [], target: 0 })).toBe(true);
    }
  });

  it("are harder with fewer solutions, and an impossible request says so", async () => {
    const hard = await make(gameOf24Generated, { count: 10, maxSolutions: 2 });
    expect(hard.every(({ difficulty = 0 }) => difficulty >= 0.5)).toBe(true);
    await expect(make(gameOf24Generated, { count: 500, numbers: 2, largest: 4 })).rejects.toThrow(
      /asks for 500 puzzles where only \d+/,
    );
  });
});

describe("every generator", () => {
  const generators = [
    gameOf24Generated,
    logicGrid,
    numberUnderstanding,
    symbolicWordProblems,
  ] as readonly DatasetDefinition[];
  for (const dataset of generators) {
    it(`${dataset.name} gives the same under one seed, other problems under another, and unique ids`, async () => {
      const [first, again, other] = [
        await make(dataset, { seed: 1 }),
        await make(dataset, { seed: 1 }),
        await make(dataset, { seed: 2 }),
      ];
      expect(again).toEqual(first);
      expect(other.map(({ text }) => text)).not.toEqual(first.map(({ text }) => text));
      expect(new Set(first.map(({ id }) => id)).size).toBe(first.length);
      for (const { difficulty = 0 } of first) expect(difficulty >= 0 && difficulty <= 1).toBe(true);
    });
  }
});

describe("symbolic word problems", () => {
  it("tell one story at every number of clauses", async () => {
    const short = await make(symbolicWordProblems, { instances: 3, clauses: 2 });
    const long = await make(symbolicWordProblems, { instances: 3, clauses: 4 });
    for (const [index, { text }] of short.entries()) {
      const opening = text.split(". ")[0] ?? "";
      expect(long[index]?.text.startsWith(opening)).toBe(true);
      expect((long[index]?.text.length ?? 0) > text.length).toBe(true);
    }
  });

  it("work out their answers step by step, each step following from the one before", async () => {
    for (const options of [
      { instances: 20, clauses: 5 },
      { instances: 20, clauses: 5, fractions: true },
    ]) {
      for (const { id, reference } of await make(symbolicWordProblems, options)) {
        const steps = (reference.solution ?? "").split("\n").slice(1, -1);
        expect(steps, id).toHaveLength(5);
        for (const step of steps) {
          const [left = "", right = ""] = step.split(" = ");
          expect(show(readExpression(left)?.value ?? { n: -1n, d: 1n }), `${id}: ${step}`).toBe(right);
        }
        expect(steps.at(-1)?.endsWith(` = ${reference.answer}`), id).toBe(true);
      }
    }
  });

  it("keep the answer when idle clauses are added", async () => {
    const plain = await make(symbolicWordProblems, { instances: 4 });
    const idle = await make(symbolicWordProblems, { instances: 4, noOps: 2 });
    expect(idle.map(({ reference }) => reference.answer)).toEqual(plain.map(({ reference }) => reference.answer));
    expect(idle.every(({ text }, index) => text.length > (plain[index]?.text.length ?? 0))).toBe(true);
  });

  it("have whole positive answers unless fractions are asked for", async () => {
    const whole = await make(symbolicWordProblems, { instances: 10 });
    expect(whole.every(({ reference }) => /^[1-9]\d*$/.test(reference.answer))).toBe(true);
    const fractions = await make(symbolicWordProblems, { instances: 30, fractions: true, clauses: 5 });
    expect(fractions.some(({ reference }) => reference.answer.includes("/"))).toBe(true);
  });
});

describe("logic grids", () => {
  it("are settled by their clues and need each of them", async () => {
    const worlds = allWorlds(3, 3);
    const truth = worlds[100] ?? [];
    const clues = cluesOf(truth);
    expect(clues.every((clue) => clue.holds(truth))).toBe(true);
    expect(isUnique(clues, worlds)).toBe(true);
    expect(isUnique([], worlds)).toBe(false);
  });

  it("give an answer that a solver reading only the text finds too, and never another", async () => {
    for (const problem of await make(logicGrid, { count: 25, seed: 3 })) {
      expect(solveFromText(problem), problem.id).toEqual([problem.reference.answer]);
    }
  });

  it("refuse a size that would take too long to check", () => {
    expect(logicGrid.options.safeParse({ people: 5, attributes: 2 }).success).toBe(false);
  });
});

/** Reads a grid back from its text, tries every arrangement, and returns the letters that can be right. */
function solveFromText({ text, choices = [] }: ProblemRow): readonly string[] {
  const lines = text.split("\n");
  const lists = lines.filter((line) => line.startsWith("Each") || line.includes("stand in a row"));
  const rows = lists.map((line) =>
    (line.split(": ")[1] ?? "").replace(", in some order.", "").replace(".", "").split(", "),
  );
  const phrase = (words: string) =>
    words.replace(/^the person who (?:keeps the|drinks|wears) /i, "").replace(/\.$/, "");
  const clues = lines.filter((line) => /^\d+\. /.test(line)).map((line) => line.replace(/^\d+\. /, ""));
  const [, asked = ""] = /goes with (\w+)\?/.exec(text) ?? [];
  const right = new Set<string>();
  for (const world of allWorlds(rows[0]?.length ?? 0, rows.length)) {
    const place = (value: string) => {
      const row = rows.findIndex((values) => values.includes(value));
      return world[row]?.[rows[row]?.indexOf(value) ?? -1] ?? -1;
    };
    const holds = (clue: string): boolean => {
      const end = /^(.*) stands at the (left|right) end\.$/.exec(clue);
      if (end !== null) return place(phrase(end[1] ?? "")) === (end[2] === "left" ? 0 : (rows[0]?.length ?? 0) - 1);
      const parts =
        /^(.*?) (is not|is|stands somewhere to the left of|stands directly to the left of|stands next to) (.*)$/.exec(
          clue,
        );
      const [a, b] = [place(phrase(parts?.[1] ?? "")), place(phrase(parts?.[3] ?? ""))];
      if (parts?.[2] === "is not") return a !== b;
      if (parts?.[2] === "is") return a === b;
      if (parts?.[2] === "stands next to") return Math.abs(a - b) === 1;
      return parts?.[2] === "stands directly to the left of" ? a + 1 === b : a < b;
    };
    if (!clues.every(holds)) continue;
    const found = choices.findIndex((choice) => place(choice) === place(asked));
    right.add(String.fromCharCode(65 + found));
  }
  return [...right];
}

describe("number tasks", () => {
  it("agree with floating point where that is exact enough", () => {
    for (const task of numberTasks.filter(({ name }) =>
      /^(?:add|subtract|multiply)-(?:integers|decimals)$/.test(name),
    )) {
      for (let index = 0; index < 50; index++) {
        const { text, answer } = task.make(new Random(`t/${index}`), 1 + (index % 6));
        const [, a = "", sign = "", b = ""] = /What is (\S+) ([-+*]) (\S+)\?/.exec(text) ?? [];
        const value =
          sign === "+" ? Number(a) + Number(b) : sign === "-" ? Number(a) - Number(b) : Number(a) * Number(b);
        expect(Math.abs(Number(answer) - value), `${text} ${answer}`).toBeLessThanOrEqual(
          1e-9 * Math.max(1, Math.abs(value)),
        );
      }
    }
  });

  it("convert without changing the value", () => {
    for (const task of numberTasks.filter(
      ({ name }) => name.includes("scientific") && name.includes("-scientific") && /^(?:to|from)/.test(name),
    )) {
      for (let index = 0; index < 50; index++) {
        const { text, answer } = task.make(new Random(`c/${index}`), 1 + (index % 20));
        const given = decimal(/Write (\S+) /.exec(text)?.[1] ?? "");
        const got = decimal(answer);
        expect(given !== null && got !== null && same(given, got), `${text} ${answer}`).toBe(true);
      }
    }
  });

  it("keep to the digits asked for and have one name each", async () => {
    expect(new Set(numberTasks.map(({ name }) => name)).size).toBe(numberTasks.length);
    const problems = await make(numberUnderstanding, {
      perTask: 3,
      minDigits: 15,
      maxDigits: 20,
      tags: ["task:length"],
    });
    expect(problems.map(({ reference }) => Number(reference.answer) >= 15 && Number(reference.answer) <= 20)).toEqual([
      true,
      true,
      true,
    ]);
    expect(numberUnderstanding.options.safeParse({ minDigits: 9 }).success).toBe(false);
  });
});
