/** Spellings of units; the first of each line is the canonical one. Plurals in "s" are understood. */
const spellings = `
mm millimeter millimetre
cm centimeter centimetre
m meter metre
km kilometer kilometre
in inch inches
ft foot feet
yd yard
mi mile
g gram gm
mg milligram
kg kilogram kilo
t ton tonne
lb pound lbs
oz ounce
s sec second secs
ms millisecond
min minute mins
h hr hour hrs
day
week
month
year yr yrs
l liter litre L
ml milliliter millilitre mL
gal gallon
qt quart
pt pint
cup
dollar usd buck
cent ¢
euro eur
£ gbp
yen jpy
rupee
degree deg
radian rad
N newton
J joule
kJ kilojoule
W watt
kW kilowatt
V volt
A amp ampere
K kelvin
Pa pascal
kPa
atm
mol mole
Hz hertz
unit
point
percent percentage pct
mph
kmh kph
acre
dozen
`;

const canonical = new Map<string, string>();
for (const line of spellings.trim().split("\n")) {
  const [first = "", ...others] = line.split(" ");
  for (const name of [first, ...others]) canonical.set(name, first);
}

/** The canonical name of a unit word, or null for a word that is no known unit. */
export function knownUnit(word: string): string | null {
  const lower = word.toLowerCase();
  return (
    canonical.get(word) ??
    (word.length > 1 ? canonical.get(lower) : undefined) ??
    (lower.length > 3
      ? (canonical.get(lower.replace(/s$/, "")) ?? canonical.get(lower.replace(/es$/, "")))
      : undefined) ??
    null
  );
}

const fillers = new Set([
  "of",
  "the",
  "a",
  "an",
  "in",
  "total",
  "more",
  "each",
  "square",
  "cubic",
  "sq",
  "cu",
  "per",
  "altogether",
]);

function singular(word: string): string {
  const lower = word.toLowerCase();
  if (/(?:ss|us|is)$/.test(lower) || lower.length < 4) return lower;
  if (/ies$/.test(lower)) return `${lower.slice(0, -3)}y`;
  if (/(?:ch|sh|x|ss|zz|o)es$/.test(lower)) return lower.slice(0, -2);
  return lower.replace(/s$/, "");
}

/**
 * A unit text as one key: factors with exponents in a fixed order, "km/h", "km per hour" and "km h^{-1}" alike. Nouns
 * that are no known units count as units of their own: 12 apples are not 12 oranges.
 */
export function unitKey(text: string): string {
  const exponents = new Map<string, number>();
  let [direction, factor] = [1, 1];
  const words = text
    .replace(/\\(?:text|mathrm|operatorname)\s*\{\s*([^{}]*)\}/g, " $1")
    .replace(/\s*\^\s*\{?\s*(-?\d+)\s*\}?/g, "^$1")
    .replace(/\bmph\b/g, "mi/h")
    .replace(/\b(?:kph|kmh)\b/g, "km/h")
    .match(/[A-Za-z¢£€]+(?:'s)?(?:\^-?\d+)?|\//g);
  for (const word of words ?? []) {
    const [name = "", exponentText] = word.split("^");
    if (name === "/" || name === "per") direction = -1;
    else if (/^(?:square|sq)$/i.test(name)) factor = 2;
    else if (/^(?:cubic|cu)$/i.test(name)) factor = 3;
    else if (!fillers.has(name.toLowerCase())) {
      const unit = knownUnit(name) ?? singular(name);
      const exponent = direction * factor * Number(exponentText ?? 1);
      exponents.set(unit, (exponents.get(unit) ?? 0) + exponent);
      factor = 1;
    }
  }
  return [...exponents]
    .map(([unit, exponent]) => (exponent === 1 ? unit : `${unit}^${exponent}`))
    .sort()
    .join(" ");
}
