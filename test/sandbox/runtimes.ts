import { EnvironmentError } from "../../src/core/errors.ts";
import { createSandbox } from "../../src/sandbox/index.ts";
import type { PooledSandbox, SandboxOptions } from "../../src/sandbox/pooled-sandbox.ts";
import { needsAll } from "../needs.ts";

/** A runtime that both suites run over. */
export interface Runtime {
  readonly name: string;
  readonly language: "python" | "javascript";
  readonly create: (options?: SandboxOptions) => PooledSandbox;
  /** Can it be set up here? Else its suites are skipped. */
  readonly needs: ReturnType<typeof needsAll>;
}

function runtime(name: string, language: Runtime["language"]): Runtime {
  const create = (options?: SandboxOptions) => createSandbox(name, options);
  try {
    void create().dispose();
    return { name, language, create, needs: needsAll(null) };
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return { name, language, create, needs: needsAll(error.message) };
  }
}

export const runtimes: readonly Runtime[] = [
  runtime("wasi", "python"),
  runtime("native", "python"),
  runtime("javascript", "javascript"),
];

/** The title of a suite over a runtime. */
export const title = ({ name }: Runtime): string => `the ${name} runtime`;
