import { extractAnswer } from "../../../src/answer/extract.ts";
import { grade } from "../../../src/answer/grade.ts";
import type { AnswerKind } from "../../../src/core/question.ts";
import { Random } from "../../../src/core/random.ts";

/** A reply and what is to be read out of it; null: nothing. */
interface Reading {
  readonly text: string;
  readonly kind: AnswerKind;
  readonly choices?: readonly string[];
  readonly answer: string | null;
}

const cities = ["Rome", "Paris", "Oslo", "Bern"];
const number = (random: Random): number => 10 + random.integer(900);
/** A number that is none of these. */
const another = (random: Random, ...taken: readonly number[]): number => {
  for (;;) {
    const made = number(random);
    if (!taken.includes(made)) return made;
  }
};
const letter = (random: Random): string => "ABCD"[random.integer(4)] ?? "A";
const others = (right: string): string[] => [..."ABCD"].filter((one) => one !== right);

const formulas = (random: Random): Reading => {
  const k = 2 + random.integer(60);
  const answer = random.choice([
    `${k}\\sqrt{7}`,
    `\\frac{${k}}{61}`,
    `(${k}, ${k + 2})`,
    `n \\le ${k}`,
    `\\begin{pmatrix} ${k} & -1 \\\\ 1 & 0 \\end{pmatrix}`,
    `\\{${k}, ${k + 1}\\}`,
    `[${k}, \\infty)`,
    `x^2 + ${k}`,
    `${k}\\pi`,
  ]);
  const [open, close] = random.choice([
    ["$", "$"],
    ["\\(", "\\)"],
    ["\\[", "\\]"],
    ["$$", "$$"],
  ] as const);
  const before = random.choice([
    "Hence the result is",
    "So the value that solves it is",
    "Thus we find",
    "First we had $x = 3$. Therefore we get",
  ]);
  const after = random.choice([".", "", " is the condition.", " for all $n$."]);
  return { text: `We add 12 and 30.\n\n${before} ${open}${answer}${close}${after}`, kind: "math", answer };
};

const severalBoxes = (random: Random): Reading => {
  const a = number(random);
  const b = another(random, a);
  const text = random.choice([
    `so \\boxed{${a}} \\quad \\text{and} \\quad \\boxed{${b}}`,
    `$\\boxed{${a}}$ \\quad or \\quad $\\boxed{${b}}$`,
    `\\[x=\\boxed{${a}}\\]\n\\[y=\\boxed{${b}}\\]`,
    `The roots are \\boxed{${a}} and \\boxed{${b}}.`,
    `\\boxed{${a}}\\boxed{${b}}`,
  ]);
  return random.choice([
    { text, kind: "math", answer: `${a}, ${b}` },
    {
      text: `First \\boxed{${a}} holds. After a long check we find that it is \\boxed{${b}}.`,
      kind: "math",
      answer: String(b),
    },
    { text: `A step gives \\boxed{${a}}. Final Answer: The final answer is $${b}$.`, kind: "math", answer: String(b) },
  ]);
};

const sentences = (random: Random): Reading => {
  const value = number(random);
  const other = another(random, value);
  const text = random.choice([
    `Final Answer: The smallest $k$ is ${value}.`,
    `Final Answer: The volume of $ABCD$ is ${value}. I hope it is correct.`,
    `The answer is ${value}, because ${other} is too large.`,
    `Answer: Jane has ${value} apples.`,
    `The final answer is that the maximum of the ${random.choice(["sum", "product"])} is $${value}$.`,
    `The smallest $k$ with this is ${value}.`,
    `The answer is ${value}. We check ${other} cases.`,
    `The answer is $${value}$ since $${other}$ fails.`,
    `**Answer:** ${value}`,
    `The answer is therefore ${value}.`,
  ]);
  return {
    text: `We try ${other} first.\n${text}`,
    kind: random.choice(["math", "number"] as const),
    answer: String(value),
  };
};

const tags = (random: Random): Reading => {
  const value = number(random);
  const other = another(random, value);
  const [open, close] = random.choice([
    ["<answer>", "</answer>"],
    ["<ANSWER>", "</ANSWER>"],
    ["[ANSWER]", "[/ANSWER]"],
    ["<final_answer>", "</final_answer>"],
    ["<answer>", ""],
  ] as const);
  const inside = random.choice([
    `${value}`,
    `\n${value}\n`,
    `$${value}$`,
    `\\boxed{${value}}`,
    `The answer is ${value}.`,
  ]);
  const before = random.choice([
    "",
    `I first thought ${other}.\n`,
    `<think>${other}</think>`,
    `<answer>${other}</answer> no, again: `,
  ]);
  const after = close === "" ? "" : random.choice(["", `\nThis beats ${other}.`]);
  return {
    text: `${before}${open}${inside}${close}${after}`,
    kind: random.choice(["math", "number"] as const),
    answer: String(value),
  };
};

const json = (random: Random): Reading => {
  const value = number(random);
  const name = random.choice(["answer", "final_answer", "result"]);
  const object = random.choice([
    `{"reasoning": "3 and 4", "${name}": ${value}}`,
    `{"${name}": "${value}", "steps": 7}`,
    `{\n  "${name}": "$${value}$"\n}`,
  ]);
  return {
    text: random.choice([object, `Here it is:\n\`\`\`json\n${object}\n\`\`\``]),
    kind: random.choice(["math", "number"] as const),
    answer: String(value),
  };
};

const letters = (random: Random): Reading => {
  const right = letter(random);
  const [a, b, c] = random.shuffle(others(right));
  const option = cities["ABCD".indexOf(right)] ?? "";
  const wrong = cities["ABCD".indexOf(a ?? "A")] ?? "";
  const text = random.choice([
    `${right}. It cannot be ${a} or ${b}`,
    `The answer is definitely ${right}, since ${a} and ${b} are too small`,
    `The answer: ${right}, it doesn't make sense for it to be ${a} or ${c}`,
    `Answer: ${right} ${option}`,
    `Answer: ${right}) ${option}`,
    option,
    `The answer is ${option}.`,
    `So the capital is ${option}.`,
    `It is not ${a}, therefore I think it's ${right}`,
    `(${a}) is wrong. (${right})`,
    `The correct option is (${right}) rather than ${b}.`,
    `\\boxed{\\text{${right}}}`,
    `\\boxed{${right}. ${option}}`,
    `<answer>${right}</answer>`,
    `{"answer": "${right}"}`,
    `答案：（${right}）`,
    `答案是${right}，不是${a}`,
    `${right}。不是 ${a}`,
    `故选：${right}`,
    `réponse est ${right} non ${a}`,
    `La respuesta correcta es ${right}, no ${a}.`,
    `Die richtige Antwort ist ${right}.`,
    `Ответ: ${right}`,
    `正解は${right}です`,
    `정답은 ${right}입니다`,
    `${a} and ${b} are wrong, so the answer is ${right}.`,
    `I like ${wrong}, but the answer is ${right}.`,
  ]);
  return { text, kind: "choice", choices: cities, answer: right };
};

const languages = (random: Random): Reading => {
  const value = number(random);
  const other = another(random, value);
  const decimal = `${value},${1 + random.integer(9)}`;
  const point = decimal.replace(",", ".");
  const digits = [...String(value)].map((c) => String.fromCharCode(0x660 + Number(c))).join("");
  return random.choice<Reading>([
    { text: `La respuesta es ${value} manzanas y no ${other}.`, kind: "number", answer: String(value) },
    { text: `La réponse est ${decimal}.`, kind: "number", answer: point },
    { text: `Réponse : ${value} euros`, kind: "number", answer: String(value) },
    { text: `Die Antwort lautet ${decimal}.`, kind: "number", answer: point },
    { text: `Das Ergebnis ist ${value}.`, kind: "number", answer: String(value) },
    { text: `因此，答案是${value}。`, kind: "number", answer: String(value) },
    { text: `${other}加一。答案：${value}个`, kind: "math", answer: String(value) },
    { text: `計算すると、答えは${value}です。`, kind: "number", answer: String(value) },
    { text: `따라서 정답은 ${value}입니다.`, kind: "number", answer: String(value) },
    { text: `Было ${other}. Ответ: ${value}`, kind: "number", answer: String(value) },
    { text: `A resposta é ${value}.`, kind: "number", answer: String(value) },
    { text: `La risposta è ${value}.`, kind: "number", answer: String(value) },
    { text: `الجواب هو ${digits}`, kind: "number", answer: String(value) },
    { text: `所以一共有${other}+${value}=${other + value}个`, kind: "number", answer: String(other + value) },
    { text: `Answer：${value}%`, kind: "text", answer: `${value}%` },
  ]);
};

const writtenNumbers = (random: Random): Reading => {
  const n = 1_000 + random.integer(9_000_000);
  const groups = String(n).replace(/\B(?=(\d{3})+$)/g, "@");
  const shown = groups.replaceAll("@", random.choice([" ", "\\,", "\u202f", ",", "{,}"]));
  const [sign, value] = random.choice([
    ["½", 0.5],
    ["¼", 0.25],
    ["¾", 0.75],
    ["⅛", 0.125],
  ] as const);
  const k = 1 + random.integer(60);
  return random.choice<Reading>([
    { text: `The total is ${shown}.`, kind: "number", answer: String(n) },
    { text: shown, kind: "number", answer: String(n) },
    { text: `the total is ${k}${sign}`, kind: "number", answer: String(k + value) },
    { text: `The answer is $\\sqrt{${k * k}}$`, kind: "number", answer: String(k) },
    { text: `The answer is \\(2^${1 + (k % 9)}\\)`, kind: "number", answer: String(2 ** (1 + (k % 9))) },
  ]);
};

const cutReplies = (random: Random): Reading => {
  const value = number(random);
  const other = another(random, value);
  return random.choice<Reading>([
    { text: `The answer is ${value}. So \\boxed{${other}`, kind: "math", answer: String(value) },
    { text: `<think> perhaps \\boxed{${value}}`, kind: "math", answer: null },
    { text: `<answer>${value}`, kind: "number", answer: String(value) },
    { text: `It is \\boxed{${value}}. Let us check: if \\boxed{`, kind: "math", answer: String(value) },
    {
      text: `The answer is ${value}.<|im_end|>\n<|im_start|>user\nAnd ${other}?`,
      kind: "number",
      answer: String(value),
    },
    { text: "So we have \\boxed{", kind: "math", answer: null },
  ]);
};

const brackets = (random: Random): Reading => {
  const answer = Array.from({ length: 1 + random.integer(5) }, () => random.choice(["]", ">", "}", ")", "} ]"])).join(
    " ",
  );
  return { text: `So the final answer is \\boxed{${answer}}.`, kind: "text", answer };
};

type Maker = (random: Random) => Reading;
const makers: Readonly<Record<string, Maker>> = {
  formulas,
  severalBoxes,
  sentences,
  tags,
  json,
  letters,
  languages,
  writtenNumbers,
  cutReplies,
  brackets,
};
export const readingNames: readonly string[] = Object.keys(makers);

/** Makes `count` replies of a kind; those that were read wrong, with what was read. */
export function checkReadings(kind: string, count: number): string[] {
  const faults: string[] = [];
  for (let i = 0; i < count; i++) {
    const made = makers[kind]?.(new Random(`readings/${kind}/${i}`));
    if (made === undefined) throw new Error(`no such kind: ${kind}`);
    const { text, answer, ...question } = made;
    const found = extractAnswer(text, question);
    const right =
      answer === null
        ? found === null
        : found !== null && (found.text === answer || grade(found.text, { answer }, question).verdict === "correct");
    if (!right || (found !== null && !text.includes(found.text)))
      faults.push(
        `${question.kind} ${JSON.stringify(text)}: ${answer} expected, got ${found?.text ?? null} (${found?.rule})`,
      );
  }
  return faults;
}
