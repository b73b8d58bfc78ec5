import { UnknownNameError } from "../core/errors.ts";
import { lookup } from "../core/lookup.ts";
import { createJavascriptSandbox } from "./javascript.ts";
import { createNativeSandbox } from "./native.ts";
import type { PooledSandbox, SandboxOptions } from "./pooled-sandbox.ts";
import { createWasiSandbox } from "./wasi.ts";
import { createZ3Sandbox } from "./z3.ts";

/**
 * The runtimes there are, by name. A runtime that cannot be set up on this machine throws an `EnvironmentError` that
 * says why.
 */
const runtimes: Readonly<Record<string, (options: SandboxOptions) => PooledSandbox>> = lookup({
  wasi: createWasiSandbox,
  native: createNativeSandbox,
  javascript: createJavascriptSandbox,
  z3: createZ3Sandbox,
});

export const sandboxNames: readonly string[] = Object.keys(runtimes);

/** @throws UnknownNameError; EnvironmentError where the runtime cannot be set up here. */
export function createSandbox(name: string, options: SandboxOptions = {}): PooledSandbox {
  const create = Object.hasOwn(runtimes, name) ? runtimes[name] : undefined;
  if (create === undefined) throw new UnknownNameError("sandbox", name, sandboxNames);
  return create(options);
}

export { withLanguages } from "./with-languages.ts";
export { withLibraries } from "./with-libraries.ts";
export { withMeter } from "./with-meter.ts";
export { withSolver } from "./with-solver.ts";
