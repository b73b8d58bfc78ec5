#!/usr/bin/env node
import { runCli } from "./cli.ts";
import { processTerminal } from "./process-terminal.ts";

const { terminal, finish } = processTerminal();
finish(await runCli(process.argv.slice(2), terminal));
