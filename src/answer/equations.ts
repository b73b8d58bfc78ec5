import { rationalValue } from "./exact.ts";
import { parseExpression } from "./parse.ts";
import { absolute, compare, type Rational, subtract, toNumber } from "./rational.ts";

/** A calculation found in a text, such as "3 * 12 = 36". */
export interface Equation {
  readonly text: string;
  readonly right: boolean;
  /** What it says that the result is. */
  readonly result: number;
}

const operator = String.raw`(?:\\times|\\cdot|\\div|[-+*/×÷·=)])`;
/** Words that make another number of the one before them are no units. */
const scales = String.raw`(?:percent|hundred|thousand|million|billion|trillion|dozen|hal(?:f|ves)|thirds?|quarters?|squared|cubed|of)\b`;
/** "apples", "wheels per car", "miles/hour" between a number and what is done with it. */
const unit = new RegExp(
  String.raw`(?<=[\d%)])\s*(?!${scales})[a-zA-Z][a-z]+(?:[ /-][a-z]{2,}){0,3}(?=\s*${operator})`,
  "g",
);

/** Marks of LaTeX that mean nothing to a calculation are taken away, and units, so that numbers stand side by side. */
function bare(text: string): string {
  const marks = text
    .replace(/\\[()[\]]/g, "\n")
    .replace(/\\(?:left|right|displaystyle|,|!|;|:| )/g, " ")
    .replace(/\{,\}/g, ",")
    .replace(/\\([$%])/g, "$1")
    .replace(/−/g, "-")
    .replace(/(?<=[\d%)])(?:\s*\/?\s*\\(?:text|mathrm|textbf|mathbf)\s*\{[^{}]*\})+/g, " ")
    .replace(/\\boxed\{([^{}]*)\}/g, "$1");
  const flat = (one: string) =>
    one.replace(
      /\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g,
      (_, over: string, under: string) => `((${over})/(${under}))`,
    );
  return flat(flat(marks))
    .replace(/(?<=\d)(?<!\b0)\s*x\s*(?=\d)/g, " * ")
    .replace(unit, " ");
}

const piece = String.raw`(?:\\times|\\cdot|\\div|[-+*/×÷·()\d.,\s$%])`;
const leftSide = new RegExp(`${piece}+$`);
const rightSide = new RegExp(`^${piece}+`);

const calculates = /\d[\s)%]*(?:\\\w+|[-+*/×÷·])[\s($]*\d/;
/** "80 - 50%" may mean half of 80 or 79.5. */
const mixedPercent = (side: string): boolean =>
  /[-+]\s*\d[\d.,]*\s*%/.test(side) && /\d(?![\d.,]*\s*%)(?![\d.,])/.test(side);

/**
 * The calculations of a text whose two sides are numbers, each with its truth, by exact arithmetic; a right side with
 * decimals may be rounded to as many as it shows. Equations with letters are none.
 */
export function equationsIn(text: string): Equation[] {
  const parts = bare(text).split(/(?<![<>!=:])=(?!=)/);
  return parts.slice(0, -1).flatMap((before, i) => {
    const left = trimmedLeft(before);
    const right = trimmedRight(parts[i + 1] ?? "");
    if (left === null || right === null || !calculates.test(left)) return [];
    if (mixedPercent(left) || mixedPercent(right)) return [];
    const [a, b] = [numberOf(left), numberOf(right)];
    if (a === null || b === null) return [];
    return [{ text: `${left.trim()} = ${right.trim()}`, right: same(a, b, right), result: toNumber(b) }];
  });
}

/** The calculation that ends at an equals sign; null where a letter belongs to it. */
function trimmedLeft(before: string): string | null {
  const found = leftSide.exec(before)?.[0] ?? "";
  const side =
    found
      .split(/[.,]\s|\n|\s{3,}/)
      .at(-1)
      ?.trim() ?? "";
  const ahead = before.slice(0, before.length - found.length);
  const whole = found.trim() === side;
  if (!/^[-(\d$]/.test(side)) return null;
  if (!whole) return side.startsWith("-") ? null : side;
  if (side.startsWith("-") && /[\w)}\]]\s*$/.test(ahead)) return null;
  return /[\w\\^_}]$/.test(ahead) && !/^\s/.test(found) ? null : side;
}

/** The number or calculation that begins at an equals sign, up to the end of its clause. */
function trimmedRight(after: string): string | null {
  const found = rightSide.exec(after)?.[0] ?? "";
  const rest = after.slice(found.length);
  const side = (found.split(/[.,](?:\s|$)|\n/)[0] ?? "").trim().replace(/\$+$/, "").trim();
  const cut = side.length < found.trim().length;
  if (side === "" || !/[\d)%]$/.test(side)) return null;
  if (!cut && /^[\w\\^_{]/.test(rest) && !/\s$/.test(found)) return null;
  return side;
}

function numberOf(side: string): Rational | null {
  const plain = side
    .replace(/[$\s]/g, "")
    .replace(/(?<=\d),(?=\d{3})/g, "")
    .replace(/×|·|\\times|\\cdot/g, "*")
    .replace(/÷|\\div/g, "/")
    .replace(/(\d+(?:\.\d+)?)%/g, "($1/100)");
  if (plain.includes(",")) return null;
  const expression = parseExpression(plain);
  return expression === null ? null : rationalValue(expression);
}

/** Equal, or within half a unit of the last decimal that the right side shows. */
function same(a: Rational, b: Rational, right: string): boolean {
  const decimals = /\.(\d+)\D*$/.exec(right)?.[1]?.length ?? 0;
  const distance = absolute(subtract(a, b));
  if (decimals === 0) return compare(distance, { n: 0n, d: 1n }) === 0;
  return compare(distance, { n: 1n, d: 2n * 10n ** BigInt(decimals + (right.includes("%") ? 2 : 0)) }) <= 0;
}
