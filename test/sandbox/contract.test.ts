import { afterAll, beforeAll, describe } from "vitest";
import type { ExecutionLimits, Program, Sandbox } from "../../src/core/execution.ts";
import { javascriptContract } from "./contract-javascript.ts";
import { pythonContract } from "./contract-python.ts";
import { runtimes, title } from "./runtimes.ts";

for (const runtime of runtimes) {
  describe(title(runtime), runtime.needs, () => {
    let sandbox: Sandbox;
    beforeAll(() => {
      sandbox = runtime.create({ workers: 1 });
    });
    afterAll(() => sandbox.dispose());
    const run = (source: string, result?: Program["result"], limits?: Partial<ExecutionLimits>) =>
      sandbox.run({ language: runtime.language, source, ...(result && { result }) }, { ...(limits && { limits }) });
    (runtime.language === "python" ? pythonContract : javascriptContract)(run, () => sandbox);
  });
}
