import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { builtins } from "../../src/builtins.ts";
import { addPlugin } from "../../src/core/catalogue.ts";
import { defineDataset } from "../../src/core/dataset.ts";
import type { Sandbox } from "../../src/core/execution.ts";
import type { Policy } from "../../src/core/policy.ts";
import { problemOf } from "../../src/core/problem.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { type RewardServer, startRewardServer } from "../fakes/reward-server.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

const hidden = "h1dd3n";

/** One problem whose private half says a word that nothing else says. */
const secret = defineDataset({
  name: "secret",
  summary: "a problem with a word in its private half",
  licence: "none",
  citation: "none",
  options: z.strictObject({}),
  load: async () => [
    problemOf({
      id: "s",
      text: "What is 2 + 2? Ann counts 12 pens and 30 books.",
      kind: "math",
      reference: { answer: hidden, solution: `The ${hidden} solution.` },
    }),
  ],
});

/** Verifiers that read a file or a program that is not there say so; the simulated ones see the truth by design. */
const names = builtins().verifiers.all.flatMap(({ name, demonstrationOnly, outcome }) =>
  demonstrationOnly === true || ["file", "calibrated", "lean"].includes(name)
    ? []
    : [{ name, kind: outcome === undefined ? "process" : "outcome" }],
);

let server: RewardServer;
const sent: string[] = [];
beforeAll(async () => {
  server = await startRewardServer(({ body }) => {
    sent.push(JSON.stringify(body));
    return { json: { scores: (body.inputs as string[]).map(() => 0.5) } };
  });
});
afterAll(() => server.close());

function recording(): Policy & { asked: string[] } {
  const scripted = scriptedPolicy([]);
  const asked: string[] = [];
  return {
    ...scripted,
    capabilities: { ...scripted.capabilities, states: 1536 },
    asked,
    sample: async (request) => {
      asked.push(JSON.stringify(request));
      return request.seeds.map((seed, i) => ({
        text: `Rating: 7. Yes. A. First, 2 + 2 = 4.\n\nThe answer is \\boxed{${4 + (i % 2)}}.`,
        finish: "stop" as const,
        seed,
        promptTokens: 10,
        cachedPromptTokens: 0,
        completionTokens: 10,
        sharedPrompt: false,
        dollars: 0,
      }));
    },
  };
}

describe("no reference", () => {
  it.each(names)("reaches a prompt, a program or a request of $name", async ({ name, kind }) => {
    const catalogue = builtins();
    addPlugin(catalogue, "secret.ts", { secret });
    const options =
      name === "served"
        ? { preset: "plain", url: server.url, attempts: 1 }
        : name === "ensemble"
          ? { of: ["judge"] }
          : name === "check"
            ? { command: "cat answer.txt", files: { "answer.txt": "{answer} {reference} {tests}" } }
            : {};
    const verifiers = JSON.stringify({ [kind]: { name, options } });
    const text = `
name: leak
dataset: secret
policy: recorded
strategies: [{name: best-of-n, options: {n: 2}, verifiers: ${verifiers}}]
`;
    const policy = recording();
    const programs: string[] = [];
    const sandbox: Sandbox = {
      id: "recording",
      run: async (program) => {
        programs.push(JSON.stringify(program));
        return { verdict: "ok", value: "4", stdout: "", error: "" };
      },
      dispose: async () => {},
    };
    const before = sent.length;
    const open = async () => ({ policy, simulated: false });
    const summary = await runExperiment(parseExperiment("leak.yaml", text), {
      catalogue,
      open,
      sandbox,
      out: temporaryFolder(),
    });
    expect(summary.complete).toBe(true);
    expect(policy.asked.length).toBeGreaterThan(0);
    expect([...policy.asked, ...programs, ...sent.slice(before)].filter((one) => one.includes(hidden))).toEqual([]);
    if (name === "served") expect(sent.length).toBeGreaterThan(before);
  });
});
