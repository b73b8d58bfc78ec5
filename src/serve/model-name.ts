import type { Catalogue } from "../core/catalogue.ts";
import { RuminateError } from "../core/errors.ts";
import { readWritten } from "../setup/written.ts";
import type { ServeConfig } from "./config.ts";
import { ApiError, refused } from "./errors.ts";
import { guessFor, issueOf } from "./issue.ts";
import type { Caller } from "./keys.ts";
import { ruminateSchema, type Settings } from "./settings.ts";

/** What a model name stands for: an upstream, and how hard to think with it. */
export interface Target {
  readonly upstream: string;
  readonly settings: Settings;
  /** What the name itself says, as `best-of-n(n=8)/small` does: allowed as far as a request may ask for it. */
  readonly written: Settings;
  /** Upstreams by the part they play beside it, such as "judge". */
  readonly roles: Readonly<Record<string, string>>;
}

type Names = Pick<ServeConfig, "models" | "upstreams" | "bare">;

/** Model names that a caller may use: configured names, upstreams, and every strategy on every upstream. */
export function modelNames(config: Names, catalogue: Catalogue, caller: Pick<Caller, "config">): readonly string[] {
  const upstreams = Object.keys(config.upstreams);
  const { models, strategies } = caller.config;
  const allowed = catalogue.strategies.names.filter((name) => strategies?.includes(name) ?? true);
  const pairs = allowed.flatMap((strategy) => upstreams.map((upstream) => `${strategy}/${upstream}`));
  const all = [...Object.keys(config.models), ...upstreams, ...pairs];
  return models === undefined ? all : all.filter((name) => models.includes(name));
}

/**
 * The target of a model name. A configured name or an upstream's own wins over "strategy/upstream" (where the strategy
 * may have options, or be a chain: {@link readWritten}) and "strategy-upstream".
 * @throws ApiError 404 for a name that stands for nothing, 403 for one that this key may not use, 400 for options that
 *   cannot be read.
 */
export function targetOf(name: string, config: Names, catalogue: Catalogue, caller: Pick<Caller, "config">): Target {
  const { models } = caller.config;
  if (models !== undefined && !models.includes(name)) {
    throw new ApiError({
      status: 403,
      param: "model",
      code: "model_not_allowed",
      message: "This key may not use this model.",
    });
  }
  const alias = Object.hasOwn(config.models, name) ? config.models[name] : undefined;
  if (alias !== undefined) {
    const { upstream, calibration: _calibration, roles, ...settings } = alias;
    return { upstream, settings, written: {}, roles };
  }
  const plain = { settings: { strategy: config.bare }, roles: {} };
  if (Object.hasOwn(config.upstreams, name)) return { ...plain, upstream: name, written: {} };
  const parts = partsOf(name, config, catalogue);
  if (parts !== null) {
    return { ...plain, upstream: parts.upstream, written: writtenSettings(parts.thinking, catalogue, "model") };
  }
  const guess = guessFor(name.slice(0, 100), modelNames(config, catalogue, caller));
  const message = `The model "${name.slice(0, 100)}" does not exist here.${guess} GET /v1/models lists what there is.`;
  throw new ApiError({ status: 404, param: "model", code: "model_not_found", message });
}

/** How to think and the upstream to think with: `mcts/small`, `best-of-n(n=8)/small`, `mcts-small`. */
function partsOf(
  name: string,
  { upstreams }: Names,
  catalogue: Catalogue,
): { readonly thinking: string; readonly upstream: string } | null {
  const cut = name.lastIndexOf("/");
  const upstream = name.slice(cut + 1);
  if (cut > 0 && Object.hasOwn(upstreams, upstream)) {
    const thinking = name.slice(0, cut);
    return /^[\w-]+$/.test(thinking) && !catalogue.strategies.has(thinking) ? null : { thinking, upstream };
  }
  const fits = (strategy: string) =>
    name.startsWith(`${strategy}-`) && Object.hasOwn(upstreams, name.slice(strategy.length + 1));
  const thinking = catalogue.strategies.names.filter(fits).sort((a, b) => b.length - a.length)[0];
  return thinking === undefined ? null : { thinking, upstream: name.slice(thinking.length + 1) };
}

/**
 * Settings written as a text, in a model's name, an address or a header.
 * @throws ApiError 400 that names `where` it stands.
 */
export function writtenSettings(text: string, catalogue: Catalogue, where: string): Settings {
  try {
    const parsed = ruminateSchema.safeParse(readWritten(text, catalogue));
    if (parsed.success) return parsed.data;
    const { path, sentence } = issueOf(parsed.error, text);
    throw refused(where, `"${path}" of "${text.slice(0, 100)}" ${sentence}`);
  } catch (error) {
    if (error instanceof ApiError || !(error instanceof RuminateError)) throw error;
    throw refused(where, error.message, error.code);
  }
}

/**
 * What the request's address and a header say of how to think: `/v1/best-of-n/judge/chat/completions` names a strategy
 * and a verifier, `x-ruminate: best-of-n(n=8)` is written as in a model's name. The header wins.
 * @throws ApiError 400.
 */
export function settingsAround({ url, headers }: Pick<Request, "url" | "headers">, catalogue: Catalogue): Settings {
  const header = headers.get("x-ruminate");
  if (header !== null) return writtenSettings(header, catalogue, "x-ruminate");
  const [, path] = /\/v1\/(.+?)\/(?:chat\/completions|completions|responses)$/.exec(new URL(url).pathname) ?? [];
  if (path === undefined || path === "chat") return {};
  const [thinking = "", verifier] = path.split("/").map(decoded);
  const settings = writtenSettings(thinking, catalogue, "address");
  if (verifier === undefined) return settings;
  return { ...settings, verifiers: { ...settings.verifiers, outcome: { name: verifier, options: {} } } };
}

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
