import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { runCli } from "../../src/cli/cli.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { loadExperiment } from "../../src/runs/load.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { loadConfig } from "../../src/serve/config.ts";
import { fakeTerminal } from "../fakes/terminal.ts";
import { ask, serving } from "../serve/serving.ts";

const root = resolve(import.meta.dirname, "../..");

async function written(kind: string, folder = "."): Promise<string> {
  const terminal = fakeTerminal();
  expect(await runCli(["init", kind, folder], terminal)).toBe(0);
  expect(terminal.stdout()).toContain("Written: ");
  return join(terminal.cwd, folder);
}

/** A folder in which the package is installed, as far as a plug-in can tell. */
function install(folder: string): void {
  const installed = join(folder, "node_modules/ruminate");
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(join(installed, "package.json"), '{"name":"ruminate","type":"module","exports":"./index.js"}');
  writeFileSync(
    join(installed, "index.js"),
    `export * from ${JSON.stringify(pathToFileURL(join(root, "src/index.ts")))};`,
  );
  symlinkSync(join(root, "node_modules/zod"), join(folder, "node_modules/zod"));
}

describe("ruminate init", () => {
  it("writes a plug-in whose strategy and verifier solve, by the commands of its README", async () => {
    const folder = await written("plugin", "mine");
    install(folder);
    const commands =
      readFileSync(join(folder, "README.md"), "utf8").match(/(?<=npx ruminate )--plugin.* solve .*/g) ?? [];
    const answers = await Promise.all(
      commands.map(async (command) => {
        const args = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
        const main = join(root, "src/cli/main.ts");
        const { stdout } = await promisify(execFile)(process.execPath, [main, ...args, "--json"], { cwd: folder });
        return JSON.parse(stdout) as { readonly answer: string; readonly strategy: string };
      }),
    );
    expect(answers.map(({ strategy }) => strategy)).toEqual(["my-vote", "best-of-n"]);
    expect(answers.map(({ answer }) => answer)).toEqual(["120", "120"]);
  });

  it("writes an experiment that runs", async () => {
    const folder = await written("experiment");
    const file = join(folder, "experiment.yaml");
    expect((await loadExperiment(file)).strategies).toHaveLength(3);
    writeFileSync(file, readFileSync(file, "utf8").replace("count: 40", "count: 3"));
    const open = async () => ({ policy: simulatedPolicy(), simulated: true });
    const parts = { catalogue: builtins(), open, sandbox: null, out: join(folder, "run") };
    const { complete, arms } = await runExperiment(await loadExperiment(file), parts);
    expect([complete, arms.map(({ n }) => n)]).toEqual([true, [3, 3, 3, 3]]);
  });

  it("writes a server's configuration that serves, with what is commented out too", async () => {
    const folder = await written("server");
    const file = join(folder, "serve.yaml");
    const server = await serving({ ...loadConfig(file), port: 0 });
    const reply = await server.chat({ model: "thinker", messages: ask("2 + 2?") });
    expect(reply.status).toBe(200);
    await server.close();
    writeFileSync(file, readFileSync(file, "utf8").replace(/^# (keys:| {2}- \{ name|shadow:)/gm, "$1"));
    expect(loadConfig(file)).toMatchObject({ keys: [{ name: "shop" }], shadow: { share: 0.1 } });
  });

  it("never writes over anything, and knows what it can write", async () => {
    const terminal = fakeTerminal();
    writeFileSync(join(terminal.cwd, "strategy.ts"), "mine");
    expect(await runCli(["init", "plugin"], terminal)).not.toBe(0);
    expect(terminal.stderr()).toContain("strategy.ts is there already");
    expect(readdirSync(terminal.cwd)).toEqual(["strategy.ts"]);
    expect(await runCli(["init", "plugins"], terminal)).not.toBe(0);
    expect(terminal.stderr()).toContain('Did you mean "plugin"?');
  });
});
