import { resolve } from "node:path";
import { isRemote } from "../../experiments/datasets/reading/download.ts";
import type { Terminal } from "./terminal.ts";

/** Where `--data` points: a URL or hub path as it is, else a file seen from where the command was given. */
export const dataPath = (terminal: Terminal, path: string): string =>
  isRemote(path) ? path : resolve(terminal.cwd, path);
