import { join, resolve } from "node:path";
import { cacheFolder } from "../policy/cache-folder.ts";
import type { Terminal } from "./terminal.ts";

/** The store of this machine's user. */
export const ownStore = (): string => join(cacheFolder(), "samples.sqlite");

/** The address of a store as it was typed: names of files are relative to where the command runs. */
export const storeAddress = ({ cwd }: Terminal, typed: string): string =>
  typed.includes("://") ? typed : resolve(cwd, typed);
