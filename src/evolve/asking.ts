import { hash } from "node:crypto";
import { withoutReasoning } from "../answer/reasoning.ts";
import { estimatePromptTokens, type Message, type Policy, type SampleRequest } from "../core/policy.ts";
import { seedOf } from "../core/random.ts";
import { sampleKeys } from "../policy/store/keys.ts";

/** A text that a model wrote, with where it is found again. */
export interface Drawn {
  /** Without what was thought first; null where it was cut or withheld. */
  readonly text: string | null;
  readonly policy: string;
  readonly seed: number;
  /** Of the sample store. */
  readonly key: string;
  /** The messages' SHA-256, its first 16 digits. */
  readonly prompt: string;
}

export interface Asked {
  readonly messages: readonly Message[];
  readonly n: number;
  readonly temperature: number;
  readonly maxTokens: number;
  readonly purpose: string;
}

export interface Spent {
  calls: number;
  promptTokens: number;
  completionTokens: number;
}

/** Asks models for one item, and counts what it takes: samples of the store count as if they were drawn now. */
export class Asking {
  readonly spent: Spent = { calls: 0, promptTokens: 0, completionTokens: 0 };
  readonly #key: string;
  readonly #signal: AbortSignal | undefined;

  /** `key`: what seeds derive from, beside the messages. */
  constructor(key: string, signal?: AbortSignal) {
    this.#key = key;
    this.#signal = signal;
  }

  async ask(policy: Policy, asked: Asked): Promise<Drawn[]> {
    const { messages, n } = asked;
    const prompt = hash("sha256", JSON.stringify(messages), "hex").slice(0, 16);
    const seeds = Array.from({ length: n }, (_, i) => seedOf("evolve", this.#key, prompt, i));
    const request: SampleRequest = { ...asked, seeds };
    const keys = sampleKeys(policy.id, request);
    const samples = await policy.sample(request, { signal: this.#signal });
    this.spent.calls += n;
    return samples.map((sample, i) => {
      this.spent.promptTokens += sample.promptTokens;
      this.spent.completionTokens += sample.completionTokens;
      const isWhole = sample.finish === "stop" && sample.thoughtOpen !== true;
      const text = isWhole ? withoutReasoning(sample.text).trim() : null;
      return { text, policy: policy.id, seed: sample.seed, key: keys[i] ?? "", prompt };
    });
  }
}

/** Tokens that a request takes at most. */
export const mostTokens = ({ messages, n, maxTokens }: Asked): number =>
  n * (maxTokens + estimatePromptTokens({ messages }));

/** A request after one of its kind that was answered: small models do as they are shown. */
export const asShown = (shown: string, answer: string, content: string): readonly Message[] => [
  { role: "user", content: shown },
  { role: "assistant", content: answer },
  { role: "user", content },
];

export const asUser = (content: string): readonly Message[] => [{ role: "user", content }];
