import type { Catalogue } from "../core/catalogue.ts";
import { InvalidOptionError, RuminateError } from "../core/errors.ts";
import type { ServeConfig } from "./config.ts";
import { targetOf } from "./model-name.ts";
import type { Plan } from "./plan.ts";
import type { Upstream } from "./upstreams.ts";

type Upstreams = ReadonlyMap<string, Pick<Upstream, "policy">>;

/**
 * A day's limit in dollars that nobody can keep is refused: that of a key which reaches a model without a price, in
 * whatever part it plays, or that of the shadow, which follows everybody's requests.
 * @throws InvalidOptionError.
 */
export function requirePrices(config: ServeConfig, catalogue: Catalogue, upstreams: Upstreams): void {
  for (const key of config.keys) {
    if (key.perDay?.dollars === undefined) continue;
    requirePriced(`the key "${key.name}": perDay.dollars`, reachedBy(key.models, config, catalogue), upstreams);
  }
  if (config.shadow?.perDay.dollars === undefined) return;
  const everybody = config.keys.length === 0 ? [undefined] : config.keys.map(({ models }) => models);
  const reached = everybody.flatMap((models) => reachedBy(models, config, catalogue));
  requirePriced("shadow.perDay.dollars", reached, upstreams);
}

/** The upstreams behind these model names, those of their roles included; without names all that there are. */
function reachedBy(models: readonly string[] | undefined, config: ServeConfig, catalogue: Catalogue): string[] {
  if (models === undefined) return Object.keys(config.upstreams);
  return models.flatMap((name) => {
    try {
      const { upstream, roles } = targetOf(name, config, catalogue, { config: {} });
      return [upstream, ...Object.values(roles)];
    } catch (error) {
      if (error instanceof RuminateError) return []; // a name that stands for nothing reaches nothing
      throw error;
    }
  });
}

function requirePriced(where: string, reached: readonly string[], upstreams: Upstreams): void {
  const unpriced = reached.find((name) => upstreams.get(name)?.policy.price === undefined);
  if (unpriced === undefined) return;
  throw new InvalidOptionError(
    where,
    `cannot be kept: no price of "${unpriced}" is known. Give its prices, or limit tokens or calls instead.`,
  );
}

/** Is the price known of every model that a plan may ask? */
export const isPriced = ({ upstream, models }: Pick<Plan, "upstream" | "models">): boolean =>
  [upstream.policy, ...Object.values(models)].every(({ price }) => price !== undefined);
