import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { readWritten } from "../../src/setup/written.ts";

const read = (text: string) => readWritten(text, builtins());

describe("a solve written as a text", () => {
  it.each<[string, object]>([
    ["mcts", { strategy: "mcts", options: {} }],
    ["best-of-n(n=8,verifier=judge)", { options: { n: 8 }, verifiers: { outcome: { name: "judge", options: {} } } }],
    [
      "best-of-n( n = 8 , outcome=judge(by=rating) )",
      { verifiers: { outcome: { name: "judge", options: { by: "rating" } } } },
    ],
    ["beam-search(width=2,process=step-judge,tokens=4000)", { budget: { tokens: 4000 }, options: { width: 2 } }],
    ["self-consistency(n=4,answer=math,select=majority)", { answer: "math", select: "majority", options: { n: 4 } }],
    [
      "self-consistency(n=4) & mcts",
      {
        strategy: "cascade",
        options: {
          stages: [
            { name: "self-consistency", options: { n: 4 } },
            { name: "mcts", options: {} },
          ],
        },
      },
    ],
    [
      "self-consistency & mcts | program-aided(n=3, calls=40)",
      {
        strategy: "ensemble",
        options: { members: [{ name: "cascade" }, { name: "program-aided", options: { n: 3 } }] },
        budget: { calls: 40 },
      },
    ],
    ['cascade(stages=["mcts", "beam-search"])', { strategy: "cascade", options: { stages: ["mcts", "beam-search"] } }],
    // What a strategy has an option for is that option.
    ["threshold-stop(n=4,epsilon=0.1)", { options: { n: 4, epsilon: 0.1 } }],
  ])("%s", (text, expected) => {
    expect(read(text)).toMatchObject(expected);
  });

  it("takes no option by what every object inherits", () => {
    const { options } = read('self-consistency(__proto__={"n": 3})');
    expect((options as { n?: number }).n).toBeUndefined();
    expect(Object.keys(options)).toEqual(["__proto__"]);
  });

  it.each([
    ["", "must be NAME"],
    ["best-of-n(n)", "must be NAME"],
    ["best-of-n(n=8", "must be NAME"],
    ["a b", "must be NAME"],
    ["best-of-m(n=8)", 'Did you mean "best-of-n"?'],
    ["mcts(tokens=4) | beam-search(tokens=5)", "given twice"],
    [`${"(".repeat(2000)}`, "must be NAME"],
  ])("%j is refused", (text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });
});
