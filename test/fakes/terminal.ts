import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Terminal } from "../../src/cli/terminal.ts";

/** A terminal that keeps what is written to it. */
export function fakeTerminal(parts: Partial<Terminal> & { readonly stdin?: string } = {}): Terminal & {
  readonly stdout: () => string;
  readonly stderr: () => string;
} {
  let out = "";
  let err = "";
  return {
    isTty: false,
    columns: 100,
    env: {},
    cwd: temporaryFolder(),
    signal: new AbortController().signal,
    readStdin: async () => parts.stdin ?? "",
    ...parts,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stdout: () => stripVTControlCharacters(out),
    stderr: () => stripVTControlCharacters(err),
  };
}

/** A new empty folder. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), "ruminate-test-"));
