import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/core/execution.ts";
import { createCompiledSandbox, missingCompiler } from "../../src/sandbox/compiled.ts";
import { compiledFilter } from "../../src/sandbox/compiled-seccomp.ts";
import { needsAll } from "../needs.ts";
import { compiledAttacks } from "./hostile/compiled.ts";
import { canary, layOut } from "./hostile/prey.ts";

const host = await layOut();
const attacks = compiledAttacks(host.prey);
afterAll(() => host.remove());

describe("compiled programs", needsAll(missingCompiler("cpp")), () => {
  let sandbox: Sandbox;
  beforeAll(() => {
    sandbox = createCompiledSandbox("cpp");
  });
  afterAll(() => sandbox.dispose());

  it.each(attacks)(
    "hold against: $name",
    async ({ source, verdicts, limits }) => {
      const outcome = await sandbox.run({ language: "cpp", source }, { limits: { wallMs: 5000, ...limits } });
      const shown = JSON.stringify(outcome);
      expect(outcome.stdout).not.toContain("ESCAPED");
      expect(shown).not.toContain(canary);
      expect(verdicts, shown.slice(0, 600)).toContain(outcome.verdict);
    },
    60_000,
  );

  it("leave the host's files as they were, connect to nothing, and leave no process behind", () => {
    expect(host.left()).toEqual({ names: ["secret.txt"], text: `${canary}\n` });
    expect(host.connections()).toBe(0);
    expect(running().filter((line) => line.startsWith("./main"))).toEqual([]);
  });

  it("still work after all that", async () => {
    const source = '#include <cstdio>\nint main() { std::puts("still here"); }';
    expect(await sandbox.run({ language: "cpp", source })).toMatchObject({ verdict: "ok", stdout: "still here\n" });
  });
});

/** Command lines of this machine's processes. */
function running(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return ""; // it has ended
      }
    });
}

it("are put through as many attacks as the other runtimes", () => {
  expect(attacks.length).toBeGreaterThanOrEqual(120);
  expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length);
});

it("have a filter for the two machines whose system calls are known", () => {
  expect(compiledFilter("x64")?.length).toBeGreaterThan(8 * 100);
  expect(compiledFilter("arm64")?.length).toBeGreaterThan(8 * 100);
  expect(compiledFilter("riscv64")).toBeNull();
});
