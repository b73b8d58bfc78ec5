import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { treeCommand } from "../../src/cli/tree.ts";
import type { RunEvent } from "../../src/core/events.ts";
import { generateProblem } from "../../src/policy/simulated/index.ts";
import { fakeTerminal } from "../fakes/terminal.ts";
import { ask, type Serving, serving } from "./serving.ts";

let folder: string;
let server: Serving | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "traces-"));
});
afterEach(async () => {
  await server?.close();
  rmSync(folder, { recursive: true });
});

const { text } = generateProblem(1, 0);
const start = async (traces: string | null) => {
  server = await serving({ upstreams: { small: "simulated" }, ...(traces !== null && { log: { traces } }) });
  return server;
};
const eventsIn = (file: string) =>
  readFileSync(join(folder, file), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as RunEvent);

describe("the traces of requests", () => {
  it("are kept where a request asks for it, whole and readable by the command, under the id of the reply", async () => {
    const { chat } = await start(folder);
    expect((await chat({ model: "mcts/small", messages: ask(text) })).status).toBe(200);
    expect(readdirSync(folder)).toEqual([]);
    const ruminate = { trace: true };
    const response = await chat({ model: "mcts/small", messages: ask(text), ruminate });
    expect(response.status).toBe(200);
    const name = `${response.headers.get("x-request-id")}.jsonl`;
    expect(readdirSync(folder)).toEqual([name]);
    const types = eventsIn(name).map(({ type }) => type);
    expect([types[0], types.at(-1)]).toEqual(["run-start", "run-end"]);
    const terminal = fakeTerminal();
    expect(treeCommand(terminal, join(folder, name))).toBe(0);
    expect(terminal.stdout()).toContain("Answer");
  });

  it("are one file for each choice, streamed or not", async () => {
    const { chat } = await start(folder);
    const ruminate = { trace: true, options: { n: 2 } };
    const body = { model: "self-consistency/small", messages: ask(text), ruminate, n: 3, stream: true };
    await (await chat(body)).text();
    const names = readdirSync(folder);
    expect(names).toHaveLength(3);
    for (const name of names) {
      const events = eventsIn(name);
      expect(events.filter(({ type }) => type === "run-start")).toHaveLength(1);
      expect(events.filter(({ type }) => type === "candidate")).toHaveLength(2);
    }
  });

  it("are not kept where the server is not set up for them", async () => {
    const { chat } = await start(null);
    expect((await chat({ model: "small", messages: ask(text), ruminate: { trace: true } })).status).toBe(200);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("cost nobody a reply when they cannot be written", async () => {
    const taken = join(folder, "a-file");
    writeFileSync(taken, "");
    const { chat, logs } = await start(taken);
    expect((await chat({ model: "small", messages: ask(text), ruminate: { trace: true } })).status).toBe(200);
    expect(logs.find(({ event }) => event === "trace-failed")).toMatchObject({ level: "error" });
  });
});
