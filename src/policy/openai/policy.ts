import { InvalidOptionError } from "../../core/errors.ts";
import { warn } from "../../core/host.ts";
import { plainText } from "../../core/plain-text.ts";
import type { Capabilities, Policy, Sample, SampleOptions, SampleRequest } from "../../core/policy.ts";
import { sampleInParts } from "../parts.ts";
import type { Endpoint, EndpointOptions } from "./endpoint.ts";
import { Exchange } from "./exchange.ts";
import type { Transport } from "./http.ts";
import { type Identity, identityOf, idOf } from "./identity.ts";
import { type ServerProfile, unknownServer } from "./profile.ts";
import type { PrefixMode } from "./request.ts";
import { dollarsFor, type Prices } from "./samples.ts";

export interface OpenAiOptions extends EndpointOptions {
  readonly model: string;
  /** Connections, and calls that pay off in flight at a time. Default 16. */
  readonly parallel?: number;
  /** The longest silence of the server before a call counts as failed. Default ten minutes. */
  readonly timeoutMs?: number;
  /** The longest time for one call, however busy the server seems. Default six times the silence. */
  readonly totalMs?: number;
  /**
   * Further fields of every request: `{ chat_template_kwargs: { enable_thinking: false } }`. Null takes a field out:
   * `{ seed: null }`.
   */
  readonly extraBody?: Readonly<Record<string, unknown>>;
  /** How the model is to think where a request does not say: see the fields of `SampleRequest`. */
  readonly reasoningEffort?: string;
  readonly thinkingTokens?: number;
  readonly thinking?: boolean;
  readonly prices?: Prices;
  /** What is known of the server, from `probeServer` or from the one who runs it. Default: nothing. */
  readonly profile?: Partial<ServerProfile>;
  /** How the server goes on with a begun assistant turn. Default "instructed", which every server can. */
  readonly prefix?: PrefixMode;
  /** Does the server give `n` samples in one request? Default: assumed until it gives fewer. */
  readonly severalPerRequest?: boolean;
  /**
   * Ask for each sample by itself, so that its text depends on its own seed and not on those it was asked for with.
   * Costs the prompt once per sample. Default false.
   */
  readonly seeds?: boolean;
  /** Default: up to 20 alternatives a token. */
  readonly logprobs?: Capabilities["logprobs"];
  readonly contextTokens?: number | null;
  /** Default: made from address, model, headers and settings: see openai/identity.ts. */
  readonly id?: string;
  /** What the server says of the weights behind the name, where it says any of it: part of the id. */
  readonly revision?: string | null;
  /** What its user says of the server in place of what it shows: part of the id. */
  readonly declared?: Partial<ServerProfile>;
  /** Gets what is found out of the server on the way, once each. Default: a warning of the process. */
  readonly onNote?: (note: string) => void;
}

export interface OpenAiPolicy extends Policy {
  /** Where its id comes from. */
  readonly identity: Identity;
  /** Does the server answer? It is asked for its models, which costs nothing. */
  readonly healthy: () => Promise<boolean>;
}

/** A server that says nothing of its models for so long counts as gone. */
const HEALTHY_WITHIN_MS = 5000;

/** A model behind a server, asked by a way of its own: see openai.ts, fetch.ts, and the fetch of a client. */
export function openAiPolicyOver(options: OpenAiOptions, endpoint: Endpoint, open: () => Transport): OpenAiPolicy {
  const { parallel = 16, prices } = options;
  if (options.model === "")
    throw new InvalidOptionError('openai: "model"', "must be the name of a model, got an empty text.");
  const profile = profileOf(options, endpoint);
  const transport = open();
  const exchange = new Exchange({
    endpoint,
    transport,
    profile,
    prices,
    extraBody: options.extraBody ?? {},
    mostSamples: options.severalPerRequest === false || options.seeds === true ? 1 : (profile.samples ?? Infinity),
    onNote: options.onNote ?? ((note) => warn(plainText(note))),
  });
  const { refusals } = exchange;
  const identity = identityOf(options, endpoint, profile.prefix);
  return {
    id: options.id ?? idOf([identity]),
    identity,
    get capabilities(): Capabilities {
      return {
        prefix: profile.prefix === "instructed" ? "instructed" : "native",
        logprobs: refusals.fields.has("logprobs") ? null : logprobsOf(options, profile),
        sharedPrompt: refusals.mostSamples > 1,
        ...(profile.reportsStops && { reportsStops: true }),
        ...(refusals.stopTexts !== null && { stopTexts: refusals.stopTexts }),
        ...(exchange.thinks && { thinks: true }),
        ...(profile.thought !== null && { thoughtFormat: profile.thought.from }),
        seeds: options.seeds ?? false,
        embeds: false,
        contextTokens: options.contextTokens ?? profile.contextTokens,
        parallel,
        conversations: true,
      };
    },
    sample: (request: SampleRequest, callOptions: SampleOptions = {}): Promise<Sample[]> =>
      sampleInParts(
        withThinking(request, options),
        callOptions,
        () => refusals.mostSamples,
        (part, partOptions) => exchange.ask(part, partOptions),
        (given) => {
          refusals.mostSamples = Math.min(refusals.mostSamples, given);
        },
      ),
    ...(prices && { price: (prompt: number, completion: number) => dollarsFor(prices, prompt, completion) }),
    healthy: async () => {
      const signal = AbortSignal.timeout(HEALTHY_WITHIN_MS);
      const { headers } = endpoint;
      const reply = await transport
        .send({ method: "GET", path: endpoint.pathOf("models"), headers, signal })
        .catch(() => null);
      return reply !== null && reply.status < 500;
    },
    dispose: () => transport.close(),
  };
}

function profileOf(options: OpenAiOptions, endpoint: Endpoint): ServerProfile {
  const { model, profile = {}, prefix = profile.prefix ?? unknownServer.prefix } = options;
  const tokenLimitField = endpoint.isOpenAi ? "max_completion_tokens" : "max_tokens";
  return { ...unknownServer, tokenLimitField, ...profile, model, prefix };
}

function logprobsOf(options: OpenAiOptions, { logprobs }: ServerProfile): Capabilities["logprobs"] {
  if (options.logprobs !== undefined) return options.logprobs;
  return logprobs === null ? null : { top: logprobs };
}

type HowToThink = Pick<OpenAiOptions, "reasoningEffort" | "thinkingTokens" | "thinking">;

function withThinking(request: SampleRequest, options: HowToThink): SampleRequest {
  const {
    reasoningEffort = options.reasoningEffort,
    thinkingTokens = options.thinkingTokens,
    thinking = options.thinking,
  } = request;
  return { ...request, reasoningEffort, thinkingTokens, thinking };
}
