import { afterAll, describe, expect, it } from "vitest";
import { createCompiledSandbox, missingCompiler } from "../../src/sandbox/compiled.ts";
import { compilers } from "../../src/sandbox/compilers.ts";
import { needsAll } from "../needs.ts";
import { buildWay, heldBy, limitMiB, memoryWays } from "./memory-ways.ts";

/** All twelve are run by `npm run bench memory`. */
const sample = new Set(["shared maps of children", "files that were removed", "segments and queues"]);

/**
 * What a loaded machine may add: between two looks, where forty children take memory at once and no kernel counts it;
 * and to a look itself, which adds up processes one after another while they change.
 */
const machineMiB = 24;

const missing = missingCompiler("cpp");

describe(`with ${limitMiB} MiB`, needsAll(missing), () => {
  const sandbox = missing === null ? createCompiledSandbox("cpp") : null;
  afterAll(() => sandbox?.dispose());

  it.each(memoryWays.filter(({ name }) => sample.has(name)))(
    "no program and its children hold much more by $name",
    async ({ source, refused }) => {
      if (sandbox === null) return;
      const { verdict, run, error } = await heldBy(sandbox, source);
      expect(error).not.toContain("compile error");
      expect(run).toBeLessThanOrEqual(80 + machineMiB);
      if (refused === undefined) expect(verdict).toBe("memory");
      else expect(verdict).not.toBe("ok");
    },
    120_000,
  );

  it("no build holds more than a build may", async () => {
    if (sandbox === null) return;
    const { verdict, build } = await heldBy(sandbox, buildWay);
    expect(verdict).toBe("memory");
    expect(build).toBeLessThanOrEqual(1.1 * (compilers.find(({ language }) => language === "cpp")?.buildMiB ?? 0));
  }, 120_000);
});
