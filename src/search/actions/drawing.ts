import { BudgetExceededError } from "../../core/errors.ts";
import { shiftedStates, statesWithin } from "../../core/line-states.ts";
import type { LineState, Sample, TokenLogprob } from "../../core/policy.ts";
import type { Run, SampleSpec } from "../../core/run.ts";
import { tokensBehind, tokensUpTo } from "../../core/token-logprobs.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { openThought } from "../../policy/thinking.ts";
import { openBlock } from "./blocks.ts";
import { firstStep, type Splitter, withoutLead } from "./splitting.ts";

/**
 * How a text came to its end: `separator` a stop text ended it, as far as anyone can tell; `text` the model ended it,
 * as its server says; `limit` the token limit cut it; `other` it was refused, or ended in a way nobody knows.
 */
export type Ending = "separator" | "text" | "limit" | "other";

/** A text that was drawn to be a step. */
export interface Piece {
  readonly text: string;
  readonly ending: Ending;
  readonly stoppedBy?: string;
  readonly tokens: number;
  readonly logprob?: number;
  /** Of its tokens, where something reads them; a separator that ended it is none of them. */
  readonly tokenLogprobs?: readonly TokenLogprob[];
  readonly states?: readonly LineState[];
  /** The call that began it. */
  readonly call?: number;
  /** What the model thought before it. */
  readonly thought?: string;
}

/** A request for steps: `prefix` is the text that they come after, with the thoughts in it. */
export type StepSpec = Omit<SampleSpec, "stop"> & {
  readonly stop: readonly string[];
  /** The text that they come after, without thoughts. */
  readonly before: string;
  readonly split: Splitter;
};

/** What a policy goes on from: the path's text, with what it thought before each step where it can be given that. */
export function prefixOf(run: Run, path: Trajectory, model: string | undefined): string | undefined {
  if (path.depth === 0) return undefined;
  if (run.capabilitiesOf(model).prefix !== "native") return path.text;
  return path.steps.map(({ text, thought, observation = "" }) => marked(thought) + text + observation).join("");
}

const marked = (thought: string | undefined): string => (thought === undefined ? "" : `<think>${thought}</think>\n\n`);

/** How a sample ended. A text for which no stop text was sent can only have ended by itself. */
export function endingOf(run: Run, sample: Sample, { stop: stops, model }: Pick<StepSpec, "stop" | "model">): Ending {
  const { finish, stoppedBy, endOfText } = sample;
  if (finish === "length") return "limit";
  if (finish === "refused" || (finish === "unknown" && stops.length === 0)) return "other";
  if (stoppedBy !== undefined) return "separator";
  const says = endOfText === true || run.capabilitiesOf(model).reportsStops === true;
  return says || stops.length === 0 ? "text" : "separator";
}

/**
 * Draws texts up to the next separator, `spec.n` of them, less those of which nothing came but white space or a thought
 * that was cut. A blank one is drawn once more without stop texts, and ended before the first separator that follows
 * text: what is blank then has been ended by the model, and is given back as such. A step that stands inside a code
 * block or a displayed equation is drawn on to the end of it, in two calls; a second block in it ends with the next
 * step. So no step takes more than {@link MOST_DRAWN_AGAIN} further calls.
 */
export async function drawPieces(run: Run, spec: StepSpec): Promise<readonly Piece[]> {
  const samples = await run.sample(requestOf(run, spec));
  const first = samples.map((sample) => pieceOf(run, sample, spec));
  if (first.length > 0 && first.every((piece) => piece === null)) {
    run.emit({ type: "note", message: "The token limit cut the model's thought: there is no step after it." });
  }
  const blanks = first.filter((piece) => piece !== null && isBlank(piece) && piece.ending === "separator").length;
  const again = blanks === 0 ? [] : await drawnAgain(run, spec, blanks);
  const pieces = first.map((piece) => (piece !== null && isBlank(piece) ? redrawn(piece, again) : piece));
  return await Promise.all(pieces.flatMap((piece) => (piece === null ? [] : [wholeBlock(run, spec, piece)])));
}

/** A model that thinks first gets room for a whole answer beside the step. */
function requestOf(run: Run, { before: _before, split: _split, ...spec }: StepSpec): SampleSpec {
  const { prefix = "", maxTokens, stop, ...rest } = spec;
  const { thinks, prefix: mode } = run.capabilitiesOf(spec.model);
  const apart = thinks === true && rest.thoughtInText !== true;
  const thinking = apart && (prefix === "" || mode === "instructed" || openThought(prefix) !== null);
  const room = thinking && maxTokens !== undefined ? maxTokens + run.maxTokens : maxTokens;
  return {
    ...rest,
    prefix: prefix === "" ? undefined : prefix,
    ...(stop.length > 0 && { stop }),
    ...(room !== undefined && { maxTokens: room }),
  };
}

export const isBlank = ({ text }: Pick<Piece, "text">): boolean => text.trim() === "";

/** A blank piece is the model's own end, or one of those that were drawn in the place of blank ones, or nothing. */
function redrawn(blank: Piece, again: (Piece | null)[]): Piece | null {
  if (blank.ending === "text") return blank;
  const next = blank.ending === "separator" ? (again.shift() ?? null) : null;
  if (next === null || (isBlank(next) && next.ending !== "text")) return null;
  return { ...next, tokens: next.tokens + blank.tokens };
}

async function drawnAgain(run: Run, spec: StepSpec, n: number): Promise<(Piece | null)[]> {
  const bare = { ...spec, n, stop: [], branch: `${spec.branch ?? ""}again` };
  const samples = await within(run.sample(requestOf(run, bare)));
  return samples.map((sample) => {
    const piece = pieceOf(run, sample, bare);
    const first = piece === null ? null : firstStep(piece.text, spec.split, spec.before);
    if (piece === null || first === null) return piece;
    const kept = statesWithin(piece.states, Number.NEGATIVE_INFINITY, first.text.length);
    const tokenLogprobs = piece.tokenLogprobs && tokensUpTo(piece.tokenLogprobs, first.text.length);
    return { ...piece, ...kept, tokenLogprobs, text: first.text, ending: "separator", stoppedBy: first.stop };
  });
}

/** What there was room for in the budget. */
async function within(samples: Promise<Sample[]>): Promise<readonly Sample[]> {
  try {
    return await samples;
  } catch (error) {
    if (error instanceof BudgetExceededError) return [];
    throw error;
  }
}

/** Null where the thought was cut: there is no step. */
function pieceOf(run: Run, sample: Sample, spec: StepSpec): Piece | null {
  if (sample.thoughtOpen === true) return null;
  const text = spec.split.tokens === undefined ? withoutLead(sample.text, spec.before) : sample.text;
  const lead = sample.text.length - text.length;
  return {
    text,
    ending: endingOf(run, sample, spec),
    stoppedBy: sample.stoppedBy,
    tokens: sample.completionTokens,
    logprob: sample.logprobs?.reduce((sum, { logprob }) => sum + logprob, 0),
    tokenLogprobs: run.readsLogprobs && sample.logprobs ? tokensBehind(sample.logprobs, lead) : undefined,
    states: sample.states && shiftedStates(sample.states, -lead),
    call: sample.call,
    thought: sample.thought ?? undefined,
  };
}

async function wholeBlock(run: Run, spec: StepSpec, piece: Piece): Promise<Piece> {
  const close = piece.ending === "separator" ? openBlock(spec.before + piece.text) : null;
  if (close === null) return piece;
  const begun = { ...piece, text: piece.text + gapOf(piece, spec.split) };
  const inside = await drawOn(run, spec, begun, [close]);
  if (inside === null) return piece;
  if (inside.ending !== "separator") return inside;
  const closed = { ...inside, text: inside.text + close };
  return (await drawOn(run, spec, closed, spec.stop)) ?? closed;
}

/** What stood where a separator ended the text inside a block. */
const gapOf = ({ text, stoppedBy }: Piece, split: Splitter): string => split.ended(text, stoppedBy).slice(text.length);

/** One text, drawn on; null where the budget had no room for it. */
async function drawOn(run: Run, spec: StepSpec, piece: Piece, stop: readonly string[]): Promise<Piece | null> {
  const prefix = (spec.prefix ?? "") + marked(piece.thought) + piece.text;
  const [sample] = await within(run.sample(requestOf(run, { ...spec, n: 1, prefix, stop })));
  if (sample === undefined) return null;
  const { logprobs } = sample;
  const both = piece.logprob !== undefined && logprobs !== undefined;
  const states = sample.states && [...(piece.states ?? []), ...shiftedStates(sample.states, piece.text.length)];
  return {
    ...piece,
    text: piece.text + sample.text,
    ending: endingOf(run, sample, { ...spec, stop }),
    stoppedBy: sample.stoppedBy,
    tokens: piece.tokens + sample.completionTokens,
    logprob: both ? logprobs.reduce((sum, { logprob }) => sum + logprob, piece.logprob ?? 0) : undefined,
    tokenLogprobs: piece.tokenLogprobs && logprobs && [...piece.tokenLogprobs, ...logprobs],
    states: piece.states && states,
  };
}
