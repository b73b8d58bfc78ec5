import { nodeWorker } from "./node-worker.ts";
import { PooledSandbox, type SandboxOptions } from "./pooled-sandbox.ts";

/**
 * JavaScript programs on QuickJS, an interpreter compiled to WebAssembly: no object of the host's is in its world. The
 * process around it has no environment and Node's permission model on, and ends with the deadline where the interpreter
 * does not end first.
 */
export function createJavascriptSandbox(options: SandboxOptions = {}): PooledSandbox {
  return new PooledSandbox(
    "javascript",
    "javascript",
    nodeWorker("javascript", "javascript-thread", ["quickjs-emscripten"]),
    options,
  );
}
