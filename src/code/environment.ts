import type { Sandbox } from "../core/execution.ts";
import { needsOf, type PythonNeed } from "../sandbox/python-needs.ts";
import { hides, missingTool } from "../sandbox/tools.ts";
import { libraryTool } from "./libraries.ts";
import { remembered } from "./remembered.ts";

/** The modules that a Python text imports at the top of a line, each by its first name. */
export function importsOf(source: string): readonly string[] {
  const found = [
    ...source.matchAll(/^[ \t]*(?:from[ \t]+(\w+)(?:\.[\w.]*)?[ \t]+import\b|import[ \t]+([\w., \t]+))/gm),
  ];
  const names = found.flatMap(([, from, list = ""]) =>
    from === undefined ? list.split(",").map((one) => one.trim().split(/[. \t]/)[0] ?? "") : [from],
  );
  return [...new Set(names)].filter((name) => /^[A-Za-z_]\w*$/.test(name) && name !== "__future__");
}

/** What was found of a sandbox, once: a module by its name, null where it is there. */
const known = new WeakMap<Sandbox, Map<string, string | null>>();

/**
 * Why Python here cannot import one of these modules, with the package to install; null where all are there. Each
 * module is asked for once a sandbox. Cost: one run where one of them is new.
 */
export async function missingModule(sandbox: Sandbox, modules: readonly string[]): Promise<string | null> {
  const hidden = modules.find((name) => libraryHidden(name));
  if (hidden !== undefined) return remedyFor(hidden, "");
  const found = known.get(sandbox) ?? new Map<string, string | null>();
  known.set(sandbox, found);
  const fresh = modules.filter((name) => !found.has(name));
  if (fresh.length > 0) await ask(sandbox, fresh, found);
  return modules.map((name) => found.get(name) ?? null).find((one) => one !== null) ?? null;
}

/** Is the library treated as missing by setting? */
function libraryHidden(name: string): boolean {
  const tool = libraryTool(name);
  return tool !== null && hides(tool);
}

/** Asks by a program that fails where something is absent, so that the sandbox can say why it is. */
async function ask(sandbox: Sandbox, names: readonly string[], found: Map<string, string | null>): Promise<void> {
  // The imports stand as statements: a sandbox that looks for them sees them.
  const tries = names.map(
    (name) => `try:\n    import ${name}\nexcept ImportError:\n    absent.append(${JSON.stringify(name)})\n`,
  );
  const source = `absent = []\n${tries.join("")}if absent:\n    raise ImportError("absent: " + " ".join(absent))\nasked = 1`;
  const { verdict, error } = await sandbox.run({ language: "python", source, result: { variable: "asked" } });
  const [, list = "", why = ""] = /ImportError: absent: ([^\n]*)\n?([\s\S]*)$/.exec(error) ?? [];
  if (verdict !== "ok" && list === "") return; // the proof of the runtime itself says why
  const absent = list.split(" ");
  for (const name of names) found.set(name, absent.includes(name) ? remedyFor(name, why.trim()) : null);
}

/** What cannot be imported, why, and what to install. */
function remedyFor(name: string, why: string): string {
  const tool = libraryTool(name);
  const lacking = missingTool("bubblewrap", "system-python", ...(tool === null ? [] : [tool]));
  const remedy = lacking ?? (why === "" ? "install it for /usr/bin/python3, and run with --sandbox native" : why);
  return `Python cannot import ${name} here: ${remedy}`;
}

const lacks = new WeakMap<Sandbox, Map<PythonNeed, Promise<boolean>>>();

/**
 * What a Python text asks of the machine and this sandbox does not give, with the remedy; null where it gives all. With
 * an error, only what that error says was refused. Cost: a run for each need that is new to the sandbox.
 */
export async function missingFeature(
  sandbox: Sandbox,
  source: string,
  error: string | null = null,
): Promise<string | null> {
  for (const need of needsOf(source)) {
    if (error !== null && !need.refused.test(error)) continue;
    const known = lacks.get(sandbox) ?? new Map<PythonNeed, Promise<boolean>>();
    lacks.set(sandbox, known);
    if (await remembered(known, need, () => isLacking(sandbox, need)))
      return `Python here ${need.lack}: ${machineRemedy(need)}`;
  }
  return null;
}

async function isLacking(sandbox: Sandbox, { probe }: PythonNeed): Promise<boolean> {
  return (await sandbox.run({ language: "python", source: probe })).verdict === "error";
}

function machineRemedy({ native, install }: PythonNeed): string {
  const lacking = native ? missingTool("bubblewrap", "system-python") : null;
  if (lacking !== null) return lacking;
  const where = native ? "run with --sandbox native" : "no sandbox gives it to programs";
  return install === undefined ? where : `${where}; it takes ${install}`;
}
