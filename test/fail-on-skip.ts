import type { Reporter, TestModule } from "vitest/node";

/** Fails the run when any test was skipped, and names those that were. */
export default class FailOnSkip implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests("skipped")].map((test) => `${module.moduleId}: ${test.fullName}`),
    );
    if (skipped.length === 0) return;
    process.stderr.write(`${skipped.length} tests were skipped, and here none may be:\n${skipped.join("\n")}\n`);
    process.exitCode = 1;
  }
}
