import { lookup } from "../core/lookup.ts";
import type { PlainNumber } from "./plain-number.ts";
import { ofInteger } from "./rational.ts";

const small =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const large: Readonly<Record<string, bigint>> = lookup({
  thousand: 1_000n,
  million: 1_000_000n,
  billion: 1_000_000_000n,
});

/** Reads an English cardinal ("forty-two", "one hundred and five thousand") or null. */
export function numberWords(text: string): PlainNumber | null {
  const plain = text
    .replace(/^\\text\s*\{([^{}]*)\}$/, "$1")
    .trim()
    .toLowerCase();
  if (!/^[a-z][a-z -]{2,80}$/.test(plain)) return null;
  let [total, group, seen] = [0n, 0n, false];
  for (const word of plain.split(/[ -]+/)) {
    if (word === "and" && seen) continue;
    if (small.includes(word)) group += BigInt(small.indexOf(word));
    else if (tens.includes(word)) group += BigInt(20 + 10 * tens.indexOf(word));
    else if (word === "hundred" && seen) group *= 100n;
    else if (large[word] !== undefined && seen) {
      total += group * large[word];
      group = 0n;
    } else return null;
    seen = true;
  }
  return { value: ofInteger(total + group), rounded: false, digits: String(total + group).length };
}
