import { BaseChatModel, type BindToolsInput } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { StringOutputParser } from "@langchain/core/output_parsers";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { tool } from "@langchain/core/tools";
import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import { ChatOpenAI } from "@langchain/openai";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { asChatModel, asRunnable, thinking } from "../../src/faces/langchain.ts";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { scriptedUpstream } from "../serve/scripted-upstream.ts";

const votes = ["The answer is 4.", "The answer is 5.", "The answer is 4."];
const model = (script: readonly string[] = votes) =>
  asChatModel("self-consistency", { policy: scriptedPolicy(script), options: { n: 3 }, seed: 1 });

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
async function withUpstream(script: Parameters<typeof scriptedUpstream>[0], n = 3) {
  const upstream = await scriptedUpstream(script);
  open.push(upstream);
  const policy = openAiPolicy({ baseUrl: upstream.baseUrl, model: "test" });
  return { upstream, model: asChatModel("self-consistency", { policy, options: { n } }) };
}

const weather = tool(async ({ city }) => `Rain in ${city}`, {
  name: "weather",
  description: "The weather of a city",
  schema: z.object({ city: z.string() }),
});

describe("asChatModel", () => {
  it("invokes to the picked reply with usage and evidence", async () => {
    const message = await model().invoke([new SystemMessage("Be terse."), new HumanMessage("2 + 2?")]);
    expect(message.content).toBe("The answer is 4.");
    expect(message.usage_metadata).toMatchObject({ output_tokens: 12, output_token_details: { reasoning: 8 } });
    expect(message.response_metadata).toMatchObject({
      finish_reason: "stop",
      ruminate: { answer: "4", support: 2 / 3 },
    });
  });

  it("stands in a chain, a batch and a stream like any chat model", async () => {
    const chain = ChatPromptTemplate.fromTemplate("What is {sum}?").pipe(model()).pipe(new StringOutputParser());
    expect(await chain.invoke({ sum: "2 + 2" })).toBe("The answer is 4.");
    const both = await model([...votes, ...votes]).batch(["2 + 2?", "What is 1 + 3?"]);
    expect(both.map(({ content }) => content)).toEqual(["The answer is 4.", "The answer is 4."]);

    const pieces: string[] = [];
    let thought = "";
    let whole: Awaited<ReturnType<ReturnType<typeof model>["invoke"]>> | undefined;
    for await (const chunk of await model().stream("2 + 2?")) {
      pieces.push(String(chunk.content));
      thought += String(chunk.additional_kwargs.reasoning_content ?? "");
      whole = whole === undefined ? chunk : whole.concat(chunk);
    }
    expect(pieces.join("")).toBe("The answer is 4.");
    expect(pieces.filter((piece) => piece !== "").length).toBeGreaterThan(2);
    expect(thought).toContain("3 candidates: 4 ×2");
    expect(whole?.usage_metadata?.output_tokens).toBe(12);
    expect(whole?.response_metadata.ruminate).toMatchObject({ answer: "4" });
  });

  it("tells callbacks of its tokens and its end", async () => {
    const seen: string[] = [];
    const callbacks = [{ handleLLMNewToken: () => void seen.push("token"), handleLLMEnd: () => void seen.push("end") }];
    await model().invoke("2 + 2?", { callbacks });
    expect(seen).toEqual(["token", "end"]);
  });

  it("binds tools, calls them by vote and takes their results back", async () => {
    const call = { calls: [["weather", '{"city":"Paris"}']] as const };
    const { upstream, model: thinker } = await withUpstream([call, { calls: [["weather", '{"city":"Rome"}']] }, call]);
    const bound = thinker.bindTools([weather], { tool_choice: "any" });
    const asked = new HumanMessage("Weather in Paris?");
    const message = await bound.invoke([asked]);
    expect(message.tool_calls).toMatchObject([{ name: "weather", args: { city: "Paris" } }]);
    expect(upstream.bodies[0]).toMatchObject({ tool_choice: "required", tools: [{ function: { name: "weather" } }] });

    upstream.script = [{ content: "It rains." }];
    const result = await weather.invoke(message.tool_calls?.[0] as Parameters<typeof weather.invoke>[0]);
    expect(result).toBeInstanceOf(ToolMessage);
    expect((await bound.invoke([asked, message, result as ToolMessage])).content).toBe("It rains.");
    expect(upstream.bodies.at(-1)?.messages).toMatchObject([
      { role: "user" },
      { role: "assistant" },
      { role: "tool", content: "Rain in Paris" },
    ]);
  });

  it("gives structured output", async () => {
    const person = { calls: [["extract", '{"name":"Ada","age":36}']] as const };
    const { model: thinker } = await withUpstream([person]);
    const structured = thinker.withStructuredOutput(z.object({ name: z.string(), age: z.number() }));
    expect(await structured.invoke("Who?")).toEqual({ name: "Ada", age: 36 });
  });

  it("passes images on", async () => {
    const { upstream, model: thinker } = await withUpstream([{ content: "A cat." }]);
    const url = "data:image/png;base64,AAAA";
    await thinker.invoke([
      new HumanMessage({
        content: [
          { type: "text", text: "What is it?" },
          { type: "image_url", image_url: { url } },
        ],
      }),
    ]);
    expect(JSON.stringify(upstream.bodies[0]?.messages)).toContain(url);
  });

  it("refuses messages that are none in a sentence, and takes long ids of calls", async () => {
    const policy = scriptedPolicy(Array(4).fill("The answer is 4."), { capabilities: { conversations: true } });
    const model = asChatModel("chain-of-thought", { policy });
    await expect(model.invoke([new HumanMessage({ content: [] })])).rejects.toThrow(/"messages\[0\].content" must/);
    const call = { id: "c".repeat(3000), name: "f", args: {} };
    const turns = [
      new HumanMessage("hi"),
      new AIMessage({ content: "", tool_calls: [call] }),
      new ToolMessage({ content: "x", tool_call_id: call.id }),
    ];
    expect((await model.invoke(turns)).content).toBe("The answer is 4.");
  });

  it("refuses what its policy cannot keep, and what is no option", async () => {
    await expect(model().bindTools([weather]).invoke("x")).rejects.toThrow('cannot honour "tools"');
    expect(() => asChatModel("self-consistency", { policy: scriptedPolicy([]), options: { n: 0 } })).toThrow('"n"');
    expect(() => asChatModel("magic", { policy: scriptedPolicy([]) })).toThrow("Unknown strategy");
  });

  it("ends its work when the call is aborted", async () => {
    const { model: thinker, upstream } = await withUpstream([{ content: "x" }]);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(thinker.invoke("x", { signal })).rejects.toThrow();
    expect(upstream.bodies).toHaveLength(0);
  });
});

/** A chat model of the user's own, of no class that is known: it says or calls what its script has. */
class OwnModel extends BaseChatModel {
  readonly seen: { readonly messages: BaseMessage[]; readonly options: Record<string, unknown> }[] = [];
  script: readonly AIMessage[];
  constructor(script: readonly AIMessage[]) {
    super({});
    this.script = script;
  }
  override _llmType() {
    return "own";
  }
  override bindTools(tools: BindToolsInput[], kwargs?: object) {
    return this.withConfig({ tools: tools.map((one) => convertToOpenAITool(one)), ...kwargs } as object);
  }
  override async _generate(messages: BaseMessage[], options: this["ParsedCallOptions"]) {
    options.signal?.throwIfAborted();
    const message = this.script[this.seen.length % this.script.length] ?? new AIMessage("");
    this.seen.push({ messages, options: { ...options } });
    return { generations: [{ text: message.text, message }] };
  }
}

const usage_metadata = { input_tokens: 20, output_tokens: 10, total_tokens: 30 };
const says = (content: string) => new AIMessage({ content, usage_metadata });
const calls = (name: string, args: Record<string, unknown>) =>
  new AIMessage({ content: "", usage_metadata, tool_calls: [{ id: "call_1", name, args }] });
const three = { options: { n: 3 } };

describe("thinking", () => {
  it("votes with any chat model, with its usage, in a batch and with its callbacks", async () => {
    const own = new OwnModel(votes.map(says));
    let ended = 0;
    const callbacks = [{ handleLLMEnd: () => void ended++ }];
    const both = await thinking(own, three).batch(["2 + 2?", "1 + 3?"], { callbacks });
    expect(both.map(({ content }) => content)).toEqual(["The answer is 4.", "The answer is 4."]);
    expect(both[0]?.usage_metadata).toMatchObject({ input_tokens: 60, output_tokens: 30 });
    expect(both[0]?.response_metadata.ruminate).toMatchObject({ answer: "4", support: 2 / 3 });
    expect([ended, own.seen.length]).toEqual([2, 6]);
  });

  it("votes on calls of bound tools and takes their results back as messages", async () => {
    const paris = calls("weather", { city: "Paris" });
    const own = new OwnModel([paris, calls("weather", { city: "Rome" }), paris]);
    const bound = thinking(own, three).bindTools([weather], { tool_choice: "any" });
    const asked = new HumanMessage("Weather in Paris?");
    const message = await bound.invoke([asked]);
    expect(message.tool_calls).toMatchObject([{ name: "weather", args: { city: "Paris" } }]);
    expect(own.seen[0]?.options).toMatchObject({ tool_choice: "any", tools: [{ function: { name: "weather" } }] });
    own.script = [says("It rains.")];
    const result = await weather.invoke(message.tool_calls?.[0] as Parameters<typeof weather.invoke>[0]);
    expect((await bound.invoke([asked, message, result as ToolMessage])).content).toBe("It rains.");
    const sent = own.seen.at(-1)?.messages ?? [];
    expect(sent.map((one) => one.getType())).toEqual(["human", "ai", "tool"]);
    expect(sent[1]).toMatchObject({ tool_calls: [{ name: "weather", args: { city: "Paris" } }] });
  });

  it("gives structured output that satisfies its schema, whatever most replies say", async () => {
    const old = calls("extract", { name: "Ada", age: "old" });
    const own = new OwnModel([old, old, calls("extract", { name: "Ada", age: 36 })]);
    const schema = z.object({ name: z.string(), age: z.number() });
    expect(await thinking(own, three).withStructuredOutput(schema).invoke("Who?")).toEqual({ name: "Ada", age: 36 });
    const never = thinking(new OwnModel([old]), three).withStructuredOutput(schema);
    await expect(never.invoke("Who?")).rejects.toThrow("satisfies the response format");
  });

  it("passes tools, formats and images on to a class of the OpenAI family, several samples a request", async () => {
    const upstream = await scriptedUpstream([{ content: '{"a":1}' }]);
    open.push(upstream);
    const base = new ChatOpenAI({ model: "small", apiKey: "k", configuration: { baseURL: upstream.baseUrl } });
    const model = thinking(base, three);
    const url = "data:image/png;base64,AAAA";
    const image = new HumanMessage({ content: [{ type: "image_url", image_url: { url } }] });
    await model.invoke([image], { response_format: { type: "json_object" } });
    expect(upstream.bodies[0]).toMatchObject({ n: 3, response_format: { type: "json_object" } });
    expect(JSON.stringify(upstream.bodies[0]?.messages)).toContain(url);
    upstream.script = [{ calls: [["weather", '{"city":"Paris"}']] }];
    expect((await model.bindTools([weather]).invoke("Paris?")).tool_calls).toMatchObject([{ name: "weather" }]);
    expect(upstream.bodies[1]).toMatchObject({ tools: [{ function: { name: "weather" } }] });
  });

  it("ends with its signal, and refuses what is no chat model", async () => {
    const own = new OwnModel(votes.map(says));
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(thinking(own, three).invoke("x", { signal })).rejects.toThrow();
    expect(own.seen).toHaveLength(0);
    expect(() => thinking(own.bindTools([weather]) as unknown as OwnModel)).toThrow("must be a chat model");
    const openAi = new ChatOpenAI({ model: "small", apiKey: "k" });
    expect(() => thinking(openAi.bindTools([weather]) as unknown as ChatOpenAI)).toThrow("nothing bound to it");
  });
});

describe("asRunnable", () => {
  it("gives the whole solution of a question", async () => {
    const runnable = asRunnable("self-consistency", { policy: scriptedPolicy(votes), options: { n: 3 } });
    expect(await runnable.invoke("2 + 2?")).toMatchObject({
      answer: "4",
      pick: { support: 2 / 3 },
      stopped: "finished",
    });
  });
});
