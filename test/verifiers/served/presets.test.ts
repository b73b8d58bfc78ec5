import { describe, expect, it } from "vitest";
import { parseOptions } from "../../../src/core/strategy.ts";
import { render } from "../../../verifiers/served/layout.ts";
import { pageOf } from "../../../verifiers/served/page.ts";
import type { Preset } from "../../../verifiers/served/preset.ts";
import { presetNamed, presets } from "../../../verifiers/served/presets.ts";
import { served } from "../../../verifiers/served.ts";

const question = "How many is {step} 2 + 2?";
const solutions: readonly (readonly string[])[] = [
  ["2 + 2 = 4", "So it is \\boxed{4}"],
  ["Only one step: $1"],
  ["First {question}\n\n", "Second\nof two lines\n", "  third  "],
];
/** What the authors leave of a step's white space; the blank line that parts steps is no part of one. */
const spaced = (preset: Preset, steps: readonly string[]) =>
  steps.map((step) => {
    if (preset.whiteSpace === "kept") return step.replace(/(\n\n)+$/, "");
    return preset.whiteSpace === "flattened" ? step.trim().split("\n").join(" ") : step.trim();
  });
const trimmed = solutions.map((steps) => steps.map((step) => step.trim()));

const system = "Please reason step by step, and put your final answer within \\boxed{}.";
const chatml = (body: string, first: string | null, end = "") =>
  `${first === null ? "" : `<|im_start|>system\n${first}<|im_end|>\n`}<|im_start|>user\n${question}<|im_end|>\n<|im_start|>assistant\n${body}<|im_end|>\n${end}`;
const llama = (body: string) =>
  `<|start_header_id|>user<|end_header_id|>\n\n${question}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n${body}<|eot_id|>`;
const whole = (steps: readonly string[]) => steps.join("\n\n");
const tagged = (steps: readonly string[], tag: string, join: string) => steps.map((step) => step + tag).join(join);

/** What each model's authors feed it, and the text right before each place where a number is read. */
const expected: Readonly<Record<string, { text: (steps: readonly string[]) => string; before: string | null }>> = {
  "qwen2.5-math-prm": { text: (s) => chatml(tagged(s, "<extra_0>", ""), system), before: "<extra_0>" },
  "qwen2.5-math-prm800k": { text: (s) => chatml(tagged(s, "<extra_0>", ""), system), before: "<extra_0>" },
  "reasonflux-prm": { text: (s) => chatml(tagged(s, "<extra_0>", ""), null), before: "<extra_0>" },
  "versa-prm": { text: (s) => `${question} \n\n${tagged(s, " \n\n\n\n", "")}`, before: " \n\n\n\n" },
  "qwen-prm800k": { text: (s) => `${question} \n\n${tagged(s, " \n\n\n\n", "")}`, before: " \n\n\n\n" },
  "pathfinder-prm": {
    text: (s) =>
      `You are a Math Teacher. Given a question and a student's solution, evaluate the mathematical correctness, logic consistency of the current step and whether it will lead to the correct final solution\n\n Question: ${question}|${[...s.slice(0, -1), `Current Step: ${s.at(-1)}`].join("\n\n")}`,
    before: null,
  },
  "math-shepherd": { text: (s) => `${question} ${tagged(s, " ки", "\n")}`, before: " ки" },
  "er-prm": { text: (s) => `${question} ${tagged(s, " ки", "")}`, before: " ки" },
  "openr-prm": { text: (s) => `${question} ${tagged(s, " \n\n\n\n\n", " ")}`, before: " \n\n\n\n\n" },
  pqm: {
    text: (s) =>
      `Below is an instruction that describes a task.\nWrite a response that appropriately completes the request.\n\n### Instruction:\n${question}\n\n### Response: Let's think step by step\n${s.map((step, t) => `Step ${t + 1}: ${step} [PRM]`).join("\n")}`,
    before: " [PRM]",
  },
  "rebase-rm": { text: (s) => `${question}\n${tagged(s, " ки", "\n")}`, before: " ки" },
  "rstar-ppm": { text: (s) => `${question}\n${s.join("\n")}`, before: "" },
  "skywork-prm": { text: (s) => `<|endoftext|>${question}\n${tagged(s, "\n", "")}`, before: "\n" },
  "implicit-prm": { text: (s) => chatml(whole(s), system), before: "" },
  "plain-steps": { text: (s) => `${question}\n\n${whole(s)}`, before: "" },
  "rlhflow-prm": { text: (s) => [`${question} ${s[0]}`, ...s.slice(1)].join("|+|"), before: null },
  "yes-no-prm": {
    text: (s) =>
      [
        `Problem: ${question}\n\nFirst step: ${s[0]}\n\nIs this step right? Answer Yes or No, for each step that follows too.`,
        ...s.slice(1),
      ].join("|Yes|"),
    before: null,
  },
  genprm: {
    text: (s) =>
      `You are a math teacher. Your task is to review and critique the paragraphs in solution step by step.|${[`Question: ${question}\n\n${s[0]}`, ...s.slice(1)].join("||")}`,
    before: null,
  },
  "qwen2.5-math-rm": { text: (s) => chatml(whole(s), system), before: "" },
  "acemath-rm": {
    text: (s) => chatml(whole(s), "Please reason step by step, and check your final answer within \\boxed{}."),
    before: "",
  },
  "internlm2-reward": { text: (s) => chatml(whole(s), null, "<|reward|>"), before: "" },
  "skywork-reward": { text: (s) => chatml(whole(s), null), before: "" },
  grm: { text: (s) => chatml(whole(s), null), before: "" },
  "nemotron-reward": { text: (s) => chatml(whole(s), null), before: "" },
  "skywork-reward-v2-qwen3": { text: (s) => chatml(whole(s), null), before: "" },
  "skywork-reward-v2-llama": { text: (s) => llama(whole(s)), before: "" },
  armorm: { text: (s) => llama(whole(s)), before: "" },
  "rlhflow-orm": { text: (s) => `${question} ${whole(s)}`, before: null },
  genrm: {
    text: (s) => `Problem: ${question}\n\nSolution:\n${whole(s)}\n\nIs the answer correct (Yes/No)?`,
    before: null,
  },
  "chat-verdict": {
    text: (s) =>
      `Problem: ${question}\n\nSolution:\n${whole(s)}\n\nCheck the solution. End with one word on a line of its own: Yes if its final answer is correct, No if not.`,
    before: null,
  },
  drsow: { text: (s) => chatml(whole(s), null), before: "" },
  "sequence-reward": { text: (s) => chatml(whole(s), null), before: "" },
  "cross-encoder": { text: whole, before: "" },
  "cross-encoder-raw": { text: whole, before: "" },
  openrlhf: { text: (s) => `${question}\n\n${whole(s)}`, before: "" },
  plain: { text: (s) => `${question}\n\n${whole(s)}`, before: "" },
};

describe("presets", () => {
  it("are all in the table of this test, each under one name", () => {
    expect(presets.map(({ name }) => name).sort()).toEqual(Object.keys(expected).sort());
  });

  for (const preset of presets) {
    it(`${preset.name} reads what its authors feed it, at the places they read`, () => {
      const layout = expected[preset.name];
      for (const [i, given] of solutions.entries()) {
        const sent = preset.scores === "outcome" ? [whole(trimmed[i] ?? [])] : given;
        const steps = spaced(preset, sent);
        const { text, marks, chats } = render(preset, question, sent);
        const reads = layout?.text(preset.scores === "outcome" ? (trimmed[i] ?? []) : steps);
        expect(marks).toHaveLength(steps.length);
        if (layout?.before === null) {
          expect(chats).toHaveLength(steps.length);
          expect(
            chats
              .at(-1)
              ?.map(({ content }) => content)
              .join("|"),
          ).toBe(reads);
          const last = preset.layout.form === "begun" ? "assistant" : "user";
          expect(chats.map((chat) => chat.at(-1)?.role)).toEqual(steps.map(() => last));
        } else {
          expect(text).toBe(reads);
          for (const [t, mark] of marks.entries()) {
            expect(text.slice(0, mark).endsWith(`${steps[t]}${layout?.before}`)).toBe(true);
          }
        }
      }
    });
  }

  it("send a conversation where the model's own template adds to it", () => {
    const preset = presetNamed("Skywork/Skywork-Reward-V2-Llama-3.1-8B");
    expect(render(preset, "Q", [" a\n\nb "]).conversation).toEqual([
      { role: "user", content: "Q" },
      { role: "assistant", content: " a\n\nb " },
    ]);
  });

  it("number steps that the authors number, whatever numbers they have", () => {
    const { text } = render(presetNamed("pqm"), "Q", ["Step 7: a", "b"]);
    expect(text.endsWith("\nStep 1: a [PRM]\nStep 2: b [PRM]")).toBe(true);
  });

  it("say whether their scores were compared, and how they are served", () => {
    for (const preset of presets) {
      const { checked, facts } = pageOf(preset);
      expect(["equal", "unchecked", "own"]).toContain(checked);
      if (checked === "equal") expect(Object.fromEntries(facts)["serve it"]).toMatch(/^vllm serve /);
    }
    expect(pageOf(presetNamed("armorm")).checked).toBe("unchecked");
  });

  it("are found by a model's name, and a slip of the hand is told", () => {
    expect(presetNamed("Qwen/Qwen2.5-Math-PRM-7B").name).toBe("qwen2.5-math-prm");
    expect(() => presetNamed("math-sheperd")).toThrow('Did you mean "math-shepherd"?');
  });

  it("are told apart by use, transport and kind of number", () => {
    const of = (given: object) => parseOptions(served, { url: "http://127.0.0.1:1", ...given });
    expect(() => served.process?.(of({ preset: "armorm" }))).toThrow(/must be a process model/);
    expect(() => served.outcome?.(of({ preset: "armorm", transport: "vllm-score" }))).toThrow(/vllm-classify/);
    const pair = presets.filter(({ reading }) => reading.number.kind === "probability");
    expect(pair.map(({ name }) => name)).not.toContain("armorm");
  });

  it("can be written by users as a dozen lines of data, and a slip in one is told", () => {
    const own = {
      name: "mine",
      scores: "process",
      layout: { form: "text", head: "{question}\n", step: "{step} [S]", join: "\n" },
      reading: { at: "tag", tag: "[S]", number: { kind: "value", map: "shift" } },
      transports: ["http"],
      contextTokens: 2048,
    };
    const parsed = parseOptions(served, { preset: own, url: "http://127.0.0.1:1" });
    expect(parsed.preset).toMatchObject({ name: "mine", models: [] });
    expect(() => parseOptions(served, { preset: { ...own, scores: "both" }, url: "http://x" })).toThrow();
    expect(() => parseOptions(served, { preset: "plain", url: "localhost" })).toThrow(/http or https/);
  });
});
