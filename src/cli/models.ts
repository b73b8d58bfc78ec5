import { EnvironmentError } from "../core/errors.ts";
import { installedPath, listInstalled, removeModel } from "../policy/local/library.ts";
import { defaultModel, modelEntry } from "../policy/local/manifest.ts";
import type { Terminal } from "./terminal.ts";
import { fetchModel } from "./tools.ts";

/** `ruminate models [--json]`: [{name, title, megabytes, licence, sha256, default, installed}]. */
export async function listModels(terminal: Terminal, json: boolean): Promise<void> {
  const all = await listInstalled();
  if (json) {
    terminal.out(`${JSON.stringify(all, null, 2)}\n`);
    return;
  }
  const width = Math.max(...all.map(({ name }) => name.length));
  for (const { name, title, megabytes, licence, installed } of all) {
    const mark = installed ? "installed" : "         ";
    const first = name === defaultModel ? " (default)" : "";
    terminal.out(`${name.padEnd(width)}  ${mark}  ${String(megabytes).padStart(5)} MB  ${title}, ${licence}${first}\n`);
  }
}

/** `ruminate models pull [NAME]`. @throws UnknownNameError, EnvironmentError when no source answers. */
export async function pullCommand(terminal: Terminal, name: string = defaultModel): Promise<void> {
  modelEntry(name);
  const present = await installedPath(name);
  if (present === null) {
    const reason = await fetchModel(terminal, name);
    if (reason !== null) throw new EnvironmentError(`${name} could not be fetched: ${reason}`);
  }
  terminal.out(`${name} is installed: ${await installedPath(name)}\n`);
}

/** `ruminate models rm NAME`. */
export async function removeCommand(terminal: Terminal, name: string): Promise<void> {
  modelEntry(name);
  const removed = await removeModel(name);
  terminal.out(removed ? `${name} is removed.\n` : `${name} was not installed.\n`);
}

/** Name of the default model when it is installed, else null. */
export async function installedDefault(): Promise<string | null> {
  return (await installedPath(defaultModel)) === null ? null : defaultModel;
}
