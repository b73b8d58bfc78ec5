import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { EnvironmentError } from "../core/errors.ts";
import { nativeServer } from "./native-server.ts";
import { PooledSandbox, type SandboxOptions } from "./pooled-sandbox.ts";
import { canRun, findTool, missing, missingTool, type ToolName } from "./tools.ts";
import type { WorkerCommand } from "./worker-process.ts";

export interface NativeSandboxOptions extends SandboxOptions {
  readonly python?: string;
  readonly bubblewrap?: string;
}

/**
 * Python programs on the machine's own CPython behind bubblewrap, with NumPy, SymPy and mpmath where the machine has
 * them. Linux only. The process sees a read-only `/usr` and an empty `/work` in memory; it has namespaces of its own
 * (no network but a dead loopback, no other process, no host name), no capabilities and no environment. Each program is
 * a fork with limits on processor time, memory and file size and a filter of system calls. The clock is the machine's.
 *
 * @throws EnvironmentError where a part is missing or does not hold on this machine: the reason is in the message.
 */
export function createNativeSandbox(options: NativeSandboxOptions = {}): PooledSandbox {
  if (process.platform !== "linux") throw refusal(`it needs Linux, this is ${process.platform}`);
  const bubblewrap = program("bubblewrap", options.bubblewrap);
  const python = program("system-python", options.python);
  const command = nativeCommand(bubblewrap, python);
  check(command);
  return new PooledSandbox("native", "python", command, options, { laysFiles: true });
}

const refusal = (reason: string) => new EnvironmentError(`The native sandbox cannot be set up: ${reason}.`);

/** The path of a tool: the one that is given, else where it is on this machine. */
function program(name: ToolName, given: string | undefined): string {
  const path = given ?? findTool(name);
  if (path === null || !canRun(path)) throw refusal(missing(name, given));
  const fault = given === undefined ? missingTool(name) : null;
  if (fault !== null) throw refusal(fault);
  return path;
}

/** Runs the server once and has it try a forbidden call in a program. */
function check({ file, args, user }: WorkerCommand): void {
  const done = spawnSync(file, [...args, "--check"], {
    env: {},
    input: "",
    encoding: "utf8",
    timeout: 10_000,
    uid: user,
    gid: user,
  });
  if (done.status === 0 && done.stdout.startsWith('{"ready": true')) return;
  const said = `${done.stderr ?? ""}${done.error?.message ?? ""}`.trim().split("\n").slice(-1)[0];
  throw refusal(`bubblewrap or the filter of system calls does not work here: ${said || `status ${done.status}`}`);
}

const nobody = 65534;

function nativeCommand(bubblewrap: string, python: string): WorkerCommand {
  return {
    name: "native",
    file: bubblewrap,
    args: [...walls(), python, "-I", "-B", "-u", "-c", nativeServer],
    graceMs: 1000,
    readsSourceApart: true,
    ...(process.getuid?.() === 0 && { user: nobody }),
  };
}

/** What the process sees of the world. */
function walls(): string[] {
  const linked = ["/lib", "/lib64", "/lib32", "/bin"].filter((path) => existsSync(path));
  const alternatives = existsSync("/etc/alternatives") ? ["--ro-bind", "/etc/alternatives", "/etc/alternatives"] : [];
  return [
    ...["--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--cap-drop", "ALL"],
    ...["--uid", String(nobody), "--gid", String(nobody), "--hostname", "sandbox"],
    ...["--clearenv", "--setenv", "PYTHONHASHSEED", "0", "--setenv", "LC_ALL", "C.UTF-8", "--setenv", "TZ", "UTC"],
    ...["--setenv", "OPENBLAS_NUM_THREADS", "1", "--setenv", "OMP_NUM_THREADS", "1"],
    ...["--ro-bind", "/usr", "/usr", ...alternatives],
    ...linked.flatMap((path) => ["--symlink", `usr${path}`, path]),
    ...["--size", String(12 * 1024 * 1024), "--tmpfs", "/work", "--chdir", "/work"],
    ...["--remount-ro", "/"],
  ];
}
