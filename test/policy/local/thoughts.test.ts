import { describe, expect, it } from "vitest";
import { withoutSecondMark } from "../../../src/policy/local/chat.ts";
import { Thoughts } from "../../../src/policy/local/thoughts.ts";
import type { Completion } from "../../../src/policy/openai/completion.ts";
import { samplesOf } from "../../../src/policy/openai/samples.ts";
import { type ThoughtFormat, thoughtFormats } from "../../../src/policy/thinking.ts";
import { requestOf } from "../requests.ts";

const ANSWER = "First this.\n\nThen that: \\boxed{37}.";
const THOUGHT = "17 + 20:\n\nis it \\boxed{38}? No.";

/** The thought opened by the model, by the template and by the prefix; whole and cut; and no thought. */
const cases = thoughtFormats.flatMap((format) => {
  const whole = `${THOUGHT}${format.close}${format.answer?.open ?? "\n\n"}${ANSWER}`;
  const ends = [
    ["whole", whole, "stop"],
    ["cut", THOUGHT, "length"],
    ["stopped in the thought", THOUGHT, "stop"],
  ] as const;
  return ends.flatMap(([end, text, finish]) => [
    { name: `${format.name}, opened by the model, ${end}`, text: format.open + text, finish, opened: null, prefix: "" },
    { name: `${format.name}, opened by the template, ${end}`, text, finish, opened: format, prefix: "" },
    { name: `${format.name}, opened by the prefix, ${end}`, text, finish, opened: null, prefix: `${format.open}So: ` },
  ]);
});

const drawn = (text: string, finish: "stop" | "length") => ({
  ...{ text, finish, tokens: 30 },
  logprobs: (text.match(/[\s\S]{1,4}/g) ?? []).map((token) => ({ token, logprob: -0.5 })),
});

describe("a local model's text is taken apart as a server's", () => {
  it.each(cases)("$name", ({ text, finish, opened, prefix }) => {
    const request = requestOf({ prefix, stop: ["\n\n"], logprobs: 0, maxTokens: 64 });
    const completion: Completion = {
      choices: [drawn(text, finish)],
      usage: { promptTokens: 50, cachedPromptTokens: 0, completionTokens: 30 },
    };
    const [served] = samplesOf(completion, request, { prefix: "continue", sharedPrompt: true, opened });
    const local = new Thoughts(() => opened).request(request, undefined).sampleOf(drawn(text, finish));
    for (const [field, value] of Object.entries(local))
      expect([field, served?.[field as "text"]]).toEqual([field, value]);
    expect(local.text).toBe(text.includes(ANSWER) ? "First this." : "");
    expect(local.thoughtOpen === true).toBe(!text.includes(ANSWER));
    expect(local.thought).toBe(THOUGHT);
  });

  it("and left whole where thoughts are asked for, or where there is none", () => {
    const thoughts = new Thoughts(() => null);
    const text = "<think>Well.</think>37";
    const whole = thoughts.request(requestOf({ thoughtInText: true }), undefined).sampleOf(drawn(text, "stop"));
    expect(whole).toMatchObject({ text, finish: "stop" });
    expect(thoughts.capabilities).toEqual({});
    const plain = thoughts.request(requestOf(), undefined).sampleOf(drawn("37", "stop"));
    expect(plain).toMatchObject({ text: "37", finish: "stop" });
    expect(plain.thought).toBeUndefined();
  });
});

describe("stop texts and a local model that thinks", () => {
  const think = thoughtFormats[0] as ThoughtFormat;

  it("end its answer, not its thought, once it has been seen to think", () => {
    const thoughts = new Thoughts(() => null);
    const request = requestOf({ stop: ["\n\n"] });
    const first = thoughts.request(request, undefined);
    expect(first.stop).toEqual(["\n\n"]);
    expect(first.sampleOf(drawn("<think>17 + 20:", "stop"))).toMatchObject({ finish: "unknown", thoughtOpen: true });
    expect(thoughts.capabilities).toEqual({ thinks: true });
    expect(thoughts.request(request, undefined).stop).toEqual([]);
    expect(thoughts.request({ ...request, prefix: "<think>Well.</think>So" }, undefined).stop).toEqual(["\n\n"]);
  });

  it("are kept back at once where the template opens the thought, and not where thinking is off", () => {
    const thoughts = new Thoughts((thinking) => (thinking === false ? null : think));
    expect(thoughts.capabilities).toEqual({ thinks: true, thoughtFormat: "think" });
    expect(thoughts.request(requestOf({ stop: ["\n\n"] }), undefined).stop).toEqual([]);
    expect(thoughts.request(requestOf({ stop: ["\n\n"], thinking: false }), undefined).stop).toEqual(["\n\n"]);
  });

  it("are looked for in what is shown, which is the answer alone", () => {
    let shown = "";
    const onText = (_: number, text: string) => {
      shown += text;
    };
    const { shown: watched, sampleOf } = new Thoughts(() => think).request(requestOf({ stop: ["\n\n"] }), onText);
    const text = `${THOUGHT}</think>\n\n${ANSWER}`;
    for (const piece of text.match(/[\s\S]{1,3}/g) ?? []) watched?.take(0, piece);
    watched?.finish([{ ...sampleOf(drawn(text, "stop")) } as never]);
    expect(shown).toBe("First this.");
  });
});

describe("a thought that the template opens", () => {
  it("is not opened again by a prefix that begins with its mark", () => {
    const think = thoughtFormats[0] as ThoughtFormat;
    const parts = [
      { text: "17 + 20?", own: false },
      { text: "<|im_end|>\n<|im_start|>assistant\n<think>\n", own: true },
    ];
    const bare = [parts[0], { text: "<|im_end|>\n<|im_start|>assistant\n", own: true }];
    expect(withoutSecondMark(parts, "<think>\nWell.", think)).toEqual(bare);
    expect(withoutSecondMark(parts, "Well.", think)).toEqual(parts);
    expect(withoutSecondMark(parts, "<think>\nWell.", null)).toEqual(parts);
  });
});
