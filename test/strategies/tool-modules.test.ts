import { DynamicTool } from "@langchain/core/tools";
import { describe, expect, it } from "vitest";
import { EnvironmentError } from "../../src/core/errors.ts";
import type { RunEvent } from "../../src/core/events.ts";
import type { Sandbox } from "../../src/core/execution.ts";
import { parseOptions } from "../../src/core/strategy.ts";
import { type SolveSetup, solve } from "../../src/engine/solve.ts";
import { type ScriptEntry, scriptedPolicy } from "../../src/policy/scripted.ts";
import { createSandbox } from "../../src/sandbox/index.ts";
import { readOrder, toolModules } from "../../strategies/programs/tool-modules.ts";
import { tinyPython } from "../fakes/tiny-python.ts";
import { needs } from "../needs.ts";

const program = "```python\ndef solution():\n    n = 6\n    n = n * 7\n    return n\n```";
const boxed = "So it is \\boxed{42}.";

/** A sandbox that can import SymPy and gives these values to queries, in order; null is a failure. */
const algebra = (values: readonly (string | null)[]): Sandbox & { readonly sources: readonly string[] } => {
  const sources: string[] = [];
  return {
    ...tinyPython(),
    sources,
    run: async ({ source }) => {
      if (source === "import sympy") return { verdict: "ok", value: null, stdout: "", error: "" };
      const value = values[sources.push(source) - 1] ?? null;
      return {
        verdict: value === null ? "error" : "ok",
        value,
        stdout: "",
        error: value === null ? "SyntaxError" : "",
      };
    },
  };
};

async function modules(script: readonly ScriptEntry[], options: object, rest: Partial<SolveSetup> = {}) {
  const policy = scriptedPolicy(script);
  const events: RunEvent[] = [];
  const solution = await solve("What is 6 times 7?", {
    ...{ strategy: toolModules as never, options, policy, sandbox: tinyPython() },
    ...{ onEvent: (event: RunEvent) => events.push(event), ...rest },
  });
  return { ...solution, policy, events, asked: policy.requests.map(({ messages }) => messages.at(-1)?.content ?? "") };
}

describe("tool-modules", () => {
  it("hands what each module found to the later ones", async () => {
    const order = ["knowledge", "program", "answer"];
    const { answer, asked, candidates } = await modules(["Multiplying is adding.", program, boxed], { order });
    expect(answer).toBe("42");
    expect(asked[1]).toContain("Knowledge:\nMultiplying is adding.");
    expect(asked[2]).toContain("Program:\n```python\ndef solution():");
    expect(asked[2]).toContain("```output\n42\n```");
    expect(candidates[0]?.notes).toEqual({ modules: "knowledge program answer" });
  });

  it("lets the program module mend its program from the error, a given number of times at most", async () => {
    const broken = "```python\ndef solution():\n    return 6 * x.y\n```";
    const { asked, policy } = await modules([broken, program, boxed], { order: "pg_sg" });
    expect(asked[1]).toMatch(/^```output\ncannot run[\s\S]*Find the error/);
    expect(policy.requests[1]?.temperature).toBe(0.7);
    const given = await modules([broken, broken, boxed], { order: "pg_sg", attempts: 2 });
    expect(given.asked[2]).not.toContain("Program:");
  });

  it("solves queries by computer algebra, again where one fails", async () => {
    const sandbox = algebra([null, "[-1, 3]"]);
    const script = ["Thought: roots. Query: solve(x**2", "Thought: roots.\nQuery: `solve(x**2 - 2*x - 3, x)`", boxed];
    const { asked } = await modules(script, { order: "walpha_sg" }, { sandbox });
    expect(sandbox.sources[1]).toContain("result = (solve(x**2 - 2*x - 3, x))");
    expect(asked[2]).toContain("Solver:\nsolve(x**2 - 2*x - 3, x)\n```output\n[-1, 3]\n```");
  });

  it("leaves the solver out with a note where the sandbox has no SymPy", async () => {
    const { events, candidates } = await modules([program, boxed], {});
    const notes = events.flatMap((event) => (event.type === "note" ? [event.message] : []));
    expect(notes).toEqual([expect.stringContaining("the sandbox has no SymPy")]);
    expect(candidates[0]?.notes).toEqual({ modules: "program answer" });
  });

  it("writes the answer again until it marks one", async () => {
    const script = ["It is hard to say what 6 times 7 gives, is it not, all things considered here?", boxed];
    const { answer, policy } = await modules(script, { order: "sg" });
    expect([answer, policy.left]).toEqual(["42", 0]);
    expect(policy.requests[0]?.maxTokens).toBe(600);
  });

  it("lets the model choose the order, and reads any naming of it", async () => {
    const { candidates } = await modules(["knowledge, answer", "Facts.", boxed], { order: "planner" });
    expect(candidates[0]?.notes).toEqual({ modules: "knowledge answer" });
    expect(readOrder("1. Program\n2. Answer\n3. program, Solver")).toEqual(["program", "solver", "answer"]);
    expect(readOrder("I cannot say.")).toBeNull();
  });
});

describe("the search module", () => {
  const order = ["search", "answer"];

  it("asks a LangChain tool the question first, then queries of the model's, until facts are found", async () => {
    const queries: string[] = [];
    const search = new DynamicTool({
      ...{ name: "library", description: "finds things" },
      func: async (query: string) => {
        queries.push(query);
        return `about ${query}`;
      },
    });
    const { asked, events } = await modules(["NONE", "times tables", "6 times 7 is 42.", boxed], { order, search });
    expect(queries).toEqual(["What is 6 times 7?", "times tables"]);
    expect(asked[2]).toContain("Search results:\nabout times tables");
    expect(asked[3]).toContain("Found:\n6 times 7 is 42.");
    expect(JSON.stringify(events[0])).toContain('"search":{"search":"library"}');
  });

  it("reads the documents of a retriever, and gives a structured tool its text by name", async () => {
    const retriever = { invoke: async () => [{ pageContent: "first" }, { pageContent: "second" }] };
    const { asked } = await modules(["A fact.", boxed], { order, search: retriever });
    expect(asked[0]).toContain("first\n\nsecond");
    const inputs: unknown[] = [];
    const invoke = async (input: unknown) => ({ content: `got ${inputs.push(input)}` });
    const structured = { invoke, schema: { properties: { k: {}, query: {} } } };
    await modules(["A fact.", boxed], { order, search: structured });
    expect(inputs).toEqual([{ query: "What is 6 times 7?" }]);
  });

  it("is left out where no tool is given, and says which tool failed", async () => {
    expect((await modules([boxed], { order })).candidates[0]?.notes).toEqual({ modules: "answer" });
    const search = { name: "broken", invoke: () => Promise.reject(new Error("no network")) };
    const failing = modules([boxed], { order, search });
    await expect(failing).rejects.toThrow(EnvironmentError);
    await expect(modules([boxed], { order, search })).rejects.toThrow("The search tool broken failed: no network");
    expect(() => parseOptions(toolModules, { search: { what: 1 } })).toThrow("search");
  });
});

it("solves an equation with SymPy", needs("bubblewrap", "system-python", "sympy"), async () => {
  const native = createSandbox("native", { workers: 1 });
  const script = ["Thought: t\nQuery: solve(x**2 - 5*x + 6, x)", boxed];
  const { asked } = await modules(script, { order: "walpha_sg", timeoutMs: 60_000 }, { sandbox: native });
  await native.dispose();
  expect(asked[1]).toContain("```output\n[2, 3]\n```");
});
