import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { EnvironmentError } from "../core/errors.ts";
import { nativeServer } from "./native-server.ts";
import { PooledSandbox, type SandboxOptions } from "./pooled-sandbox.ts";
import type { WorkerCommand } from "./worker-process.ts";

export interface NativeSandboxOptions extends SandboxOptions {
  readonly python?: string;
  readonly bubblewrap?: string;
}

const install = "Install it with: apt-get install bubblewrap python3 python3-numpy python3-sympy";

/**
 * Python programs on the machine's own CPython behind bubblewrap, with NumPy, SymPy and mpmath loaded where the machine has them. Linux only.
 * The process sees a read-only `/usr` and an empty `/work` in memory; it has namespaces of its own (no network but its own dead loopback,
 * no other process, no host name), no capabilities, no environment; each program is a fork with limits on processor time, memory and file
 * size and a filter of system calls. Time is the machine's.
 *
 * @throws EnvironmentError where a part is missing or does not hold on this machine: the reason is in the message.
 */
export function createNativeSandbox(options: NativeSandboxOptions = {}): PooledSandbox {
  if (process.platform !== "linux") throw refusal(`it needs Linux, this is ${process.platform}`);
  const bubblewrap = program("bubblewrap", options.bubblewrap ?? "/usr/bin/bwrap");
  const python = program("python3", options.python ?? "/usr/bin/python3");
  const command = nativeCommand(bubblewrap, python);
  check(command);
  return new PooledSandbox("native", "python", command, options, { laysFiles: true });
}

const refusal = (reason: string) => new EnvironmentError(`The native sandbox cannot be set up: ${reason}.`);

function program(name: string, path: string): string {
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    throw refusal(`${name} was not found at ${path}. ${install}`);
  }
}

/** Runs the server once and has it try a forbidden call in a program. */
function check({ file, args, user }: WorkerCommand): void {
  const identity = user === undefined ? {} : { uid: user, gid: user };
  const done = spawnSync(file, [...args, "--check"], {
    env: {},
    input: "",
    encoding: "utf8",
    timeout: 10_000,
    ...identity,
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
    ...["--size", String(32 * 1024 * 1024), "--tmpfs", "/work", "--chdir", "/work"],
    ...["--remount-ro", "/"],
  ];
}
