import type { Command } from "commander";
import { InvalidOptionError } from "../core/errors.ts";
import type { ModelSpec } from "../policy/open.ts";

/** How the server of `--model` is reached, and how the model is to think. */
export interface ReachFlags {
  readonly reasoningEffort?: string;
  readonly thinkingTokens?: string;
  /** "on" or "off". */
  readonly thinking?: string;
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
    .option("--tls-key <file>", "its key (PEM)")
    .option("--reasoning-effort <word>", "how hard the model is to think, such as low, medium or high")
    .option("--thinking-tokens <n>", "tokens of its thought at most, where the server keeps such a limit")
    .option("--thinking <on|off>", "think before answering, where the model's template lets one choose");
}

/** A model with how its server is reached. @throws InvalidOptionError where there is no server to reach. */
export function reached(model: string, flags: ReachFlags): ModelSpec {
  const options = reachOptions(flags);
  const [option] = Object.keys(options);
  if (option === undefined) return model;
  if (/^(https?:|openai:)/.test(model)) return { name: model, options };
  if (/^local:/.test(model) && Object.keys(options).join() === "thinking") return { name: model, options };
  throw new InvalidOptionError(
    flagOf(option),
    `goes with a server: --model URL#MODEL or openai:MODEL, not "${model}". In a file, write it under the policy's options.`,
  );
}

const flagOf = (option: string): string =>
  ({
    ...{ apiKeyEnv: "--api-key-env", headers: "--header", reasoningEffort: "--reasoning-effort" },
    ...{ thinkingTokens: "--thinking-tokens", thinking: "--thinking" },
  })[option] ?? "--tls-ca, --tls-cert, --tls-key";

function reachOptions(flags: ReachFlags) {
  const { apiKeyEnv, header = [], tlsCa: ca, tlsCert: cert, tlsKey: key } = flags;
  return {
    ...thinkingOptions(flags),
    ...(apiKeyEnv !== undefined && { apiKeyEnv }),
    ...(header.length > 0 && { headers: Object.fromEntries(header.map(headerOf)) }),
    ...((ca ?? cert ?? key) !== undefined && { tls: { ca, cert, key } }),
  };
}

function thinkingOptions({ reasoningEffort, thinkingTokens, thinking }: ReachFlags) {
  const tokens = Number(thinkingTokens ?? 1);
  if (!Number.isInteger(tokens) || tokens < 1)
    throw new InvalidOptionError("--thinking-tokens", `must be an integer of at least 1, got "${thinkingTokens}".`);
  if (thinking !== undefined && thinking !== "on" && thinking !== "off")
    throw new InvalidOptionError("--thinking", `must be "on" or "off", got "${thinking}".`);
  return {
    ...(reasoningEffort !== undefined && { reasoningEffort }),
    ...(thinkingTokens !== undefined && { thinkingTokens: tokens }),
    ...(thinking !== undefined && { thinking: thinking === "on" }),
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
  reasoningEffort,
  thinkingTokens,
  thinking,
}: ReachFlags): (readonly [string, string])[] {
  const given = Object.entries({
    ...{ "api-key-env": apiKeyEnv, "tls-ca": tlsCa, "tls-cert": tlsCert, "tls-key": tlsKey },
    ...{ "reasoning-effort": reasoningEffort, "thinking-tokens": thinkingTokens, thinking },
  });
  const headers = header.map(headerOf).map(([name, value]) => ["header", `${name}: ${shownHeader(value)}`] as const);
  return [...given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])), ...headers];
}

const shownHeader = (value: string): string => (value.includes("${") ? value : "[secret]");
