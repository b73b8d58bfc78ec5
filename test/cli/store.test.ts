import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runCli } from "../../src/cli/cli.ts";
import { startFakeServer } from "../fakes/server.ts";
import { fakeTerminal } from "../fakes/terminal.ts";

it("keeps the samples of a command where it is told, and copies them elsewhere", async () => {
  const server = await startFakeServer();
  const terminal = fakeTerminal({ env: { RUMINATE_STORE: join(fakeTerminal().cwd, "kept.sqlite") } });
  const model = ["--model", `${server.baseUrl}#test`];
  const solve = ["solve", "What is 2 + 2?", ...model, "--strategy", "self-consistency", "-o", "n=3"];
  try {
    expect(await runCli(["--store", "own.sqlite", ...solve], terminal)).toBe(0);
    const { completions } = server.counts;
    expect(await runCli(["store", "copy", "own.sqlite", "copy.sqlite"], terminal)).toBe(0);
    expect(terminal.stdout()).toMatch(/^3 samples of \S*own.sqlite read; 3 of them are new in \S*copy.sqlite\.$/m);
    expect(await runCli([...solve, "--store", "copy.sqlite"], terminal)).toBe(0);
    expect(server.counts.completions).toBe(completions);
    expect(await runCli(solve, terminal)).toBe(0);
    expect(server.counts.completions).toBe(2 * completions);
    expect(existsSync(terminal.env.RUMINATE_STORE as string)).toBe(true);
    expect(await runCli(["store", "info", "own.sqlite"], terminal)).toBe(0);
    expect(terminal.stdout()).toMatch(/own.sqlite holds 3 samples\.$/m);
  } finally {
    await server.close();
  }
});
