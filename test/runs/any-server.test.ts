import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { addLedgers, emptyLedger, totalCalls } from "../../src/core/usage.ts";
import { openPolicy } from "../../src/policy/open.ts";
import { stackPolicy } from "../../src/policy/stack.ts";
import { openSampleStore } from "../../src/policy/store/sqlite.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

const serverOptions = {
  latencyMs: 5,
  faults: { rate: 0.2, seed: 7 },
  simulated: { stepError: 0.1 },
  models: ["sim"],
};

let server: ChildProcess;
let baseUrl = "";

beforeAll(async () => {
  const file = join(import.meta.dirname, "../fakes/serve.ts");
  server = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file, JSON.stringify(serverOptions)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [chunk] = (await once(server.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  baseUrl = chunk.toString().trim();
});
afterAll(() => server.stdin?.end());

describe("any OpenAI-compatible server", () => {
  it("finishes every problem when a fifth of all requests fail, and its ledger equals the server's own count", async () => {
    const experiment = parseExperiment(
      "any-server.yaml",
      `
name: any-server
dataset: {name: arithmetic, options: {count: 40}}
policy: {name: "${baseUrl}", model: sim}
strategies:
  - chain-of-thought
  - {name: self-consistency, options: {n: 8}}
  - {name: self-refine, options: {rounds: 1}}
`,
    );
    const store = openSampleStore(":memory:");
    const { arms } = await runExperiment(experiment, {
      catalogue: builtins(),
      open: async (spec) => {
        const raw = await openPolicy(
          typeof spec === "string" ? spec : { ...spec, options: { timeoutMs: 1500, parallel: 32 } },
          {
            openLocal: () => Promise.reject(new Error("no local model here")),
            openSimulated: () => Promise.reject(new Error("no simulated model here")),
          },
        );
        return {
          policy: stackPolicy(raw, { store, concurrency: 32, retry: { baseMs: 20, capMs: 200 } }),
          simulated: false,
        };
      },
      sandbox: null,
      out: temporaryFolder(),
      concurrency: 16,
    });
    expect(arms.map((arm) => [arm.n, arm.errors])).toEqual([
      [40, 0],
      [40, 0],
      [40, 0],
    ]);
    const spent = arms.reduce((sum, arm) => addLedgers(sum, arm.spent), emptyLedger);
    const counts = (await (await fetch(baseUrl.replace("/v1", "/counts"))).json()) as {
      completions: number;
      promptTokens: number;
      completionTokens: number;
      faults: Record<string, number>;
    };
    expect(Object.values(counts.faults).every((count) => count > 0)).toBe(true);
    expect(totalCalls(spent)).toBe(counts.completions);
    expect(spent.policy.completionTokens).toBe(counts.completionTokens);
    expect(spent.policy.promptTokens).toBe(counts.promptTokens);
    store.close();
  });
});
