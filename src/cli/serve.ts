import { resolve } from "node:path";
import type { Catalogue } from "../core/catalogue.ts";
import { InvalidFileError, InvalidOptionError } from "../core/errors.ts";
import { openPolicy, optionsOfDefault } from "../policy/open.ts";
import { loadConfig, parseConfig, readYaml, type ServeConfig, type UpstreamSpec } from "../serve/config.ts";
import { jsonLog } from "../serve/log.ts";
import { startServer } from "../serve/server.ts";
import { type ReachFlags, reached } from "./model-flags.ts";
import { storeAddress } from "./store-address.ts";
import type { Terminal } from "./terminal.ts";
import type { Tools } from "./tools.ts";

export interface ServeFlags extends ReachFlags {
  readonly config?: string;
  readonly model?: string;
  readonly host?: string;
  readonly port?: string;
  readonly settings?: string;
  readonly redis?: string;
  /** Only where the command line names one: callers' samples are not kept by the way. */
  readonly store?: string;
  readonly shadow?: string;
  readonly shadowFile?: string;
  readonly shadowCheck?: string;
  readonly shadowStrategy?: string;
  readonly shadowTokens?: string;
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
  if (config.shadow !== undefined) terminal.out(`${shadowWords(config.shadow)}\n`);
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
  const models = { ...base.models, ...furtherModels(terminal, base, flags.settings) };
  const shadow = shadowOf(terminal, base.shadow, flags);
  const redis = flags.redis ?? base.redis;
  const store = flags.store === undefined ? base.store : storeAddress(terminal, flags.store);
  return { ...base, models, host: host ?? base.host, port: number, redis, store, shadow };
}

/** The models of a file of settings, each on the upstream it names, else on the only one. @throws InvalidFileError. */
function furtherModels({ cwd }: Terminal, { upstreams, models }: ServeConfig, file: string | undefined) {
  if (file === undefined) return {};
  const given = readYaml(resolve(cwd, file)) as { readonly models?: Readonly<Record<string, object>> } | null;
  const [only, ...others] = Object.keys(upstreams);
  const upstream = others.length === 0 ? only : undefined;
  const placed = Object.entries(given?.models ?? {}).map(([name, model]) => [name, { upstream, ...model }] as const);
  const taken = placed.find(([name]) => Object.hasOwn(models, name));
  if (taken !== undefined)
    throw new InvalidFileError(file, null, `"models.${taken[0]}" is a model of --config already.`);
  if (placed.length === 0) throw new InvalidFileError(file, null, '"models" must name at least one model.');
  return parseConfig(file, { upstreams, models: Object.fromEntries(placed) }).models;
}

/** What the flags say over what the configuration says. @throws InvalidOptionError, InvalidFileError. */
function shadowOf(
  { cwd }: Terminal,
  given: ServeConfig["shadow"],
  { shadow, shadowFile, shadowCheck, shadowStrategy, shadowTokens }: ServeFlags,
): ServeConfig["shadow"] {
  const others = [shadowFile, shadowCheck, shadowStrategy, shadowTokens];
  if (shadow === undefined && given === undefined) {
    if (others.every((flag) => flag === undefined)) return undefined;
    throw new InvalidOptionError("--shadow", "must be given beside other flags of its kind, such as --shadow 0.1.");
  }
  const said = {
    share: shadow === undefined ? undefined : Number(shadow),
    file: shadowFile === undefined ? undefined : resolve(cwd, shadowFile),
    check: shadowCheck,
    strategy: shadowStrategy,
    perDay: shadowTokens === undefined ? undefined : { tokens: Number(shadowTokens) },
  };
  const own = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  return parseConfig("the flags", { upstreams: { model: "default" }, shadow: { ...given, ...own } }).shadow;
}

/** What is answered twice, and what is kept of it. */
function shadowWords({ share, file, perDay: { tokens }, check }: NonNullable<ServeConfig["shadow"]>): string {
  const most = tokens === undefined ? "" : ` at most ${tokens.toLocaleString("en-US")} tokens a day,`;
  const checked = check === undefined ? "" : `, scored by ${check.name} where they differ`;
  const kept = file === undefined ? "" : ` ${file} gets scores and counts of each, none of its text.`;
  return `Shadow: ${(100 * share).toFixed(1)} % of the requests are answered both ways${checked};${most} charged to no key.${kept}`;
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
