import { massesAt, plainWord } from "../../../src/answer/verdicts/probabilities.ts";
import type { Message } from "../../../src/core/policy.ts";
import type { RunSession } from "../../../src/core/run.ts";
import type { Choice } from "../../../src/policy/openai/completion.ts";
import type { Rendered } from "../layout.ts";
import type { Row, ScoreTransport, Site } from "../site.ts";
import { type Asked, ask } from "./chat.ts";

// The begun parts of a judgement, and where each ends (GenPRM's inference code).
const ANALYSE = (k: number) => `<analyze>\nLet's analyze the Paragraph ${k} step by step: `;
const VERIFY = "<verify>\nLet's use python code to find any potential error:\n```python\n";
const JUDGE = "<output>\n**Judgement**: $\\boxed";
const ENDS = { analysis: ["</analyze>\n"], verification: ["\n```\n", "</output>\n"], judgement: ["</output>\n"] };
/** Programs of one judgement that are run at most. */
const ROUNDS = 3;
const CODE_MS = 5_000;

interface Judgement {
  readonly text: string;
  readonly row: Row;
  readonly asked: readonly Asked[];
}

/**
 * GenPRM (Zhao et al. 2025, arXiv:2504.00891): for each paragraph an analysis, then Python code that is run and its
 * output put back, then a boxed Yes or No, read at its token. `majority` judgements are averaged, and the first stays
 * in the conversation. One interpreter for a solution keeps its state. A judgement that cannot be read is null, where
 * the authors' code gives 0.5.
 */
export const genPrm: ScoreTransport = async (inputs, site) => {
  const judged = await Promise.all(inputs.map((input) => inTurn(input, site)));
  const asked = judged.flat().flatMap((step) => step.flatMap((each) => each.asked));
  return {
    rows: judged.map((steps) => steps.map((each) => averaged(each.map(({ row }) => row)))),
    promptTokens: asked.reduce((sum, { promptTokens }) => sum + promptTokens, 0),
    completionTokens: asked.reduce((sum, { completionTokens }) => sum + completionTokens, 0),
    calls: asked.length,
  };
};

async function inTurn({ chats }: Rendered, site: Site): Promise<Judgement[][]> {
  const dialogue: Message[] = chats[0]?.filter(({ role }) => role === "system") ?? [];
  const session = site.openSession?.() ?? null;
  const steps: Judgement[][] = [];
  try {
    for (const [t, chat] of chats.entries()) {
      const turn = chat.at(-1);
      if (turn === undefined) break;
      dialogue.push(turn);
      const each: Judgement[] = [];
      for (let i = 0; i < site.majority; i++) each.push(await judge(dialogue, t + 1, session, site));
      dialogue.push({ role: "assistant", content: each[0]?.text ?? "" });
      steps.push(each);
    }
  } finally {
    await session?.dispose();
  }
  return steps;
}

async function judge(
  dialogue: readonly Message[],
  k: number,
  session: RunSession | null,
  site: Site,
): Promise<Judgement> {
  const asked: Asked[] = [];
  const more = async (begun: string, stop: readonly string[], maxTokens: number): Promise<Choice> => {
    const messages: Message[] = [...dialogue, { role: "assistant", content: begun }];
    const settings = { temperature: 0.6, top_p: 0.95, top_k: 20, stop, include_stop_str_in_output: true };
    const goesOn = { add_generation_prompt: false, continue_final_message: true };
    const answered = await ask(site, messages, maxTokens, { ...settings, ...goesOn });
    asked.push(answered);
    return answered.choice;
  };
  const analysis = ANALYSE(k) + (await more(ANALYSE(k), ENDS.analysis, site.maxTokens)).text;
  let text = analysis + (session === null ? JUDGE : VERIFY);
  for (let round = 0; round < ROUNDS; round++) {
    const stops = session === null ? ENDS.judgement : ENDS.verification;
    const choice = await more(text, stops, site.maxTokens);
    text += choice.text;
    if (text.endsWith("</output>\n") || session === null) return { text, row: rowOf(choice), asked };
    text += `[Code Output]\n\n\`\`\`\n${await outputOf(text, session)}\n\`\`\`\n`;
  }
  // Too many programs: the analysis alone is judged.
  const begun = `${analysis.split("</analyze>")[0]}</analyze>\n${JUDGE}`;
  const choice = await more(begun, ENDS.judgement, 20);
  return { text: begun + choice.text, row: rowOf(choice), asked };
}

async function outputOf(text: string, session: RunSession): Promise<string> {
  const source = [...text.matchAll(/```python\s*([\s\S]*?)\s*```/g)].at(-1)?.[1]?.trim();
  if (source === undefined) return "Code format error: No code found.";
  const { verdict, stdout, error } = await session.run({ source }, { wallMs: CODE_MS });
  if (verdict === "timeout") return "Code execute time out: Code execution timed out";
  return verdict === "ok" ? stdout.trim() : `Code execute Error: ${error.trim().split("\n").at(-1) ?? verdict}`;
}

/** At the last Yes or No of what was written last, where it stands in the box. */
function rowOf({ text, logprobs }: Choice): Row {
  const word = [...text.matchAll(/\{?(Yes|No)\}/gi)].at(-1)?.[1]?.toLowerCase();
  if (word === undefined) return { none: "no boxed Yes or No in the judgement" };
  const token = logprobs?.findLast((each) => plainWord(each.token) === word);
  const [yes = 0, no = 0] = token === undefined ? [] : massesAt(token, ["yes", "no"]);
  if (yes + no > 0) return [Math.log(yes), Math.log(no)];
  return word === "yes" ? [0, Number.NEGATIVE_INFINITY] : [Number.NEGATIVE_INFINITY, 0];
}

/** The mean probability of Yes over the judgements that could be read. */
function averaged(rows: readonly Row[]): Row {
  const [first] = rows;
  const read = rows.flatMap((row) => ("none" in row ? [] : [row]));
  if (read.length === 0) return first ?? { none: "no judgement" };
  const shares = read.map(([yes = 0, no = 0]) => 1 / (1 + Math.exp(no - yes)));
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return [Math.log(mean), Math.log(1 - mean)];
}
