import { InvalidOptionError } from "../core/errors.ts";

/** "20k", "1.5M", "800" as a whole number. @throws InvalidOptionError. */
export function parseCount(flag: string, text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([kKmM]?)$/.exec(text.trim()) ?? [];
  const value =
    Number(digits) * (unit === undefined || unit === "" ? 1 : unit.toLowerCase() === "k" ? 1000 : 1_000_000);
  if (digits === undefined || !Number.isInteger(value) || value < 1) {
    throw new InvalidOptionError(flag, `must be a whole number of at least 1 such as 800, 20k or 1.5M, got "${text}".`);
  }
  return value;
}

/** The same for a flag that may be left out. */
export const countOf = (flag: string, text: string | undefined): number | undefined =>
  text === undefined ? undefined : parseCount(flag, text);

/** "30", "0.5": seconds or the like, of a flag that may be left out. @throws InvalidOptionError. */
export function amountOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(text.trim()))
    throw new InvalidOptionError(flag, `must be a number such as 30 or 0.5, got "${text}".`);
  return Number(text);
}
