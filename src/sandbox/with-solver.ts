import type { Sandbox } from "../core/execution.ts";
import { createZ3Sandbox } from "./z3.ts";

/** A sandbox that also takes SMT-LIB 2 programs: they go to Z3, which is started when the first one comes. */
export function withSolver(sandbox: Sandbox, open: () => Sandbox = createZ3Sandbox): Sandbox {
  let solver: Sandbox | undefined;
  const { openSession } = sandbox;
  return {
    id: sandbox.id,
    run: async (program, options) => {
      if (program.language !== "smt2") return await sandbox.run(program, options);
      solver ??= open();
      return await solver.run(program, options);
    },
    openSession: openSession && (() => openSession.call(sandbox)),
    dispose: async () => {
      await Promise.all([sandbox.dispose(), solver?.dispose()]);
    },
  };
}
