import { describe, expect, it } from "vitest";
import { readCompletion } from "../../src/policy/openai/completion.ts";
import { samplesOf } from "../../src/policy/openai/samples.ts";
import { openThought, splitThought, thoughtFormats } from "../../src/policy/thinking.ts";
import { bodyOf, recordingOf } from "../fakes/recordings.ts";
import { inShapeOf } from "../fakes/shapes.ts";
import { requestOf } from "./requests.ts";

const between = (name: string) => thoughtFormats.find((format) => format.name === name)?.answer?.open ?? "\n\n";

describe.each(thoughtFormats.map((format) => [format.name, format] as const))(
  "a thought marked by %s",
  (name, format) => {
    const { open, close } = format;
    const whole = `${open}17 + 20: is it \\boxed{38}? No.${close}${between(name)}The answer is \\boxed{37}.`;

    it("is taken off the answer", () => {
      expect(splitThought(whole)).toMatchObject({
        thought: "17 + 20: is it \\boxed{38}? No.",
        open: false,
        answer: "The answer is \\boxed{37}.",
      });
      expect(splitThought(`\n${whole}`).answer).toBe("The answer is \\boxed{37}.");
    });

    it("that was opened by the template is taken off too, where that is known", () => {
      const unopened = whole.slice(open.length);
      expect(splitThought(unopened, { inside: format }).answer).toBe("The answer is \\boxed{37}.");
    });

    it("that was cut leaves no answer, at whatever character", () => {
      const end = whole.indexOf(close) + close.length;
      for (let length = open.length; length < end; length++) {
        expect(splitThought(whole.slice(0, length))).toMatchObject({ open: true, answer: "" });
        expect(openThought(whole.slice(0, length))?.name).toBe(name);
      }
      expect(openThought(whole)).toBeNull();
    });

    it("that is empty leaves the answer alone", () => {
      expect(splitThought(`${open}\n\n${close}${between(name)}37`)).toMatchObject({ answer: "37", open: false });
    });
  },
);

describe("splitThought", () => {
  it("knows by a closing mark alone that the template opened the thought", () => {
    expect(splitThought("So 37.\n</think>\n\n37")).toMatchObject({ thought: "So 37.\n", answer: "37" });
    expect(splitThought("So 37.[/THINK]37")).toMatchObject({ thought: "So 37.", answer: "37" });
  });

  it("leaves answers alone that speak of marks", () => {
    for (const text of ["Write <think> before you think.", "Use <think>x</think> as marks.", "37", ""]) {
      expect(splitThought(text)).toEqual({ thought: null, open: false, answer: text, at: 0 });
    }
  });

  it("reads a harmony reply without a thought", () => {
    expect(splitThought("<|channel|>final<|message|>37<|return|>").answer).toBe("37");
  });
});

describe("samples of a model that thinks", () => {
  const sample = (content: string, own: Parameters<typeof requestOf>[0] = {}, finish = "stop") => {
    const reply = inShapeOf("llama.cpp-xllamacpp-2026.10", "01-plain", {
      choices: [{ message: { content }, finish_reason: finish }],
      usage: { prompt_tokens: 12, completion_tokens: 20, prompt_tokens_details: { cached_tokens: 0 } },
    });
    const [one] = samplesOf(readCompletion(JSON.stringify(reply)), requestOf(own), {
      prefix: "continue",
      sharedPrompt: true,
    });
    return one;
  };

  it("hold thought and answer apart, with their tokens", () => {
    const one = sample("<think>It may be 38, or 37. Yes, it is 37 of course.</think>\n\n37");
    expect(one).toMatchObject({ text: "37", finish: "stop", completionTokens: 20 });
    expect(one?.thoughtTokens).toBeGreaterThan(15);
  });

  it("end a step of the answer, not of the thought, at a stop text", () => {
    const one = sample("<think>First.\n\nThen.</think>\n\nStep one.\n\nStep two.", { stop: ["\n\n"] });
    expect(one).toMatchObject({ text: "Step one.", thought: "First.\n\nThen.", stoppedBy: "\n\n", finish: "stop" });
  });

  it("have no answer where the thought was cut or stopped", () => {
    expect(sample("<think>It is \\boxed{38}", {}, "length")).toMatchObject({
      text: "",
      thoughtOpen: true,
      finish: "length",
    });
    expect(sample("<think>It is \\boxed{38}")).toMatchObject({
      text: "",
      finish: "unknown",
      ending: "inside the thought",
    });
  });

  it("go on inside the thought that the prefix opened", () => {
    expect(sample(" It is 37.</think>37", { prefix: "<think>Well." })).toMatchObject({
      thought: " It is 37.",
      text: "37",
    });
    expect(sample(" It is 38", { prefix: "<think>Well." }, "length")).toMatchObject({ text: "", thoughtOpen: true });
    expect(sample(" 37", { prefix: "<think>Well.</think>The answer is" })).toMatchObject({ text: " 37" });
  });

  it("hold the thought in the text for those who ask for it", () => {
    const text = "<think>Well.</think>37";
    expect(sample(text, { thoughtInText: true })).toMatchObject({ text, finish: "stop" });
  });

  it("under a parser give no answer to what is all thought, even after a prefix that closed it", () => {
    for (const id of ["26-think", "26-think-prefill", "26-think-prefill-closed", "26-think-logprobs"]) {
      const recording = recordingOf("vllm-0.32.0-reasoning-parser", id);
      const request = requestOf({ logprobs: 2, maxTokens: recording.request.body?.max_tokens as number });
      const completion = readCompletion(bodyOf(recording));
      const [one] = samplesOf(completion, request, { prefix: "continue", sharedPrompt: true });
      expect(one, id).toMatchObject({ text: "", thoughtOpen: true, finish: "length" });
      expect(one?.thoughtTokens, id).toBe(one?.completionTokens);
      expect(one?.logprobs ?? [], id).toEqual([]);
    }
  });
});
