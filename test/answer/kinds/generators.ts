import type { Random } from "../../../src/core/random.ts";

/** An answer and its reference: what to accept and its neighbours, none of which to accept. */
export interface Made {
  readonly right: readonly [string, string];
  readonly wrong: readonly (readonly [string, string])[];
}

export type Generator = (random: Random) => Made;

const whole = (random: Random, low: number, high: number): number => low + random.integer(high - low + 1);
const capital = (random: Random): string => "ABCDEFGHKLMNPQRST"[random.integer(17)] ?? "A";
const segment = (random: Random): string => {
  const first = capital(random);
  const second = capital(random);
  return first === second ? `${first}X` : `${first}${second}`;
};
const primes = [2, 3, 5, 7, 11, 13];
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** A proper fraction in lowest terms that no decimal writes. */
function fraction(random: Random): { n: number; d: number; tex: string; value: number } {
  for (;;) {
    const d = random.choice([3, 6, 7, 9, 11, 12, 13, 14, 15, 17, 18, 19, 21, 23]);
    const n = whole(random, 1, d - 1);
    if (gcd(n, d) === 1) return { n, d, tex: `\\frac{${n}}{${d}}`, value: n / d };
  }
}

/** A closed form that is irrational, with its double. */
function closedForm(random: Random): { tex: string; value: number; other: string } {
  const k = whole(random, 1, 30);
  const p = random.choice(primes);
  const times = k === 1 ? "" : String(k);
  return random.choice([
    { tex: `${times}\\sqrt{${p}}`, value: k * Math.sqrt(p), other: `${k + 1}\\sqrt{${p}}` },
    { tex: `${times}\\pi`, value: k * Math.PI, other: `${k + 1}\\pi` },
    { tex: `\\frac{${k}+\\sqrt{${p}}}{2}`, value: (k + Math.sqrt(p)) / 2, other: `\\frac{${k}-\\sqrt{${p}}}{2}` },
    { tex: `${k}+e^{2}`, value: k + Math.exp(2), other: `${k}-e^{2}` },
    { tex: `\\ln ${p + k}`, value: Math.log(p + k), other: `\\ln ${p + k + 1}` },
    { tex: `\\sqrt[3]{${p}}+${k}`, value: Math.cbrt(p) + k, other: `\\sqrt[3]{${p + 1}}+${k}` },
  ]);
}

const doubles: Generator = (random) => {
  const { tex, value, other } = closedForm(random);
  const shown = random.choice([String(value), value.toPrecision(15), value.toPrecision(9)]);
  const off = (value * (1 + random.choice([-1, 1]) * 10 ** -whole(random, 1, 5))).toPrecision(15);
  return {
    right: [shown, tex],
    wrong: [
      [off, tex],
      [shown, other],
      [value.toPrecision(3), tex],
    ],
  };
};

const pairs: Generator = (random) => {
  const [a, b] = [whole(random, 0, 99), whole(random, 100, 999)];
  const [open, close] = random.choice([
    ["(", ")"],
    ["[", ")"],
    ["(", "]"],
  ] as const);
  const tight = `${open}${a},${b}${close}`;
  return {
    right: [tight, `${open}${a}, ${b}${close}`],
    wrong: [
      [`${a}${b}`, tight],
      [`${open}${a},${b + 1}${close}`, tight],
      [`${open}${a + 1},${b}${close}`, tight],
      [`{${b},${a}}`, tight],
    ],
  };
};

const intervals: Generator = (random) => {
  const [a, b] = [whole(random, -50, 50), whole(random, 100, 900)];
  const c = b + whole(random, 1, 90);
  const union = `(${a},${b})\\cup(${b},${c})`;
  return random.choice<Made>([
    {
      right: [union, `(${a}, ${b}) \\cup (${b}, ${c})`],
      wrong: [
        [`(${a},${c})`, union],
        [`(${a},${b}]\\cup(${b},${c})`, union],
        [`(${a},${b})\\cup(${b},${c + 1})`, union],
      ],
    },
    {
      right: [`(${a},${b})`, `${a}<x<${b}`],
      wrong: [
        [`[${a},${b})`, `${a}<x<${b}`],
        [`(${a},${b})`, `${a}<x\\le ${b}`],
        [`(${a},${b + 1})`, `${a}<x<${b}`],
      ],
    },
    {
      right: [`${a} < f(x) < ${b}`, `(${a}, ${b})`],
      wrong: [
        [`${a} \\le f(x) < ${b}`, `(${a}, ${b})`],
        [`${a} < f(x) < ${c}`, `(${a}, ${b})`],
      ],
    },
    {
      right: [`|x - ${c}| < ${b}`, `(${c - b}, ${c + b})`],
      wrong: [
        [`|x - ${c}| > ${b}`, `(${c - b}, ${c + b})`],
        [`|x - ${c}| < ${b}`, `(${c - b}, ${c + b + 1})`],
        [`|x - ${c}| \\le ${b}`, `(${c - b}, ${c + b})`],
      ],
    },
  ]);
};

const approximations: Generator = (random) => {
  const { n, d, tex, value } = fraction(random);
  const places = whole(random, 2, 5);
  const tail = value.toFixed(places);
  const sign = random.choice(["\\approx", "≈"]);
  const name = random.choice(["", "", "x = ", "P = ", "\\theta = "]);
  const answer = `${name}${random.choice([tex, `${n}/${d}`])} ${sign} ${tail}`;
  const off = (value + 2 * 10 ** -places).toFixed(places);
  return {
    right: [answer, random.choice([tex, `${n}/${d}`])],
    wrong: [
      [answer, `\\frac{${n + d}}{${d}}`],
      [answer, `\\frac{${d}}{${n}}`],
      [answer, off],
      [`${name}${tex} ${sign} ${off}`, off],
      [`${name}\\frac{${n}}{${d + 1}} ${sign} ${tail}`, tex],
    ],
  };
};

const powers: Generator = (random) => {
  const [p, q, r] = random.shuffle([2, 3, 5, 7]);
  const [a, b, c] = [whole(random, 2, 6), whole(random, 2, 4), whole(random, 1, 3)];
  const value = (p ?? 2) ** a * (q ?? 3) ** b * (r ?? 5) ** c;
  const power = (base: number | undefined, exponent: number) =>
    exponent === 1 ? String(base) : random.choice([`${base}^${exponent}`, `${base}^{${exponent}}`]);
  const joint = random.choice([" ", " \\, "]);
  const answer = [power(p, a), power(q, b), power(r, c)].join(joint);
  return {
    right: [answer, String(value)],
    wrong: [
      [answer, String(value + 1)],
      [answer, String((p ?? 2) ** a + (q ?? 3) ** b + (r ?? 5) ** c)],
      [[power(p, a + 1), power(q, b), power(r, c)].join(joint), String(value)],
    ],
  };
};

const namedQuantities: Generator = (random) => {
  const { tex, n, d } = fraction(random);
  const s = segment(random);
  const name = random.choice([
    `|${s}|`,
    s,
    `P(${capital(random)})`,
    "x",
    "\\sin\\theta",
    "f(2)",
    `\\frac{${s}}{${segment(random)}X}`,
    "\\mathbb{E}[X]",
    "S_{ABC}",
    "[ABC]",
    "\\Delta E",
    "f^{-1}(3)",
    "|z|",
    "\\angle A",
    "m",
  ]);
  return {
    right: [`${name} = ${tex}`, random.choice([tex, `${n}/${d}`])],
    wrong: [
      [`${name} = ${tex}`, `\\frac{${n}}{${d + 1}}`],
      [`${name} = ${tex}`, `\\frac{${d}}{${n}}`],
      [`2x + z = ${tex}`, tex],
      [`x^2 = ${tex}`, tex],
      [`${n}x = ${d}`, String(d + 30)],
      [`${n + 1}x = ${d}`, String(d)],
      [`a + ${n}b = 0`, "0"],
    ],
  };
};

const ratios: Generator = (random) => {
  const [a, b] = [whole(random, 1, 20), whole(random, 21, 40)];
  const answer = `${random.choice(["S_1 : S_2", "V_{1}:V_{2}", "AB : BC", "a : b"])} = ${a} : ${b}`;
  return {
    right: [answer, `${a}:${b}`],
    wrong: [
      [answer, `${b}:${a}`],
      [answer, `${a}:${b + 1}`],
      [answer, `${a + b}`],
    ],
  };
};

const closedEquations: Generator = (random) => {
  const [a, m] = [whole(random, 20, 400), whole(random, 3, 17)];
  const k = whole(random, 2, 9);
  const [left, value] = random.choice<[string, number]>([
    [`${a} \\bmod ${m}`, a % m],
    [`${2 * k}\\sin(\\frac{\\pi}{6})`, k],
    [`\\sqrt{${k * k}} + ${a}`, k + a],
    [`\\sum_{k=1}^{${k}} k`, (k * (k + 1)) / 2],
    [`${k}^2 + ${a}`, k * k + a],
    [`\\ln(e^{${k}})`, k],
    [`\\binom{${k + 2}}{2}`, ((k + 2) * (k + 1)) / 2],
    [`${k}!`, Array.from({ length: k }, (_, i) => i + 1).reduce((x, y) => x * y, 1)],
  ]);
  return {
    right: [`${left} = ${value}`, String(value)],
    wrong: [
      [`${left} = ${value + 1}`, String(value + 1)],
      [`${left} = ${value}`, String(value + 1)],
      [`${left} = ${value + 1}`, String(value)],
    ],
  };
};

const percents: Generator = (random) => {
  const p = random.choice([String(whole(random, 1, 99)), `${whole(random, 1, 99)}.5`]);
  const answer = `${p}${random.choice([" pct", "\\text{ per cent}", " percent", " per cent", "\\%", "%", " percentage"])}`;
  return {
    right: [answer, `${p}\\%`],
    wrong: [
      [answer, `${Number(p) + 1}\\%`],
      [answer, `${Number(p) * 10}\\%`],
      [answer, `${p} \\text{ cm}`],
      [`${Number(p) / 10} pct`, `${p}\\%`],
    ],
  };
};

const repeated: Generator = (random) => {
  const { tex, n, d } = fraction(random);
  const [a, b] = [whole(random, 1, 40), whole(random, 41, 90)];
  const t = [`(${a},${b})`, `(${b},${a})`] as const;
  return random.choice<Made>([
    {
      right: [`${n}/${d} or ${tex}`, tex],
      wrong: [
        [`${n}/${d} or \\frac{${n}}{${d + 1}}`, tex],
        [`${n}/${d} or ${n}`, tex],
      ],
    },
    {
      right: [`${t[0]},${t[1]},${t[0]}`, `${t[1]},${t[0]}`],
      wrong: [
        [`${t[0]},${t[0]}`, `${t[1]},${t[0]}`],
        [`${t[0]},${t[1]},(${a},${a})`, `${t[1]},${t[0]}`],
      ],
    },
    {
      right: [`\\{${a}, ${b}, ${a}\\}`, `\\{${b}, ${a}\\}`],
      wrong: [
        [`\\{${a}, ${b}, ${b + 1}\\}`, `\\{${b}, ${a}\\}`],
        [`\\{${a}, ${a}\\}`, `\\{${b}, ${a}\\}`],
      ],
    },
    {
      right: [`x = ${a} or x = ${a}`, String(a)],
      wrong: [
        [`x = ${a} or x = ${b}`, String(a)],
        [`${a}, ${a}`, String(a)],
      ],
    },
  ]);
};

const vectors: Generator = (random) => {
  const [a, b, c] = [whole(random, -9, 9), whole(random, 10, 30), whole(random, 31, 50)];
  const kind = random.choice(["pmatrix", "bmatrix"]);
  const column = `\\begin{${kind}} ${a} \\\\ ${b} \\\\ ${c} \\end{${kind}}`;
  return {
    right: [`(${a}, ${b}, ${c})`, column],
    wrong: [
      [`(${b}, ${a}, ${c})`, column],
      [`(${a}, ${b})`, column],
      [`(${a}, ${b}, ${c + 1})`, column],
      [`\\begin{${kind}} ${a} & ${b} & ${c} \\end{${kind}}`, column],
    ],
  };
};

const matrices: Generator = (random) => {
  const m = Array.from({ length: 4 }, () => whole(random, -9, 9));
  const n = Array.from({ length: 4 }, () => whole(random, -9, 9));
  const k = whole(random, 2, 6);
  const show = (v: readonly (number | string)[], kind = "pmatrix") =>
    `\\begin{${kind}} ${v[0]} & ${v[1]} \\\\ ${v[2]} & ${v[3]} \\end{${kind}}`;
  const sum = m.map((x, i) => x + (n[i] ?? 0));
  const changed = sum.map((x, i) => (i === 3 ? x + 1 : x));
  const at = (v: readonly number[], i: number) => v[i] ?? 0;
  const product = [0, 1, 2, 3].map(
    (i) => at(m, 2 * (i >> 1)) * at(n, i & 1) + at(m, 2 * (i >> 1) + 1) * at(n, 2 + (i & 1)),
  );
  return random.choice<Made>([
    { right: [show(sum, "bmatrix"), show(sum)], wrong: [[show(changed), show(sum)]] },
    {
      right: [`${show(m)} + ${show(n)}`, show(sum)],
      wrong: [
        [`${show(m)} + ${show(n)}`, show(changed)],
        [show(m), show(m.map((x, i) => (i === 0 ? x + 1 : x)))],
      ],
    },
    {
      right: [`${k}${show(m)}`, show(m.map((x) => k * x))],
      wrong: [[`${k + 1}${show(m.map((x, i) => (i === 0 ? 1 : x)))}`, show(m.map((x, i) => k * (i === 0 ? 1 : x)))]],
    },
    {
      right: [`\\frac{1}{${k}}${show(m)}`, show(m.map((x) => `${x}/${k}`))],
      wrong: [[`\\frac{1}{${k}}${show(m.map((x, i) => (i === 1 ? 5 : x)))}`, show(m.map((x, i) => (i === 1 ? 5 : x)))]],
    },
    {
      right: [`${show(m)}${show(n)}`, show(product)],
      wrong: [[`${show(m)}${show(n)}`, show(product.map((x, i) => (i === 2 ? x - 1 : x)))]],
    },
  ]);
};

const thousands: Generator = (random) => {
  const n = whole(random, 1_000, 99_999_999);
  const groups = String(n).replace(/\B(?=(\d{3})+$)/g, "@");
  const answer = groups.replaceAll("@", random.choice([" ", "\\,", "\u2009", "\u202f", ",", "{,}", ",\\!"]));
  return {
    right: [answer, String(n)],
    wrong: [
      [answer, String(n + 1)],
      [answer, String(n * 10)],
      [answer, String(n).slice(-3)],
    ],
  };
};

const decimalCommas: Generator = (random) => {
  const [a, b] = [whole(random, 0, 99), random.choice([whole(random, 1, 9), whole(random, 11, 99)])];
  const answer = `${a},${b}`;
  return {
    right: [answer, `${a}.${b}`],
    wrong: [
      [answer, `${a + 1}.${b}`],
      [answer, `${a}${b}`],
      [answer, `${b}.${a}1`],
      [`${a}, ${b}`, `${a}${b}`],
    ],
  };
};

const vulgarFractions: Generator = (random) => {
  const [sign, n, d] = random.choice<[string, number, number]>([
    ["½", 1, 2],
    ["⅓", 1, 3],
    ["⅔", 2, 3],
    ["¼", 1, 4],
    ["¾", 3, 4],
    ["⅕", 1, 5],
    ["⅘", 4, 5],
    ["⅙", 1, 6],
    ["⅐", 1, 7],
    ["⅛", 1, 8],
    ["⅞", 7, 8],
    ["⅑", 1, 9],
    ["⅒", 1, 10],
  ]);
  const k = whole(random, 1, 40);
  return {
    right: [`${k}${sign}`, `\\frac{${k * d + n}}{${d}}`],
    wrong: [
      [`${k}${sign}`, `\\frac{${k * n}}{${d}}`],
      [`${k}${sign}`, String(k)],
      [`${k}${sign}`, `\\frac{${k * d + n + 1}}{${d}}`],
    ],
  };
};

const measuredLists: Generator = (random) => {
  const [a, b] = [whole(random, 1, 40), whole(random, 41, 90)];
  const [unit, other] = random.choice([
    ["cm", "m"],
    ["kg", "g"],
    ["min", "h"],
  ] as const);
  const list = random.choice([
    `${a} \\text{ ${unit}}, ${b} \\text{ ${unit}}`,
    `\\{${a}, ${b}\\} \\text{ ${unit}}`,
    `${a} ${unit} and ${b} ${unit}`,
  ]);
  return {
    right: [list, `${b}, ${a}`],
    wrong: [
      [list, `${a} ${other}, ${b} ${other}`],
      [list, `${a}, ${b + 1}`],
      [list, String(a)],
      [list, `${a}, ${b}, ${b + 2}`],
    ],
  };
};

const systems: Generator = (random) => {
  const [a, b, c, d] = [whole(random, -9, 9), whole(random, 10, 20), whole(random, 21, 30), whole(random, 31, 40)];
  const [x, y] = random.choice([
    ["x", "y"],
    ["a", "b"],
    ["m", "n"],
    ["p", "q"],
  ] as const);
  const answer = random.choice([
    `${x}=${a},${y}=${b}; ${x}=${c},${y}=${d}`,
    `${x}=${a}, ${y}=${b} or ${x}=${c}, ${y}=${d}`,
  ]);
  const one = `\\begin{cases} ${x} = ${a} \\\\ ${y} = ${b} \\end{cases}`;
  return random.choice<Made>([
    {
      right: [`(${a},${b}),(${c},${d})`, answer],
      wrong: [
        [`(${b},${a}),(${c},${d})`, answer],
        [`(${a},${d}),(${c},${b})`, answer],
        [`(${a},${b})`, answer],
        [`(${a},${b}),(${c},${d + 1})`, answer],
      ],
    },
    {
      right: [one, `${x} = ${a}, ${y} = ${b}`],
      wrong: [
        [one, `${x} = ${b}, ${y} = ${a}`],
        [one, `${x} = ${a}`],
        [`${b}, ${a}`, `${x} = ${a}, ${y} = ${b}`],
      ],
    },
    { right: [`${x}_1 = ${a}, ${x}_2 = ${b}`, `${b}, ${a}`], wrong: [[`${x}_1 = ${a}, ${x}_2 = ${b}`, `${b}, ${c}`]] },
  ]);
};

const escaped: Generator = (random) => {
  const { n, d, tex } = fraction(random);
  const k = whole(random, 2, 60);
  const answer = random.choice([
    `\\\\frac{${n}}{${d}}`,
    `\\\\left(\\\\frac{${n}}{${d}}\\\\right)`,
    `\\\\boxed{\\\\frac{${n}}{${d}}}`,
  ]);
  const digits = [...String(k)].map((c) => String.fromCharCode(0x660 + Number(c))).join("");
  return random.choice<Made>([
    {
      right: [answer, tex],
      wrong: [
        [answer, `\\frac{${n}}{${d + 1}}`],
        [answer, `\\frac{${d}}{${n}}`],
      ],
    },
    {
      right: [digits, String(k)],
      wrong: [
        [digits, String(k + 1)],
        [digits, `${k}0`],
      ],
    },
    { right: [`${k}\\`, String(k)], wrong: [[`${k}\\`, String(k + 1)]] },
  ]);
};

const boxes: Generator = (random) => {
  const [a, b] = [whole(random, 1, 40), whole(random, 41, 90)];
  const between = random.choice(["", ", ", " \\text{ and } ", " \\quad \\text{or} \\quad ", "$ and $"]);
  const answer = `\\boxed{${a}}${between}\\boxed{${b}}`;
  return {
    right: [answer, `${b}, ${a}`],
    wrong: [
      [answer, String(b)],
      [answer, `${a}, ${b + 1}`],
      [`\\boxed{${a}} and not, for once, \\boxed{${b}}`, `${a}, ${b}`],
    ],
  };
};

/** One generator a kind. */
export const generators: Readonly<Record<string, Generator>> = {
  doubles,
  pairs,
  intervals,
  approximations,
  powers,
  namedQuantities,
  ratios,
  closedEquations,
  percents,
  repeated,
  vectors,
  matrices,
  thousands,
  decimalCommas,
  vulgarFractions,
  measuredLists,
  systems,
  escaped,
  boxes,
};
