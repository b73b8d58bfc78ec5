import type { Sample, SampleOptions, SampleRequest } from "../../core/policy.ts";
import { wouldThink } from "../apart.ts";
import { type ThoughtFormat, thoughtFormats } from "../thinking.ts";
import { type Completion, completionBuilder, readCompletion } from "./completion.ts";
import type { Endpoint } from "./endpoint.ts";
import { type EndReader, endReader } from "./ends.ts";
import { failureInside, failureOfConnection, failureOfReply, malformedReply } from "./failure.ts";
import type { HttpReply, Transport } from "./http.ts";
import type { ServerProfile } from "./profile.ts";
import { adaptTo, fieldsWithout, isRefusal, leaveOut, type Refusals } from "./refusals.ts";
import { continuedPrompt, type Rendered, type Renderer, rendererOf } from "./render.ts";
import { requestBody, templateFields } from "./request.ts";
import { SaidError } from "./said-error.ts";
import { type Prices, samplesOf } from "./samples.ts";
import { shownText } from "./shown.ts";
import { eventReader } from "./sse.ts";

export interface ExchangeSettings {
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  readonly profile: ServerProfile;
  readonly prices: Prices | undefined;
  readonly extraBody: Readonly<Record<string, unknown>>;
  /** Samples a request at most, as far as is known. */
  readonly mostSamples: number;
  readonly onNote: (note: string) => void;
}

/** One server's requests and replies, and what the replies have shown of it so far. */
export class Exchange {
  readonly refusals: Refusals;
  readonly #settings: ExchangeSettings;
  readonly #server: string;
  readonly #renderer: Renderer;
  readonly #ends: EndReader;
  readonly #opened: ThoughtFormat | null;
  #thinks: boolean;
  #changes = 0;

  constructor(settings: ExchangeSettings) {
    const { profile, endpoint } = settings;
    this.#settings = settings;
    this.#server = `${profile.model} at ${endpoint.host}`;
    this.#renderer = rendererOf({ ...settings, model: profile.model });
    this.#ends = endReader(this.#renderer);
    this.#opened = profile.thought?.opened ? (thoughtFormats.find(named(profile.thought.from)) ?? null) : null;
    this.#thinks = profile.thought !== null;
    this.refusals = {
      fields: new Set(profile.refuses),
      mostSamples: settings.mostSamples,
      stopTexts: profile.stopTexts,
      tokenLimitField: profile.tokenLimitField,
    };
  }

  /** Has the model been seen to think before it answers? */
  get thinks(): boolean {
    return this.#thinks;
  }

  /**
   * One request, again without what the server refuses of it. Gives no samples where the server takes fewer at a time,
   * and then knows how many. What it takes the request without is left out of later ones.
   */
  async ask(request: SampleRequest, options: SampleOptions): Promise<Sample[]> {
    const tried = new Set<string>();
    for (;;) {
      const changes = this.#changes;
      const without = fieldsWithout(this.refusals, tried);
      try {
        const samples = await this.#once(request, options, without);
        this.#changed(leaveOut(tried, this.refusals));
        return samples;
      } catch (error) {
        const change = adaptTo(error, this.refusals, request, without);
        if (typeof change === "string") {
          this.#changes++;
          this.#note(change);
        } else if (change !== null) {
          for (const field of change) tried.add(field);
        } else if (!isRefusal(error) || changes === this.#changes) {
          throw error; // else another call has found out meanwhile
        }
        if (request.n > this.refusals.mostSamples) return [];
      }
    }
  }

  #changed(words: string): void {
    if (words === "") return;
    this.#changes++;
    this.#note(words);
  }

  #note(words: string): void {
    if (words !== "") this.#settings.onNote(`${this.#server} ${words}.`);
  }

  async #once(
    request: SampleRequest,
    { signal, onText }: SampleOptions,
    without: ReadonlySet<string>,
  ): Promise<Sample[]> {
    const { profile, prices } = this.#settings;
    const prompt = await this.#promptOf(request, signal);
    const prefix = profile.prefix === "completions" ? "continue" : profile.prefix;
    const ownStops = this.#thinks && wouldThink(request);
    const sharedPrompt = this.refusals.mostSamples > 1;
    const shown = onText && shownText(onText, request, { prefix, opened: this.#opened, ownStops });
    const send = this.#sender(request, { prompt, ownStops, stream: shown !== undefined, signal, without });
    const completion = await (shown ? this.#streamed(send, shown.take) : this.#whole(send));
    const facts = profile.counts === "one" && !ownStops ? await this.#ends(completion, request) : null;
    const settings = { prefix, prices, sharedPrompt, counts: profile.counts, facts, opened: this.#opened };
    const samples = samplesOf(completion, request, settings);
    this.#thinks ||= samples.some(({ thought, thoughtOpen }) => thoughtOpen === true || (thought ?? "").trim() !== "");
    shown?.finish(samples);
    return samples;
  }

  /** The prompt, where it is rendered by itself and the template does not see the begun turn. */
  async #promptOf(request: SampleRequest, signal: AbortSignal | undefined): Promise<Rendered | undefined> {
    const { prefix = "" } = request;
    const { profile, extraBody } = this.#settings;
    if (profile.prefix !== "completions" || prefix === "") return undefined;
    const chat = await this.#renderer.chat(request.messages, templateFields(request, extraBody), signal);
    const prompt =
      chat === null ? null : await continuedPrompt(this.#renderer, ...openedOnce(chat, prefix, this.#opened), signal);
    if (prompt !== null) return prompt;
    throw malformedReply(this.#server, "it does not render prompts any more (/apply-template, /tokenize)");
  }

  #sender(request: SampleRequest, how: Sending): Send {
    const { endpoint, transport, profile, extraBody } = this.#settings;
    const { stopTexts, tokenLimitField } = this.refusals;
    const { prompt, stream, signal, ownStops, without } = how;
    const counted = countable(request, profile, without);
    const body = requestBody(ownStops ? { ...counted, stop: [] } : counted, {
      model: profile.model,
      prefix: profile.prefix,
      tokenLimitField: prompt === undefined ? tokenLimitField : "max_tokens",
      extraBody,
      stream,
      stopTexts,
      without,
      prompt,
    });
    const path = endpoint.pathOf(prompt === undefined ? "chat/completions" : "completions");
    return (onText) =>
      transport
        .send({ method: "POST", path, headers: endpoint.headers, body, signal, onText, maxBytes: mostBytesOf(request) })
        .catch((error: unknown) => {
          signal?.throwIfAborted();
          throw failureOfConnection(this.#server, error, endpoint.redact);
        });
  }

  async #whole(send: Send): Promise<Completion> {
    const reply = await this.#successful(send());
    return this.#readable(() => readCompletion(reply.body));
  }

  /** A server that does not stream answers in one piece all the same. */
  async #streamed(send: Send, onText: (index: number, text: string) => void): Promise<Completion> {
    const builder = completionBuilder(onText);
    let broken: { readonly by: unknown } | null = null;
    let unread: string[] | null = [];
    const reader = eventReader((data) => {
      unread = null;
      if (broken !== null) return;
      try {
        builder.add(data);
      } catch (error) {
        broken = { by: error };
      }
    });
    const take = (text: string) => {
      unread?.push(text);
      reader.take(text);
    };
    await this.#successful(send(take));
    return this.#readable(() => {
      reader.end();
      const whole = unread?.join("").trim() ?? "";
      if (whole.startsWith("{")) return shownAtOnce(readCompletion(whole), onText);
      if (broken !== null) throw broken.by;
      return builder.finish();
    });
  }

  async #successful(sent: Promise<HttpReply>): Promise<HttpReply> {
    const reply = await sent;
    if (reply.status >= 200 && reply.status < 300) return reply;
    throw failureOfReply(this.#server, reply, this.#settings.endpoint.redact);
  }

  #readable(read: () => Completion): Completion {
    const { redact } = this.#settings.endpoint;
    try {
      return read();
    } catch (error) {
      if (error instanceof SaidError) throw failureInside(this.#server, error, redact);
      throw malformedReply(this.#server, redact(firstLine(error)));
    }
  }
}

function shownAtOnce(completion: Completion, onText: (index: number, text: string) => void): Completion {
  for (const [index, { text }] of completion.choices.entries()) onText(index, text);
  return completion;
}

interface Sending {
  readonly prompt: Rendered | undefined;
  readonly ownStops: boolean;
  readonly stream: boolean;
  readonly signal: AbortSignal | undefined;
  /** Fields to leave out. */
  readonly without: ReadonlySet<string>;
}

type Send = (onText?: (text: string) => void) => Promise<HttpReply>;

/**
 * More than any honest reply takes: every token as an event of its own with its frame around it, and where they are
 * asked for its alternatives with their bytes. No reply is read beyond a quarter of a gigabyte.
 */
function mostBytesOf({ n, maxTokens, logprobs = -1, prefixLogprobs = -1 }: SampleRequest): number {
  const perToken = 1024 + 512 * (Math.max(logprobs, prefixLogprobs) + 1);
  return Math.min(2 ** 28, 2 ** 22 + n * maxTokens * perToken + (prefixLogprobs < 0 ? 0 : 2 ** 26));
}

const named = (name: string) => (format: ThoughtFormat) => format.name === name;

/** A thought that the template opens is not opened again by a prefix that begins with its mark. */
function openedOnce(chat: Rendered, prefix: string, opened: ThoughtFormat | null): [chat: Rendered, begun: string] {
  if (opened === null || !prefix.startsWith(opened.open)) return [chat, prefix];
  if (typeof chat !== "string") return [chat, prefix.slice(opened.open.length).trimStart()];
  const end = chat.trimEnd();
  return [end.endsWith(opened.open) ? end.slice(0, -opened.open.length) : chat, prefix];
}

/** A server that counts one sample of several is asked for log-probabilities, of which there is one a token. */
function countable(request: SampleRequest, profile: ServerProfile, without: ReadonlySet<string>): SampleRequest {
  const blind = profile.counts === "one" && request.n > 1 && request.logprobs === undefined;
  return blind && profile.logprobs !== null && !without.has("logprobs") ? { ...request, logprobs: 1 } : request;
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s+/g, " ").slice(0, 200);
}
