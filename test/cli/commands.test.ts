import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/cli.ts";
import { buildProgram } from "../../src/cli/commands/program.ts";
import { packageVersion } from "../../src/runs/versions.ts";
import { fakeTerminal } from "../fakes/terminal.ts";

const root = resolve(import.meta.dirname, "../..");

/** All that is loaded with a file at once: imports of values, not of types and not within functions. */
function loadedWith(file: string, loaded = new Set<string>()): Set<string> {
  loaded.add(file);
  const text = readFileSync(file, "utf8");
  for (const [, what = "", target = ""] of text.matchAll(/^(?:import|export) ([^;]*?)from "([^"]+)";$/gms)) {
    if (what.startsWith("type ")) continue;
    if (!target.startsWith(".")) loaded.add(target);
    else if (!loaded.has(resolve(dirname(file), target))) loadedWith(resolve(dirname(file), target), loaded);
  }
  return loaded;
}

const pathsOf = (command: Command, path: readonly string[] = []): string[][] =>
  command.commands.flatMap((own) => [[...path, own.name()], ...pathsOf(own, [...path, own.name()])]);

describe("the commands", () => {
  it("print the version of the package", async () => {
    for (const flag of ["--version", "-V"]) {
      const terminal = fakeTerminal();
      expect(await runCli([flag], terminal)).toBe(0);
      const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
      expect(terminal.stdout()).toBe(`${version}\n`);
      expect(packageVersion()).toBe(version);
    }
  });

  const paths = pathsOf(buildProgram(fakeTerminal(), () => {}));

  it.each(paths.map((path) => path.join(" ")))("explain themselves: %s --help", async (path) => {
    const terminal = fakeTerminal();
    expect(await runCli([...path.split(" "), "--help"], terminal)).toBe(0);
    expect(terminal.stdout()).toContain(`Usage: ruminate ${path}`);
  });

  it("load nothing but themselves until one is called", () => {
    expect(paths.length).toBeGreaterThan(20);
    const loaded = [...loadedWith(join(root, "src/cli/cli.ts"))].map((path) => path.replace(`${root}/`, ""));
    const others = loaded.filter((path) => !path.startsWith("src/cli/") && !path.startsWith("node:"));
    expect(others.sort()).toEqual(["commander", "src/core/errors.ts", "src/runs/versions.ts"]);
  });

  it("take further models by the part they play, and refuse what is no such pair", async () => {
    const terminal = fakeTerminal();
    const args = ["solve", "1 + 1?", "-m", "simulated", "-v", "outcome=judge", "--models", "judge"];
    expect(await runCli(args, terminal)).toBe(2);
    expect(terminal.stderr()).toContain('--models must be PART=MODEL such as judge=default, got "judge".');
  });
});
