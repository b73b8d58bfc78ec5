import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { runCli } from "../../src/cli/cli.ts";
import { type FakeServerOptions, startFakeServer } from "../fakes/server.ts";
import { fakeTerminal, temporaryFolder } from "../fakes/terminal.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(open.splice(0).map((close) => close()));
});

async function fake(options: FakeServerOptions = {}) {
  const server = await startFakeServer(options);
  open.push(() => server.close());
  return server;
}

async function ruminate(...args: readonly string[]) {
  const terminal = fakeTerminal();
  const code = await runCli(args, terminal);
  return { code, out: terminal.stdout(), err: terminal.stderr() };
}

const experiment = `
name: reach
dataset: {name: arithmetic, options: {count: 1}}
policy: simulated
strategies: [chain-of-thought]
`;

describe("a server that wants a key and a header", () => {
  it("is reached from the command line; neither is written down", async () => {
    vi.stubEnv("RUMINATE_HOME", temporaryFolder());
    vi.stubEnv("BOX_KEY", "secret-box-key");
    const server = await fake({ apiKey: "secret-box-key" });
    const model = `${server.baseUrl}#test`;
    const reach = ["-m", model, "--api-key-env", "BOX_KEY", "--header", "X-Team: secret-team", `x-from: \${BOX_KEY}`];
    const solved = await ruminate("solve", "2 + 2?", "-s", "chain-of-thought", "--json", "--no-store", ...reach);
    expect(solved).toMatchObject({ code: 0, err: "" });
    expect(server.headers.at(-1)).toMatchObject({ "x-team": "secret-team", "x-from": "secret-box-key" });

    const out = temporaryFolder();
    const file = join(out, "reach.yaml");
    writeFileSync(file, experiment);
    const run = await ruminate("experiment", "run", file, "--out", out, ...reach);
    expect(run.code).toBe(0);
    const kept = ["experiment.json", "summary.json", "results.jsonl", "traces.jsonl", "report.html"].map((name) =>
      readFileSync(join(out, name), "utf8"),
    );
    expect(kept.join()).not.toContain("secret-");
    expect(kept[1]).toContain("--api-key-env BOX_KEY");
    expect([solved.out, run.out, run.err].join()).not.toContain("secret-");
  });

  it("is refused without them in words that show neither; flags without a server are refused", async () => {
    vi.stubEnv("OPENAI_API_KEY", "secret-openai");
    const server = await fake({ apiKey: "secret-box-key" });
    const refused = await ruminate("solve", "2 + 2?", "--no-store", "-m", `${server.baseUrl}#test`);
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/401.*(key|Key)/);
    expect(refused.err).not.toContain("secret-");
    const misplaced = await ruminate("solve", "2 + 2?", "-m", "simulated", "--api-key-env", "BOX_KEY");
    expect(misplaced).toMatchObject({ code: 2, err: expect.stringContaining("--api-key-env goes with a server") });
    const broken = await ruminate("solve", "2 + 2?", "-m", server.baseUrl, "--header", "secret-word");
    expect(broken).toMatchObject({ code: 2, err: '--header must read like "Name: value".\n' });
  });
});

describe("a model that thinks", () => {
  const thinks = ["--reasoning-effort", "low", "--thinking-tokens", "64", "--thinking", "off"];

  it("is told how hard and how long from the command line", async () => {
    vi.stubEnv("RUMINATE_HOME", temporaryFolder());
    const server = await fake();
    const args = ["solve", "2 + 2?", "-s", "chain-of-thought", "--json", "--no-store", "-m", `${server.baseUrl}#test`];
    expect(await ruminate(...args, ...thinks)).toMatchObject({ code: 0, err: "" });
    expect(server.bodies[0]).toMatchObject({
      ...{ reasoning_effort: "low", thinking_token_budget: 64 },
      chat_template_kwargs: { enable_thinking: false },
    });
    expect((await ruminate(...args)).code).toBe(0);
    for (const field of ["reasoning_effort", "thinking_token_budget", "chat_template_kwargs"])
      expect(server.bodies[1]).not.toHaveProperty(field);
    const wrong = await ruminate(...args, "--thinking", "perhaps");
    expect(wrong).toMatchObject({ code: 2, err: '--thinking must be "on" or "off", got "perhaps".\n' });
    const nowhere = await ruminate("solve", "2 + 2?", "-m", "simulated", "--reasoning-effort", "low");
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining("--reasoning-effort goes with a server") });
  });
});

describe("doctor --model", () => {
  it("shows what each server of a model does, in words and as JSON whose fields a policy's options take", async () => {
    const [a, b, gone] = [await fake(), await fake({ ownedBy: "llamacpp" }), await fake()];
    await gone.close();
    const text = await ruminate("doctor", "--model", `${a.baseUrl},${b.baseUrl}#test`);
    expect(text.code).toBe(0);
    expect(text.out).toMatch(
      /server +vLLM 0\.32\.0[\s\S]+at most 4[\s\S]+server +llama\.cpp[\s\S]+natively, and repeats/,
    );
    expect(text.out).toContain("capabilities: {FIELD: VALUE}");
    const json = await ruminate("doctor", "--json", "-m", `${b.baseUrl},${gone.baseUrl}#test`);
    expect(json.code).toBe(1);
    const servers = JSON.parse(json.out) as readonly { profile: unknown; failure: string | null }[];
    expect(servers[0]).toMatchObject({ address: b.baseUrl, profile: { prefix: "echo", counts: "one" }, failure: null });
    expect(servers[1]).toMatchObject({ profile: null, failure: expect.stringContaining("No server answers") });
    expect(await ruminate("doctor", "-m", "simulated")).toMatchObject({
      code: 2,
      err: '--model must be on a server to be asked, such as URL#MODEL, got "simulated".\n',
    });
  });
});
