import type { Sandbox } from "../../src/core/execution.ts";
import { createSandbox } from "../../src/sandbox/index.ts";
import type { SandboxOptions } from "../../src/sandbox/pooled-sandbox.ts";

/** A runtime that both suites run over; `missing` says what this machine lacks for it, and how to get it. */
export interface Runtime {
  readonly name: string;
  readonly language: "python" | "javascript";
  readonly create: (options?: SandboxOptions) => Sandbox;
}

export const runtimes: readonly Runtime[] = [
  { name: "wasi", language: "python", create: (options) => createSandbox("wasi", options) },
];
