import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { startCommand } from "../../src/cli/start.ts";
import { openTools } from "../../src/cli/tools.ts";
import { fakeTerminal, temporaryFolder } from "../fakes/terminal.ts";
import { smallRun } from "../runs/small-run.ts";

/** The quickstart on the simulated policy, as where no model can be had. */
async function start(cwd: string): Promise<{ out: string; written: readonly string[] }> {
  const written: string[] = [];
  const terminal = fakeTerminal({ cwd, columns: 80, env: { RUMINATE_HOME: cwd } });
  const { out } = terminal;
  terminal.out = (text) => {
    written.push(text);
    out(text);
  };
  const tools = openTools(terminal, { store: false });
  const simulated = { ...tools, open: () => tools.open({ name: "simulated", options: {} }) };
  expect(await startCommand(terminal, builtins(), simulated)).toBe(0);
  await tools.close();
  return { out: terminal.stdout(), written };
}

describe("the quickstart", () => {
  it("shows one problem solved by every strategy in their order, then the table; again from its records", async () => {
    const cwd = temporaryFolder();
    const { out, written } = await start(cwd);
    const parts = [
      "One problem in full",
      "chain-of-thought: ",
      "self-consistency@5: ",
      "best-of-n@5: ",
      "program-aided@3: ",
    ];
    const places = parts.map((text) => out.indexOf(text));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    // An answer is written as soon as it is there, apart from what follows.
    const answers = written.filter((text) => /^(chain|self|best|program)-.*\(/.test(text));
    expect(answers.length).toBeGreaterThanOrEqual(4);
    expect(answers.flatMap((text) => text.split("\n")).filter((line) => line.length > 80)).toEqual([]);
    expect((await start(cwd)).out.split("\n").slice(0, 30)).toEqual(out.split("\n").slice(0, 30));
  });
});

const few = `
name: few
description: two arms on six problems
dataset: {name: arithmetic, options: {count: 6}}
policy: simulated
strategies: [chain-of-thought, {name: self-consistency, options: {n: 3}}]
`;

/** The results but for how long they took. */
const resultsOf = (folder: string): readonly string[] =>
  readFileSync(join(folder, "results.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.stringify({ ...(JSON.parse(line) as object), moment: undefined }));

describe("a run whose first answer is waited for", () => {
  it("is through with it before another problem begins, and has the same results", async () => {
    const order: string[] = [];
    const alone = await smallRun(
      {
        concurrency: 8,
        firstAwaited: true,
        onProgress: ({ last, lastTrace }) => {
          if (last !== null) order.push(`${last.problem} ${last.arm}`);
          expect(lastTrace?.problem).toBe(last?.problem);
        },
      },
      few,
    );
    const [first] = (order[0] as string).split(" ");
    const own = order.findIndex((trial) => !trial.startsWith(`${first} `));
    expect(order.slice(0, own)).toContain(`${first} chain-of-thought`);
    expect(resultsOf(alone)).toEqual(resultsOf(await smallRun({ concurrency: 8 }, few)));
  });
});
