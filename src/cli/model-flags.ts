import type { Command } from "commander";
import { InvalidOptionError } from "../core/errors.ts";
import type { ModelSpec } from "../policy/open.ts";

/** How the server of `--model` is reached. */
export interface ReachFlags {
  readonly apiKeyEnv?: string;
  /** "Name: value". */
  readonly header?: readonly string[];
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** Adds the flags to a command that has `--model`. */
export function addReachFlags(command: Command): Command {
  return command
    .option("--api-key-env <name>", "the environment variable with the key for the server of --model")
    .option("--header <line...>", `further headers for it, such as 'x-team: blue' or 'x-key: \${NAME}'`)
    .option("--tls-ca <file>", "certificates (PEM) to trust there")
    .option("--tls-cert <file>", "our own certificate (PEM), for servers that ask for one")
    .option("--tls-key <file>", "its key (PEM)");
}

/** A model with how its server is reached. @throws InvalidOptionError where there is no server to reach. */
export function reached(model: string, flags: ReachFlags): ModelSpec {
  const options = reachOptions(flags);
  const [option] = Object.keys(options);
  if (option === undefined) return model;
  if (/^(https?:|openai:)/.test(model)) return { name: model, options };
  throw new InvalidOptionError(
    flagOf(option),
    `goes with a server: --model URL#MODEL or openai:MODEL, not "${model}". In a file, write it under the policy's options.`,
  );
}

const flagOf = (option: string): string =>
  ({ apiKeyEnv: "--api-key-env", headers: "--header" })[option] ?? "--tls-ca, --tls-cert, --tls-key";

function reachOptions({ apiKeyEnv, header = [], tlsCa: ca, tlsCert: cert, tlsKey: key }: ReachFlags) {
  return {
    ...(apiKeyEnv !== undefined && { apiKeyEnv }),
    ...(header.length > 0 && { headers: Object.fromEntries(header.map(headerOf)) }),
    ...((ca ?? cert ?? key) !== undefined && { tls: { ca, cert, key } }),
  };
}

function headerOf(line: string): [string, string] {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/.exec(line) ?? [];
  if (name !== undefined && value !== undefined) return [name.toLowerCase(), value.trim()];
  throw new InvalidOptionError("--header", 'must read like "Name: value".'); // the line may hold a key
}

/** The flags as they can be given again, without what may be a key. */
export function reachWords({
  apiKeyEnv,
  header = [],
  tlsCa,
  tlsCert,
  tlsKey,
}: ReachFlags): (readonly [string, string])[] {
  const given = Object.entries({ "api-key-env": apiKeyEnv, "tls-ca": tlsCa, "tls-cert": tlsCert, "tls-key": tlsKey });
  const headers = header.map(headerOf).map(([name, value]) => ["header", `${name}: ${shownHeader(value)}`] as const);
  return [...given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])), ...headers];
}

const shownHeader = (value: string): string => (value.includes("${") ? value : "[secret]");
