import { accessSync, constants, mkdirSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { missingModule } from "../code/environment.ts";
import { runtimeFault } from "../code/judging.ts";
import { EnvironmentError } from "../core/errors.ts";
import type { Sandbox } from "../core/execution.ts";
import { cacheFolder } from "../policy/cache-folder.ts";
import { missingTool, type ToolName } from "../sandbox/tools.ts";
import { paint, type Terminal } from "./terminal.ts";

const outsideTools: readonly ToolName[] = [
  ...(["bubblewrap", "system-python", "numpy", "sympy", "g++", "javac", "go", "rustc", "mcs", "gdc"] as const),
  ...(["php", "ruby", "lua", "perl", "r", "racket", "ocaml"] as const),
  ...(["iverilog", "glpsol", "scipy", "patch", "lean"] as const),
];

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do about it. */
  readonly remedy: string | null;
}

/**
 * `ruminate doctor [--json]`: what this machine offers and what is missing. Exit code 0 when a solve could run, else 1.
 */
export async function doctorCommand(terminal: Terminal, json: boolean, tools: DoctorTools): Promise<number> {
  const checks = [
    nodeCheck(),
    machineCheck(),
    cacheCheck(),
    await modelCheck(tools),
    ...(await sandboxChecks(tools)),
    outsideCheck(),
    keyCheck(terminal),
  ];
  if (json) terminal.out(`${JSON.stringify(checks, null, 2)}\n`);
  else {
    for (const { name, ok, found, remedy } of checks) {
      terminal.out(
        `${ok ? paint(terminal, "green", "ok     ") : paint(terminal, "yellow", "missing")}  ${name.padEnd(8)}  ${found}\n`,
      );
      if (remedy !== null) terminal.out(`${" ".repeat(19)}→ ${remedy}\n`);
    }
  }
  return checks.slice(0, 3).every(({ ok }) => ok) ? 0 : 1;
}

export interface DoctorTools {
  readonly sandbox: () => Sandbox;
  /** The installed default model's name, or null. */
  readonly defaultModel: () => Promise<string | null>;
}

function nodeCheck(): Check {
  return { name: "node", ok: true, found: `${process.version} on ${process.platform}-${process.arch}`, remedy: null };
}

function machineCheck(): Check {
  const gib = (totalmem() / 2 ** 30).toFixed(0);
  return {
    name: "machine",
    ok: true,
    found: `${cpus().length} logical processors, ${gib} GiB of memory`,
    remedy: null,
  };
}

function cacheCheck(): Check {
  const folder = cacheFolder();
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return { name: "cache", ok: true, found: folder, remedy: null };
  } catch (error) {
    const remedy = "Set RUMINATE_HOME to a folder that can be written.";
    return { name: "cache", ok: false, found: `${folder}: ${(error as Error).message}`, remedy };
  }
}

async function modelCheck({ defaultModel }: DoctorTools): Promise<Check> {
  const name = await defaultModel();
  if (name !== null) return { name: "model", ok: true, found: `${name} is installed`, remedy: null };
  return {
    name: "model",
    ok: false,
    found: "the default model is not installed",
    remedy: "Run `ruminate models pull`.",
  };
}

/** The sandbox, and whether what judges programs in it holds: tools may be installed and not work. */
async function sandboxChecks({ sandbox }: DoctorTools): Promise<Check[]> {
  let room: Sandbox | null = null;
  try {
    room = sandbox();
    const result = await room.run({ language: "python", source: "x = 6 * 7", result: { variable: "x" } });
    const ok = result.value === "42";
    const found = `${room.id}: ${ok ? "runs Python" : `${result.verdict} ${result.error}`}`;
    return [{ name: "sandbox", ok, found, remedy: null }, await judgesCheck(room)];
  } catch (error) {
    // What cannot be set up names its own remedy.
    const remedy = error instanceof EnvironmentError ? null : "Reinstall the dependencies with `npm ci`.";
    return [{ name: "sandbox", ok: false, found: (error as Error).message, remedy }];
  } finally {
    await room?.dispose();
  }
}

async function judgesCheck(room: Sandbox): Promise<Check> {
  const fault = (await runtimeFault(room, "python")) ?? (await missingModule(room, ["numpy"]));
  const found = fault === null ? "answers in Python are judged, with NumPy" : "some answers in Python end undecided";
  return { name: "judges", ok: fault === null, found, remedy: fault };
}

/** What programs of other languages, Python with its libraries, and checkers need of the machine. */
function outsideCheck(): Check {
  const there = outsideTools.filter((name) => missingTool(name) === null);
  const lacking = outsideTools.flatMap((name) => missingTool(name) ?? []);
  const found = there.length === 0 ? "no outside tools" : `outside tools: ${there.join(", ")}`;
  const remedy = lacking.length === 0 ? null : `Where you need them: ${lacking.join(". ")}.`;
  return { name: "programs", ok: true, found, remedy };
}

function keyCheck(terminal: Terminal): Check {
  const present = ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "MISTRAL_API_KEY"].filter((key) => terminal.env[key]);
  const found =
    present.length > 0
      ? `${present.join(", ")} set`
      : "no API key in the environment (none is needed for local models)";
  return { name: "keys", ok: true, found, remedy: null };
}
