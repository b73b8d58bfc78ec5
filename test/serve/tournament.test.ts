import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { runCli } from "../../src/cli/cli.ts";
import { generateProblem, simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { type ChatBody, startFakeServer } from "../fakes/server.ts";
import { fakeTerminal, temporaryFolder } from "../fakes/terminal.ts";
import { ask, serving } from "./serving.ts";

beforeEach(() => vi.stubEnv("RUMINATE_HOME", temporaryFolder()));
afterEach(() => vi.unstubAllEnvs());

const won = /won the knock-out of \d+ different answer/;

describe("the selection `tournament`, by its name", () => {
  it("is taken by `ruminate solve --select`, and its matches are charged to the verifier", async () => {
    const terminal = fakeTerminal();
    const question = generateProblem("tournament", 1, { minSteps: 4, maxSteps: 4 }).text;
    const args = ["solve", question, "--json", "--model", "simulated:stepError=0.4", "--select", "tournament"];
    expect(await runCli([...args, "-o", "n=8"], terminal)).toBe(0);
    const result = JSON.parse(terminal.stdout()) as { reason: string; usage: { logical: TrialRecord["usage"] } };
    expect(result.reason).toMatch(won);
    expect(result.usage.logical.verifier.calls).toBeGreaterThan(0);
  });

  it("is taken by an experiment's arm, and picks better than the vote where comparisons are good", async () => {
    const text = `
name: tournament
dataset: {name: arithmetic, options: {count: 60, minSteps: 4, maxSteps: 4}}
policy: simulated
baseline: vote
strategies:
  - {name: self-consistency, options: {n: 8}, label: vote}
  - {name: self-consistency, options: {n: 8}, label: knock-out, select: tournament}
`;
    const out = temporaryFolder();
    const policy = simulatedPolicy({ stepError: 0.35, judgeAuc: 0.98 });
    const open = async () => ({ policy, simulated: true });
    await runExperiment(parseExperiment("t.yaml", text), { catalogue: builtins(), open, sandbox: null, out });
    const lines = readFileSync(join(out, "results.jsonl"), "utf8").split("\n").filter(Boolean);
    const records = lines.map((line) => JSON.parse(line) as TrialRecord);
    const arm = (label: string) => records.filter((record) => record.arm === label);
    expect(arm("knock-out").every(({ reason }) => won.test(reason))).toBe(true);
    const right = (label: string) => arm(label).filter(({ verdict }) => verdict === "correct").length;
    expect(right("knock-out")).toBeGreaterThan(right("vote"));
  });

  it("is taken by a server's model and by a request, and lets the better answer win against the majority", async () => {
    const answers = ["The answer is 4.", "The answer is 5.", "It is 4."];
    let drawn = 0;
    const upstream = await startFakeServer({
      answer: (body: ChatBody) => {
        const last = JSON.stringify(body.messages.at(-1));
        const [a, b] = [last.indexOf("answer is 5"), last.indexOf("Solution B")];
        if (b >= 0) return a < b ? "A" : "B";
        return answers[drawn++ % answers.length] ?? "";
      },
    });
    const model = { upstream: "small", strategy: "self-consistency", options: { n: 3 } };
    const server = await serving({
      upstreams: { small: { name: upstream.baseUrl } },
      models: { knockout: { ...model, select: "tournament" }, vote: model },
    });
    try {
      const answerOf = async (body: Record<string, unknown>) => {
        const response = await server.chat({ messages: ask("2 + 3?"), ...body });
        const { choices } = (await response.json()) as { choices: { ruminate: { answer: string } }[] };
        return choices[0]?.ruminate.answer;
      };
      expect(await answerOf({ model: "knockout" })).toBe("5");
      expect(await answerOf({ model: "vote" })).toBe("4");
      expect(await answerOf({ model: "vote", ruminate: { select: "tournament" } })).toBe("5");
      const refused = await server.chat({ messages: ask("2?"), model: "vote", ruminate: { select: "tourney" } });
      expect(refused.status).toBe(400);
    } finally {
      await server.close();
      await upstream.close();
    }
  });
});
