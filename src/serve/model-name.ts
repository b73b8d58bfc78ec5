import type { Catalogue } from "../core/catalogue.ts";
import type { ServeConfig } from "./config.ts";
import { ApiError } from "./errors.ts";
import { guessFor } from "./issue.ts";
import type { Caller } from "./keys.ts";
import type { Settings } from "./settings.ts";

/** What a model name stands for: an upstream, and how hard to think with it. */
export interface Target {
  readonly upstream: string;
  readonly settings: Settings;
  /** Upstreams by the part they play beside it, such as "judge". */
  readonly roles: Readonly<Record<string, string>>;
}

type Names = Pick<ServeConfig, "models" | "upstreams" | "bare">;

/** Model names that a caller may use: configured names, upstreams, and every strategy on every upstream. */
export function modelNames(config: Names, catalogue: Catalogue, caller: Caller): readonly string[] {
  const upstreams = Object.keys(config.upstreams);
  const { models, strategies } = caller.config;
  const allowed = catalogue.strategies.names.filter((name) => strategies?.includes(name) ?? true);
  const pairs = allowed.flatMap((strategy) => upstreams.map((upstream) => `${strategy}/${upstream}`));
  const all = [...Object.keys(config.models), ...upstreams, ...pairs];
  return models === undefined ? all : all.filter((name) => models.includes(name));
}

/**
 * The target of a model name. A configured name wins over "strategy/upstream", which wins over an upstream's bare name.
 * @throws ApiError 404 for a name that stands for nothing, 403 for one that this key may not use.
 */
export function targetOf(name: string, config: Names, catalogue: Catalogue, caller: Caller): Target {
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
    return { upstream, settings, roles };
  }
  if (Object.hasOwn(config.upstreams, name)) return { upstream: name, settings: { strategy: config.bare }, roles: {} };
  const cut = name.indexOf("/");
  const [strategy, upstream] = [name.slice(0, cut), name.slice(cut + 1)];
  if (cut > 0 && catalogue.strategies.has(strategy) && Object.hasOwn(config.upstreams, upstream)) {
    return { upstream, settings: { strategy }, roles: {} };
  }
  const guess = guessFor(name.slice(0, 100), modelNames(config, catalogue, caller));
  const message = `The model "${name.slice(0, 100)}" does not exist here.${guess} GET /v1/models lists what there is.`;
  throw new ApiError({ status: 404, param: "model", code: "model_not_found", message });
}
