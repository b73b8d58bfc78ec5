import { join, resolve } from "node:path";
import { cacheFolder } from "../policy/cache-folder.ts";
import { rebuildSampleStore } from "../policy/store/rebuild.ts";
import type { Terminal } from "./terminal.ts";

/** `ruminate store rebuild [FILE]`. @throws EnvironmentError, InvalidFileError. */
export function rebuildCommand(terminal: Terminal, file: string | undefined): void {
  const path = file === undefined ? join(cacheFolder(), "samples.sqlite") : resolve(terminal.cwd, file);
  const { kept, damaged, aside } = rebuildSampleStore(path);
  const lost = damaged === 0 ? "" : ` ${damaged} damaged ones are left out: they are drawn again when they are needed.`;
  terminal.out(`${path} holds ${kept} samples.${lost} The old file is ${aside}.\n`);
}
