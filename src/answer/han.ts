import type { PlainNumber } from "./plain-number.ts";
import { ofInteger } from "./rational.ts";

const ones = "零一二三四五六七八九";
const places: ReadonlyMap<string, bigint> = new Map([
  ["十", 10n],
  ["百", 100n],
  ["千", 1_000n],
]);
const groups: ReadonlyMap<string, bigint> = new Map([
  ["万", 10_000n],
  ["亿", 100_000_000n],
]);
const numeral = "[〇零一二两三四五六七八九十百千万亿]";

/** A whole number in Chinese numerals ("三十二", "一万零五百", "二〇二四"), null for anything else. */
export function hanInteger(text: string): bigint | null {
  if (text.length > 40 || !new RegExp(`^${numeral}+$`).test(text)) return null;
  const plain = text.replaceAll("〇", "零").replaceAll("两", "二");
  if (/^[零一二三四五六七八九]{2,}$/.test(plain)) return BigInt([...plain].map((one) => ones.indexOf(one)).join(""));
  let [total, group, digit] = [0n, 0n, null as bigint | null];
  for (const sign of plain) {
    const [place, large] = [places.get(sign), groups.get(sign)];
    if (place !== undefined) {
      if (digit === null && (place !== 10n || group % 100n !== 0n)) return null;
      group += (digit ?? 1n) * place;
    } else if (large !== undefined) {
      const before = group + (digit ?? 0n);
      if (before === 0n && total === 0n) return null;
      total = large > 10_000n ? (total + before) * large : total + before * large;
      group = 0n;
    } else if (digit !== null && digit !== 0n) return null;
    digit = place === undefined && large === undefined ? BigInt(ones.indexOf(sign)) : null;
  }
  return total + group + (digit ?? 0n);
}

/** The same as a number that an answer may be. */
export function hanNumber(text: string): PlainNumber | null {
  const value = hanInteger(text);
  return value === null ? null : { value: ofInteger(value), rounded: false, digits: String(value).length };
}

/** Longer numbers are written otherwise; without a limit, a long run of numerals would be read again from each. */
const term = String.raw`(?:\d{1,15}(?:\.\d{1,15})?|${numeral}{1,15})`;
/** "5分之3", "一又三分之二", "百分之二十", as it stands in a text. */
export const hanFraction = String.raw`(?:${term}\s?又\s?)?${term}\s?分之\s?${term}`;
const fractions = new RegExp(String.raw`(?:(${term})\s?又\s?)?(${term})\s?分之\s?(${term})`, "g");
/** "百", "千" and "万" below a fraction are one of each. */
const digitsOf = (text: string): string =>
  /\d/.test(text) ? text : String(hanInteger(text) ?? hanInteger(`一${text}`) ?? text);

/** Percentages and fractions as they are written elsewhere: "百分之二十" is 20%, "5分之3" is 3 over 5. */
export function hanFractions(text: string): string {
  if (!text.includes("分之")) return text;
  return text.replace(fractions, (_, whole: string | undefined, below: string, above: string) => {
    if (below === "百" && whole === undefined) return `${digitsOf(above)}%`;
    const part = `\\frac{${digitsOf(above)}}{${digitsOf(below)}}`;
    return whole === undefined ? part : `${digitsOf(whole)}${part}`;
  });
}

/** Chinese and Japanese names of units that others have a sign for. */
const units: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ 毫米: "mm", 厘米: "cm", 米: "m", 千米: "km", 公里: "km", 克: "g", 千克: "kg", 公斤: "kg", 吨: "t" },
    ...{ 秒: "s", 秒钟: "s", 分钟: "min", 小时: "h", 时: "h", 时間: "h", 時間: "h", 天: "day", 周: "week" },
    ...{ 星期: "week", 个月: "month", 年: "year", 升: "l", 毫升: "ml", 元: "yuan", 块钱: "yuan", 円: "yen" },
    ...{ 平方米: "m^2", 平方厘米: "cm^2", 立方米: "m^3", 立方厘米: "cm^3", 度: "degree" },
  }),
);
const words = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]`;
const measured = new RegExp(String.raw`^(.*[\d.)}\]%])\s*(?:\\text\s*\{|\()?\s*(${words}{1,8})\s*[})]?$`, "su");

/** Behind a number these say that it is another one, or not alone: "5以上" is five or more, "3或5" two answers. */
const notUnits = /^(?:以上|以下|以内|以外|多|余|或|和|与|到|至|不)/;

/** A number with a word of these scripts behind it: "3万元" is 3, in yuan, times 10^4. Null where there is none. */
export function hanMeasure(
  text: string,
): { readonly body: string; readonly unit: string; readonly scale: number } | null {
  const [, body = "", word = ""] = measured.exec(text) ?? [];
  if (word === "" || notUnits.test(word)) return null;
  const scale = word.startsWith("亿") ? 8 : word.startsWith("万") ? 4 : 0;
  const name = scale === 0 ? word : word.slice(1);
  return { body: body.trim(), unit: units.get(name) ?? name, scale };
}
