import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { completionBuilder, readCompletion } from "../../src/policy/openai/completion.ts";
import { redactor, spokenError } from "../../src/policy/openai/failure.ts";
import { echoLength } from "../../src/policy/openai/samples.ts";
import { eventReader } from "../../src/policy/openai/sse.ts";
import { shareOut } from "../../src/policy/openai/usage.ts";

/** Cuts a text at the given places. */
function pieces(text: string, cuts: readonly number[]): string[] {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].toSorted((a, b) => a - b);
  return [...places, text.length].map((end, index) => text.slice(places[index - 1] ?? 0, end));
}

describe("eventReader", () => {
  it("reads the same events however the text is cut", () => {
    const data = fc.array(
      fc.string().filter((text) => !/[\r\n]/.test(text)),
      { minLength: 1, maxLength: 5 },
    );
    const ending = fc.constantFrom("\n", "\r\n", "\r");
    fc.assert(
      fc.property(data, ending, fc.array(fc.nat(200), { maxLength: 8 }), (events, end, cuts) => {
        const text = events.map((event) => `: comment${end}data: ${event}${end}${end}`).join("");
        const read: string[] = [];
        const reader = eventReader((event) => read.push(event));
        for (const piece of pieces(text, cuts)) reader.take(piece);
        reader.end();
        expect(read).toEqual(events);
      }),
    );
  });

  it("joins the data lines of one event", () => {
    const read: string[] = [];
    eventReader((event) => read.push(event)).take("event: x\ndata: one\ndata:two\n\nid: 3\n\n");
    expect(read).toEqual(["one\ntwo"]);
  });

  it("passes over a byte-order mark and takes a last event that no blank line closes", () => {
    const read: string[] = [];
    const reader = eventReader((event) => read.push(event));
    reader.take("\uFEFFdata: one\n\nda");
    reader.take("ta: two");
    expect(read).toEqual(["one"]);
    reader.end();
    expect(read).toEqual(["one", "two"]);
  });
});

describe("completionBuilder", () => {
  const chunk = (index: number, content: string, finish: string | null = null) =>
    JSON.stringify({ choices: [{ index, delta: { content }, finish_reason: finish }] });

  it("keeps choices apart that come interleaved", () => {
    const builder = completionBuilder(() => undefined);
    for (const data of [chunk(1, "b"), chunk(0, "a"), chunk(1, "B", "length"), chunk(0, "A", "stop"), "[DONE]"])
      builder.add(data);
    builder.add(JSON.stringify({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 4 } }));
    expect(builder.finish()).toEqual({
      choices: [
        { text: "aA", finish: "stop" },
        { text: "bB", finish: "length" },
      ],
      usage: { promptTokens: 5, cachedPromptTokens: 0, completionTokens: 4 },
    });
  });

  it("does not take half a text for a whole one", () => {
    const half = completionBuilder(() => undefined);
    half.add(chunk(0, "a", "stop"));
    half.add(chunk(1, "b"));
    expect(() => half.finish()).toThrow(/middle of a text/);
    expect(() => completionBuilder(() => undefined).finish()).toThrow(/before it began/);
  });
});

describe("readCompletion", () => {
  it("sorts choices by their index, and reads cached tokens, stop texts and texts in parts", () => {
    const body = JSON.stringify({
      choices: [
        {
          index: 1,
          message: { content: [{ type: "text", text: "se" }, { text: "cond" }] },
          finish_reason: "stop",
          stop_reason: 128001,
        },
        { index: 0, message: { content: null }, finish_reason: "stop", matched_stop: "\n\n" },
      ],
      usage: { prompt_tokens: 9, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 8 } },
    });
    expect(readCompletion(body)).toEqual({
      choices: [
        { text: "", finish: "stop", stoppedBy: "\n\n", namesStops: true },
        { text: "second", finish: "stop", namesStops: true },
      ],
      usage: { promptTokens: 9, cachedPromptTokens: 8, completionTokens: 3 },
    });
  });

  it.each(["", "{", "null", "[]", '{"choices":[]}', '{"error":{"message":"no"}}', '{"choices":[{"index":0}]}'])(
    "does not take %s for a reply",
    (body) => {
      expect(() => readCompletion(body)).toThrow();
    },
  );
});

describe("shareOut", () => {
  const choice = fc.record({
    text: fc.string({ maxLength: 40 }),
    finish: fc.constantFrom("stop" as const, "length" as const),
  });

  it("gives integers of at least 0 that sum to the whole", () => {
    fc.assert(
      fc.property(
        fc.nat(5000),
        fc.array(choice, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 600 }),
        (total, choices, limit) => {
          const shares = shareOut(total, choices, limit);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total);
          expect(shares.every((share) => Number.isInteger(share) && share >= 0)).toBe(true);
        },
      ),
    );
  });

  it("counts by log-probabilities where it can, and knows the length of a cut text", () => {
    const tokens = (count: number) => Array.from({ length: count }, () => ({ token: "x", logprob: -1 }));
    const exact = [2, 5].map((count) => ({ text: "same", finish: "stop" as const, logprobs: tokens(count) }));
    expect(shareOut(7, exact, 10)).toEqual([2, 5]);
    const cut = [
      { text: "short", finish: "stop" as const },
      { text: "x", finish: "length" as const },
    ];
    expect(shareOut(13, cut, 10)).toEqual([3, 10]);
  });
});

describe("echoLength", () => {
  it("takes a repeated prefix off only where it can be nothing else", () => {
    const long = "a prefix long enough";
    expect(echoLength(`${long} and more`, long, "echo")).toBe(long.length);
    expect(echoLength("1 and more", "1", "echo")).toBe(1);
    expect(echoLength(`${long} and more`, long, "instructed")).toBe(long.length);
    expect(echoLength("1 and more", "1", "instructed")).toBe(0);
    expect(echoLength(`${long} and more`, long, "continue")).toBe(0);
    expect(echoLength("other", long, "echo")).toBe(0);
  });
});

describe("what servers say", () => {
  it.each([
    ['{"error":{"message":"Too long."}}', "Too long"],
    ['{"error":"plain"}', "plain"],
    ['{"detail":"from a\\nframework"}', "from a framework"],
    ["Bad gateway", "Bad gateway"],
    ["", ""],
  ])("reads %s", (body, said) => {
    expect(spokenError(body)).toBe(said);
  });

  it("is shown without secrets", () => {
    expect(redactor(["sk-123456", "abc"])("key sk-123456, abc")).toBe("key [secret], abc");
  });
});
