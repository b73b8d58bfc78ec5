import type { Catalogue } from "../../core/catalogue.ts";
import type { Terminal } from "../terminal.ts";
import type { Tools } from "../tools.ts";

/** Options that stand before every command. */
export interface GlobalFlags {
  readonly plugin: readonly string[];
  readonly sandbox: string;
  readonly store?: string;
}

/** What commands share. Whatever takes time to load is loaded only by the command that needs it. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Notes the exit code. */
  readonly done: (code: number) => void;
  /** What is built in, what plug-ins add, and what an experiment that is a module brings with it. */
  readonly catalogue: (experiment?: string) => Promise<Catalogue>;
  /** Gives models and sandbox to the work, and closes them after it. `store`: samples are read and kept. */
  readonly withTools: <T>(store: boolean, work: (tools: Tools) => Promise<T>) => Promise<T>;
}
