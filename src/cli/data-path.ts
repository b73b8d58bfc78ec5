import { resolve } from "node:path";
import { isRemote } from "../../experiments/datasets/reading/download.ts";
import type { Terminal } from "./terminal.ts";

/** Where `--data` points: a URL or hub path as it is, else a file seen from where the command was given. */
export const dataPath = <Path extends string | undefined>(terminal: Terminal, path: Path): Path | string =>
  path === undefined || isRemote(path) ? path : resolve(terminal.cwd, path);
