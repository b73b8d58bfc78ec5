import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runCli } from "../../src/cli/cli.ts";
import { parseCount } from "../../src/cli/counts.ts";
import { parseAssignments, parseVerifierFlags } from "../../src/cli/verifier-flags.ts";
import { generateProblem } from "../../src/policy/simulated/index.ts";
import { fakeTerminal, temporaryFolder } from "../fakes/terminal.ts";

const question = generateProblem("cli", 1, { minSteps: 3, maxSteps: 3 }).text;

beforeEach(() => vi.stubEnv("RUMINATE_HOME", temporaryFolder()));
afterEach(() => vi.unstubAllEnvs());

async function run(args: readonly string[], parts: Parameters<typeof fakeTerminal>[0] = {}) {
  const terminal = fakeTerminal(parts);
  const code = await runCli(args, terminal);
  return { code, out: terminal.stdout(), err: terminal.stderr(), cwd: terminal.cwd };
}

describe("ruminate solve", () => {
  it("prints the answer, why it won, and what it cost; progress goes to standard error", async () => {
    const { code, out, err } = await run(["solve", question, "--model", "simulated:accuracy=1", "-o", "n=3"]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Simulated policy: .*\n\nAnswer {3}\d+\nWhy {6}3 of 3 samples agree\nCost {5}3 calls, \d+ tokens \(verifier 0\), \d+ s\n$/,
    );
    expect(err).toContain("3 candidates");
  });

  it("takes a strategy with options, verifier and budget in one text, and chains; flags win", async () => {
    const json = async (strategy: string, ...more: string[]) => {
      const { out } = await run(["solve", question, "--json", "-m", "simulated:accuracy=1", "-s", strategy, ...more]);
      return JSON.parse(out) as { strategy: string; candidates: unknown[]; stopped: string };
    };
    expect(await json("best-of-n(n=3,verifier=agreement)")).toMatchObject({ strategy: "best-of-n" });
    expect((await json("best-of-n(n=3,verifier=agreement)", "-o", "n=2")).candidates).toHaveLength(2);
    expect((await json("self-consistency(n=2) & self-consistency(n=4)")).strategy).toBe("cascade");
    expect((await json("self-consistency(n=2) | program-aided(n=2)")).strategy).toBe("ensemble");
    expect((await json("self-consistency(n=8, calls=3)")).stopped).toBe("budget");
  });

  it("reads the question from standard input, and prints one JSON object with stable fields", async () => {
    const { out } = await run(
      ["solve", "-", "--json", "--model", "simulated", "-s", "best-of-n", "-o", "n=4", "-v", "outcome=simulated"],
      { stdin: question },
    );
    const result = JSON.parse(out) as Record<string, unknown>;
    expect(Object.keys(result)).toEqual([
      "question",
      "answer",
      "reason",
      "support",
      "doubt",
      "tied",
      "tally",
      "stopped",
      "stopReason",
      "strategy",
      "policy",
      "simulated",
      "seed",
      "candidates",
      "picks",
      "usage",
      "milliseconds",
    ]);
    expect(result).toMatchObject({ question, simulated: true, strategy: "best-of-n", stopped: "finished" });
  });

  it("is deterministic: same seed, same output, times aside", async () => {
    const once = async (seed: string) => {
      const { out } = await run(["solve", question, "--json", "--model", "simulated:stepError=0.3", "--seed", seed]);
      const { milliseconds: _, ...rest } = JSON.parse(out) as Record<string, unknown>;
      return JSON.stringify(rest);
    };
    expect(await once("7")).toBe(await once("7"));
    expect(await once("7")).not.toBe(await once("8"));
  });

  it("asks no more than it takes where neither strategy nor options are named", async () => {
    const { out } = await run(["solve", question, "--model", "simulated:accuracy=1"]);
    expect(out).toMatch(/4 of 4 samples agree\nCost {5}4 calls, .*\nStopped {2}enough: the leading answer leads/);
    const { out: all } = await run(["solve", question, "--model", "simulated:accuracy=1", "-s", "self-consistency"]);
    expect(all).toContain("16 of 16 samples agree");
  });

  it("prints the picked solution on a terminal, and elsewhere where it is asked for", async () => {
    const ask = async (isTty: boolean, ...more: string[]) =>
      (await run(["solve", question, "--model", "simulated:accuracy=1", "-o", "n=1", ...more], { isTty })).out;
    expect(await ask(true)).toMatch(/Step 1: .*\n\nAnswer/s);
    for (const out of [await ask(true, "--no-show"), await ask(false)]) expect(out).not.toContain("Step 1: ");
    expect(await ask(false, "--show")).toContain("Step 1: ");
  });

  it("keeps within a budget and says what stopped it", async () => {
    const { out } = await run(["solve", question, "--model", "simulated", "-o", "n=64", "--budget", "600"]);
    expect(out).toContain("Stopped  budget: Token budget used up");
  });

  it("writes the trace of every event as JSON lines", async () => {
    const cwd = temporaryFolder();
    await run(
      [
        "solve",
        question,
        "--model",
        "simulated",
        "-s",
        "beam-search",
        "-v",
        "process=simulated",
        "--trace",
        join(cwd, "t.jsonl"),
      ],
      { cwd },
    );
    const types = readFileSync(join(cwd, "t.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types[0]).toBe("run-start");
    expect(types.at(-1)).toBe("run-end");
    expect(types).toEqual(expect.arrayContaining(["call-end", "node-expanded", "node-visited", "candidate", "pick"]));
  });

  it("exits with 1 when nothing could be answered", async () => {
    const { code, out } = await run(["solve", "Why is the sky blue?", "--model", "simulated", "-o", "n=2"]);
    expect(code).toBe(1);
    expect(out).toContain("Answer   none");
  });
});

describe("bad input", () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    [
      "an unknown strategy",
      ["solve", "q", "-s", "best_of_n"],
      'Unknown strategy "best_of_n". Did you mean "best-of-n"?',
    ],
    [
      "an unknown option",
      ["solve", "q", "-o", "m=3", "--model", "simulated"],
      'self-consistency: does not know "m". Known: n, temperature',
    ],
    [
      "an option out of range",
      ["solve", "q", "-o", "n=0", "--model", "simulated"],
      'self-consistency: "n" must be at least 1, got 0.',
    ],
    [
      "an option that is no assignment",
      ["solve", "q", "-o", "n", "--model", "simulated"],
      '--option must be NAME=VALUE, got "n".',
    ],
    [
      "an unknown verifier",
      ["solve", "q", "-v", "outcome=juge", "--model", "simulated"],
      'Unknown verifier "juge". Did you mean "judge"?',
    ],
    [
      "a verifier that no rule reads",
      ["solve", "q", "-s", "self-consistency", "-v", "outcome=simulated", "--model", "simulated"],
      "--verifier is read by no rule: self-consistency picks without scores. Give --select best or weighted",
    ],
    ["an unknown model", ["solve", "q", "--model", "local:qwen-9000"], 'Unknown model "qwen-9000"'],
    [
      "an unknown provider",
      ["solve", "q", "--model", "opnai:gpt"],
      'Unknown model provider "opnai". Did you mean "openai"?',
    ],
    [
      "an unreachable server",
      ["solve", "q", "--model", "http://127.0.0.1:9/v1"],
      "No server answers at http://127.0.0.1:9 (ECONNREFUSED). Start it, or check the address.",
    ],
    ["an empty question", ["solve", "  ", "--model", "simulated"], "question must not be empty"],
    [
      "a bad budget",
      ["solve", "q", "--budget", "lots", "--model", "simulated"],
      '--budget must be a whole number of at least 1 such as 800, 20k or 1.5M, got "lots".',
    ],
    [
      "a trace that cannot be written",
      ["solve", "q", "--model", "simulated", "--trace", "/nowhere/t.jsonl"],
      "--trace /nowhere/t.jsonl cannot be written",
    ],
    ["a missing experiment", ["experiment", "run", "none.yaml"], "none.yaml: cannot be read"],
    ["a missing key", ["solve", "q", "--model", "openai:gpt-4o-mini"], "OPENAI_API_KEY"],
    ["an unknown strategy to show", ["strategies", "show", "mtcs"], 'Did you mean "mcts"?'],
    ["an unknown command", ["slove"], 'Unknown command "slove". Did you mean "solve"?'],
    ["an unknown command below another", ["experiment", "rnu"], "Did you mean run?"],
    ["a chain with an unknown strategy", ["solve", "q", "-s", "mcts & bestofn"], 'Did you mean "best-of-n"?'],
    ["an unknown flag", ["solve", "q", "--stratgy", "x"], "unknown option '--stratgy'"],
    ["a plug-in that is not there", ["--plugin", "./none.ts", "strategies"], "--plugin ./none.ts cannot be loaded"],
  ];
  for (const [what, args, message] of cases) {
    it(`gets one clear error and exit code 2: ${what}`, async () => {
      const { code, err } = await run(args);
      expect(err).toContain(message);
      expect(code).toBe(2);
    });
  }

  it("names a folder that cannot be written, and a file that is not YAML", async () => {
    const cwd = temporaryFolder();
    writeFileSync(
      join(cwd, "e.yaml"),
      "name: e\ndataset: arithmetic\npolicy: simulated\nstrategies: [chain-of-thought]\n",
    );
    const unwritable = await run(["experiment", "run", "e.yaml", "--out", "/proc/nowhere"], { cwd });
    expect([unwritable.code, unwritable.err]).toEqual([
      2,
      expect.stringMatching(/\/proc\/nowhere cannot be written: .* --out/),
    ]);
    writeFileSync(join(cwd, "bad.yaml"), "name: [e\n");
    const bad = await run(["experiment", "run", "bad.yaml"], { cwd });
    expect([bad.code, bad.err]).toEqual([2, expect.stringMatching(/bad\.yaml:\d+: is not valid YAML/)]);
  });

  it("names file, line and field of a dataset row that does not fit", async () => {
    const cwd = temporaryFolder();
    writeFileSync(
      join(cwd, "e.yaml"),
      "name: e\ndataset: {name: gsm8k, path: rows.jsonl}\npolicy: simulated\nstrategies: [chain-of-thought]\n",
    );
    writeFileSync(
      join(cwd, "rows.jsonl"),
      '{"id": "a", "question": "q", "answer": "1", "meta": {}}\n{"id": "b", "question": 7, "answer": "1", "meta": {}}\n',
    );
    const { code, err } = await run(["experiment", "run", "e.yaml", "--data", "rows.jsonl"], { cwd });
    expect(code).toBe(2);
    expect(err).toMatch(/rows\.jsonl:2: .*question/);
  });
});

describe("listings", () => {
  it("show every strategy, verifier and dataset, in words and as JSON", async () => {
    for (const what of ["strategies", "verifiers", "datasets"]) {
      const names = (JSON.parse((await run([what, "--json"])).out) as { name: string }[]).map(({ name }) => name);
      const { out } = await run([what]);
      expect(names.length).toBeGreaterThan(3);
      for (const name of names) expect(out).toContain(name);
    }
  });

  it("show a strategy's options with defaults and meaning", async () => {
    const { out } = await run(["strategies", "show", "best-of-n"]);
    expect(out).toContain("Cobbe et al. 2021");
    expect(out).toMatch(/n +16 +independent samples/);
    expect(out).toContain("picks: the highest score wins");
  });

  it("show a verifier's options, and a reward model's preset by its name or a model's", async () => {
    const { out } = await run(["verifiers", "show", "served"]);
    expect(out).toMatch(/contextTokens +.*window/);
    expect(out).toMatch(/armorm +unchecked +RLHFlow/);
    const preset = await run(["verifiers", "show", "peiyi9979/math-shepherd-mistral-7b-prm"]);
    expect(preset.out).toMatch(/^math-shepherd\n +state +equal/);
    expect(preset.out).toContain('"classifier_from_token":["▁+","▁-"]');
    const { facts } = JSON.parse((await run(["verifiers", "show", "acemath-rm", "--json"])).out) as { facts: object };
    expect(facts).toMatchObject({ "serve it": "vllm serve nvidia/AceMath-7B-RM" });
    const slip = await run(["verifiers", "show", "acemath-orm"]);
    expect(slip).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean "acemath-rm"?') });
  });

  it("give help with examples and exit code 0", async () => {
    const { code, out } = await run(["solve", "--help"]);
    expect(code).toBe(0);
    expect(out).toContain("Examples:");
  });
});

describe("plug-ins", () => {
  it("add strategies that commands can name", async () => {
    const cwd = temporaryFolder();
    const core = join(import.meta.dirname, "../../src/index.ts");
    writeFileSync(
      join(cwd, "mine.ts"),
      `import { defineStrategy, majority, sampleSolutions } from ${JSON.stringify(core)};
import { z } from ${JSON.stringify(join(import.meta.dirname, "../../node_modules/zod/index.js"))};
export const mine = defineStrategy({ name: "mine", summary: "three samples", family: "sampling", how: "It draws three samples.", costNote: "three calls", departures: [], rewards: { outcome: "-", process: "-", none: "-" },
  options: z.strictObject({}), candidates: (run) => sampleSolutions(run, { n: 3, temperature: 1 }), select: () => majority(), cost: () => ({ calls: 3 }) });
`,
    );
    const { code, out } = await run(
      ["--plugin", "mine.ts", "solve", question, "-s", "mine", "--model", "simulated:accuracy=1"],
      { cwd },
    );
    expect(out).toContain("3 of 3 samples agree");
    expect(code).toBe(0);
  });
});

describe("an experiment in TypeScript", () => {
  const example = join(import.meta.dirname, "../../examples/experiment.ts");

  it("runs with the strategies that it brings along", async () => {
    const cwd = temporaryFolder();
    const { code, out } = await run(["experiment", "run", example, "--limit", "5", "--model", "simulated"], { cwd });
    expect(out).toContain("two, 8");
    expect(code).toBe(0);
  });

  it("is checked like any other, with a clear error where it is none", async () => {
    const cwd = temporaryFolder();
    const refused = async (text: string) => {
      const file = join(cwd, `e${Math.abs(text.length)}.mjs`);
      writeFileSync(file, text);
      return await run(["experiment", "run", file, "--dry-run"], { cwd });
    };
    const misspelt =
      "export default { name: 'x', dataset: 'arithmetic', strategies: ['chain-of-thought'], sedes: [1] };";
    expect(await refused(misspelt)).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean "seeds"?') });
    expect(await refused("export const x = 1;")).toMatchObject({
      code: 2,
      err: expect.stringContaining("the experiment"),
    });
    expect(await refused("export default {")).toMatchObject({
      code: 2,
      err: expect.stringContaining("cannot be loaded"),
    });
  });
});

describe("flags", () => {
  it("choose what runs programs, by name", async () => {
    const checks = async (...flags: string[]) => {
      const { out } = await run([...flags, "doctor", "--json"]);
      const all = JSON.parse(out) as readonly { readonly name: string; readonly found: string }[];
      return all.find(({ name }) => name === "sandbox")?.found;
    };
    expect(await checks()).toBe("wasi: runs Python");
    expect(await checks("--sandbox", "native")).toMatch(/^native: runs Python$|bubblewrap/);
    const { code, err } = await run(["--sandbox", "docker", "solve", question]);
    expect([code, err]).toEqual([2, expect.stringContaining("Allowed choices are auto, wasi, native.")]);
  });
  it("read verifiers of both kinds with options", () => {
    expect(parseVerifierFlags(["outcome=judge:by=rating", "process=step-judge"], "min")).toMatchObject({
      outcome: { name: "judge", options: { by: "rating" } },
      process: { name: "step-judge", options: {} },
      aggregation: "min",
    });
    expect(parseVerifierFlags(['ensemble:of=["a",{"name":"b","options":{"c":[[1,2],[3]]}}],how=min'])).toMatchObject({
      outcome: { options: { of: ["a", { name: "b", options: { c: [[1, 2], [3]] } }], how: "min" } },
    });
    expect(parseVerifierFlags(["judge"])).toMatchObject({ outcome: { name: "judge" } });
    expect(parseVerifierFlags([])).toBeNull();
    expect(() => parseVerifierFlags(["both=judge"])).toThrow("--verifier must be outcome=NAME or process=NAME");
  });

  it("read counts and values", () => {
    expect([parseCount("-b", "20k"), parseCount("-b", "1.5M"), parseCount("-b", "7")]).toEqual([20_000, 1_500_000, 7]);
    expect(() => parseCount("-b", "0")).toThrow(/at least 1/);
    expect(parseAssignments("-o", ["n=3", "name=x", "flag=true", "list=[1,2]"])).toEqual({
      n: 3,
      name: "x",
      flag: true,
      list: [1, 2],
    });
  });
});
