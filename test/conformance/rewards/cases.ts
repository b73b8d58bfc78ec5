/** A question and a solution of it in steps, as strategies make them. */
export interface RewardCase {
  readonly id: string;
  readonly question: string;
  readonly steps: readonly string[];
}

const sue = "Sue has 3 boxes of 12 pencils and gives away 7. How many are left?";
const rate = "A tank fills at 5 litres a minute.\nIt holds 240 litres. How long does it take?";
const sum = "Compute $\\sum_{k=1}^{4} k^2$.";

const long = Array.from(
  { length: 12 },
  (_, k) =>
    `Line ${k + 1} adds ${k + 3} to what was there before, so that the running total becomes ${((k + 1) * (k + 6)) / 2}, which is written down and used again in the next line of this rather long and even solution.`,
);

/** Steps of several lines, white space at the ends, one step, other scripts, long ones. */
export const rewardCases: readonly RewardCase[] = [
  { id: "one-step", question: sue, steps: ["3 * 12 - 7 = 29, so \\boxed{29}."] },
  {
    id: "two-steps",
    question: sue,
    steps: ["There are 3 * 12 = 36 pencils.", "36 - 7 = 29. The answer is \\boxed{29}."],
  },
  {
    id: "three-steps",
    question: sue,
    steps: ["3 boxes of 12 are 36.", "7 are given away.", "So \\boxed{29} are left."],
  },
  { id: "wrong", question: sue, steps: ["3 + 12 = 15 pencils.", "15 - 7 = 8.", "The answer is \\boxed{8}."] },
  {
    id: "lines",
    question: rate,
    steps: ["We know:\n- 5 litres a minute\n- 240 litres", "240 / 5 = 48\nSo it takes 48 minutes."],
  },
  {
    id: "lines-blank",
    question: rate,
    steps: ["Given:\n\nrate 5, volume 240", "Time is 240 / 5.\n\nThat is \\boxed{48}."],
  },
  { id: "separators", question: sue, steps: ["3 * 12 = 36\n\n", "36 - 7 = 29\n\n", "\\boxed{29}"] },
  { id: "space-before", question: sue, steps: ["  3 * 12 = 36", " 36 - 7 = 29"] },
  { id: "space-behind", question: sue, steps: ["3 * 12 = 36 ", "36 - 7 = 29  "] },
  { id: "line-behind", question: sue, steps: ["3 * 12 = 36\n", "36 - 7 = 29\n"] },
  { id: "tabs", question: sue, steps: ["\t3 * 12 = 36", "36 - 7 = 29\t"] },
  { id: "numbered", question: sue, steps: ["Step 1: 3 * 12 = 36", "Step 2: 36 - 7 = 29"] },
  {
    id: "chinese",
    question: "小明有3个苹果，又买了5个，一共有几个？",
    steps: ["小明原来有3个苹果。", "3 + 5 = 8，所以一共有 \\boxed{8} 个。"],
  },
  { id: "cyrillic", question: "Сколько будет 2 + 2?", steps: ["Складываем: 2 + 2 = 4.", "Ответ: \\boxed{4}"] },
  { id: "signs", question: "What is ½ of 10?", steps: ["½ × 10 = 5 🙂", "∴ the answer is “5” — \\boxed{5}"] },
  { id: "latex", question: sum, steps: ["$1^2+2^2+3^2+4^2 = 1+4+9+16$", "\\[ 1+4+9+16 = 30 \\]", "\\boxed{30}"] },
  {
    id: "code",
    question: sum,
    steps: ["```python\ntotal = sum(k * k for k in range(1, 5))\nprint(total)\n```", "It prints 30: \\boxed{30}."],
  },
  {
    id: "braces",
    question: "What does {question} mean?",
    steps: ["It stands for {step} and {question}.", "$1 is left as it is."],
  },
  { id: "signs-plus", question: "Is 5 - 3 + 1 equal to 3?", steps: ["5 - 3 = 2", "2 + 1 = 3", "+", "-"] },
  { id: "short", question: "1+1?", steps: ["2"] },
  { id: "digits", question: "Multiply 123456789 by 2.", steps: ["123456789 * 2", "= 246913578"] },
  { id: "long", question: "Add the numbers from 3 on, line by line.", steps: long },
  { id: "long-step", question: sue, steps: [long.join(" "), "So \\boxed{29}."] },
  { id: "long-question", question: `${long.join(" ")} What is the last total?`, steps: ["It is \\boxed{102}."] },
];
