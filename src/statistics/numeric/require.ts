import { InvalidOptionError } from "../../core/errors.ts";

/** @throws InvalidOptionError unless `value` is an integer in [least, most]. */
export function requireInteger(where: string, name: string, value: number, least: number, most = Infinity): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new InvalidOptionError(`${where}: "${name}"`, `must be an integer ${range}, got ${value}.`);
}

/** @throws InvalidOptionError unless `value` is a finite number in [least, most]. */
export function requireNumber(where: string, name: string, value: number, least: number, most = Infinity): void {
  if (Number.isFinite(value) && value >= least && value <= most) return;
  const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new InvalidOptionError(`${where}: "${name}"`, `must be a number ${range}, got ${value}.`);
}

/** @throws InvalidOptionError when the list is empty. */
export function requireSome(where: string, name: string, values: ArrayLike<unknown>): void {
  if (values.length === 0)
    throw new InvalidOptionError(`${where}: "${name}"`, "must hold at least one item, got none.");
}

/** @throws InvalidOptionError unless both lists have the same length. */
export function requireSameLength(where: string, a: ArrayLike<unknown>, b: ArrayLike<unknown>): void {
  if (a.length === b.length) return;
  throw new InvalidOptionError(`${where}:`, `needs two lists of equal length, got ${a.length} and ${b.length}.`);
}
