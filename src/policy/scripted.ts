import { RuminateError } from "../core/errors.ts";
import {
  type Capabilities,
  estimatePromptTokens,
  type Policy,
  type Sample,
  type SampleOptions,
  type SampleRequest,
} from "../core/policy.ts";
import { endBeforeStop } from "./stop-text.ts";

/**
 * One answer: a text; a sample of which only the text must be given; a function of the request and of the sample's
 * place in it; or an error to be thrown in its stead.
 */
export type ScriptEntry =
  | string
  | (Partial<Sample> & { readonly text: string })
  | ((request: SampleRequest, index: number) => string)
  | Error;

export interface ScriptedOptions {
  /** Default "scripted". */
  readonly id?: string;
  readonly capabilities?: Partial<Capabilities>;
}

export interface ScriptedPolicy extends Policy {
  /** Every request so far, in order. */
  readonly requests: readonly SampleRequest[];
  /** How many answers are left. */
  readonly left: number;
}

const capable: Capabilities = {
  prefix: "native",
  logprobs: null,
  sharedPrompt: true,
  seeds: true,
  embeds: false,
  contextTokens: null,
  parallel: 16,
};

/**
 * A policy that answers from a list, one entry a sample, in the order in which samples are asked for. A text ends
 * before the first stop text of the request and is cut at its `maxTokens`, four characters to a token.
 * @throws RuminateError "script-ended" when more is asked for than is left.
 */
export function scriptedPolicy(script: readonly ScriptEntry[], options: ScriptedOptions = {}): ScriptedPolicy {
  const requests: SampleRequest[] = [];
  const capabilities = { ...capable, ...options.capabilities };
  let next = 0;
  return {
    id: options.id ?? "scripted",
    capabilities,
    requests,
    get left() {
      return script.length - next;
    },
    async sample(request: SampleRequest, { signal, onText }: SampleOptions = {}): Promise<Sample[]> {
      signal?.throwIfAborted();
      requests.push(request);
      if (next + request.n > script.length) throw scriptEnded(script.length, next, request);
      const entries = script.slice(next, next + request.n);
      next += request.n;
      return entries.map((entry, index) => {
        const sample = play(entry, request, index, capabilities.sharedPrompt);
        onText?.(index, sample.text);
        return sample;
      });
    },
  };
}

function play(entry: ScriptEntry, request: SampleRequest, index: number, sharedPrompt: boolean): Sample {
  if (entry instanceof Error) throw entry;
  const given = typeof entry === "string" ? { text: entry } : typeof entry === "function" ? null : entry;
  const whole = given?.text ?? (typeof entry === "function" ? entry(request, index) : "");
  const stopped = endBeforeStop(whole, request.stop ?? []);
  const most = request.maxTokens * 4;
  const cut = stopped.text.length > most;
  const text = cut ? stopped.text.slice(0, most) : stopped.text;
  return {
    finish: cut ? "length" : "stop",
    ...(stopped.stop !== undefined && !cut && { stoppedBy: stopped.stop }),
    seed: request.seeds[index] ?? 0,
    promptTokens: estimatePromptTokens(request),
    cachedPromptTokens: 0,
    completionTokens: Math.ceil(text.length / 4),
    sharedPrompt,
    dollars: 0,
    ...given,
    text,
  };
}

function scriptEnded(length: number, played: number, request: SampleRequest): RuminateError {
  const last = request.messages.at(-1)?.content ?? "";
  const shown = last.length > 200 ? `${last.slice(0, 200)}…` : last;
  return new RuminateError(
    "script-ended",
    `The script has ${length} answers, ${played} are used, and ${request.n} more were asked for (purpose "${request.purpose}"): ` +
      `"${shown}". Add answers to the script, or find out why more is asked for.`,
  );
}
