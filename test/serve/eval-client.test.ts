import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { generateProblem, simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { answerOf } from "../../src/policy/simulated/word-problem.ts";
import { loadConfig } from "../../src/serve/config.ts";
import { type RunningServer, startServer } from "../../src/serve/server.ts";
import { tinyPython } from "../fakes/tiny-python.ts";

const run = promisify(execFile);
const examples = join(import.meta.dirname, "../../examples");
const folder = mkdtempSync(join(tmpdir(), "eval-client-"));
const [data, out] = [join(folder, "data.jsonl"), join(folder, "out.jsonl")];
const problems = Array.from({ length: 20 }, (_, index) => {
  const { text, problem } = generateProblem(1, index);
  return { id: `p${index}`, question: text, answer: String(answerOf(problem)) };
});
writeFileSync(data, problems.map((problem) => `${JSON.stringify(problem)}\n`).join(""));

const open: RunningServer[] = [];
afterAll(async () => {
  await Promise.all(open.map((server) => server.close()));
  rmSync(folder, { recursive: true });
});

/** The configuration of the example, with the simulated reasoner in place of the model. */
async function gainServer(): Promise<{ url: string; requests: () => number }> {
  let requests = 0;
  const server = await startServer({
    config: { ...loadConfig(join(examples, "serve-gain.yaml")), port: 0 },
    catalogue: builtins(),
    open: async () => simulatedPolicy({ accuracy: 0.6 }),
    sandbox: tinyPython(),
    log: () => requests++,
  });
  open.push(server);
  return { url: server.baseUrl, requests: () => requests };
}

async function evaluate(url: string, models: string, limit: number): Promise<{ stdout: string; rows: object[] }> {
  const flags = { "base-url": url, models, data, out, limit, seed: 3, concurrency: 4 };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout } = await run(process.execPath, [join(examples, "eval-client.ts"), ...args]);
  const lines = readFileSync(out, "utf8").split("\n").filter(Boolean);
  return { stdout, rows: lines.map((line) => JSON.parse(line) as object) };
}

describe("the evaluation client", () => {
  it("grades what the served strategies answer, and goes on where it stopped", async () => {
    const { url, requests } = await gainServer();
    const half = await evaluate(url, "bare,self-consistency", 6);
    expect(half.rows).toHaveLength(12);
    expect(requests()).toBe(12);

    const models = "bare,bare-math,self-consistency,program-aided";
    const { stdout, rows } = await evaluate(url, models, 12);
    expect(rows).toHaveLength(48);
    expect(requests()).toBe(48);
    expect(new Set(rows.map((row) => `${(row as { model: string }).model} ${(row as { id: string }).id}`)).size).toBe(
      48,
    );
    const line = (model: string) => stdout.split("\n").find((text) => text.startsWith(`| ${model} |`)) ?? "";
    const right = (model: string) => Number(/\| (\d+) of 12 \|/.exec(line(model))?.[1]);
    expect(right("self-consistency")).toBeGreaterThan(right("bare"));
    expect(line("self-consistency")).toMatch(/\+\d+ −\d+, p = [\d.e-]+ \|$/);
    expect(right("program-aided")).toBeGreaterThan(0);

    const again = await evaluate(url, models, 12);
    expect(again.stdout).toBe(stdout);
    expect(requests()).toBe(48);
  });

  it("says what failed, counts it apart, and asks for it again the next time", async () => {
    const { url } = await gainServer();
    const wrong = await evaluate(url, "nobody", 2);
    expect(wrong.stdout).toMatch(/\| nobody \| 0 of 0 \| none \| 2 \|/);
    expect(wrong.rows.at(-1)).toMatchObject({ error: expect.stringContaining("does not exist here") });
    const { rows } = await evaluate(url, "nobody", 2);
    expect(rows).toHaveLength(wrong.rows.length + 2);
  });
});
