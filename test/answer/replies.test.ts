import { describe, expect, it } from "vitest";
import { extractAnswer } from "../../src/answer/extract.ts";
import { grade } from "../../src/answer/grade.ts";
import type { AnswerKind } from "../../src/core/question.ts";

const cities = ["Rome", "Paris", "Oslo", "Bern"];

/** Replies and the letter that they choose. */
const letters: readonly (readonly [string, string])[] = [
  ["答案B", "B"],
  ["答案：C", "C"],
  ["答案选项应该是D", "D"],
  ["答案选项应为A", "A"],
  ["答案应该选B", "B"],
  ["答案选项为：C", "C"],
  ["答案为 D", "D"],
  ["答案选A", "A"],
  ["选择答案B", "B"],
  ["选项C最符合题意", "C"],
  ["只有选项B是对的", "B"],
  ["只有B正确", "B"],
  ["说法正确的是D", "D"],
  ["正确的是 A", "A"],
  ["正确选项是C", "C"],
  ["因此答案是（B）。", "B"],
  ["综上所述，选C", "C"],
  ["我认为正确答案是D，因为A不对。", "D"],
  ["A项错误，B项正确", "B"],
  ["本题选择B。", "B"],
  ["故答案为：C", "C"],
  ["【答案】D", "D"],
  ["答案:\nB", "B"],
  ["所以，正确答案应该是 **C**。", "C"],
  ["I choose D because A is wrong", "D"],
  ["The most accurate answer is: C", "C"],
  ["final answer is C", "C"],
  ["The correct one is Oslo.", "C"],
  ["The most likely answer is B", "B"],
  ["The answer to the question is: D", "D"],
  ["b) because", "B"],
  ["My answer would be A.", "A"],
  ["I would choose option (C).", "C"],
  ["Option D is correct.", "D"],
  ["The right choice here is B.", "B"],
  ["B is correct, while A is not.", "B"],
  ["It must be C.", "C"],
  ["Final Answer\n\n**B**", "B"],
  ["### Answer: C", "C"],
  ["**Final Answer: (D)**", "D"],
  ["Answer: \\boxed{A}", "A"],
  ["The answer is option B: Paris", "B"],
  ["Thus, option C.", "C"],
  ["Choose B", "B"],
  ["Correct answer: B. Paris", "B"],
  ["(B) Paris is the capital of France.", "B"],
  ["Answer is B", "B"],
  ["The answer is: **B) Paris**", "B"],
  ["So the final answer is B: Paris.", "B"],
  ["Among A, B, C and D only C fits.", "C"],
  ["La respuesta es la opción B.", "B"],
  ["La bonne réponse est (C).", "C"],
  ["Die Antwort ist B, nicht A.", "B"],
  ["正解はCです。", "C"],
  ["答えはDだ", "D"],
  ["정답: B", "B"],
  ["الإجابة الصحيحة هي C", "C"],
  ["सही उत्तर B है", "B"],
  ["Resposta: D", "D"],
  ["Đáp án: A", "A"],
  ["Antwort: C", "C"],
  ["Risposta corretta: A", "A"],
];

/** Replies, the kind of answer, and a way to write what they say. */
const values: readonly (readonly [string, AnswerKind, string])[] = [
  ["so the answer is $x = 5$.", "math", "x=5"],
  ["Therefore, $\\sin\\theta = \\frac{3}{5}$.", "math", "\\frac{3}{5}"],
  ["The value of x is 7", "math", "7"],
  ["We conclude that the sum equals 42.", "math", "42"],
  ["Thus $a+b = 12$.", "number", "12"],
  ["= 15 apples", "number", "15"],
  ["**Answer**: $\\frac{3}{4}$", "math", "3/4"],
  ["**Final Answer**\n\n\\[\n\\boxed{42}\n\\]", "math", "42"],
  ["### Final Answer\n$$\\frac{7}{2}$$", "math", "7/2"],
  ["Answer: 3/4 of the cake", "number", "3/4"],
  ["The probability is 0.25 (or 25%).", "math", "0.25"],
  ["Hence the answer: 12 cm", "number", "12"],
  ["The final answer is $\\boxed{12}$. I hope it is correct.", "math", "12"],
  ["... so there are 1,234 ways.", "number", "1234"],
  ["We get x=3, so the answer is 3x = 9.", "number", "9"],
  ["The answer is (A) 12", "number", "12"],
  ["So x equals -4", "math", "-4"],
  ["El resultado es 3.500,5", "number", "3500.5"],
  ["Das Ergebnis beträgt 1.234,5 Euro", "number", "1234.5"],
  ["Ответ: 3,5", "number", "3.5"],
  ["ответ: 42", "number", "42"],
  ["答え：42", "number", "42"],
  ["答案：\\frac{1}{2}", "math", "1/2"],
  ["最终答案是 $\\sqrt{2}$。", "math", "\\sqrt{2}"],
  ["所以 x = 5。", "math", "5"],
  ["共有12种方法", "number", "12"],
  ["Il y en a 12.", "number", "12"],
  ["final answer: x ∈ [2, 5)", "math", "[2,5)"],
  ["The solution set is {1, 2, 3}.", "math", "1,2,3"],
  ["The solutions are $x=1$ and $x=2$.", "math", "1,2"],
  ["The roots are 3 and 5.", "math", "3,5"],
  ["The answer is 3 and 5.", "math", "3,5"],
  ["The answer is $3$ and $5$.", "math", "3,5"],
  ["the ordered pair is (3, 4)", "math", "(3,4)"],
  ['{"answer": [1, 2]}', "math", "1,2"],
  ['```json\n{"answer": 42}\n```', "number", "42"],
  ["<answer>x = 3</answer>", "math", "3"],
  ["<answer>\n\\boxed{9}\n</answer>", "math", "9"],
  ["ANSWER: 42", "number", "42"],
  ["The answer is forty-two.", "number", "42"],
  ["Answer: yes", "text", "yes"],
  ["The answer is Paris.", "text", "Paris"],
  ["<answer>Paris</answer>", "text", "Paris"],
  ["\\boxed{\\text{Paris}}", "text", "Paris"],
];

describe("replies", () => {
  it.each(letters)("choose a letter: %j, %s", (text, answer) => {
    const question = { kind: "choice", choices: cities } as const;
    const found = extractAnswer(text, question);
    expect(text).toContain(found?.text);
    expect(grade(found?.text ?? null, { answer }, question).verdict).toBe("correct");
    for (const other of ["A", "B", "C", "D"].filter((letter) => letter !== answer))
      expect(grade(found?.text ?? null, { answer: other }, question).verdict).toBe("incorrect");
  });

  it.each([
    "(C) or (D)",
    "The answer is C or D.",
    "The answer is (C) or (D).",
    "Either A or B",
    "C/D",
    "B, C",
    "(A)(B)",
    "Die Antwort ist A oder B.",
    "答案是A或B",
  ])("choose nothing where they name several letters: %j", (text) => {
    const question = { kind: "choice", choices: cities } as const;
    for (const answer of ["A", "B", "C", "D"])
      for (const said of [text, extractAnswer(text, question)?.text ?? null])
        expect(grade(said, { answer }, question).verdict).not.toBe("correct");
  });

  it.each(values)("say a value: %j (%s), %s", (text, kind, answer) => {
    const found = extractAnswer(text, { kind });
    expect(text).toContain(found?.text);
    expect(grade(found?.text ?? null, { answer }, { kind }).verdict).toBe("correct");
  });

  it.each([
    "The answer is (E)",
    "I really cannot tell.",
    "It is not A.",
    "A and B are wrong.",
    "No option was chosen.",
  ])("choose no letter: %s", (text) => {
    expect(extractAnswer(text, { kind: "choice", choices: cities })).toBeNull();
  });
});
