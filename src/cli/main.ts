#!/usr/bin/env node
// Nothing is imported before the version is known to be one that can read it.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `ruminate needs Node 22.19 or newer; this is ${process.versions.node}. Install a newer one from https://nodejs.org.\n`,
  );
  process.exit(1);
}
const [{ runCli }, { processTerminal }] = await Promise.all([import("./cli.ts"), import("./process-terminal.ts")]);
const { terminal, finish } = processTerminal();
finish(await runCli(process.argv.slice(2), terminal));

export {};
