import type { Sample, SampleRequest } from "../../core/policy.ts";
import { begunInside } from "../apart.ts";
import { endBeforeStop } from "../stop-text.ts";
import { splitThought, type ThoughtFormat, thoughtFormats } from "../thinking.ts";
import type { PrefixMode } from "./request.ts";
import { echoLength } from "./samples.ts";

type OnText = (index: number, text: string) => void;

export interface ShownSettings {
  readonly prefix: PrefixMode;
  readonly opened: ThoughtFormat | null;
  /** Stop texts that the server was not given. */
  readonly ownStops: boolean;
}

export interface Shown {
  readonly take: OnText;
  /** Shows what was held back of texts that have ended. */
  finish(samples: readonly Sample[]): void;
}

/**
 * Shows of each streamed text what will be the sample's text: without the prefix that a server repeats, without the
 * thought, and where we look for stop texts ourselves only up to the first. A piece is held back while it may still
 * belong to any of these.
 */
export function shownText(onText: OnText, request: SampleRequest, settings: ShownSettings): Shown {
  const texts = new Map<number, { readonly take: (piece: string) => string; shown: string }>();
  const show = (index: number, part: string) => {
    if (part !== "") onText(index, part);
  };
  return {
    take(index, piece) {
      const text = texts.get(index) ?? { take: shownOf(request, settings), shown: "" };
      texts.set(index, text);
      const part = text.take(piece);
      text.shown += part;
      show(index, part);
    },
    finish(samples) {
      for (const [index, { text }] of samples.entries()) {
        const shown = texts.get(index)?.shown ?? "";
        if (text.startsWith(shown)) show(index, text.slice(shown.length));
      }
    },
  };
}

function shownOf(request: SampleRequest, settings: ShownSettings): (piece: string) => string {
  const { prefix = "", stop = [] } = request;
  const inside = begunInside(request, settings.prefix !== "instructed", settings.opened);
  const stops = settings.ownStops ? stop : [];
  const longest = Math.max(0, ...stops.map(({ length }) => length - 1));
  let [text, start, given] = ["", request.thoughtInText === true && echoLess(settings, prefix) ? 0 : -1, 0];
  return (piece) => {
    text += piece;
    if (start < 0) start = answerAt(text, prefix, settings, request.thoughtInText === true, inside);
    if (start < 0) return "";
    const answer = text.slice(start);
    const { text: ended, stop: found } = endBeforeStop(answer, stops);
    const until = found === undefined ? answer.length - longest : ended.length;
    const part = answer.slice(given, Math.max(given, until));
    given += part.length;
    return part;
  };
}

const echoLess = ({ prefix: mode }: ShownSettings, prefix: string): boolean => echoLength(prefix, prefix, mode) === 0;

/** Where the answer begins; -1 while that cannot be said. */
function answerAt(
  text: string,
  prefix: string,
  settings: ShownSettings,
  withThought: boolean,
  inside: ThoughtFormat | null,
): number {
  const repeats = !echoLess(settings, prefix);
  if (repeats && prefix.startsWith(text) && text.length < prefix.length) return -1;
  const start = echoLength(text, prefix, settings.prefix);
  const rest = text.slice(start);
  if (withThought) return start;
  const lead = rest.trimStart();
  if (inside === null && thoughtFormats.some(({ open }) => lead.length < open.length && open.startsWith(lead))) {
    return -1;
  }
  const { open, at } = splitThought(rest, { inside });
  return open || at >= rest.length ? -1 : start + at;
}
