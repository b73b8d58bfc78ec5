import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { EnvironmentError, UnknownNameError } from "../core/errors.ts";
import { nextSteps, templates } from "./init/templates.ts";
import type { Terminal } from "./terminal.ts";

/**
 * `ruminate init KIND [FOLDER]`: a small start that works, with comments. Nothing that is there already is written
 * over: then nothing is written at all. Exit code 0.
 */
export function initCommand(terminal: Terminal, kind: string, folder: string): number {
  const files = Object.hasOwn(templates, kind) ? templates[kind] : undefined;
  if (files === undefined) throw new UnknownNameError("start", kind, Object.keys(templates));
  const target = resolve(terminal.cwd, folder);
  mkdirSync(target, { recursive: true });
  const taken = files.find(({ file }) => existsSync(join(target, file)));
  if (taken !== undefined) {
    const where = join(folder, taken.file);
    throw new EnvironmentError(`${where} is there already. Name another folder: ruminate init ${kind} FOLDER.`);
  }
  for (const { file, text } of files) writeFileSync(join(target, file), text, { flag: "wx" });
  const written = files.map(({ file }) => file);
  const shown = relative(terminal.cwd, target);
  const enter = shown === "" ? "" : `cd ${shown}\n`;
  terminal.out(`Written: ${written.map((file) => join(shown, file)).join(", ")}\n\n${enter}${nextSteps[kind]}\n`);
  return 0;
}
