import { writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";
import "./needs.ts";

/**
 * Lists what was skipped, each reason once with its files. With RUMINATE_NO_SKIP a skipped test fails the run; into the
 * file RUMINATE_SKIPPED go the test files with skipped tests, one a line.
 */
export default class Skipped implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests("skipped")]);
    const { RUMINATE_SKIPPED: list, RUMINATE_NO_SKIP: none } = process.env;
    if (list) writeFileSync(list, [...new Set(tests.map(({ module }) => `${module.relativeModuleId}\n`))].join(""));
    if (tests.length === 0) return;
    const groups = Map.groupBy(tests, reasonOf);
    const lines = [...groups].map(([reason, group]) => {
      const files = [...new Set(group.map(({ module }) => module.relativeModuleId))];
      return `  ${group.length} in ${files.join(", ")}\n    ${reason}\n`;
    });
    process.stderr.write(`${tests.length} tests were skipped:\n${lines.join("")}`);
    if (none !== "1") return;
    process.stderr.write("RUMINATE_NO_SKIP=1: no test may be skipped here.\n");
    process.exitCode = 1;
  }
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  const note = result.state === "skipped" ? result.note : undefined;
  return note ?? test.meta().missing ?? `no reason was given: ${test.fullName}`;
}
