import type { PromptPiece, TraceRecord } from "../../runs/records/record.ts";
import type { PooledCandidate } from "./pool.ts";

export interface Message {
  readonly role: string;
  readonly content: string;
}

/** A prompt or a completion of a row: messages, or one text with --plain. */
export type Words = string | readonly Message[];

export interface WordingOptions {
  /** The question alone, or the messages that the solution was really asked with. */
  readonly prompt: "question" | "asked";
  /** A system message before the question. */
  readonly system?: string;
  /** Texts in place of messages. */
  readonly plain: boolean;
}

/** Writes prompts and completions of rows. */
export class Wording {
  readonly options: WordingOptions;

  constructor(options: WordingOptions) {
    this.options = options;
  }

  /** The messages before a solution; null where the run kept none for it and they are to be those that were asked. */
  messages(candidate: PooledCandidate): readonly Message[] | null {
    const { trace } = candidate.of;
    if (this.options.prompt === "question") return this.question(trace.question);
    return askedMessages(trace, candidate.traced.prompt);
  }

  question(text: string): readonly Message[] {
    const { system } = this.options;
    return [...(system === undefined ? [] : [{ role: "system", content: system }]), { role: "user", content: text }];
  }

  /** A prompt; `begun` is what of the answer stands before the completion. */
  prompt(messages: readonly Message[], begun = ""): Words {
    if (this.options.plain) return `${messages.map(({ content }) => `${content}\n\n`).join("")}${begun}`;
    return begun === "" ? messages : [...messages, { role: "assistant", content: begun }];
  }

  completion(text: string): Words {
    return this.options.plain ? text : [{ role: "assistant", content: text }];
  }
}

/** A prompt of a trace with its references filled in; null where it is not kept. */
export function askedMessages(trace: TraceRecord, place: number | undefined): readonly Message[] | null {
  const asked = place === undefined ? undefined : trace.prompts?.[place];
  if (asked === undefined) return null;
  const said = (piece: PromptPiece): string => {
    if (typeof piece === "string") return piece;
    if (piece === -1) return trace.question.trim();
    if (piece >= 0) return trace.candidates[piece]?.text.trim() ?? "";
    return trace.promptTexts?.[-2 - piece] ?? "";
  };
  return asked.messages.map(({ role, text }) => ({ role, content: text.map(said).join("") }));
}
