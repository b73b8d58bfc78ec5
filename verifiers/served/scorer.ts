import { InvalidOptionError, ModelCallError } from "../../src/core/errors.ts";
import type { Run } from "../../src/core/run.ts";
import type { Score } from "../../src/core/score.ts";
import { connect } from "./connection.ts";
import { isBlank, type Rendered, render } from "./layout.ts";
import type { ServedOptions } from "./options.ts";
import type { Preset, TransportName } from "./preset.ts";
import { presetNamed, presets } from "./presets.ts";
import { checkRaw, scoreOfRow } from "./reading.ts";
import { requireRoom } from "./room.ts";
import type { Row, Site } from "./site.ts";
import { scoreTransports } from "./transports/index.ts";

/** A served reward model: its preset, its transport, and the way of its scores. */
export interface Scorer {
  readonly preset: Preset;
  /** scores[i][t] of the steps of solution i; one score for an outcome model, whose solutions are one step. */
  score(question: string, solutions: readonly (readonly string[])[], run: Run): Promise<Score[][]>;
  /** About how many tokens a text of this length takes, laid out: three characters each. */
  tokens(question: string, text: string): number;
}

/** @throws UnknownNameError, InvalidOptionError for options that do not fit together. */
export function openScorer(options: ServedOptions): Scorer {
  const known = typeof options.preset === "string" ? presetNamed(options.preset) : options.preset;
  const preset = { ...known, contextTokens: options.contextTokens ?? known.contextTokens };
  const transport = transportOf(preset, options.transport);
  const model =
    options.model ??
    (typeof options.preset === "string" && known.models.includes(options.preset) ? options.preset : known.models[0]) ??
    "default";
  const open = (url: string) => connect({ ...options, url });
  const connection = open(options.url);
  const site: Omit<Site, "signal"> = {
    preset,
    model,
    connection,
    tokenizer: options.tokenizer === undefined ? connection : open(options.tokenizer),
    reference:
      options.reference === undefined
        ? null
        : { connection: open(options.reference), model: options.referenceModel ?? model },
    others: presets.flatMap(({ name, models }) => (name === preset.name ? [] : models)),
    maxTokens: options.maxTokens,
    task: options.task,
    majority: options.majority,
  };
  const siteOf = (run: Run) => (options.execute ? { ...site, openSession: () => run.openSession() } : site);
  return {
    preset,
    score: (question, solutions, run) => scoreAll(siteOf(run), transport, options.batch, { question, solutions, run }),
    tokens: (question, text) => Math.ceil(lettersOf(render(preset, question, [text])) / 3),
  };
}

function transportOf(preset: Preset, wanted: TransportName | undefined): TransportName {
  const [usual = "http"] = preset.transports;
  const name = wanted ?? usual;
  if (preset.transports.includes(name)) return name;
  throw new InvalidOptionError(
    'served: "transport"',
    `must be one that ${preset.name} can be read by (${preset.transports.join(", ")}), got "${name}".`,
  );
}

interface Task {
  readonly question: string;
  readonly solutions: readonly (readonly string[])[];
  readonly run: Run;
}

/** Keeps steps apart in a key. */
const between = "\u0000";

/** Blank steps are not sent and take the score of the step before; equal texts are sent once. */
async function scoreAll(
  site: Omit<Site, "signal">,
  transport: TransportName,
  batch: number,
  { question, solutions, run }: Task,
): Promise<Score[][]> {
  const { preset } = site;
  const { tag } = preset.reading;
  const inputs = new Map<string, readonly string[]>();
  const wanted = solutions.map((steps) => {
    const full = steps.filter((step) => !isBlank(step));
    const whole = full.join(between);
    const marked = tag !== undefined && whole.includes(tag) ? full.findIndex((step) => step.includes(tag)) : -1;
    if (full.length === 0 || marked >= 0) return { steps, marked, parts: [] };
    const parts = partsOf(preset, full).map((part) => {
      const key = part === full ? whole : part.join(between);
      inputs.set(key, part);
      return key;
    });
    return { steps, marked, parts };
  });
  const rows = await rowsOf({ ...site, signal: run.signal }, transport, batch, question, inputs, run);
  return wanted.map(({ steps, marked, parts }) => {
    if (marked >= 0) return steps.map(() => ({ value: null, reason: `step ${marked + 1} holds the model's own mark` }));
    const replies = parts.flatMap((key) => rows.get(key) ?? []);
    const refused = replies.find((reply) => reply.refused !== undefined)?.refused;
    if (refused !== undefined) return steps.map(() => ({ value: null, reason: refused }));
    const read = replies.flatMap((reply) => reply.rows);
    const judged = read.map((row) => scoreOfRow(preset, row));
    const scores = spread(steps, judged);
    if (preset.scores === "process" && steps.length > 0) {
      run.emit({
        type: "steps-scored",
        scores: scores.map(({ value }) => value),
        raw: judged.map(({ raw }) => raw ?? null),
        calls: [...new Set(replies.map(({ call }) => call))],
      });
    }
    return scores;
  });
}

/** What is sent for one solution: the whole, or every prefix for a process model that reads the end only. */
function partsOf(preset: Preset, steps: readonly string[]): readonly (readonly string[])[] {
  if (preset.scores === "outcome" || preset.reading.at !== "end") return [steps];
  return steps.map((_, t) => steps.slice(0, t + 1));
}

/** What is sent for a solution, or why it is not: the model's window cannot hold it, and nothing is ever cut. */
function fitting(preset: Preset, question: string, steps: readonly string[]): Rendered | string {
  const input = render(preset, question, steps);
  const letters = lettersOf(input);
  const tokens = Math.ceil(letters / 4);
  if (tokens <= preset.contextTokens) return input;
  return `the text has about ${tokens} tokens (${letters} characters) and the model reads ${preset.contextTokens}. Shorten the solution, or set contextTokens if the server's window is larger; nothing was cut.`;
}

const lettersOf = ({ chats, text }: Rendered): number =>
  chats.at(-1)?.reduce((sum, { content }) => sum + content.length, 0) ?? text.length;

/** A whole number shared out in proportion to lengths, so that the shares add up to it. */
function sharedOut(total: number, lengths: readonly number[]): number[] {
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  let [read, given] = [0, 0];
  return lengths.map((length, i) => {
    read += length;
    const upTo = whole === 0 ? Math.round((total * (i + 1)) / lengths.length) : Math.round((total * read) / whole);
    const share = upTo - given;
    given = upTo;
    return share;
  });
}

/** What was sent back for one text, and the call that asked for it; or why there is nothing. */
interface Replied {
  readonly rows: readonly Row[];
  readonly call: number;
  readonly refused?: string;
}

/** A text on its way, by the key of its solution. */
interface Sending {
  readonly key: string;
  readonly input: Rendered;
}

/** Each batch is on its way while the next is laid out. */
async function rowsOf(
  site: Site,
  transport: TransportName,
  batch: number,
  question: string,
  inputs: ReadonlyMap<string, readonly string[]>,
  run: Run,
): Promise<Map<string, Replied>> {
  const entries = [...inputs];
  const rows = new Map<string, Replied>();
  const refuse = (key: string, refused: string) => rows.set(key, { rows: [], call: -1, refused });
  const send = async (part: typeof entries): Promise<void> => {
    const fit: Sending[] = [];
    for (const [key, steps] of part) {
      const input = fitting(site.preset, question, steps);
      if (typeof input === "string") refuse(key, `${site.preset.name}: ${input}`);
      else fit.push({ key, input });
    }
    if (fit.length === 0) return;
    requireRoom(run);
    run.signal.throwIfAborted();
    const outcome = await apart(fit, (some) => sendTogether(some, { site, transport, run, rows }));
    for (const [key, error] of outcome) refuse(key, error.message);
  };
  const sent: Promise<void>[] = [];
  for (let from = 0; from < entries.length; from += batch) {
    const sending = send(entries.slice(from, from + batch));
    sending.catch(() => {}); // reported by the await below
    sent.push(sending);
    if (from + batch < entries.length) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(sent);
  return rows;
}

/** One request, its numbers checked and charged. */
async function sendTogether(
  part: readonly Sending[],
  { site, transport, run, rows }: { site: Site; transport: TransportName; run: Run; rows: Map<string, Replied> },
): Promise<void> {
  const laidOut = part.map(({ input }) => input);
  const sent = performance.now();
  const reply = await scoreTransports[transport](laidOut, site);
  const serviceMs = Math.round(performance.now() - sent);
  checkRaw(site.preset, `${site.connection.host}/${site.model}`, reply.rows.flat());
  const { promptTokens, completionTokens, calls } = reply;
  const lengths = laidOut.map(lettersOf);
  const [prompts, completions, asked] = [promptTokens, completionTokens, Math.max(calls, part.length)].map((total) =>
    sharedOut(total, lengths),
  );
  for (const [i, { key }] of part.entries()) {
    const usage = {
      promptTokens: prompts?.[i] ?? 0,
      completionTokens: completions?.[i] ?? 0,
      calls: asked?.[i] ?? 1,
    };
    // The request took its time once, whatever it held.
    rows.set(key, { rows: reply.rows[i] ?? [], call: run.charge({ ...usage, serviceMs: i === 0 ? serviceMs : 0 }) });
  }
}

const tooLong = /context|length|too long|too many tokens|maximum|exceed|truncat/i;

/** Is it what was sent that the server refuses, and not how it was asked? */
const refuses = (error: unknown): error is ModelCallError =>
  error instanceof ModelCallError && [400, 413, 422].includes(error.status ?? 0);

/**
 * Sends a batch; where the server refuses it, halves of it, so that one text which it cannot take costs no other its
 * score. The texts that are refused alone, each with its error.
 * @throws The server's error where it refuses every text for another reason than its length.
 */
async function apart(
  batch: readonly Sending[],
  send: (some: readonly Sending[]) => Promise<void>,
): Promise<Map<string, ModelCallError>> {
  const refused = new Map<string, ModelCallError>();
  let taken = 0;
  const attempt = async (some: readonly Sending[]): Promise<void> => {
    try {
      await send(some);
      taken += some.length;
    } catch (error) {
      if (!refuses(error)) throw error;
      const [first] = some;
      if (some.length === 1 && first !== undefined) {
        refused.set(first.key, error);
        // Two alone and none taken: it is the request that is wrong.
        if (taken === 0 && !tooLong.test(error.message) && (refused.size > 1 || batch.length === 1)) throw error;
        return;
      }
      const half = Math.ceil(some.length / 2);
      await attempt(some.slice(0, half));
      await attempt(some.slice(half));
    }
  };
  await attempt(batch);
  return refused;
}

/** Scores laid over the steps, blank ones included. */
function spread(steps: readonly string[], judged: readonly Score[]): Score[] {
  let next = 0;
  let before: Score = { value: null, reason: "a blank step with none before it" };
  return steps.map((step) => {
    if (step.trim() === "") return { ...before, reason: "a blank step: as the step before" };
    before = judged[next++] ?? { value: null, reason: "not scored" };
    return before;
  });
}
