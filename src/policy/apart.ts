import type { FinishReason, Sample, SampleRequest, TokenLogprob, ToolCall } from "../core/policy.ts";
import { endBeforeStop } from "./stop-text.ts";
import { answerLogprobs, openThought, splitThought, type ThoughtFormat, thoughtShare } from "./thinking.ts";

/** A text as it came from a model. */
export interface DrawnText {
  readonly text: string;
  /** The thought, where a server took it out of the text. */
  readonly thought?: string;
  readonly finish: FinishReason;
  readonly ending?: string;
  readonly stoppedBy?: string;
  readonly logprobs?: readonly TokenLogprob[];
  readonly toolCalls?: readonly ToolCall[];
}

export interface Apart<Drawn> {
  /** With the answer for its text. */
  readonly drawn: Drawn;
  readonly thought: string | null;
  /** The text ends inside the thought: there is no answer. */
  readonly open: boolean;
}

/**
 * The format of the thought that a text begins inside: the prefix opened it, where the model goes on with that, or the
 * template did (`opened`).
 */
export function begunInside(
  { prefix = "" }: Pick<SampleRequest, "prefix">,
  goesOn: boolean,
  opened: ThoughtFormat | null,
): ThoughtFormat | null {
  return prefix !== "" && goesOn ? openThought(prefix) : opened;
}

/** Thought and answer apart, and the answer ended before the first stop text that was let through. */
export function apart<Drawn extends DrawnText>(
  drawn: Drawn,
  request: Pick<SampleRequest, "stop" | "thoughtInText">,
  inside: ThoughtFormat | null,
): Apart<Drawn> {
  if (request.thoughtInText === true) {
    const text = drawn.thought === undefined ? drawn.text : `<think>${drawn.thought}</think>${drawn.text}`;
    return { drawn: stopped({ ...drawn, text }, request), thought: null, open: false };
  }
  const given = drawn.thought !== undefined ? null : splitThought(drawn.text, { inside });
  const thought = drawn.thought ?? given?.thought ?? null;
  if (thought === null) return { drawn: stopped(drawn, request), thought: null, open: false };
  const answer = given?.answer ?? drawn.text;
  const open = given?.open ?? (answer === "" && drawn.toolCalls === undefined);
  const logprobs = drawn.logprobs && answerLogprobs(drawn.logprobs, given?.at ?? thought.length);
  const known = open ? { ...drawn, stoppedBy: undefined } : drawn;
  return { drawn: stopped({ ...known, text: answer, logprobs }, request), thought, open };
}

type ThoughtFields = Pick<Sample, "thought" | "thoughtOpen" | "finish" | "ending">;

/** What a sample says of its thought and of its end: a text that ends in its thought has not ended. */
export function thoughtFields({ drawn, thought, open }: Apart<DrawnText>): ThoughtFields {
  return {
    ...(thought !== null && { thought }),
    ...(open && { thoughtOpen: true }),
    ...(open && drawn.finish === "stop"
      ? { finish: "unknown", ending: "inside the thought" }
      : { finish: drawn.finish, ending: drawn.ending }),
  };
}

/** The thought's tokens as they were counted, else in proportion to its length. */
export function thoughtTokens({ thought, drawn }: Apart<DrawnText>, tokens: number, counted?: number) {
  if (counted !== undefined && counted <= tokens) return { thoughtTokens: counted };
  const share = thought === null ? 0 : thoughtShare(tokens, thought, drawn.text);
  return share === 0 ? {} : { thoughtTokens: share };
}

/**
 * Does a model that thinks begin this text with a thought? Then stop texts, which are meant for the answer, would end
 * the thought: they are kept back and looked for in the answer.
 */
export function wouldThink({ prefix = "", thoughtInText, thinking, stop = [] }: SampleRequest): boolean {
  if (stop.length === 0 || thoughtInText === true || thinking === false) return false;
  return prefix === "" || openThought(prefix) !== null || splitThought(prefix).open;
}

/** Ended before the first stop text where one was let through, and without that text's log-probabilities. */
function stopped<Drawn extends DrawnText>(drawn: Drawn, { stop: stops = [] }: Pick<SampleRequest, "stop">): Drawn {
  const { text, stop } = endBeforeStop(drawn.text, stops);
  const logprobs = drawn.logprobs && tokensWithin(drawn.logprobs, drawn.stoppedBy ?? stop, text.length);
  if (stop === undefined) return logprobs === drawn.logprobs ? drawn : { ...drawn, logprobs };
  return { ...drawn, text, logprobs, finish: "stop", ending: undefined, stoppedBy: stop };
}

/** vLLM gives the stop text's tokens too: those that begin where the text ends are left out. */
function tokensWithin(logprobs: readonly TokenLogprob[], stop: string | undefined, characters: number) {
  const spelled = logprobs.reduce((sum, { token }) => sum + token.length, 0);
  if (stop === undefined || spelled <= characters) return logprobs;
  let length = 0;
  return logprobs.filter(({ token }) => {
    const starts = length;
    length += token.length;
    return starts < characters;
  });
}
