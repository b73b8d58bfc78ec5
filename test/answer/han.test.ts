import { describe, expect, it } from "vitest";
import { extractAnswer } from "../../src/answer/extract.ts";
import { grade } from "../../src/answer/grade.ts";
import { hanFractions, hanInteger } from "../../src/answer/han.ts";
import { normalise } from "../../src/answer/normalise.ts";

const verdictOf = (answer: string, reference: string) =>
  grade(answer, { answer: reference }, { text: "q", kind: "number" }).verdict;

describe("answers in Chinese, Japanese and Korean", () => {
  it.each([
    ["99 - 90 = 9（页）\n答：她还剩9页没有看。", "9"],
    ["所以，她还剩下 **9** 页没有看。", "9"],
    ["最终答案是：$\\boxed{9页}$。", "9"],
    ["最终答案是：\\boxed{9\\text{页}}", "9"],
    ["一共有 5分之3 千克。", "3/5"],
    ["所以占全部的五分之三。", "0.6"],
    ["答：增加了百分之二十。", "20%"],
    ["答：还需要约12.5元。", "12.5"],
    ["所以用了1又2分之1小时", "1.5"],
    ["综上所述，第二次拍了 $77 - 9 = 68$ 下。", "68"],
    ["答えは\\boxed{9個}です。", "9"],
    ["정답은 \\boxed{9개}입니다.", "9"],
  ])("are read and graded: %s is %s", (text, reference) => {
    const answer = extractAnswer(text, { kind: "number" });
    expect(verdictOf(answer?.text ?? "", reference)).toBe("correct");
  });

  it.each([
    ["9页", "9", "correct"],
    ["9（页）", "9", "correct"],
    ["三十二", "32", "correct"],
    ["3万元", "30000", "correct"],
    ["3亿", "300000000", "correct"],
    ["12厘米", "12 cm", "correct"],
    ["12厘米", "12 m", "incorrect"],
    ["10页", "9", "incorrect"],
    ["9只", "9个", "incorrect"],
    ["第9页", "9", "incorrect"],
    ["五分之三", "5/3", "incorrect"],
    ["三百分之二", "2/300", "correct"],
    ["万分之三", "0.0003", "correct"],
    ["5以上", "5", "incorrect"],
    ["10多个", "10", "incorrect"],
  ])("have words around a number that are its unit: %s beside %s is %s", (answer, reference, verdict) => {
    expect(verdictOf(answer, reference)).toBe(verdict);
  });

  it("write whole numbers with places, or digit by digit", () => {
    const numbers = {
      ...{ 十: 10n, 十五: 15n, 三十二: 32n, 一百零八: 108n, 一万零五百: 10_500n, 两千: 2_000n, 十五万: 150_000n },
      ...{ 三亿五千万: 350_000_000n, 二〇二四: 2024n, 零: 0n },
    };
    for (const [text, value] of Object.entries(numbers)) expect([text, hanInteger(text)]).toEqual([text, value]);
    for (const text of ["", "百", "十十", "五五十", "万", "一页"])
      expect([text, hanInteger(text)]).toEqual([text, null]);
  });

  it("write fractions below first", () => {
    expect(hanFractions("七分之二和一又三分之二")).toBe("\\frac{2}{7}和1\\frac{2}{3}");
    expect(normalise("百分之12.5")).toBe("12.5%");
    expect(normalise(normalise("5分之3"))).toBe(normalise("5分之3"));
  });
});
