import { type Attributes, SpanKind } from "@opentelemetry/api";
import { lookup } from "../../core/lookup.ts";
import type { Message, Policy, Sample, SampleRequest } from "../../core/policy.ts";
import { usageOf } from "../usage.ts";
import { wrapPolicy } from "../wrap.ts";
import { names } from "./names.ts";
import { inSpan, present, type Tracing } from "./span.ts";

/**
 * The policy with one span a call: from the asking to the samples, waiting and further attempts included. Conversations
 * are in it only where `tracing.prompts` says so.
 */
export function tracedPolicy(policy: Policy, tracing: Tracing): Policy {
  const { model, inProcess, attributes } = whoIs(policy.id);
  const kind = inProcess ? SpanKind.INTERNAL : SpanKind.CLIENT;
  const embed = policy.embed?.bind(policy);
  return wrapPolicy(policy, {
    sample: (request, options) => {
      const given = { [names.operation]: "chat", ...attributes, ...requestAttributes(request, tracing.prompts) };
      return inSpan(tracing, `chat ${model}`, { kind, attributes: given }, async (span) => {
        const samples = await policy.sample(request, options);
        span.setAttributes(replyAttributes(samples, tracing.prompts));
        return samples;
      });
    },
    ...(embed && {
      embed: (texts, options) => {
        const given = { [names.operation]: "embeddings", ...attributes };
        return inSpan(tracing, `embeddings ${model}`, { kind, attributes: given }, () => embed(texts, options));
      },
    }),
  });
}

const inProcess = new Set(["local", "simulated", "scripted"]);
/** Our names of providers, where the conventions have others. */
const conventional: Readonly<Record<string, string>> = lookup({
  mistralai: "mistral_ai",
  xai: "x_ai",
  bedrock: "aws.bedrock",
  "google-genai": "gcp.gemini",
  "google-vertexai": "gcp.vertex_ai",
  azure_openai: "azure.ai.openai",
});

/**
 * A policy's id is "provider/model@settings", where a server that speaks OpenAI's protocol is called by its address;
 * one that is not under "/v1" is "host:port/path?hash#model@settings".
 */
function whoIs(id: string): { readonly model: string; readonly inProcess: boolean; readonly attributes: Attributes } {
  const [, provider = id, model = id] = /^([^/?#]+)(?:[^#@]*#|\/)([^@]+)/.exec(id) ?? [];
  const [, host = provider, port] = /^(.*?)(?::(\d+))?$/.exec(provider) ?? [];
  const isAddress = port !== undefined || host === "localhost" || /[.[]/.test(host);
  return {
    model,
    inProcess: inProcess.has(provider),
    attributes: present({
      [names.provider]: isAddress ? "openai" : (conventional[provider] ?? provider),
      [names.requestModel]: model,
      [names.serverAddress]: isAddress ? host : undefined,
      [names.serverPort]: port === undefined ? undefined : Number(port),
    }),
  };
}

function requestAttributes(request: SampleRequest, prompts: boolean): Attributes {
  const { n, seeds, maxTokens, temperature, topP, topK, stop, purpose, messages, prefix = "" } = request;
  const begun: Message[] = prefix === "" ? [] : [{ role: "assistant", content: prefix }];
  return present({
    "ruminate.purpose": purpose,
    [names.choices]: n === 1 ? undefined : n,
    [names.seed]: n === 1 ? seeds[0] : undefined,
    [names.maxTokens]: maxTokens,
    [names.temperature]: temperature,
    [names.topP]: topP,
    [names.topK]: topK,
    [names.stop]: stop && [...stop],
    [names.inputMessages]: prompts ? messagesText([...messages, ...begun]) : undefined,
  });
}

function replyAttributes(samples: readonly Sample[], prompts: boolean): Attributes {
  const usage = usageOf(samples);
  const reasonOf = ({ toolCalls, finish }: Sample) => (toolCalls === undefined ? finish : "tool_calls");
  return present({
    [names.finishReasons]: samples.map(reasonOf),
    [names.inputTokens]: usage.promptTokens,
    [names.outputTokens]: usage.completionTokens,
    [names.cachedTokens]: usage.cachedPromptTokens,
    [names.outputMessages]: prompts
      ? JSON.stringify(samples.map((one) => ({ ...turn("assistant", one.text), finish_reason: reasonOf(one) })))
      : undefined,
  });
}

const turn = (role: string, content: string) => ({ role, parts: [{ type: "text", content }] });

/** Turns as the conventions write them. Of parts other than text only the text stands in a message's `content`. */
export const messagesText = (messages: readonly Pick<Message, "role" | "content">[]): string =>
  JSON.stringify(messages.map(({ role, content }) => turn(role, content)));
