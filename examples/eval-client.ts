// Compares the models of any OpenAI-compatible server on word problems. It uses plain chat completions only: it sends
// an instruction and a question and reads the last number of the reply.
//   node examples/eval-client.ts --base-url http://127.0.0.1:8420/v1 --models bare,self-consistency \
//     --data gsm8k.jsonl --limit 30 --seed 1 --out eval.jsonl \
//     [--concurrency 4] [--max-tokens 512] [--api-key-env OPENAI_API_KEY]
// Each line of the data holds at least { "id", "question", "answer" }. Run again with the same --out, it continues
// where it stopped.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import OpenAI from "openai";

const INSTRUCTION = "Think step by step. End your reply with the final answer, as a number.";

interface Problem {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
}

/** One reply, as a line of the file; `error` where there was none, which the next run asks for again. */
interface Row {
  readonly model: string;
  readonly id: string;
  readonly seed: number;
  readonly answer: number | null;
  readonly correct: boolean;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly milliseconds: number;
  readonly reply?: string;
  readonly error?: string;
}

const { values: flags } = parseArgs({
  options: {
    "base-url": { type: "string" },
    models: { type: "string" },
    data: { type: "string" },
    out: { type: "string" },
    limit: { type: "string", default: "30" },
    seed: { type: "string", default: "1" },
    concurrency: { type: "string", default: "4" },
    "max-tokens": { type: "string" },
    "timeout-seconds": { type: "string", default: "1800" },
    "api-key-env": { type: "string" },
  },
});

function required(name: "base-url" | "models" | "data" | "out"): string {
  const value = flags[name];
  if (value !== undefined) return value;
  process.stderr.write(`--${name} must be given; the head of this file shows how.\n`);
  process.exit(2);
}

function whole(name: "limit" | "seed" | "concurrency" | "max-tokens" | "timeout-seconds", least: number): number {
  const value = Number(flags[name]);
  if (Number.isInteger(value) && value >= least) return value;
  process.stderr.write(`--${name} must be a whole number of at least ${least}, got ${flags[name]}.\n`);
  process.exit(2);
}

const baseURL = required("base-url");
const models = required("models").split(",");
const data = required("data");
const out = required("out");
const [limit, seed, concurrency] = [whole("limit", 1), whole("seed", 0), whole("concurrency", 1)];
const maxTokens = flags["max-tokens"] === undefined ? null : whole("max-tokens", 1);
const client = new OpenAI({
  baseURL,
  apiKey: process.env[flags["api-key-env"] ?? ""] ?? "none",
  timeout: whole("timeout-seconds", 1) * 1000,
  maxRetries: 2,
});

/** Lines of JSON; one that a killed run left unfinished is passed over. */
function rowsIn(file: string): Row[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, "utf8");
  if (text !== "" && !text.endsWith("\n")) appendFileSync(file, "\n");
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as Row];
    } catch {
      return [];
    }
  });
}

const linesOf = (file: string): string[] => readFileSync(file, "utf8").split("\n").filter(Boolean);

/** The first `limit` problems of an order that the seed alone decides (mulberry32 draws the place of each). */
function drawn(problems: readonly Problem[]): Problem[] {
  let state = seed | 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return problems
    .map((problem) => ({ problem, place: uniform() }))
    .sort((a, b) => a.place - b.place)
    .slice(0, limit)
    .map(({ problem }) => problem);
}

/** The last number of a text; null where there is none. */
function lastNumber(text: string): number | null {
  const last = text.match(/(?<!\d)-?\d[\d,]*(?:\.\d+)?/g)?.at(-1);
  return last === undefined ? null : Number(last.replaceAll(",", ""));
}

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b));

async function ask(model: string, { id, question, answer }: Problem): Promise<Row> {
  const began = performance.now();
  const took = () => Math.round(performance.now() - began);
  try {
    const stream = await client.chat.completions.create({
      model,
      messages: [{ role: "user", content: `${question}\n\n${INSTRUCTION}` }],
      seed,
      stream: true, // so that no proxy or client gives up on a reply that takes minutes
      stream_options: { include_usage: true },
      ...(maxTokens !== null && { max_tokens: maxTokens }),
    });
    let reply = "";
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      reply += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage ?? usage;
    }
    const read = lastNumber(reply);
    const correct = read !== null && close(read, Number(answer.replaceAll(",", "")));
    const tokens = { promptTokens: usage?.prompt_tokens ?? 0, completionTokens: usage?.completion_tokens ?? 0 };
    return { model, id, seed, answer: read, correct, ...tokens, milliseconds: took(), reply };
  } catch (error) {
    const nothing = { answer: null, correct: false, promptTokens: 0, completionTokens: 0 };
    return { model, id, seed, ...nothing, milliseconds: took(), error: String(error).slice(0, 300) };
  }
}

/** Share of `right` among `of` with its 95 % interval by Wilson's score, in percent. */
function accuracy(right: number, of: number): string {
  if (of === 0) return "none";
  const z = 1.959964;
  const share = right / of;
  const middle = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const percent = (value: number) => (100 * value).toFixed(1);
  return `${percent(share)} % (${percent(middle - half)} to ${percent(middle + half)})`;
}

/** McNemar's exact two-sided p: the smaller of two counts of disagreement is Binomial(gained + lost, ½). */
function mcnemar(gained: number, lost: number): number {
  const pairs = gained + lost;
  let term = 0.5 ** pairs;
  let tail = 0;
  for (let k = 0; k <= Math.min(gained, lost); k++) {
    tail += term;
    term *= (pairs - k) / (k + 1);
  }
  return Math.min(1, 2 * tail);
}

/** The value that a share of the values does not exceed, by linear interpolation between neighbours. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const [below = 0, above = below] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place - Math.floor(place));
}

function table(rows: ReadonlyMap<string, readonly Row[]>): string {
  const first = new Map(rows.get(models[0] ?? "")?.map((row) => [row.id, row.correct]));
  const lines = models.map((model, index) => {
    const all = rows.get(model) ?? [];
    const answered = all.filter(({ error }) => error === undefined);
    const mean = (total: number) => (answered.length === 0 ? "" : (total / answered.length).toFixed(0));
    const sum = (tokens: (row: Row) => number) => mean(answered.reduce((total, row) => total + tokens(row), 0));
    const times = answered.map(({ milliseconds }) => milliseconds / 1000).toSorted((a, b) => a - b);
    const gained = answered.filter(({ id, correct }) => correct && first.get(id) === false).length;
    const lost = answered.filter(({ id, correct }) => !correct && first.get(id) === true).length;
    const test = index === 0 ? "" : `+${gained} −${lost}, p = ${mcnemar(gained, lost).toPrecision(2)}`;
    return [
      model,
      `${answered.filter(({ correct }) => correct).length} of ${answered.length}`,
      accuracy(answered.filter(({ correct }) => correct).length, answered.length),
      String(all.length - answered.length),
      sum(({ promptTokens }) => promptTokens),
      sum(({ completionTokens }) => completionTokens),
      `${quantile(times, 0.5).toFixed(1)} s`,
      `${quantile(times, 0.9).toFixed(1)} s`,
      test,
    ];
  });
  const head = [
    "model",
    "right",
    "accuracy (95 %)",
    "failed",
    "prompt tokens each",
    "completion tokens each",
    "latency p50",
    "latency p90",
    `against ${models[0]}`,
  ];
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

const problems = drawn(linesOf(data).map((line) => JSON.parse(line) as Problem));
const known = rowsIn(out);
const results = new Map<string, Row[]>();
for (const model of models) {
  const done = new Map(
    known
      .filter((row) => row.model === model && row.seed === seed && row.error === undefined)
      .map((row) => [row.id, row]),
  );
  const rows: Row[] = problems.flatMap(({ id }) => done.get(id) ?? []);
  const left = problems.filter(({ id }) => !done.has(id));
  const work = async () => {
    for (let problem = left.shift(); problem !== undefined; problem = left.shift()) {
      const row = await ask(model, problem);
      appendFileSync(out, `${JSON.stringify(row)}\n`);
      rows.push(row);
      const verdict = row.error ?? (row.correct ? "right" : `wrong: ${row.answer}, not ${problem.answer}`);
      process.stderr.write(`${model}  ${rows.length} of ${problems.length}  ${row.id}  ${verdict}\n`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  results.set(model, rows);
}
process.stdout.write(
  `${problems.length} problems, seed ${seed}, ${concurrency} requests in flight\n\n${table(results)}`,
);
