import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runCli } from "../../src/cli/cli.ts";
import { generateProblem } from "../../src/policy/simulated/index.ts";
import { adviseFromRun, settingsOf } from "../../src/runs/advice.ts";
import { fakeTerminal, temporaryFolder } from "../fakes/terminal.ts";
import { ask, serving } from "../serve/serving.ts";

let cwd = "";
beforeAll(async () => {
  vi.stubEnv("RUMINATE_HOME", temporaryFolder());
  const terminal = fakeTerminal();
  cwd = terminal.cwd;
  writeFileSync(join(cwd, "mixed.yaml"), experiment);
  expect(await runCli(["experiment", "run", "mixed.yaml", "--out", "run"], terminal)).toBe(0);
});
afterAll(() => vi.unstubAllEnvs());

const experiment = `
name: mixed
dataset: {name: arithmetic, options: {count: 30, minSteps: 2, maxSteps: 6}}
policy: {name: simulated, options: {stepError: 0.2}}
strategies:
  - {name: self-consistency, matrix: {n: [4, 12]}}
  - {name: self-consistency, options: {n: 4}, label: stopping, stop: {rule: confident}}
`;

describe("ruminate advise", () => {
  it("writes settings that a server answers by, and says what they are from", async () => {
    const terminal = fakeTerminal({ cwd });
    expect(await runCli(["advise", "run", "--out", "auto.yaml", "--answer", "number"], terminal)).toBe(0);
    expect(terminal.stdout()).toContain("held-out problems, of 30");
    expect(terminal.stdout()).toMatch(/Left out.*: stopping\./);
    expect(readFileSync(join(cwd, "auto.yaml"), "utf8")).toContain("answer: number");

    const halt = new AbortController();
    const server = fakeTerminal({ cwd, signal: halt.signal });
    const running = runCli(["serve", "--model", "simulated", "--port", "0", "--settings", "auto.yaml"], server);
    await vi.waitFor(() => expect(server.stdout()).toContain("Try: curl"), { timeout: 20_000 });
    const [baseUrl = ""] = /http:\S+v1/.exec(server.stdout()) ?? [];
    const listed = (await (await fetch(`${baseUrl}/models`)).json()) as { data: { id: string }[] };
    expect(listed.data.map(({ id }) => id)).toEqual(expect.arrayContaining(["auto"]));
    const reply = await fetch(`${baseUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "auto", messages: ask(generateProblem("advise", 1).text) }),
    });
    expect(reply.status).toBe(200);
    halt.abort();
    expect(await running).toBe(0);
  });

  it("makes of a routing a strategy that probes, and takes the tokens that it was foretold", async () => {
    const advice = adviseFromRun(join(cwd, "run"), { samples: 4, bins: 2, folds: 2 });
    const [small, large] = ["self-consistency@4", "self-consistency@12"].map((label) =>
      advice.arms.findIndex(({ arm }) => arm === label),
    );
    const [first] = advice.advice;
    if (first === undefined) throw new Error("no advice");
    const routing = { bounds: [0.75], arms: [small ?? 0, large ?? 0] };
    const settings = settingsOf(advice, { ...first, routing, routes: true });
    expect(settings).toMatchObject({ strategy: "route", options: { bounds: [0.75], probe: { options: { n: 4 } } } });

    const policy = { name: "simulated", options: { stepError: 0.2 } };
    const models = { auto: { upstream: "small", ...settings, answer: "number" } };
    const server = await serving({ upstreams: { small: policy }, models });
    const seen = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const messages = ask(generateProblem("advise", index, { minSteps: 2, maxSteps: 6 }).text);
        const reply = await (await server.chat({ model: "auto", messages, ruminate: { candidates: true } })).json();
        return reply as { choices: { ruminate: { all: unknown[] } }[]; usage: { ruminate: { calls: number } } };
      }),
    );
    await server.close();
    const calls = seen.map(({ usage }) => usage.ruminate.calls);
    expect(new Set(calls)).toEqual(new Set([4, 12])); // what the probe drew is paid for once
  });

  it("refuses runs that give nothing to choose", async () => {
    const refused = async (...args: string[]) => {
      const terminal = fakeTerminal({ cwd });
      expect(await runCli(["advise", ...args], terminal)).not.toBe(0);
      return terminal.stderr();
    };
    expect(await refused("run", "--probe-arm", "nobody")).toContain("must be an arm of the run");
    expect(await refused("run", "--probe-arm", "stopping")).toContain("needs two arms or more");
    expect(await refused("run", "--tokens", "10")).toContain("--tokens");
    expect(await refused("nothing")).toContain("holds no run");
  });
});
