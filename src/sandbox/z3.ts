import { createRequire } from "node:module";
import { EnvironmentError } from "../core/errors.ts";
import { nodeWorker } from "./node-worker.ts";
import { PooledSandbox, type SandboxOptions } from "./pooled-sandbox.ts";

const install = "Install it with: npm install z3-solver";

/**
 * Logic and constraint programs in SMT-LIB 2 on Z3, compiled to WebAssembly: what the solver prints is the program's
 * output. Every program has a context of its own. The files it could name exist in the solver's memory only; around it
 * is a process without environment and with Node's permission model on, which the deadline ends.
 *
 * @throws EnvironmentError where the optional package z3-solver (35 MB) is not installed.
 */
export function createZ3Sandbox(options: SandboxOptions = {}): PooledSandbox {
  try {
    createRequire(import.meta.url).resolve("z3-solver");
  } catch (cause) {
    throw new EnvironmentError(`The z3 sandbox cannot be set up: the package z3-solver was not found. ${install}`, {
      cause,
    });
  }
  return new PooledSandbox("z3", "smt2", nodeWorker("z3", "z3-thread", ["z3-solver"]), { workers: 1, ...options });
}
