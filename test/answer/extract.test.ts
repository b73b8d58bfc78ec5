import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extractAnswer } from "../../src/answer/extract.ts";
import type { AnswerKind } from "../../src/core/question.ts";

const four = ["Paris", "Rome", "Oslo", "Bonn"];
const read = (text: string, kind: AnswerKind = "number", choices?: readonly string[]) =>
  extractAnswer(text, { kind, ...(choices === undefined ? {} : { choices }) });

/** [text, kind, answer or null, rule] */
type Row = readonly [string, AnswerKind, string | null, string];

const rows: readonly Row[] = [
  ["It is $\\boxed{\\frac{1}{2}}$.", "math", "\\frac{1}{2}", "boxed"],
  ["First \\boxed{3}. Then, after a long check, it is \\boxed{4}.", "number", "4", "boxed"],
  ["\\fbox{12}", "number", "12", "boxed"],
  ["\\boxed 7", "number", "7", "boxed"],
  ["So \\boxed{\\text{a set } \\{1, 2\\}} holds", "math", "\\text{a set } \\{1, 2\\}", "boxed"],
  ["Put the answer in \\boxed{}. It is \\boxed{5}, as \\boxed{} asks.", "number", "5", "boxed"],
  ["x=\\boxed{1} and x=\\boxed{2}.", "math", "\\boxed{1} and x=\\boxed{2}", "boxed-list"],
  ["$\\boxed{1}$, $\\boxed{2}$", "math", "\\boxed{1}$, $\\boxed{2}", "boxed-list"],
  ["The box \\boxed{3 is not closed, the answer", "math", null, ""],
  ["18 eggs\n#### 1,800", "number", "1,800", "hash"],
  ["#### -10", "number", "-10", "hash"],
  ["#### Step 2\nWe add 3 and get 7", "number", "7", "last-number"],
  ["#### 2. Add\nWe get 9 in all", "number", "9", "last-number"],
  ["The answer is 5.", "number", "5", "phrase"],
  ["The answer is **73**.", "number", "73", "phrase"],
  ["**Answer:** 73 apples", "number", "73", "phrase"],
  ["**Final Answer:**\n\n$12.50", "number", "$12.50", "phrase"],
  ["The answer is 3 + 2 = 5 apples.", "number", "5", "phrase"],
  ["The answer is 5, because 3 + 2 = 5 and 7 is too much.", "number", "5", "phrase"],
  ["So the answer is 3.5 miles. Next we check 4 cases", "number", "3.5", "phrase"],
  ["The answer is -7.", "number", "-7", "phrase"],
  ["The answer is 1.5 million dollars.", "number", "1.5 million", "phrase"],
  ["Final Answer: The final answer is $x^2+1$. I hope it is correct.", "math", "x^2+1", "phrase"],
  ["The answer is: 3/4", "math", "3/4", "phrase"],
  ["The answer is $x=5$.", "math", "x=5", "phrase"],
  ["Answer: 3:30 p.m.", "text", "3:30 p.m", "phrase"],
  ["So the answer is Mrs. Hilt.", "text", "Mrs. Hilt", "phrase"],
  ['The answer is "No".', "text", "No", "phrase"],
  ["The answer is not 5. We count 8", "number", "8", "last-number"],
  ["Her total is **73**, see step 2.", "number", "73", "bold"],
  ["so 10-3", "number", "3", "last-number"],
  ["so 10 - 3", "number", "3", "last-number"],
  ["so 114 \\text{ cards} - 20", "number", "20", "last-number"],
  ["so we have x = - 3 degrees", "number", "- 3", "last-number"],
  ["What is left:\n- 20 cards", "number", "20", "last-number"],
  ["range 3–5", "number", "5", "last-number"],
  ["it fell to -5", "number", "-5", "last-number"],
  ["so f(2)-4", "number", "4", "last-number"],
  ["Thus 60% of them", "number", "60%", "last-number"],
  ["We get $\\frac{3}{4}$ of it", "number", "\\frac{3}{4}", "last-number"],
  ["She has 12,345.", "number", "12,345", "last-number"],
  ["It costs $1,234.50 in all.", "number", "$1,234.50", "last-number"],
  ["about 1.5 × 10^{3} of them", "number", "1.5 × 10^{3}", "last-number"],
  ["The answer is negative 5.", "number", "negative 5", "phrase"],
  ["#### minus 5", "number", "minus 5", "hash"],
  ["so 10 minus 3", "number", "3", "last-number"],
  ["The answer is 1 1/2.", "number", "1 1/2", "phrase"],
  ["It weighs 3 3/8 pounds", "number", "3 3/8", "last-number"],
  ["In 2020 1/2 of them came", "number", "1/2", "last-number"],
  ["The answer is 10^5.", "number", "10^5", "phrase"],
  ["#### $10^{5}$", "number", "10^{5}", "hash"],
  ["so 2^10 of them", "number", "2^10", "last-number"],
  ["so 5² of them", "number", "5²", "last-number"],
  ["an area of 5 m²", "number", "5", "last-number"],
  ["the 10^{th} of 7", "number", "7", "last-number"],
  ["about 1.5 × 10⁻³ of it", "number", "1.5 × 10⁻³", "last-number"],
  ["The answer is √2.", "number", "√2", "phrase"],
  ["The answer is 5!", "number", "5", "phrase"],
  ["x+1", "math", "x+1", "whole"],
  ["Yes", "text", "Yes", "whole"],
  ["I do not know, sorry. It may be anything at all, who can tell?", "text", null, ""],
  ["There is no number here", "number", null, ""],
  ["", "math", null, ""],
  ["<think>\\boxed{9}</think> The answer is 4", "number", "4", "phrase"],
  ["\\boxed{9} so</think>It is \\boxed{8}", "number", "8", "boxed"],
  ["<think> perhaps \\boxed{9}", "number", null, ""],
  ["```python\nx = 1\n```\nthen\n```python\ndef f():\n  return 1\n```\n", "code", "def f():\n  return 1", "fence"],
  ["    return 1", "code", "return 1", "whole"],
];

const choiceRows: readonly (readonly [string, string | null, string])[] = [
  ["A dog is the best. I think B is right", "B", "choice-letter"],
  ["The answer is (C).", "C", "phrase"],
  ["The answer is **D**", "D", "phrase"],
  ["Answer: A car", null, ""],
  ["Answer: Rome", "Rome", "phrase"],
  ["So the correct option is B) Rome", "B", "phrase"],
  ["\\boxed{\\text{D}}", "D", "boxed"],
  ["\\boxed{(b)}", "b", "boxed"],
  ["\\boxed{C) Oslo}", "C", "boxed"],
  ["A cat sat on it. So (B)", "B", "choice-letter"],
  ["The answer is A because it is", "A", "phrase"],
  ["I think a lot about it", null, ""],
  ["(E) is not an option", null, ""],
  ["#### B", "B", "hash"],
];

describe("extractAnswer", () => {
  it.each(rows)("reads %j as %s: %j", (text, kind, answer, rule) => {
    expect(read(text, kind)).toEqual(answer === null ? null : { text: answer, rule });
  });

  it.each(choiceRows)("reads the choice in %j: %j", (text, answer, rule) => {
    expect(read(text, "choice", four)).toEqual(answer === null ? null : { text: answer, rule });
  });

  it("never invents: what it reads occurs in the text", () => {
    for (const [text, kind] of rows) {
      const answer = read(text, kind);
      if (answer !== null) expect(text).toContain(answer.text);
    }
  });

  it("reads long texts without hanging", () => {
    const texts = [
      "\\boxed{".repeat(30_000),
      "<think>".repeat(30_000),
      "The answer is ".repeat(20_000),
      `${"9".repeat(100_000)} is it`,
      "**".repeat(50_000),
      "$".repeat(100_000),
      "1,".repeat(100_000),
      `${"三".repeat(100_000)}分之`,
      "#### ".repeat(30_000),
    ];
    for (const text of texts) for (const kind of ["math", "number", "choice", "text"] as const) read(text, kind);
    expect(read(`${"x ".repeat(200_000)}The answer is 4.`)).toEqual({ text: "4", rule: "phrase" });
  });
});

describe("scaffolding", () => {
  const words = fc.constantFrom(
    "How many are left?",
    "We add the apples.",
    "Take off what is sold.",
    "It is unknown.",
    "",
  );
  const number = fc.integer({ min: 1, max: 40 });
  const labelled = fc
    .tuple(
      fc.constantFrom("", "### ", "**", "- ", "> "),
      fc.constantFrom(
        "Sub-question",
        "Subquestion",
        "Question",
        "Answer",
        "Step",
        "step",
        "Plan",
        "Thought",
        "Condition",
      ),
      number,
      fc.constantFrom(":", ":", ".2:", " :"),
      words,
    )
    .map(([mark, label, k, colon, text]) => `${mark}${label} ${k}${colon} ${text}`);
  const listed = fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom("k.", "k)", "(k)"), fc.constantFrom("\n", "\n\n"))
    .map(([count, how, gap]) =>
      Array.from({ length: count }, (_, i) => `${how.replace("k", String(i + 1))} Take one away.`).join(gap),
    );
  const scaffold = fc
    .array(fc.oneof(labelled, labelled, listed), { minLength: 1, maxLength: 6 })
    .map((lines) => lines.join("\n\n"));

  it("is never read as an answer", () => {
    fc.assert(
      fc.property(scaffold, fc.constantFrom<AnswerKind>("number", "math"), (text, kind) => {
        expect(read(text, kind)?.text ?? "").not.toMatch(/\d/);
        expect(read(text, "number")).toBeNull();
      }),
      { numRuns: 400 },
    );
  });

  it("hides no answer that stands beside it", () => {
    fc.assert(
      fc.property(scaffold, fc.integer({ min: 100, max: 999 }), (text, value) => {
        const answer = String(value);
        for (const end of [`So there are ${answer}.`, `\\boxed{${answer}}`, `The answer is ${answer}.`, answer]) {
          expect(read(`${text}\n\n${end}`)?.text).toBe(answer);
        }
        expect(read(`Step 2: There are ${answer} left.\n\nStep 3: Done.`)?.text).toBe(answer);
      }),
    );
  });

  it.each(["Answer 7.", "7. ", "12) apples", "Take the stairs to step 7."])("is not what %s has", (text) => {
    expect(read(text)?.text).toBe(/\d+/.exec(text)?.[0]);
  });
});
