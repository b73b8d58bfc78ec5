import type { Sandbox } from "../core/execution.ts";
import { createMeteredSandbox } from "./wasi.ts";

/** A sandbox that also counts instructions of Python, in a metered interpreter that starts when it is first needed. */
export function withMeter(sandbox: Sandbox, open: () => Sandbox = () => createMeteredSandbox({ workers: 1 })): Sandbox {
  let metered: Sandbox | undefined;
  const { openSession } = sandbox;
  return {
    id: sandbox.id,
    run: async (program, options) => {
      if (options?.limits?.instructions === undefined || program.language !== "python")
        return await sandbox.run(program, options);
      metered ??= open();
      return await metered.run(program, options);
    },
    openSession: openSession && (() => openSession.call(sandbox)),
    dispose: async () => {
      await Promise.all([sandbox.dispose(), metered?.dispose()]);
    },
  };
}
