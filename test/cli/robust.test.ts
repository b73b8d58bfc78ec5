import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../fakes/terminal.ts";

const root = resolve(import.meta.dirname, "../..");
const yaml = (url: string) => `
name: robust
dataset: {name: arithmetic, options: {count: 3, minSteps: 2, maxSteps: 2}}
policies: {remote: {name: "${url}", model: some-model, options: {attempts: 1}}}
strategies: [chain-of-thought]
concurrency: 1
`;

type Answer = (prompt: string) => { readonly status?: number; readonly text: string } | null;
let server: Server | undefined;

/** An OpenAI-compatible server; null keeps the request waiting. */
async function serve(answer: { of: Answer }): Promise<string> {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      if (request.method !== "POST") {
        response.end(JSON.stringify({ object: "list", data: [{ id: "some-model" }] }));
        return;
      }
      const { messages = [] } = JSON.parse(body) as { messages?: { content: string }[] };
      const said = answer.of(messages.map(({ content }) => content).join("\n"));
      if (said === null) return;
      const choice = { index: 0, message: { role: "assistant", content: said.text }, finish_reason: "stop" };
      response.writeHead(said.status ?? 200, { "content-type": "application/json" });
      response.end(
        JSON.stringify(
          said.status === undefined
            ? { choices: [choice], usage: { prompt_tokens: 9, completion_tokens: 5 }, model: "some-model" }
            : { error: { message: said.text } },
        ),
      );
    });
  });
  await new Promise<void>((done) => server?.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** The real command. `onErr` is called with what it has said so far. */
function command(cwd: string, args: readonly string[], onErr: (text: string, kill: () => void) => void = () => {}) {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(root, "src/cli/main.ts"), ...args],
    {
      cwd,
      env: { ...process.env, XDG_CACHE_HOME: join(cwd, "cache") },
    },
  );
  let [out, err] = ["", ""];
  child.stdout.on("data", (part) => {
    out += part;
  });
  child.stderr.on("data", (part) => {
    err += part;
    onErr(err, () => child.kill("SIGINT"));
  });
  return new Promise<{ code: number | null; out: string; err: string }>((done) => {
    child.on("close", (code) => done({ code, out, err }));
  });
}

function folderWith(url: string): string {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "e.yaml"), yaml(url));
  return cwd;
}

const run = ["experiment", "run", "e.yaml"];

describe("the command of an experiment", () => {
  it("exits with 1 where all trials failed, and says so", async () => {
    const url = await serve({ of: () => ({ status: 400, text: "no" }) });
    const { code, err } = await command(folderWith(url), run);
    expect(err).toContain("3 trials failed and are left out of all figures");
    expect(code).toBe(1);
  }, 120_000);

  it("exits with 130 at Ctrl-C, keeps what is finished, and goes on from there", async () => {
    const questions = new Set<string>();
    const answer = {
      of: ((prompt) => {
        if (prompt.includes("boxed")) questions.add(prompt);
        return questions.size > 1 ? null : { text: "The answer is \\boxed{1}." };
      }) as Answer,
    };
    const url = await serve(answer);
    const cwd = folderWith(url);
    const cut = await command(cwd, run, (text, kill) => {
      if (text.includes("1/3")) kill();
    });
    expect(cut.err).toContain("Stopping: what is finished is kept.");
    expect(cut.code).toBe(130);
    answer.of = () => ({ text: "The answer is \\boxed{1}." });
    const rest = await command(cwd, run);
    expect(rest.err).toContain("1 were there");
    expect(rest.code).toBe(0);
  }, 120_000);

  it("refuses another model behind the same address, unless that is allowed", async () => {
    const model = { name: "first" };
    const answer = { of: (() => ({ text: `I am ${model.name}. \\boxed{1}` })) as Answer };
    const cwd = folderWith(await serve(answer));
    expect((await command(cwd, [...run, "--limit", "1"])).code).toBe(0);
    model.name = "second";
    const refused = await command(cwd, run);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(
      'remote: another model answers there than when this run began: 3 of 3 test answers differ ("I am first. \\boxed{1}" then, "I am second. \\boxed{1}" now).',
    );
    const allowed = await command(cwd, [...run, "--another-model"]);
    expect(allowed.err).toContain("Two models answered as remote in this run");
    expect(allowed.code).toBe(0);
  }, 180_000);
});
