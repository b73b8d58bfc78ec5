import { createCompiledSandbox, missingCompiler } from "../src/sandbox/compiled.ts";
import { buildWay, heldBy, limitMiB, memoryWays } from "../test/sandbox/memory-ways.ts";

/** What compiled programs that want all memory get of it with a limit of 64 MiB, looked at from outside. */
export async function memoryBench(): Promise<{ name: string; figure: number | string; unit: string }[]> {
  const missing = missingCompiler("cpp");
  if (missing !== null) return [{ name: "not run", figure: missing, unit: "" }];
  const sandbox = createCompiledSandbox("cpp");
  const rows = [];
  for (const { name, source } of memoryWays) {
    const { verdict, run } = await heldBy(sandbox, source);
    rows.push({ name, figure: run, unit: `MiB of ${limitMiB} (bar 80): ${verdict}` });
  }
  const { verdict, build } = await heldBy(sandbox, buildWay);
  rows.push({ name: "a source without end", figure: build, unit: `MiB, in the compiler: ${verdict}` });
  await sandbox.dispose();
  return rows;
}
