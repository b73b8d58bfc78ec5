import { resolve } from "node:path";
import type { Catalogue } from "../core/catalogue.ts";
import { InvalidOptionError } from "../core/errors.ts";
import { openPolicy, optionsOfDefault } from "../policy/open.ts";
import { loadConfig, parseConfig, type ServeConfig, type UpstreamSpec } from "../serve/config.ts";
import { jsonLog } from "../serve/log.ts";
import { startServer } from "../serve/server.ts";
import { type ReachFlags, reached } from "./model-flags.ts";
import type { Terminal } from "./terminal.ts";
import type { Tools } from "./tools.ts";

export interface ServeFlags extends ReachFlags {
  readonly config?: string;
  readonly model?: string;
  readonly host?: string;
  readonly port?: string;
}

/** `ruminate serve`: serves until it is interrupted, then finishes what is in work. Exit code 0. */
export async function serveCommand(
  terminal: Terminal,
  flags: ServeFlags,
  catalogue: Catalogue,
  tools: Tools,
): Promise<number> {
  const config = configOf(terminal, flags);
  const server = await startServer({
    config,
    catalogue,
    open: (spec) => openUpstream(spec, tools),
    sandbox: tools.sandbox(),
    env: terminal.env,
    log: jsonLog((line) => terminal.err(line)),
  });
  terminal.out(`Serving ${Object.keys(config.upstreams).join(", ")} at ${server.baseUrl}\n`);
  terminal.out(`Try: curl ${server.baseUrl}/models\n`);
  await interrupted(terminal.signal);
  await server.close();
  return 0;
}

function configOf(terminal: Terminal, flags: ServeFlags): ServeConfig {
  const { config: file, model, host, port } = flags;
  const upstream = reached(model ?? "default", flags);
  const base =
    file === undefined
      ? parseConfig("the flags", { upstreams: { model: upstream } })
      : loadConfig(resolve(terminal.cwd, file));
  if (file !== undefined && model !== undefined) {
    throw new InvalidOptionError("--model", "must not stand beside --config: name the model under upstreams.");
  }
  const number = port === undefined ? base.port : Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    throw new InvalidOptionError("--port", `must be a whole number from 0 to 65535, got "${port}".`);
  }
  return { ...base, host: host ?? base.host, port: number };
}

/**
 * Servers are opened as they are, because the server brings its own wrappers; "default" may have to be fetched first.
 */
async function openUpstream(spec: UpstreamSpec, tools: Tools) {
  if (optionsOfDefault(spec) !== null) return (await tools.open(spec)).policy;
  return openPolicy(spec, {
    openLocal: async (local, settings) => (await import("../policy/local/index.ts")).openLocalPolicy(local, settings),
    openSimulated: async (settings) => (await import("../policy/simulated/index.ts")).simulatedPolicy(settings),
  });
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    signal.addEventListener("abort", () => done(), { once: true });
  });
}
