import { createSandbox } from "../../src/sandbox/index.ts";
import type { PooledSandbox, SandboxOptions } from "../../src/sandbox/pooled-sandbox.ts";

/** A runtime that both suites run over. */
export interface Runtime {
  readonly name: string;
  readonly language: "python" | "javascript";
  readonly create: (options?: SandboxOptions) => PooledSandbox;
  /** What this machine lacks for it, and how to get it; null where it can be set up. */
  readonly missing: string | null;
}

function runtime(name: string, language: Runtime["language"]): Runtime {
  const create = (options?: SandboxOptions) => createSandbox(name, options);
  try {
    void create().dispose();
    return { name, language, create, missing: null };
  } catch (error) {
    return { name, language, create, missing: error instanceof Error ? error.message : String(error) };
  }
}

export const runtimes: readonly Runtime[] = [
  runtime("wasi", "python"),
  runtime("native", "python"),
  runtime("javascript", "javascript"),
];

/** The title of a suite over a runtime; where it is skipped, with the reason. */
export const title = ({ name, missing }: Runtime): string =>
  missing === null ? `the ${name} runtime` : `the ${name} runtime (skipped: ${missing})`;
