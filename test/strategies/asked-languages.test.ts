import { describe, expect, it } from "vitest";
import { codeSystem, isLabelOf, taskLanguage } from "../../src/answer/languages.ts";
import { builtins } from "../../src/builtins.ts";
import { codeLanguages } from "../../src/code/languages.ts";
import type { Question } from "../../src/core/question.ts";
import { solve } from "../../src/engine/solve.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { classLevel } from "../../strategies/code/class-level.ts";
import { bracedMethodIn, readBracedClass } from "../../strategies/code/kit/braced-class.ts";
import { writeClass } from "../../strategies/code/kit/class-text.ts";

const { strategies } = builtins();
const ofCode = strategies.all.filter(({ family }) => family === "code");
const others = ["chain-of-thought", "self-consistency", "best-of-n", "self-refine", "mctsr"];
const languages = [...codeLanguages.map(({ name }) => name), "lean4", "verilog", "kotlin"];

describe("the language of a task", () => {
  it("has a title and a fence, also where it is not known, and the words for Python are what they were", () => {
    expect(codeSystem(undefined)).toBe(
      "You are an expert Python programmer. Think briefly, then give one complete program in a ```python block. It must define what the task asks for by name.",
    );
    expect(codeSystem("C++")).toContain("an expert C++ programmer");
    expect(codeSystem("lean")).toMatch(/Lean 4.*```lean4 block/);
    expect(taskLanguage("Kotlin")).toMatchObject({ title: "Kotlin", fence: "kotlin" });
    expect([isLabelOf("c++", "cpp"), isLabelOf("", "java"), isLabelOf("python", "java")]).toEqual([true, true, false]);
  });

  for (const language of languages) {
    const { fence, name } = taskLanguage(language);
    it(`is what every strategy asks for: ${language}`, async () => {
      const question: Question = {
        ...{ id: "task", text: "Write twice, which doubles a number.", kind: "code" },
        code: { language, entryPoint: "twice", prefix: "" },
      };
      const reply = `\`\`\`${fence}\ntwice (x) { return 2 * x; }\n\`\`\``;
      for (const { name: strategy } of [...ofCode, ...others.map((one) => strategies.get(one))]) {
        const policy = scriptedPolicy(Array.from({ length: 200 }, () => reply));
        await solve(question, { strategy: strategies.get(strategy), policy, budget: { calls: 6 } });
        const asked = policy.requests.map(({ messages }) => messages.map(({ content }) => content).join("\n"));
        expect(asked.length, strategy).toBeGreaterThan(0);
        expect(
          asked.some((text) => text.includes(`\`\`\`${fence}`)),
          strategy,
        ).toBe(true);
        if (name !== "python") for (const text of asked) expect(text, strategy).not.toMatch(/python/i);
      }
    });
  }
});

const counter = `import java.util.*;

/** Counts. */
public class Counter {
    private final Map<String, Integer> seen = new HashMap<>();
    private static final String BRACES = "{(;";

    public Counter() {
    }

    // Adds one } of them.
    @Override
    public int add(String key) {
        return 0;
    }

    public int add(String key, int by) {
        if (by < 0) { return -1; }
        return 0;
    }

    public int of(String key) {
        return 0;
    }
}
`;

describe("a class in a language with braces", () => {
  it("is taken apart at its methods, fields first, overloads by their parameters", () => {
    const whole = readBracedClass(counter, "Counter") ?? expect.unreachable("it is a class");
    expect(whole.methods.map(({ name }) => name)).toEqual([
      "Counter",
      "add(String key)",
      "add(String key, int by)",
      "of",
    ]);
    expect(whole.head).toContain('BRACES = "{(;"');
    expect(writeClass(whole).replace(/\s+/g, "")).toBe(counter.replace(/\s+/g, ""));
    const written = "class Counter {\n    public int of(String key) {\n        return seen.get(key);\n    }\n}";
    expect(bracedMethodIn(written, "of")).toBe("    public int of(String key) {\n        return seen.get(key);\n    }");
    expect(bracedMethodIn("int of(String k) { return 1; }", "of")).toBe("    int of(String k) { return 1; }");
    expect(bracedMethodIn("int of(String k) { return 1; }", "add")).toBeNull();
    expect(readBracedClass(counter, "Other")).toBeNull();
  });

  const question: Question = {
    ...{ id: "counter", text: `Complete the class.\n\n\`\`\`java\n${counter}\`\`\``, kind: "code" },
    code: { language: "java", entryPoint: "Counter" },
  };
  const method = (head: string, body: string) => `\`\`\`java\n    public ${head} {\n        ${body}\n    }\n\`\`\``;
  const script = [
    method("Counter()", "super();"),
    method("int add(String key)", "return add(key, 1);"),
    method("int add(String key, int by)", "return seen.merge(key, by, Integer::sum);"),
    method("int of(String key)", "return seen.getOrDefault(key, 0);"),
  ];

  it("is written method after method, and is whole at the end", async () => {
    const policy = scriptedPolicy(script);
    const { answer, candidates } = await solve(question, { strategy: classLevel, options: { n: 1 }, policy });
    expect(candidates[0]?.notes).toEqual({ order: "incremental", methods: 4, missing: 0 });
    expect(answer).toContain("return add(key, 1);");
    expect(answer).toContain("return seen.getOrDefault(key, 0);");
    expect(answer?.trimEnd().endsWith("}")).toBe(true);
    expect(policy.requests[3]?.messages.at(-1)?.content).toContain("return add(key, 1);");
    expect(policy.requests[0]?.messages[0]?.content).toContain("an expert Java programmer");
  });

  it("is written in the reverse order, and shows of the other methods their heads or nothing", async () => {
    const write = async (options: Record<string, unknown>, replies: readonly string[]) => {
      const policy = scriptedPolicy(replies);
      await solve(question, { strategy: classLevel, options: { n: 1, ...options }, policy });
      return policy.requests.map(
        ({ messages }) => String(messages.at(-1)?.content).split("The class so far:")[1] ?? "",
      );
    };
    const [last] = await write({ order: "reverse", context: "signatures" }, [...script].reverse());
    expect(last).toMatch(/Write the method of of/);
    expect(last).toContain("public int add(String key, int by);");
    const [only] = await write({ order: "incremental", context: "minimum" }, script);
    expect(only).toContain("public Counter()");
    expect(only).not.toContain("public int of");
    const drawn = await write({ order: "random" }, [...script]);
    expect(drawn).toHaveLength(4);
  });
});
