import type { Capabilities, Sample, SampleRequest } from "../../core/policy.ts";
import { apart, begunInside, thoughtFields, thoughtTokens, wouldThink } from "../apart.ts";
import { type Shown, shownText } from "../openai/shown.ts";
import type { ThoughtFormat } from "../thinking.ts";
import type { Drawn } from "./draw.ts";

type OnText = (index: number, text: string) => void;

/** How one request's texts are drawn and read. */
export interface Thinking {
  /** Stop texts for the draw: none where they would end the thought, and are looked for in the answer instead. */
  readonly stop: readonly string[];
  /** Shows the answers alone; undefined where nobody watches. */
  readonly shown: Shown | undefined;
  sampleOf(drawn: Drawn): Pick<Sample, "text" | "thought" | "thoughtOpen" | "finish" | "ending" | "stoppedBy">;
}

/** Thoughts and answers of one model, taken apart as those of servers are. */
export class Thoughts {
  readonly #opened: (thinking: boolean | undefined) => ThoughtFormat | null;
  #seen = false;

  constructor(opened: (thinking: boolean | undefined) => ThoughtFormat | null) {
    this.#opened = opened;
  }

  /** Has the model been seen to think before it answers, or does its template make it? With the template's marks. */
  get capabilities(): Pick<Capabilities, "thinks" | "thoughtFormat"> {
    const format = this.#opened(undefined);
    if (format !== null) return { thinks: true, thoughtFormat: format.name };
    return this.#seen ? { thinks: true } : {};
  }

  request(request: SampleRequest, onText: OnText | undefined): Thinking {
    const opened = this.#opened(request.thinking);
    const ownStops = (this.#seen || opened !== null) && wouldThink(request);
    const settings = { prefix: "continue", opened, ownStops } as const;
    return {
      stop: ownStops ? [] : (request.stop ?? []),
      shown: onText && shownText(onText, request, settings),
      sampleOf: (drawn) => {
        const part = apart(drawn, request, begunInside(request, true, opened));
        this.#seen ||= part.open || (part.thought ?? "").trim() !== "";
        const { text, stoppedBy, logprobs } = part.drawn;
        return { text, ...thoughtFields(part), stoppedBy, logprobs, ...thoughtTokens(part, drawn.tokens) };
      },
    };
  }
}
