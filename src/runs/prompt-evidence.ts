import type { RunEvent } from "../core/events.ts";
import type { PromptPiece, PromptRecord } from "./records/record.ts";

type PromptEvent = Extract<RunEvent, { readonly type: "prompt" }>;

interface Seen extends Pick<PromptEvent, "purpose" | "messages"> {
  samples: number;
}

/** Characters of prompts that a trial's trace keeps at most, and how many prompts. */
const mostCharacters = 16_000;
const mostPrompts = 100;

/** The prompts that a trial's texts came from. */
export interface PromptsOfTrial {
  readonly prompts: readonly PromptRecord[];
  /** What stands in several of them. */
  readonly texts: readonly string[];
  /** Distinct prompts beyond what is kept. */
  readonly leftOut: number;
  /** ofCandidates[i] and ofNodes[i]: place in `prompts`, or undefined where it is not kept or no call was made. */
  readonly ofCandidates: readonly (number | undefined)[];
  readonly ofNodes: readonly (number | undefined)[];
}

/** A text of the trial with the calls it came from. */
interface Written {
  readonly calls: readonly number[];
}

/** Keeps the prompts of one trial from its events, each distinct one once, and which call asked which. */
export class PromptEvidence {
  readonly #seen = new Map<number, Seen>();
  readonly #promptOfCall = new Map<number, number>();

  take(event: RunEvent): void {
    if (event.type === "prompt") {
      const { prompt, purpose, messages } = event;
      this.#seen.set(prompt, { purpose, messages, samples: 0 });
    } else if (event.type === "call-end" && event.prompt !== undefined) {
      for (let i = 0; i < event.samples; i++) this.#promptOfCall.set(event.call + i, event.prompt);
      const seen = this.#seen.get(event.prompt);
      if (seen !== undefined) seen.samples += event.samples;
    }
  }

  /**
   * What the trace keeps: prompts of candidates first, then those of nodes, then the others by purpose and text, so
   * that it does not depend on which call came back first. A text that several calls wrote has the prompt of the last.
   */
  read(
    question: string,
    candidates: readonly (Written & { readonly text: string })[],
    nodes: readonly Written[],
  ): PromptsOfTrial {
    const sourceOf = ({ calls }: Written) => this.#seen.get(this.#promptOfCall.get(calls.at(-1) ?? -1) ?? -1);
    const [candidateSources, nodeSources] = [candidates.map(sourceOf), nodes.map(sourceOf)];
    const known = [...candidateSources, ...nodeSources].filter((seen) => seen !== undefined);
    const order = [...new Set([...known, ...this.#inOrder()])];
    const texts = candidates.map(({ text }) => text);
    const { prompts, shared } = keptPrompts(order, question, texts);
    const placeOf = (seen: Seen | undefined) => {
      const place = seen === undefined ? -1 : order.indexOf(seen);
      return place >= 0 && place < prompts.length ? place : undefined;
    };
    return {
      prompts,
      texts: shared,
      leftOut: this.#seen.size - prompts.length,
      ofCandidates: candidateSources.map(placeOf),
      ofNodes: nodeSources.map(placeOf),
    };
  }

  #inOrder(): Seen[] {
    const keyOf = ({ purpose, messages }: Seen) =>
      JSON.stringify([purpose, messages.map(({ role, content }) => [role, content])]);
    return [...this.#seen.values()]
      .map((seen) => ({ seen, key: keyOf(seen) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ seen }) => seen);
  }
}

/** The first prompts that there is room for, with what stands in several of them taken out. */
function keptPrompts(order: readonly Seen[], question: string, candidates: readonly string[]) {
  const prompts: PromptRecord[] = [];
  const literals = new Map<string, number>();
  let room = mostCharacters;
  for (const seen of order) {
    if (room <= 0 || prompts.length >= mostPrompts) break;
    const messages = seen.messages.map(({ role, content }) => ({ role, text: pieces(content, question, candidates) }));
    for (const piece of messages.flatMap(({ text }) => text)) {
      if (typeof piece !== "string") continue;
      const times = literals.get(piece) ?? 0;
      if (times === 0) room -= piece.length;
      literals.set(piece, times + 1);
    }
    prompts.push({ purpose: seen.purpose, samples: seen.samples, messages });
  }
  const shared = [...literals].filter(([text, times]) => times > 1 && text.length > 30).map(([text]) => text);
  return { prompts: withShared(prompts, shared), shared };
}

/** Texts that stand in several prompts as references to `texts`: the first is -2, the next -3. */
function withShared(prompts: readonly PromptRecord[], texts: readonly string[]): readonly PromptRecord[] {
  const references = new Map(texts.map((text, i) => [text, -2 - i]));
  return prompts.map((prompt) => ({
    ...prompt,
    messages: prompt.messages.map(({ role, text }) => ({
      role,
      text: text.map((piece) => (typeof piece === "string" ? (references.get(piece) ?? piece) : piece)),
    })),
  }));
}

/**
 * A message with the trial's own texts as references, so that a trace does not hold them twice: the question is -1,
 * candidates are their numbers.
 */
function pieces(content: string, question: string, candidates: readonly string[]): readonly PromptPiece[] {
  let parts: PromptPiece[] = [content];
  const texts = new Map<string, number>([[question.trim(), -1]]);
  for (const [i, text] of candidates.entries()) {
    const trimmed = text.trim();
    if (trimmed.length >= 40 && !texts.has(trimmed)) texts.set(trimmed, i);
  }
  for (const [text, reference] of texts) {
    if (text === "" || !parts.some((part) => typeof part === "string" && part.includes(text))) continue;
    parts = parts.flatMap((part) =>
      typeof part === "string"
        ? part
            .split(text)
            .flatMap((between, i) => [...(i === 0 ? [] : [reference]), ...(between === "" ? [] : [between])])
        : [part],
    );
  }
  return parts;
}
