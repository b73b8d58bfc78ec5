import { text } from "node:stream/consumers";
import { plainText } from "../core/plain-text.ts";
import { liveScreen } from "./live-screen.ts";
import type { Terminal } from "./terminal.ts";

/**
 * The terminal of this process. The first Ctrl-C asks the work to end well (what is finished is kept), the second ends
 * at once.
 */
export function processTerminal(): { terminal: Terminal; finish: (code: number) => void } {
  const interrupt = new AbortController();
  const isTty = process.stderr.isTTY === true && process.stdout.isTTY === true;
  const columns = () => process.stdout.columns ?? 100;
  const screen = liveScreen((text) => void process.stderr.write(text), columns);
  const onSignal = (signal: NodeJS.Signals) => {
    if (interrupt.signal.aborted) process.exit(130);
    screen.clear();
    process.stderr.write("\nStopping: what is finished is kept. Press Ctrl-C again to stop at once.\n");
    interrupt.abort(new Error(`stopped by ${signal}`));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  // A reader that leaves (`ruminate … | head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  return {
    terminal: {
      // Into a file goes what is there; a terminal obeys what it is shown, and much of that comes from others.
      out: (chunk) => {
        screen.clear();
        process.stdout.write(process.stdout.isTTY ? plainText(chunk, true) : chunk);
      },
      err: (chunk) => {
        screen.clear();
        process.stderr.write(plainText(chunk, true));
      },
      isTty,
      get columns() {
        return columns();
      },
      get rows() {
        return process.stdout.rows;
      },
      ...(isTty && {
        screen: { draw: (lines) => screen.draw(lines.map((line) => plainText(line, true))), clear: screen.clear },
      }),
      env: process.env,
      cwd: process.cwd(),
      signal: interrupt.signal,
      readStdin: () => text(process.stdin),
      ...(process.stdin.isTTY && process.stderr.isTTY ? { onKey: (handle) => readKeys(handle, onSignal) } : {}),
    },
    finish: (code) => {
      process.exitCode = code;
      // Output may still be on its way into a pipe; whatever else holds the process open (a loaded model) must not.
      process.stdout.write("", () => process.exit(code));
    },
  };
}

/**
 * Keys one by one. In this mode the terminal sends Ctrl-C as a character, which is handed on as the signal that it
 * stands for.
 */
function readKeys(handle: (key: string) => void, onSignal: (signal: NodeJS.Signals) => void): () => void {
  const { stdin } = process;
  const onData = (bytes: Buffer) => {
    for (const key of bytes.toString("utf8")) {
      if (key === "\u0003") onSignal("SIGINT");
      else handle(key);
    }
  };
  stdin.setRawMode(true);
  stdin.resume();
  stdin.on("data", onData);
  return () => {
    stdin.off("data", onData);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
