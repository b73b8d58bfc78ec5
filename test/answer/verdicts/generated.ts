import { Random } from "../../../src/core/random.ts";

export type Reader =
  | "rating"
  | "yes-no"
  | "yes-no-last"
  | "first-error"
  | "step-verdicts"
  | "step-ratings"
  | "criteria-ratings"
  | "letter"
  | "value";

export interface Generated {
  readonly reader: Reader;
  readonly text: string;
  readonly want: unknown;
  readonly cut?: boolean;
}

/** Marks that a model may put round a verdict. */
const marks = ["#", "**#**", "`#`", '"#"', "*#*", "\\boxed{#}", "\\textbf{#}", "(#)", "[#]"];
const checks = [
  "Step 1 adds 3 and 4, which is 7.\nStep 2 divides by 2.",
  "The sum of 8 and 5 is 13. That is what the solution has.",
  "Let me check the numbers: 12 - 4 = 8, and 8 / 2 = 4.",
  "The first line is right. In the second one, 6 * 7 = 42 is used.",
  "1. The rate is 5 a day.\n2. In 3 days that makes 15.",
];
const thoughts = ["<think>Rating: 1? No. Maybe yes, B, or \\boxed{incorrect} \\boxed{0}.</think>\n", ""];
const verdicts = ["correct", "incorrect"];

type Make = (random: Random) => Omit<Generated, "reader">;

const pick = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)] as T;
const marked = (random: Random, text: string): string => pick(random, marks).replace("#", () => text);
const share = (n: number): number => n / 10;

const makers: Readonly<Record<Reader, readonly Make[]>> = {
  rating: [
    (random) => {
      const n = random.integer(11);
      const form = pick(random, [
        `Rating: ${marked(random, String(n))}`,
        `**Rating:** ${n}`,
        `Rating: ${n}/10`,
        `Rating: ${n} out of 10.`,
        `My rating is ${n}.`,
        `On a scale from 0 to 10, I give ${n}`,
        `I would rate this a ${n}.`,
        `Rating = ${n}`,
        `rating ${n}`,
      ]);
      const before = pick(random, ["", `${pick(random, checks)}\n`, "The answer 4 is wrong. "]);
      return { text: before + form, want: share(n) };
    },
    (random) => ({ text: marked(random, "7"), want: share(7) }),
    (random) => ({ text: `Rating: ${pick(random, [-3, -1, 11, 42, 100, 110])}`, want: null }),
    (random) => ({
      text: `Rating: ${pick(random, ["ten", "high", "", "n/a", "0.8", "80%", "4/5", "7-8", "3 to 5", "1,000"])}`,
      want: null,
    }),
    (random) => ({
      text: pick(random, [
        'Write only "Rating: " and the number.',
        "Rate from 0 (certainly wrong) to 10 (certainly right).",
        ...checks,
      ]),
      want: null,
    }),
    (random) => ({ text: `Rating: ${random.integer(10)}`, want: null, cut: true }),
    (random) => {
      const [before, n] = [random.integer(11), random.integer(11)];
      return { text: `Rating: ${before}\nOn reflection that was hasty.\nRating: ${n}`, want: share(n) };
    },
  ],
  "yes-no": [
    (random) => {
      const yes = random.integer(2) === 1;
      const word = pick(random, yes ? ["Yes", "yes", "YES"] : ["No", "no", "NO"]);
      const reason = yes
        ? pick(random, ["there are no mistakes", "no step is wrong", "it is right", "nothing is missing"])
        : pick(random, ["the answer should be 5", "step 2 is wrong", "it would be yes-like otherwise"]);
      const form = pick(random, [
        marked(random, word),
        `${word}.`,
        `${word}!`,
        `${word}, ${reason}.`,
        `${word} — ${reason}`,
        `${word}: ${reason}`,
        `${word}; ${reason}.`,
        `${word}.\n\n${reason.replace(/^./, (c) => c.toUpperCase())}.`,
        `Answer: ${word}`,
        `The answer is ${word}.`,
        `**Answer:** ${marked(random, word)}`,
        `Is the answer correct? ${word}`,
        `Yes or No: ${word}`,
      ]);
      return { text: form, want: Number(yes) };
    },
    (random) => ({
      text: pick(random, [
        ...[
          "Yes/No",
          "Yes or No?",
          "Nope",
          "Oui",
          "Maybe",
          "Not sure",
          "Yes and no",
          "None",
          "Yesterday",
          "Nobody knows",
        ],
        ...[
          "No errors were found.",
          "Answer with one word, Yes or No.",
          "Yes if it is right, No if it is not.",
          "It is hard to say.",
        ],
        ...["Yes. No, wait.", "Yes, but no.", "Yes\nNo", "no mistakes", "The solution"],
      ]),
      want: null,
    }),
    (random) => ({ text: pick(random, ["The answ", "Let me che", "This solution is"]), want: null, cut: true }),
    (random) => ({ text: pick(random, ["Yes, the answ", "Yes. Step 1 is"]), want: 1, cut: true }),
  ],
  "yes-no-last": [
    (random) => {
      const yes = random.integer(2);
      const word = yes === 1 ? "Yes" : "No";
      const check = pick(random, [
        ...checks,
        "Is step 1 right? Yes, it is.",
        "No step is skipped.",
        "Yes, step 1 is right.",
      ]);
      const end = pick(random, [
        marked(random, word),
        `Answer: ${word}`,
        `${word}.`,
        `Final verdict: ${marked(random, word)}`,
      ]);
      return { text: `${check}\n${end}${pick(random, ["", "\n", "  "])}`, want: yes };
    },
    (random) => ({ text: `${pick(random, checks)}\nYes`, want: null, cut: true }),
    (random) => ({ text: `Yes, step 1 is right.\n${pick(random, checks)}`, want: null }),
    (random) => ({ text: `${pick(random, checks)}\nYes or No`, want: null }),
  ],
  "first-error": [
    (random) => {
      const index = random.integer(5) - 1;
      const form = pick(random, [
        `\\boxed{${index}}`,
        `\\boxed{ ${index} }`,
        `\\boxed{\\text{${index}}}`,
        `\\boxed{${String(index).replace("-", "−")}}`,
        `\\boxed{${index}.0}`,
        `$\\boxed{${index}}$.`,
        `first \\boxed{3} then \\boxed{${index}}`,
        `\\boxed{${index}}\n\nPut it in \\boxed{}.`,
      ]);
      return { text: `${pick(random, ["", `${pick(random, checks)}\n`])}${form}`, want: index };
    },
    (random) => ({
      text: `\\boxed{${pick(random, ["0x2", "true", "none", "4", "17", "-2", "1.5", "1, 2", "two"])}}`,
      want: null,
    }),
    () => ({ text: "There is no error, so the index -1 goes in \\boxed{}.", want: null }),
    (random) => ({ text: `\\boxed{${random.integer(4)}} but wait, the`, want: null, cut: true }),
  ],
  "step-verdicts": [
    (random) => {
      const wrong = random.integer(4);
      const said = [0, 1, 2].slice(0, Math.min(3, wrong + 1)).map((t) => (t === wrong ? "incorrect" : "correct"));
      const want = [0, 1, 2].map((t) => t < wrong);
      const box = (word: string) =>
        pick(random, [
          `\\boxed{${word}}`,
          `\\boxed{\\text{${word}}}`,
          `\\boxed{\\textbf{${word}}}`,
          `\\boxed{${word}.}`,
        ]).replace(word, pick(random, [word, word.toUpperCase(), word.replace(/^./, (c) => c.toUpperCase())]));
      const line = pick(random, [
        (word: string, t: number) => `Step ${t + 1}: ${box(word)}`,
        (word: string, t: number) => `**Step ${t + 1}:** the sum is as in step 1. ${box(word)}`,
        (word: string) => box(word),
        (word: string, t: number) => `Step ${t + 1}: ${word}`,
        (word: string, t: number) => `Step ${t + 1} is ${word}.`,
      ]);
      const echo = pick(random, ["", "I will write \\boxed{correct} or \\boxed{incorrect}.\n"]);
      const lines = said.map(line);
      return { text: (lines[0]?.includes("boxed") ? echo : "") + lines.join("\n"), want };
    },
    () => ({ text: "\\boxed{partially correct}", want: [null, null, null] }),
    () => ({ text: "\\boxed{correct} \\boxed{unclear, maybe correct}", want: [true, null, null] }),
    (random) => ({
      text: `Step 1: \\boxed{correct}\nStep 2: \\boxed{${pick(random, verdicts).slice(0, 4)}`,
      want: [true, null, null],
      cut: true,
    }),
  ],
  "step-ratings": [
    (random) => {
      const [a, b] = [random.integer(10), random.integer(10)];
      const form = pick(random, [
        (k: number, n: number) => `Step ${k}: ${n}`,
        (k: number, n: number) => `Step ${k}: ${marked(random, String(n))}`,
        (k: number, n: number) => `**Step ${k}:** ${n}`,
        (k: number, n: number) => `${k}: ${n}`,
        (k: number, n: number) => `Step ${k}: ${n}/9`,
        (k: number, n: number) => `Step ${k} - ${n}`,
        (k: number, n: number) => `step ${k}) ${n}`,
        (k: number, n: number) => `Step ${k}: p = ${n}`,
        (k: number, n: number) => `- Step ${k}: ${n} (because of the sum)`,
      ]);
      const join = form(1, a).startsWith("Step 1: ") ? pick(random, ["\n", ", ", "\n\n"]) : "\n";
      return { text: form(1, a) + join + form(2, b), want: [a, b] };
    },
    (random) => {
      const odd = pick(random, ["0.9", "right", "-3", "ten", "12", "5-6", "90%", "3 apples", "4 + 5 = 9"]);
      return { text: `Step 1: ${odd}\nStep 2: 4`, want: [null, 4] };
    },
    (random) => ({ text: `Step 1: 9\nStep 2: ${random.integer(10)}`, want: [9, null], cut: true }),
  ],
  "criteria-ratings": [
    (random) => {
      const [a, b] = [random.integer(11), random.integer(11)];
      const form = pick(random, [
        (k: number, n: number) => `Criterion ${k}: ${n}`,
        (k: number, n: number) => `Criterion ${k}: ${marked(random, String(n))}`,
        (k: number, n: number) => `${k}: ${n}`,
        (k: number, n: number) => `Criterion ${k}: rating ${n}`,
        (k: number, n: number) => `criterion ${k}) ${n}`,
        (k: number, n: number) => `Criterion ${k}: ${n}/10`,
      ]);
      return { text: `${form(1, a)}\n${form(2, b)}`, want: (a + b) / 20 };
    },
    (random) => {
      const odd = pick(random, ["80%", "ten", "11", "-1", "0.8", "4/5", "It has 3 facts"]);
      return { text: `Criterion 1: ${odd}\nCriterion 2: 6`, want: null };
    },
  ],
  letter: [
    (random) => {
      const [x, y] = pick(random, [
        ["A", "B"],
        ["B", "A"],
      ] as const);
      const form = pick(random, [
        marked(random, x),
        `${x}.`,
        `Answer: ${x}`,
        `**Answer:** ${marked(random, x)}`,
        `Solution ${x}`,
        `Solution ${x} is better than ${y}.`,
        `Solution ${x} is more likely to have the correct final answer.`,
        `${x}, not ${y}`,
        `${x}. ${y} makes an error`,
        `${x} is right; a ${y} would be wrong`,
        `Between A and B, ${x}`,
        `I prefer ${x} over ${y}.`,
        `${y} is wrong, ${x} is right`,
        `The better solution is ${x}.`,
        `A better solution is ${x}.`,
      ]);
      return { text: form, want: x };
    },
    (random) => ({
      text: pick(random, [
        ...["Both A and B are correct", "Tie", "Neither", "A or B", "Either A or B", "C", "They are equal.", "A\nB"],
        ...[
          "Solution A is correct and solution B is correct too.",
          "Answer with one letter, A or B.",
          "Solution A is not better than B",
        ],
      ]),
      want: null,
    }),
    (random) => ({ text: pick(random, ["Both solutions", "The first", "Comparing A and"]), want: null, cut: true }),
  ],
  value: [
    (random) => {
      const word = pick(random, ["sure", "likely", "impossible"]);
      const check = pick(random, [
        ...checks,
        "It may be sure to fail.",
        "It is not impossible.",
        "That is likely a slip.",
      ]);
      return {
        text: `${check}\n${pick(random, [marked(random, word), `Judgement: ${word}`, `${word}.`])}`,
        want: word,
      };
    },
    (random) => ({ text: pick(random, ["unlikely", "not sure", "sure/likely/impossible", ...checks]), want: null }),
    (random) => ({ text: `${pick(random, checks)}\nlikely`, want: null, cut: true }),
  ],
};

/** Replies of every kind, the same ones each time, some behind a thought that says something else. */
export function generated(count: number): Generated[] {
  const random = new Random("verdicts");
  const readers = Object.keys(makers) as Reader[];
  return Array.from({ length: count }, (_, i): Generated => {
    const reader = readers[i % readers.length] as Reader;
    const made = pick(random, makers[reader])(random);
    return { reader, ...made, text: pick(random, thoughts) + made.text };
  });
}
