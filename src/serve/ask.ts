import type { Message } from "../core/policy.ts";
import type { ReplyFormat } from "./chat/format.ts";
import type { RuminateField } from "./settings.ts";

/** What a request asks for, whichever endpoint it came through. */
export interface Ask {
  /** "strategy/upstream", a configured name, or an upstream's name. */
  readonly model: string;
  readonly ruminate: RuminateField;
  /** At least one. */
  readonly messages: readonly Message[];
  readonly n: number;
  readonly maxTokens: number | null;
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly stop: readonly string[];
  readonly seed: number | null;
  /** Alternatives per token to return with the picked reply; null: no log-probabilities. */
  readonly logprobs: number | null;
  /** Further fields for the upstream, in OpenAI's words. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Are there functions that may be called? */
  readonly tools: boolean;
  readonly format: ReplyFormat | null;
}
