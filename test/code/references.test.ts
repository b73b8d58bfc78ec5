import { describe, expect } from "vitest";
import { judgedProblems, judgeReference } from "../../bench/judge-code.ts";
import { createSandbox } from "../../src/sandbox/index.ts";
import { dataFolder, itWithData } from "../experiments/datasets/data-folder.ts";

/** Every 37th of the 296 problems; `npm run bench judge-code` takes all. */
describe("judging the published solutions", () => {
  itWithData("accepts references, and refuses mutants of them", async () => {
    const sandbox = createSandbox("wasi", { workers: 1 });
    const problems = (await judgedProblems(dataFolder)).filter((_, i) => i % 37 === 0);
    const rows = [];
    for (const problem of problems) rows.push(await judgeReference(sandbox, problem));
    await sandbox.dispose();
    expect(rows).toHaveLength(8);
    expect(rows.filter(({ accepted }) => !accepted)).toEqual([]);
    expect(rows.filter(({ mutant }) => mutant === "survives" || mutant === null)).toEqual([]);
  });
});
