import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { judgeCompiled } from "../../src/code/compiled-judge.ts";
import type { ExecutionResult } from "../../src/core/execution.ts";
import { createCompiledSandbox, missingCompiler } from "../../src/sandbox/compiled.ts";
import { BuiltPrograms, type PairRun, runPair } from "../../src/sandbox/compiled-pair.ts";
import { cannotUnpack, wholeBuild } from "../../src/sandbox/compiled-script.ts";
import { failed } from "../../src/sandbox/failed.ts";
import { needsAll } from "../needs.ts";

const { signal } = new AbortController();
const ok: ExecutionResult = { verdict: "ok", value: null, stdout: "", error: "" };

/** A program that is built at once and ends well. */
function running(pair: PairRun): Promise<ExecutionResult> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  pair.line(input, output, () => {});
  output.write("\n");
  return new Promise((resolve) => {
    setTimeout(() => resolve(ok), 10);
  });
}

describe("two programs that ask each other", () => {
  it("are built anew where what was kept is no good, and nothing is kept of half a build", async () => {
    expect(wholeBuild(Buffer.from("half an arch"))).toBeNull();
    expect(wholeBuild(Buffer.from("an archive\u0000whole\n"))?.toString()).toBe("an archive\u0000");
    const drivers = new BuiltPrograms();
    drivers.set("driver", Buffer.from("half an arch"));
    const execute = (source: string, _end: AbortSignal, pair: PairRun) => {
      if (pair.built !== undefined) return Promise.resolve(failed("refused", cannotUnpack));
      if (source === "driver") pair.keep?.(Buffer.from("an archive"));
      return running(pair);
    };
    expect(await runPair(execute, { driver: "driver", subject: "subject", signal, drivers })).toMatchObject({
      verdict: "ok",
    });
    expect(drivers.get("driver")?.toString()).toBe("an archive");
  });

  it("end by the driver's build where neither is built, whichever was first", async () => {
    const failing = (milliseconds: number, error: string) =>
      new Promise<ExecutionResult>((resolve) => {
        setTimeout(() => resolve(failed("error", error)), milliseconds);
      });
    for (const [first, second] of [
      [0, 20],
      [20, 0],
    ] as const) {
      const execute = (source: string) =>
        source === "driver" ? failing(first, "compile error: a") : failing(second, "compile error: b");
      const sources = { driver: "driver", subject: "subject", signal, drivers: new BuiltPrograms() };
      expect((await runPair(execute, sources)).error).toBe("compile error: a");
    }
  });

  it("hand over no faster than the other reads, and so much at most", async () => {
    const block = Buffer.alloc(1024 * 1024);
    let written = 0;
    let before = 0;
    const execute = (source: string, _end: AbortSignal, pair: PairRun) => {
      const [input, output] = [new PassThrough(), new PassThrough()];
      return new Promise<ExecutionResult>((resolve) => {
        let killed = false;
        pair.line(input, output, () => {
          killed = true;
          output.end();
          resolve(failed("output-limit", ""));
        });
        output.write("\n");
        if (source === "driver") {
          setTimeout(() => {
            before = written;
            input.resume().once("end", () => resolve(failed("error", "the program ended before its tests")));
          }, 100);
          return;
        }
        const more = () => {
          if (killed) return;
          written += block.length;
          if (output.write(block)) setImmediate(more);
          else output.once("drain", () => setImmediate(more));
        };
        more();
      });
    };
    const sources = { driver: "driver", subject: "subject", signal, drivers: new BuiltPrograms() };
    expect((await runPair(execute, sources)).verdict).toBe("output-limit");
    expect(before).toBeLessThan(10 * block.length);
    expect(written).toBeLessThan(200 * block.length);
  });
});

describe("right answers in C++", needsAll(missingCompiler("cpp")), () => {
  const task = {
    language: "cpp" as const,
    entryPoint: "twice",
    prefix: "#include <assert.h>\nlong twice(long x) {\n",
    program: "}\nchar big[6000000] = {1};\nint main() {\n    assert(big[0] == 1 && twice((21)) == (42));\n}\n",
  };

  it("pass after one that does not link, and what cannot be handed over is no fault of theirs", {
    timeout: 300_000,
  }, async () => {
    const sandbox = createCompiledSandbox("cpp");
    const unlinked = "    extern long helper(long);\n    return helper(x);\n}";
    expect((await judgeCompiled(sandbox, { ...task, answer: unlinked })).verdict).toBe("compile-error");
    expect((await judgeCompiled(sandbox, { ...task, answer: "    return 2 * x;\n}" })).verdict).toBe("accepted");
    const pointer = {
      ...task,
      entryPoint: "first",
      prefix: "#include <assert.h>\nint first(int* a, int n) {\n",
      program: "}\nint main() {\n    int a[] = {1, 2};\n    assert(first(a, 2) == 1);\n}\n",
      answer: "    return n == 0 ? 0 : a[0];\n}",
    };
    expect((await judgeCompiled(sandbox, pointer)).verdict).toBe("broken-tests");
    await sandbox.dispose();
  });
});
