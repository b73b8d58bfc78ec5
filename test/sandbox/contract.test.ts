import { afterAll, beforeAll, describe } from "vitest";
import type { ExecutionLimits, Program, Sandbox } from "../../src/core/execution.ts";
import { pythonContract } from "./contract-python.ts";
import { runtimes } from "./runtimes.ts";

for (const runtime of runtimes.filter(({ language }) => language === "python")) {
  describe(`the ${runtime.name} runtime`, () => {
    let sandbox: Sandbox;
    beforeAll(() => {
      sandbox = runtime.create({ workers: 1 });
    });
    afterAll(() => sandbox.dispose());
    const python = (source: string, result?: Program["result"], limits?: Partial<ExecutionLimits>) =>
      sandbox.run({ language: "python", source, ...(result && { result }) }, { ...(limits && { limits }) });
    pythonContract(python, () => sandbox);
  });
}
