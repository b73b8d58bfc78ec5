import { hash } from "node:crypto";
import type { Message, Policy, SampleRequest } from "../core/policy.ts";
import { wrapPolicy } from "../policy/wrap.ts";
import type { PromptPiece, PromptRecord } from "./records/record.ts";

/** A text by its letters alone: strategies trim what was sampled and put separators back. */
const fingerprint = (text: string): string => hash("sha1", text.replace(/\s+/g, ""), "base64url");

interface Seen {
  readonly purpose: string;
  readonly messages: readonly Message[];
  samples: number;
}

/** Of a text of several lines each line, without its bullet or number: strategies ask for lists of proposals. */
function linesOf(text: string): string[] {
  const lines = text.split("\n").map((line) => line.replace(/^\s*(?:[-*•]|\d+[.):])\s*/, "").trim());
  return lines.length < 2 ? [] : lines.filter((line) => line !== "").map(fingerprint);
}

/** Purposes whose texts are no part of a solution. */
const judging = new Set(["judge", "step-judge", "value", "critic", "answer-check", "compare", "discriminate", "vote"]);

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
  /** ofCandidates[i] and ofNodes[i]: place in `prompts`, or undefined where it is not known or not kept. */
  readonly ofCandidates: readonly (number | undefined)[];
  readonly ofNodes: readonly (number | undefined)[];
}

/**
 * Notes the prompts of one trial as they pass to the policy, each distinct one once, and which text came from which.
 * Texts are recognised by their letters, so nothing has to be threaded through strategies; one that is not recognised
 * takes the prompt of the text that it went on from, or none.
 */
export class PromptEvidence {
  readonly #seen = new Map<string, Seen>();
  /**
   * By the fingerprint of what was written (after its prefix, by itself, and line by line); null where several prompts
   * led to it.
   */
  readonly #sources = new Map<string, Seen | null>();
  /** By the fingerprint of the prefix that was gone on from; null where several prompts share it. */
  readonly #continued = new Map<string, Seen | null>();

  watch(policy: Policy): Policy {
    return wrapPolicy(policy, {
      sample: async (request, options) => {
        const samples = await policy.sample(request, options);
        this.#note(
          request,
          samples.map(({ text }) => text),
        );
        return samples;
      },
    });
  }

  #note({ messages, prefix = "", purpose }: SampleRequest, texts: readonly string[]): void {
    const key = JSON.stringify([purpose, messages.map(({ role, content }) => [role, content])]);
    const seen = this.#seen.get(key) ?? { purpose, messages, samples: 0 };
    this.#seen.set(key, seen);
    seen.samples += texts.length;
    if (judging.has(purpose)) return;
    const start = fingerprint(prefix);
    const before = this.#continued.get(start);
    this.#continued.set(start, before === undefined || before === seen ? seen : null);
    for (const text of texts) {
      for (const written of new Set([fingerprint(prefix + text), fingerprint(text), ...linesOf(text)])) {
        const known = this.#sources.get(written);
        this.#sources.set(written, known === undefined || known === seen ? seen : null);
      }
    }
  }

  /**
   * What the trace keeps: prompts of candidates first, then those of nodes, then the others by purpose and text, so
   * that it does not depend on which call came back first.
   *
   * @param nodes path: the text from the root to the node, its own included.
   */
  read(
    question: string,
    candidates: readonly string[],
    nodes: readonly { readonly path: string; readonly text: string }[],
  ): PromptsOfTrial {
    const solving = [...this.#seen.values()].filter(({ purpose }) => !judging.has(purpose));
    const only = solving.length === 1 ? solving[0] : undefined;
    const nodeSources = nodes.map(
      ({ path, text }) =>
        this.#sources.get(fingerprint(path)) ??
        only ??
        this.#sources.get(fingerprint(text)) ??
        this.#continued.get(fingerprint(path.slice(0, path.length - text.length))) ??
        undefined,
    );
    const ofPath = new Map(nodes.map(({ path }, i) => [fingerprint(path), nodeSources[i]]));
    const candidateSources = candidates.map((text) => {
      const written = fingerprint(text);
      return this.#sources.get(written) ?? only ?? ofPath.get(written);
    });
    const others = [...this.#seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, seen]) => seen);
    const known = [...candidateSources, ...nodeSources].filter((seen) => seen !== undefined);
    const places = new Map<Seen, number>();
    const prompts: PromptRecord[] = [];
    const literals = new Map<string, number>();
    let room = mostCharacters;
    for (const seen of new Set([...known, ...others])) {
      if (room <= 0 || prompts.length >= mostPrompts) break;
      const messages = seen.messages.map(({ role, content }) => ({
        role,
        text: pieces(content, question, candidates),
      }));
      for (const piece of messages.flatMap(({ text }) => text)) {
        if (typeof piece !== "string") continue;
        const times = literals.get(piece) ?? 0;
        if (times === 0) room -= piece.length;
        literals.set(piece, times + 1);
      }
      places.set(seen, prompts.length);
      prompts.push({ purpose: seen.purpose, samples: seen.samples, messages });
    }
    const shared = [...literals].filter(([text, times]) => times > 1 && text.length > 30).map(([text]) => text);
    const placeOf = (seen: Seen | undefined) => (seen === undefined ? undefined : places.get(seen));
    return {
      prompts: withShared(prompts, shared),
      texts: shared,
      leftOut: this.#seen.size - prompts.length,
      ofCandidates: candidateSources.map(placeOf),
      ofNodes: nodeSources.map(placeOf),
    };
  }
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
