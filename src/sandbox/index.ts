import { UnknownNameError } from "../core/errors.ts";
import type { Sandbox } from "../core/execution.ts";
import type { SandboxOptions } from "./pooled-sandbox.ts";
import { createWasiSandbox } from "./wasi.ts";

/** The runtimes there are, by name. A runtime that cannot be set up on this machine throws an `EnvironmentError` that says why. */
const runtimes: Readonly<Record<string, (options: SandboxOptions) => Sandbox>> = {
  wasi: createWasiSandbox,
};

export const sandboxNames: readonly string[] = Object.keys(runtimes);

/** @throws UnknownNameError; EnvironmentError where the runtime cannot be set up here. */
export function createSandbox(name: string, options: SandboxOptions = {}): Sandbox {
  const create = Object.hasOwn(runtimes, name) ? runtimes[name] : undefined;
  if (create === undefined) throw new UnknownNameError("sandbox", name, sandboxNames);
  return create(options);
}
