import { afterAll, describe, expect, it } from "vitest";
import type { CodeTask, Question } from "../../src/core/question.ts";
import { solve } from "../../src/engine/solve.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { createSandbox } from "../../src/sandbox/index.ts";
import { classLevel } from "../../strategies/code/class-level.ts";
import { methodIn, readClass, withMethod, writeClass } from "../../strategies/code/kit/class-text.ts";
import { listItems, planSearch, smallSubsets } from "../../strategies/code/plan-search.ts";
import { repair } from "../../strategies/code/repair.ts";
import { selfInvoking } from "../../strategies/code/self-invoking.ts";
import { block, constant, doubling, failing, right, square } from "./tasks.ts";

const sandbox = createSandbox("wasi", { workers: 1 });
afterAll(() => sandbox.dispose());
const { question } = doubling;

describe("repair", () => {
  const options = { independent: 2, report: 1, location: 1, dialogue: 2 };
  const repairWith = async (script: readonly string[]) => {
    const policy = scriptedPolicy(script);
    const solution = await solve(question, { strategy: repair, options, policy, sandbox });
    return { policy, solution, notes: solution.candidates.map(({ notes }) => notes) };
  };

  it("gives each stage more to go by, and says which one fixed the program", async () => {
    const other = "def double(x):\n    return 7";
    const script = [constant, failing, other, constant, other, right].map(block);
    script.splice(3, 0, "The line `return 7` returns a fixed number.");
    const { policy, solution, notes } = await repairWith(script);
    expect(notes.map((note) => note?.stage)).toEqual([
      ...["independent", "independent", "report", "location", "dialogue", "dialogue"],
    ]);
    expect(notes.map((note) => note?.fixedAt)).toEqual([...Array(5).fill(undefined), "dialogue"]);
    const last = (i: number) => policy.requests[i]?.messages.at(-1)?.content ?? "";
    expect(last(0)).toBe(last(1));
    expect(last(2)).toContain("AttributeError");
    expect(last(3)).toContain("Which one line");
    expect(last(4)).toContain("The fault is here:\nThe line `return 7`");
    expect(policy.requests.slice(5).map(({ messages }) => messages.length)).toEqual([4, 6]);
    expect(solution.answer).toBe(right);
  });

  it("takes the place of the fault from the error where that names a line", async () => {
    const { policy } = await repairWith([constant, failing, failing, right].map(block));
    expect(policy.requests[3]?.messages.at(-1)?.content).toContain("The fault is here:\nline 2: return x.twice()");
  });

  it("counts no fix where the first attempt passes", async () => {
    const { notes } = await repairWith([block(right)]);
    expect(notes).toEqual([{ stage: "independent", round: 1, passed: 1, of: 1 }]);
  });

  const faulty = "def double(x):\n    return x * x\n";
  const given = (task: Partial<CodeTask>) =>
    ({ ...question, code: { ...question.code, ...task, form: "repair" } }) as Question;

  it("repairs the program that the task gives, from the report of its run on", async () => {
    const policy = scriptedPolicy([block(constant), "The line `return 5`.", block(right)]);
    const solution = await solve(given({ faulty, visibleTests: ["assert double(3) == 6"] }), {
      strategy: repair,
      options,
      policy,
      sandbox,
    });
    const [first] = policy.requests;
    expect(first?.messages.slice(-2).map(({ content }) => content)).toEqual([
      expect.stringContaining(faulty),
      expect.stringContaining("expected 6, got 9"),
    ]);
    expect(solution.candidates.map(({ notes }) => notes?.stage)).toEqual(["report", "location"]);
    expect(solution.answer).toBe(right);
  });

  it("says that the given program is faulty where the shown tests do not tell", async () => {
    const policy = scriptedPolicy([block(right)]);
    const solution = await solve(given({ faulty, visibleTests: ["assert double(2) == 4"] }), {
      strategy: repair,
      options,
      policy,
      sandbox,
    });
    expect(policy.requests[0]?.messages.at(-1)?.content).toContain("known to be faulty");
    expect(solution.answer).toBe(right);
  });

  it("goes by examples of what a program reads and writes", async () => {
    const examples = [{ input: "3\n", output: "6\n" }];
    const task = { ...question, code: { language: "python", entryPoint: "", form: "program" as const, examples } };
    const policy = scriptedPolicy(["print(3)", "print(2 * int(input()))"].map(block));
    const solution = await solve(task, { strategy: repair, options: { ...options, independent: 1 }, policy, sandbox });
    expect(policy.requests[1]?.messages.at(-1)?.content).toContain('expected output "6\\n", got "3\\n"');
    expect(solution.candidates.map(({ notes }) => notes?.passed)).toEqual([0, 1]);
  });
});

describe("plan-search", () => {
  it("has subsets of at most two, and items of lists however they are marked", () => {
    expect(smallSubsets(["a", "b", "c"])).toEqual([[], ["a"], ["b"], ["c"], ["a", "b"], ["a", "c"], ["b", "c"]]);
    expect(smallSubsets(Array.from({ length: 10 }, (_, i) => i))).toHaveLength(56);
    expect(listItems("Here:\n1. one\n2) two\n- three\n1. one")).toEqual(["one", "two", "three"]);
    expect(listItems("one\n\ntwo")).toEqual(["one", "two"]);
  });

  it("turns sets of observations into plans, every second one against the plan before, and plans into programs", async () => {
    const policy = scriptedPolicy([
      "1. x may be text\n2. adding twice doubles",
      ...["first plan", block(square), "second plan", block(right)],
    ]);
    const options = { n: 2, layers: 1, observations: 2 };
    const solution = await solve(question, { strategy: planSearch, options, policy });
    const [observing, explaining, , criticising, program] = policy.requests.map((request) => request);
    const text = (request: typeof observing) => request?.messages.at(-1)?.content ?? "";
    expect(text(observing)).toContain("Make 2 different observations");
    expect(text(explaining)).toContain("Observations:");
    expect(text(criticising)).toContain("Plan:\nfirst plan\n\nSomeone says that the plan above is wrong");
    const observed = (of: string) => /Observations:[\s\S]*?(?=\n\n)/.exec(of)?.[0];
    expect(observed(text(criticising))).toBe(observed(text(explaining)));
    expect(text(program)).toContain("Plan:\nsecond plan");
    expect(policy.requests.map(({ temperature }) => temperature)).toEqual([0, 0, 0, 0, 0]);
    expect(solution.candidates.map(({ notes }) => notes?.against)).toEqual([false, true]);
  });
});

const skeleton = [
  "import math",
  "",
  "class Circle:",
  '    """A circle."""',
  "",
  "    def __init__(self, r):",
  "        pass",
  "",
  "    @property",
  "    def area(self):",
  '        """Its area."""',
  "        pass",
].join("\n");

describe("a class in text", () => {
  it("is taken apart at its methods and put together again", () => {
    const whole = readClass(skeleton, "Circle") ?? expect.unreachable("there is a class");
    expect(whole.methods.map(({ name }) => name)).toEqual(["__init__", "area"]);
    expect(whole.methods[1]?.text).toContain("@property");
    expect(writeClass(whole)).toBe(skeleton);
    const changed = withMethod(whole, "__init__", "    def __init__(self, r):\n        self.r = r");
    expect(writeClass(changed)).toBe(skeleton.replace("        pass\n\n    @prop", "        self.r = r\n\n    @prop"));
    expect(readClass("def f(): pass", "Circle")).toBeNull();
  });

  it("takes a method from a function on its own as well as from a class", () => {
    const method = "    @property\n    def area(self):\n        return math.pi * self.r ** 2";
    expect(methodIn("@property\ndef area(self):\n    return math.pi * self.r ** 2\n\nprint(1)", "area")).toBe(method);
    expect(methodIn(`class Circle:\n${method}\n\n    def other(self): pass`, "area")).toBe(method);
    expect(methodIn("x = 1", "area")).toBeNull();
  });
});

describe("class-level", () => {
  const circle: Question = {
    ...{ id: "circle", text: `Complete the class.\n\n${block(skeleton)}`, kind: "code" },
    code: { language: "python", entryPoint: "Circle" },
  };
  const init = block("def __init__(self, r):\n    self.r = r");
  const area = block("def area(self):\n    return math.pi * self.r ** 2");
  const write = async (order: string, script: readonly string[]) => {
    const policy = scriptedPolicy(script);
    const solution = await solve(circle, { strategy: classLevel, options: { order, n: 1 }, policy });
    return { solution, second: policy.requests[1]?.messages.at(-1)?.content };
  };

  it("shows the methods written so far in the incremental order, the skeleton alone in the compositional one", async () => {
    const incremental = await write("incremental", [init, area]);
    const compositional = await write("compositional", [init, area]);
    expect(incremental.second).toContain("self.r = r");
    expect(compositional.second).not.toContain("self.r = r");
    expect(incremental.solution.answer).toBe(compositional.solution.answer);
    expect(incremental.solution.answer).toContain("import math");
    expect(incremental.solution.candidates[0]?.trajectory.steps.map(({ kind }) => kind)).toEqual(["method", "method"]);
    const check = `${incremental.solution.answer}\nresult = round(Circle(2).area(), 3)`;
    const run = await sandbox.run({ language: "python", source: check, result: { variable: "result" } });
    expect(run.value).toBe("12.566");
  });

  it("keeps the skeleton's method where none can be read, and writes whole classes in one answer", async () => {
    const { solution } = await write("incremental", [init, "I do not know."]);
    expect(solution.candidates[0]?.notes).toMatchObject({ methods: 2, missing: 1 });
    expect((await write("holistic", [block("class Circle: pass")])).solution.answer).toBe("class Circle: pass");
  });
});

describe("self-invoking", () => {
  it("solves the task with the base function in view, and puts both into the program", async () => {
    const base = "def twice(x):\n    return x + x";
    const policy = scriptedPolicy([block(base), block("def double(x):\n    return twice(x)")]);
    const solution = await solve(question, { strategy: selfInvoking, options: { n: 1 }, policy });
    expect(solution.answer).toBe(`${base}\n\n\ndef double(x):\n    return twice(x)`);
    expect(policy.requests[1]?.messages.at(-1)?.content).toContain(base);
    expect(solution.candidates[0]?.notes).toEqual({ base: true, calls: true });
  });

  it("goes without a base that is the task's own function", async () => {
    const policy = scriptedPolicy([block(constant), block(right)]);
    const solution = await solve(question, { strategy: selfInvoking, options: { n: 1 }, policy });
    expect(policy.requests[1]?.messages.at(-1)?.content).toContain("Write double.");
    expect(solution.answer).toBe(right);
  });
});
