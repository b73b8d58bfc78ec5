import type { Random } from "../../core/random.ts";
import type { Dials } from "./options.ts";
import type { Task } from "./reasoning.ts";

/**
 * A place in a text where it could have gone otherwise: the chance of what was written, and what else could stand
 * there.
 */
export interface Mark {
  /** Character at which what was written differs from its alternatives. */
  readonly at: number;
  readonly logprob: number;
  /** Alternatives with their probabilities, what was written among them. */
  readonly top: readonly { readonly text: string; readonly probability: number }[];
}

/** A text in the making. */
export class Writing {
  text = "";
  readonly marks: Mark[] | null;
  readonly #enough: (text: string, piece: string) => boolean;
  #full = false;

  /** `enough` says when what would follow is cut off anyway; `marked` asks for marks. */
  constructor(marked: boolean, enough: (text: string, piece: string) => boolean = () => false) {
    this.marks = marked ? [] : null;
    this.#enough = enough;
  }

  /** True when nothing more needs to be written. */
  get full(): boolean {
    return this.#full;
  }

  add(piece: string): void {
    this.text += piece;
    if (this.#enough(this.text, piece)) this.#full = true;
  }

  /** Marks the character `ahead` of the end of what is written so far. */
  mark(ahead: number, probability: number, top: Mark["top"] = []): void {
    this.marks?.push({ at: this.text.length + ahead, logprob: Math.log(probability), top });
  }
}

/** What every kind of text is written from. */
export interface Assignment {
  readonly task: Task;
  readonly dials: Dials;
  readonly random: Random;
  /** True when solutions take the likeliest choice at every step and verdicts the likelier word. */
  readonly modal: boolean;
  /** The assistant turn so far. */
  readonly prefix: string;
  /** All that users and assistants have said, in order, the prefix last. */
  readonly conversation: string;
  /** The last message alone: what is asked for now. */
  readonly request: string;
  readonly writing: Writing;
}
