#!/usr/bin/env node
// Nothing is imported before the version is known to be one that can read it.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `ruminate needs Node 22.19 or newer; this is ${process.versions.node}. Install a newer one from https://nodejs.org.\n`,
  );
  process.exit(1);
}
const [{ enableCompileCache }, { cacheFolder }] = await Promise.all([
  import("node:module"),
  import("../policy/cache-folder.ts"),
]);
// What Node has compiled is kept from one start to the next; where nothing can be written it does without.
enableCompileCache(`${cacheFolder()}/compiled`);
const [{ runCli }, { processTerminal }] = await Promise.all([import("./cli.ts"), import("./process-terminal.ts")]);
const { terminal, finish } = processTerminal();
finish(await runCli(process.argv.slice(2), terminal));

export {};
