import { afterEach, describe, expect, it } from "vitest";
import { compareScores } from "../../../src/core/score.ts";
import { addLedgers, emptyLedger, type Ledger } from "../../../src/core/usage.ts";
import { presets } from "../../../verifiers/served/presets.ts";
import { served } from "../../../verifiers/served.ts";
import {
  type RewardAnswer,
  type RewardRequest,
  type RewardServer,
  startRewardServer,
} from "../../fakes/reward-server.ts";
import { outcomeScores, stepScores } from "../asking.ts";

const open: RewardServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function serve(answer: (request: RewardRequest) => RewardAnswer): Promise<RewardServer> {
  const server = await startRewardServer(answer);
  open.push(server);
  return server;
}

const json = (value: unknown): RewardAnswer => ({ json: value });
const q = "What is 2 + 2?";
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const close = (scores: readonly { value: number | null }[], expected: readonly (number | null)[]) => {
  expect(scores).toHaveLength(expected.length);
  for (const [i, { value }] of scores.entries()) {
    const wanted = expected[i] ?? null;
    if (wanted === null) expect(value).toBeNull();
    else expect(Math.abs((value ?? Number.NaN) - wanted)).toBeLessThan(1e-6);
  }
};
const qwen = (steps: readonly string[]) =>
  `<|im_start|>system\nPlease reason step by step, and put your final answer within \\boxed{}.<|im_end|>\n<|im_start|>user\n${q}<|im_end|>\n<|im_start|>assistant\n${steps.map((step) => `${step}<extra_0>`).join("")}<|im_end|>\n`;
const options = (server: RewardServer, preset: string, more: object = {}) => ({
  preset,
  url: server.url,
  model: "m",
  attempts: 1,
  ...more,
});

/** A row of logits over Mistral's vocabulary: + and - as given. */
const vocabulary = (plus: number, minus: number) => Object.assign(Array(32_000).fill(0), { 648: plus, 387: minus });

describe("vLLM /pooling", () => {
  it("sends the exact text of every solution in one request and reads the good class of each step", async () => {
    const server = await serve(() =>
      json({
        data: [
          { index: 1, data: [[0.7, 0.3]] },
          {
            index: 0,
            data: [
              [0.1, 0.9],
              [0.25, 0.75],
            ],
          },
        ],
        usage: { prompt_tokens: 123, total_tokens: 123 },
      }),
    );
    const events: never[] = [];
    const scores = await stepScores(served, options(server, "qwen2.5-math-prm"), [["2 + 2", "is 4"], ["5"]], {
      events,
    });
    expect(server.requests.map(({ path, text }) => [path, text])).toEqual([
      [
        "/pooling",
        JSON.stringify({ model: "m", input: [qwen(["2 + 2", "is 4"]), qwen(["5"])], task: "token_classify" }),
      ],
    ]);
    close(scores[0] ?? [], [0.9, 0.75]);
    close(scores[1] ?? [], [0.3]);
    const told = events as readonly { type: string; usage?: Ledger }[];
    const charged = told
      .flatMap(({ type, usage }) => (type === "call-end" && usage ? usage : []))
      .reduce(addLedgers, emptyLedger);
    expect(charged.verifier).toMatchObject({
      promptTokens: 123,
      calls: 2,
    });
    expect(told.filter(({ type }) => type === "steps-scored")[0]).toMatchObject({
      scores: [0.9, 0.75],
      raw: [0.9, 0.75],
    });
  });

  it("finds the task's name of the server's version and remembers it until it is refused", async () => {
    let version = "reward";
    const server = await serve(({ body }) =>
      body.task === version
        ? json({ data: [{ index: 0, data: [[0.5, 0.5]] }] })
        : { status: 400, message: `Unsupported task: '${String(body.task)}'` },
    );
    close((await stepScores(served, options(server, "qwen2.5-math-prm"), [["a"]]))[0] ?? [], [0.5]);
    const asked = () => server.requests.splice(0).map(({ body }) => body.task);
    expect(asked()).toEqual(["token_classify", "encode", "reward"]);
    await stepScores(served, options(server, "qwen2.5-math-prm"), [["b"]]);
    expect(asked()).toEqual(["reward"]);
    version = "token_classify";
    close((await stepScores(served, options(server, "qwen2.5-math-prm"), [["c"]]))[0] ?? [], [0.5]);
    expect(asked()).toEqual(["reward", "token_classify"]);
  });

  it("picks the rows at the step marks where the server gives one per token", async () => {
    const server = await serve(({ path }) =>
      path === "/tokenize"
        ? json({ tokens: [1, 5, 12902, 7, 12902], count: 5 })
        : json({
            data: [
              {
                index: 0,
                data: [vocabulary(9, 9), vocabulary(9, 9), vocabulary(1, -1), vocabulary(9, 9), vocabulary(-2, 0.5)],
              },
            ],
          }),
    );
    const scores = await stepScores(served, options(server, "math-shepherd"), [["Step 1: a", "Step 2: b"]]);
    const input = `${q} Step 1: a ки\nStep 2: b ки`;
    expect(server.requests[0]?.body.input).toEqual([input]);
    expect(server.requests[1]?.body).toEqual({ model: "m", prompt: input, add_special_tokens: true });
    close(scores[0] ?? [], [sigmoid(2), sigmoid(-2.5)]);
  });

  it("sends every prefix of a model that reads the end only, each shared one once", async () => {
    const server = await serve(({ body }) =>
      json({ data: (body.input as string[]).map((text, index) => ({ index, data: [text.length / 10] })) }),
    );
    const scores = await stepScores(served, options(server, "rstar-ppm"), [
      ["a", "b"],
      ["a", "c"],
    ]);
    expect(server.requests[0]?.body.input).toEqual([`${q}\na`, `${q}\na\nb`, `${q}\na\nc`]);
    const of = (letters: number) => (Math.tanh((q.length + letters) / 10 / 5) + 1) / 2;
    close(scores[0] ?? [], [of(2), of(4)]);
    close(scores[1] ?? [], [of(2), of(4)]);
  });
});

describe("other transports", () => {
  it("vLLM /classify and SGLang: the raw scalar is asked for and kept beside its order-keeping form", async () => {
    const text = `<|im_start|>system\nPlease reason step by step, and check your final answer within \\boxed{}.<|im_end|>\n<|im_start|>user\n${q}<|im_end|>\n<|im_start|>assistant\n4<|im_end|>\n`;
    const vllm = await serve(() =>
      json({ data: [{ index: 0, label: null, probs: [-3.5], num_classes: 1 }], usage: { prompt_tokens: 9 } }),
    );
    const scores = await outcomeScores(served, options(vllm, "acemath-rm"), [["4"]]);
    close(scores, [sigmoid(-3.5)]);
    expect(scores[0]).toMatchObject({ raw: -3.5, reason: "raw -3.5 (reward)" });
    const raw = { use_activation: false, activation: false, softmax: false };
    expect(vllm.requests[0]?.text).toBe(JSON.stringify({ model: "m", input: [text], ...raw }));
    expect(vllm.requests[0]?.path).toBe("/classify");
    const sg = await serve(() => json([{ embedding: [-1.25], meta_info: { prompt_tokens: 9 } }]));
    close(await outcomeScores(served, options(sg, "acemath-rm", { transport: "sglang" }), [["4"]]), [sigmoid(-1.25)]);
    expect(sg.requests[0]?.text).toBe(JSON.stringify({ model: "m", text: [text] }));
  });

  it("vLLM /score and TEI /rerank: the question against all answers, each score at its own index", async () => {
    const vllm = await serve(() =>
      json({
        data: [
          { index: 1, score: 0.2 },
          { index: 0, score: 0.8 },
        ],
      }),
    );
    close(await outcomeScores(served, options(vllm, "cross-encoder"), [["4"], ["5"]]), [0.8, 0.2]);
    expect(vllm.requests[0]?.text).toBe(JSON.stringify({ model: "m", text_1: q, text_2: ["4", "5"] }));
    const tei = await serve(() =>
      json([
        { index: 1, score: 0.9 },
        { index: 0, score: 0.1 },
      ]),
    );
    close(
      await outcomeScores(served, options(tei, "cross-encoder", { transport: "tei-rerank" }), [["4"], ["5"]]),
      [0.1, 0.9],
    );
    expect(tei.requests[0]?.text).toBe(
      JSON.stringify({ query: q, texts: ["4", "5"], raw_scores: false, truncate: false }),
    );
  });

  it("TEI /predict: classes in the order of their labels", async () => {
    const server = await serve(() => json([[{ score: 2.5, label: "LABEL_0" }]]));
    const scores = await outcomeScores(served, options(server, "armorm", { transport: "tei-predict" }), [["4"]]);
    close(scores, [sigmoid(2.5)]);
    const text = `<|start_header_id|>user<|end_header_id|>\n\n${q}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n4<|eot_id|>`;
    expect(server.requests[0]?.text).toBe(JSON.stringify({ inputs: [[text]], raw_scores: true, truncate: false }));
  });

  it("TEI /predict: a cross-encoder reads question and answer as a pair", async () => {
    const server = await serve(() => json([[{ score: 0.5, label: "LABEL_0" }]]));
    close(await outcomeScores(served, options(server, "cross-encoder", { transport: "tei-predict" }), [["4"]]), [0.5]);
    expect(server.requests[0]?.body.inputs).toEqual([[q, "4"]]);
  });

  it("rerankers of llama.cpp, Jina, Cohere and vLLM: each score at its own index, compared as it is", async () => {
    const results = [
      { index: 1, relevance_score: 40 },
      { index: 0, relevance_score: -3 },
    ];
    const server = await serve(() => json({ results }));
    const asked = options(server, "cross-encoder-raw");
    expect((await outcomeScores(served, asked, [["4"], ["5"]])).map(({ raw }) => raw)).toEqual([-3, 40]);
    expect(server.requests[0]).toMatchObject({
      path: "/v1/rerank",
      body: { query: q, documents: ["4", "5"], top_n: 2 },
    });
  });

  it("OpenRLHF's remote reward model", async () => {
    const server = await serve(() => json({ rewards: [1.5, [-2]] }));
    const scores = await outcomeScores(served, options(server, "openrlhf"), [["4"], ["5"]]);
    expect(scores.map(({ raw }) => raw)).toEqual([1.5, -2]);
    expect(server.requests[0]).toMatchObject({
      path: "/get_reward",
      body: { query: [`${q}\n\n4`, `${q}\n\n5`], prompts: [q, q] },
    });
  });

  it("completions up to each mark: the two verdict tokens among the likeliest next ones", async () => {
    const replies = [{ "token_id:488": -0.5, "token_id:481": -1.5 }, { "token_id:9": -0.1 }];
    const server = await serve(() =>
      json({ choices: replies.map((top, index) => ({ index, logprobs: { top_logprobs: [top] } })) }),
    );
    const scores = await stepScores(served, options(server, "openr-prm", { transport: "completions" }), [["a", "b"]]);
    close(scores[0] ?? [], [sigmoid(1), null]);
    expect(server.requests[0]?.body.prompt).toEqual([`${q} a \n\n\n\n\n`, `${q} a \n\n\n\n\n b \n\n\n\n\n`]);
  });

  it("all steps in one pass where the server gives the prompt's log-probabilities", async () => {
    const told = { "488": { logprob: -0.5 }, "481": { logprob: -1.5 } };
    const server = await serve(() =>
      json({
        choices: [
          {
            index: 0,
            logprobs: { top_logprobs: [{ "token_id:488": -2, "token_id:481": -1 }] },
            prompt_token_ids: [1, 76325, 5, 76325],
            prompt_logprobs: [null, {}, told, {}],
          },
        ],
      }),
    );
    const asked = options(server, "openr-prm", { transport: "completions-echo" });
    close((await stepScores(served, asked, [["a", "b"]]))[0] ?? [], [sigmoid(1), sigmoid(-1)]);
  });

  it("Skywork's embeddings: token ids piece by piece, the sigmoid at the step ends", async () => {
    const ids: Record<string, number[]> = { [`<|endoftext|>${q}\n`]: [1, 2, 3], "\n": [198], a: [10, 11], b: [12] };
    const server = await serve(({ path, body }) =>
      path === "/tokenize"
        ? json({ tokens: ids[String(body.prompt)] })
        : json({ data: [{ index: 0, embedding: [0, 0, 0, 0, 0, 1.5, 0, -0.5] }] }),
    );
    const scores = await stepScores(served, options(server, "skywork-prm"), [["a", "b"]]);
    const sent = server.requests.find(({ path }) => path === "/v1/embeddings");
    expect(sent?.text).toBe(JSON.stringify({ model: "m", input: [[1, 2, 3, 10, 11, 198, 12, 198]] }));
    close(scores[0] ?? [], [sigmoid(1.5), sigmoid(-0.5)]);
  });

  it("TensorRT-LLM: context logits at the marks, by the token ids of the reply", async () => {
    const server = await serve(() =>
      json({
        choices: [
          {
            index: 0,
            text: "",
            context_logits: [
              [9, 9],
              [0.2, 0.8],
              [9, 9],
              [0.6, 0.4],
            ],
          },
        ],
        prompt_token_ids: [[5, 151651, 6, 151651]],
        usage: { prompt_tokens: 4 },
      }),
    );
    const scores = await stepScores(served, options(server, "qwen2.5-math-prm", { transport: "tensorrt-llm" }), [
      ["a", "b"],
    ]);
    expect(server.requests[0]?.text).toBe(
      JSON.stringify({ model: "m", prompt: [qwen(["a", "b"])], max_tokens: 1, return_context_logits: true }),
    );
    close(scores[0] ?? [], [0.8, 0.4]);
  });

  it("plain HTTP: inputs and steps to scores", async () => {
    const server = await serve(({ body }) => json({ scores: body.steps === undefined ? [0.4] : [[0.1, 0.2]] }));
    close((await stepScores(served, options(server, "plain-steps"), [["a", "b"]]))[0] ?? [], [0.1, 0.2]);
    close(await outcomeScores(served, options(server, "plain"), [["a", "b"]]), [0.4]);
    expect(server.requests.map(({ text }) => text)).toEqual([
      JSON.stringify({ inputs: [`${q}\n\na\n\nb`], steps: [["a", "b"]] }),
      JSON.stringify({ inputs: [`${q}\n\na\n\nb`] }),
    ]);
  });
});

const alternatives = (entries: Readonly<Record<string, number>>) => {
  const top = Object.entries(entries).map(([token, p]) => ({ token, logprob: Math.log(p) }));
  return { ...top[0], top_logprobs: top };
};
const chat = (content: string, tokens: readonly unknown[]) =>
  json({
    choices: [
      { index: 0, message: { role: "assistant", content }, finish_reason: "stop", logprobs: { content: tokens } },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 1 },
  });

describe("chats", () => {
  it("asks for + or - after each step, with + for every step before", async () => {
    const server = await serve(({ body }) =>
      (body.messages as unknown[]).length === 1
        ? chat("+", [alternatives({ "+": 0.6, "-": 0.2, x: 0.1 })])
        : chat("-", [alternatives({ "-": 0.9, x: 0.1 })]),
    );
    const scores = await stepScores(served, options(server, "rlhflow-prm"), [["a", "b"]]);
    close(scores[0] ?? [], [0.75, 0]);
    const bodies = server.requests.map(({ text }) => text).sort((a, b) => a.length - b.length);
    const rest = { max_tokens: 1, temperature: 0, logprobs: true, top_logprobs: 20 };
    expect(bodies).toEqual([
      JSON.stringify({ model: "m", messages: [{ role: "user", content: `${q} a` }], ...rest }),
      JSON.stringify({
        model: "m",
        messages: [
          { role: "user", content: `${q} a` },
          { role: "assistant", content: "+" },
          { role: "user", content: "b" },
        ],
        ...rest,
      }),
    ]);
    expect(server.requests.every(({ path }) => path === "/v1/chat/completions")).toBe(true);
  });

  it("cannot judge where neither word is among the likeliest tokens", async () => {
    const server = await serve(() => chat("well", [alternatives({ well: 0.9 })]));
    const [score] = await outcomeScores(served, options(server, "genrm"), [["4"]]);
    expect(score).toEqual({ value: null, reason: 'neither "yes" nor "no" among the likeliest tokens, but "well"' });
  });

  it("reads the last verdict of a written analysis and keeps it in the conversation", async () => {
    const server = await serve(({ body }) => {
      const turns = body.messages as { role: string; content: string }[];
      const token = (text: string) => ({ token: text, logprob: -0.1, top_logprobs: [] });
      if (turns.length === 2)
        return chat("No wait: Yes", [token("No"), token(" wait"), token(": "), alternatives({ Yes: 0.8, No: 0.2 })]);
      return chat("hm", [token("hm")]);
    });
    const scores = await stepScores(served, options(server, "genprm", { transport: "chat-analysis" }), [["a", "b"]]);
    close(scores[0] ?? [], [0.8, null]);
    expect(server.requests[1]?.body.messages).toEqual([
      { role: "system", content: expect.stringContaining("math teacher") },
      { role: "user", content: `Question: ${q}\n\na` },
      { role: "assistant", content: "No wait: Yes" },
      { role: "user", content: "b" },
    ]);
  });

  it("begins GenPRM's judgement, runs the code that it writes, puts the output back and averages", async () => {
    const yes = (p: number) => [
      { token: "{", logprob: 0 },
      alternatives({ Yes: p, No: 1 - p }),
      { token: "}$", logprob: 0 },
    ];
    const begun: string[] = [];
    const server = await serve(({ body }) => {
      const text = (body.messages as { content: string }[]).at(-1)?.content ?? "";
      begun.push(text);
      if (text.endsWith("step by step: ")) return chat("It adds.</analyze>\n", []);
      if (text.endsWith("```python\n")) return chat("x = 2 + 2\nprint(x)\n```\n", []);
      return chat(
        "So it is right.</verify>\n<output>\n**Judgement**: $\\boxed{Yes}$\n</output>\n",
        yes(begun.length > 4 ? 0.6 : 0.8),
      );
    });
    const sandbox = {
      id: "fake",
      run: async () => ({ verdict: "ok" as const, value: null, stdout: "4\n", error: "" }),
      dispose: async () => {},
    };
    const scores = await stepScores(served, options(server, "genprm", { majority: 2 }), [["2 + 2 = 4"]], { sandbox });
    close(scores[0] ?? [], [0.7]);
    expect(begun).toHaveLength(6);
    expect(begun[0]).toBe("<analyze>\nLet's analyze the Paragraph 1 step by step: ");
    expect(begun[2]).toMatch(/print\(x\)\n```\n\[Code Output\]\n\n```\n4\n```\n$/);
    expect(server.requests[0]?.body).toMatchObject({ temperature: 0.6, continue_final_message: true });
  });

  it("takes the difference of two models' log-probabilities over the solution only", async () => {
    const replyOf = (first: number) => (request: RewardRequest) => {
      const [text = ""] = request.body.prompt as string[];
      const at = text.indexOf("assistant\n") + "assistant\n".length;
      const tokens = [text.slice(0, 7), text.slice(7, at), "a", "\n\n", "b", text.slice(at + 4)];
      const logprobs = [0, -50, first, -1, -0.5, -9];
      const prompt = tokens.map((token, i) =>
        i === 0 ? null : { [i]: { logprob: logprobs[i], decoded_token: token } },
      );
      return json({ choices: [{ index: 0, text: "x", prompt_logprobs: prompt }] });
    };
    const [own, other] = [await serve(replyOf(-1)), await serve(replyOf(-3))];
    const asked = options(own, "implicit-prm", { reference: other.url });
    close((await stepScores(served, asked, [["a", "b"]]))[0] ?? [], [sigmoid(0.002), sigmoid(0.002)]);
    close(await outcomeScores(served, options(own, "drsow", { reference: other.url }), [["a", "b"]]), [sigmoid(2)]);
    await expect(outcomeScores(served, options(own, "drsow"), [["a"]])).rejects.toThrow(/second model's server/);
  });
});

describe("bad answers", () => {
  const ask = async (answer: RewardAnswer, more: object = {}) =>
    stepScores(served, options(await serve(() => answer), "qwen2.5-math-prm", { task: "encode", ...more }), [
      ["a", "b"],
    ]);
  const rows = (...data: unknown[]) => json({ data: [{ index: 0, data }] });

  it("names both numbers where the count differs", async () => {
    await expect(ask(rows([0.1, 0.9]))).rejects.toThrow("qwen2.5-math-prm: sent 1 scores for 2 steps.");
    await expect(ask(json({ data: [] }))).rejects.toThrow("sent 0 results for 1 inputs");
  });

  it("refuses what is no finite number", async () => {
    await expect(ask({ text: '{"data":[{"index":0,"data":[[NaN,NaN],[0.5,0.5]]}]}' })).rejects.toThrow(/sent NaN/);
    await expect(ask(rows([null, null], [0.5, 0.5]))).rejects.toThrow(/sent null where a finite number/);
    await expect(ask(rows([], []))).rejects.toThrow("sent no number for a step");
  });

  it("refuses logits where probabilities are declared", async () => {
    await expect(ask(rows([-2, 3], [0.5, 0.5]))).rejects.toThrow(/sent -2 3; a probability in \[0, 1\] was expected/);
    await expect(ask(rows([0.9, 0.9], [0.5, 0.5]))).rejects.toThrow(/add up to 1/);
  });

  it("refuses a reply of another shape, an empty one and an error, in the server's words", async () => {
    await expect(ask(json({ scores: [1] }))).rejects.toThrow(/reply to \/pooling is not as expected at data/);
    await expect(ask({ text: "" })).rejects.toThrow(/cannot be read: it is empty/);
    await expect(ask({ status: 400, message: "no such field" })).rejects.toThrow(/no such field/);
  });

  it("gives up on a silent server", async () => {
    await expect(ask("hang", { timeoutMs: 50 })).rejects.toThrow(/no byte came for 0.05 s/);
  });

  it("stops waiting when the signal fires", async () => {
    const server = await serve(() => "hang");
    const stop = new AbortController();
    const asked = stepScores(served, options(server, "qwen2.5-math-prm"), [["a"]], { signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 20);
    await expect(asked).rejects.toThrow("enough");
  });

  it("tries again what may pass", async () => {
    let count = 0;
    const server = await serve(() =>
      ++count === 1 ? { status: 503, message: "warming up" } : rows([0.1, 0.9], [0.2, 0.8]),
    );
    const scores = await stepScores(served, options(server, "qwen2.5-math-prm", { attempts: 2 }), [["a", "b"]]);
    close(scores[0] ?? [], [0.9, 0.8]);
  });
});

describe("traps", () => {
  it("does not let a trailing blank step become the last score", async () => {
    const server = await serve(() => json({ data: [{ index: 0, data: [[0.1, 0.9]] }] }));
    const scores = await stepScores(served, options(server, "qwen2.5-math-prm"), [["a", "\n"]]);
    expect(server.requests[0]?.body.input).toEqual([qwen(["a"])]);
    close(scores[0] ?? [], [0.9, 0.9]);
  });

  it("does not judge a text beyond the window, naming length and window, and judges the others", async () => {
    const server = await serve(() => json({ data: [{ index: 0, data: [[0.1, 0.9]] }] }));
    const asked = options(server, "qwen2.5-math-prm", { contextTokens: 60 });
    const [long, short] = await stepScores(served, asked, [["long ".repeat(100)], ["a"]]);
    expect(long?.[0]?.value).toBeNull();
    expect(long?.[0]?.reason).toMatch(/about \d+ tokens \(\d+ characters\) and the model reads 60/);
    close(short ?? [], [0.9]);
    expect(server.requests[0]?.body.input).toEqual([qwen(["a"])]);
  });

  it("gives up one text that the server refuses, and no other", async () => {
    const server = await serve(({ body }) => {
      const input = body.input as string[];
      if (input.some((text) => text.includes("bad"))) return { status: 400, message: "prompt contains a bad token" };
      return json({ data: input.map((_, index) => ({ index, data: [[0.1, 0.9]] })) });
    });
    const asked = options(server, "qwen2.5-math-prm", { task: "encode" });
    const scores = await stepScores(served, asked, [["a"], ["b", "bad"], ["c"], ["d"]]);
    close(
      scores.map(([first]) => first ?? { value: null }),
      [0.9, null, 0.9, 0.9],
    );
    expect(scores[1]?.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("bad token"),
      expect.stringContaining("bad token"),
    ]);
    const long = await serve(() => ({ status: 400, message: "This model's maximum context length is 4096 tokens" }));
    const [none] = await stepScores(served, options(long, "qwen2.5-math-prm", { task: "encode" }), [["a"]]);
    expect(none?.[0]).toMatchObject({ value: null, reason: expect.stringContaining("maximum context length") });
  });

  it("fits the batches that a server takes", async () => {
    const server = await serve(({ body }) => {
      const inputs = body.inputs as unknown[];
      if (inputs.length > 2)
        return { status: 413, message: `batch size ${inputs.length} > maximum allowed batch size 2` };
      return json(inputs.map(() => [{ score: 0.5, label: "LABEL_0" }]));
    });
    const asked = options(server, "cross-encoder", { transport: "tei-predict" });
    close(await outcomeScores(served, asked, [["1"], ["2"], ["3"], ["4"], ["5"]]), [0.5, 0.5, 0.5, 0.5, 0.5]);
  });

  it("keeps the order of rewards that a sigmoid would let tie", async () => {
    const rewards = [20, 45, 24, 30];
    for (const preset of presets.filter(({ reading }) => reading.number.kind === "reward")) {
      const transport = preset.transports.find((name) =>
        ["vllm-classify", "vllm-pooling", "rerank", "openrlhf"].includes(name),
      );
      if (transport === undefined) continue;
      let next = 0;
      const server = await serve(({ body, path }) => {
        if (path === "/v1/rerank") {
          return json({ results: rewards.map((relevance_score, index) => ({ index, relevance_score })) });
        }
        if (path === "/get_reward") return json({ rewards });
        const count = (body.input as unknown[] | undefined)?.length ?? 1;
        const data = Array.from({ length: count }, (_, index) => {
          const reward = rewards[body.input === undefined ? next++ : index];
          return path === "/classify" ? { index, probs: [reward] } : { index, data: [reward] };
        });
        return json({ data });
      });
      const asked = options(server, preset.name, { transport, parallel: 1, task: "classify" });
      const scores = await outcomeScores(served, asked, [["1"], ["2"], ["3"], ["4"]]);
      expect(new Set(scores.map(({ value }) => value)).size, preset.name).toBe(4);
      const ranked = [...scores].sort(compareScores).map(({ raw }) => raw);
      expect(ranked, preset.name).toEqual([20, 24, 30, 45]);
    }
  });

  it("refuses numbers that went through an activation, hidden dimensions, and another model's", async () => {
    const squashed = await serve(() =>
      json({ data: [0.731, 0.73, 0.7, 0.6].map((x, index) => ({ index, probs: [x] })) }),
    );
    await expect(outcomeScores(served, options(squashed, "acemath-rm"), [["1"], ["2"], ["3"], ["4"]])).rejects.toThrow(
      /4 numbers, all in \[0, 1\], where rewards without bounds were expected.*use_activation/s,
    );
    const hidden = await serve(() => json({ data: [{ index: 0, data: [Array(4096).fill(0.5)] }] }));
    await expect(stepScores(served, options(hidden, "math-shepherd"), [["a"]])).rejects.toThrow(
      /4096 numbers for a token, and the vocabulary has 32000: they are hidden dimensions.*classifier_from_token/s,
    );
    const labels = await serve(() => json({ data: [{ index: 0, probs: [1.5, -2, 3] }] }));
    await expect(outcomeScores(served, options(labels, "acemath-rm"), [["a"]])).rejects.toThrow(
      /3 numbers where 1 number/,
    );
    const other = await serve(() =>
      json({ model: "Skywork/Skywork-Reward-V2-Llama-3.1-8B", data: [{ index: 0, probs: [1.5] }] }),
    );
    await expect(outcomeScores(served, options(other, "acemath-rm"), [["a"]])).rejects.toThrow(
      /model that answered is Sky/,
    );
  });

  it("cannot judge a step that holds the model's own mark", async () => {
    const server = await serve(() => json({ data: [] }));
    const scores = await stepScores(served, options(server, "qwen2.5-math-prm"), [["a<extra_0>b"]]);
    expect(scores[0]?.[0]).toEqual({ value: null, reason: "step 1 holds the model's own mark" });
  });

  it("scores the whole answer as one step where the aggregation is `model`", async () => {
    const server = await serve(() => json({ data: [{ index: 0, data: [[0.1, 0.9]] }] }));
    const asked = options(server, "qwen2.5-math-prm", { aggregation: "model" });
    close(await outcomeScores(served, asked, [["a", "b"]]), [0.9]);
    expect(server.requests[0]?.body.input).toEqual([qwen(["a\n\nb"])]);
  });

  it("aggregates a process model's steps as its authors do", async () => {
    const server = await serve(() =>
      json({
        data: [
          {
            index: 0,
            data: [
              [0.2, 0.8],
              [0.6, 0.4],
              [0.1, 0.9],
            ],
          },
        ],
      }),
    );
    close(await outcomeScores(served, options(server, "math-shepherd"), [["a", "b", "c"]]), [0.1]);
    close(await outcomeScores(served, options(server, "qwen2.5-math-prm"), [["a", "b", "c"]]), [0.8 * 0.4 * 0.9]);
  });

  it("begins no request when the budget is spent", async () => {
    const server = await serve(() => json({ data: [{ index: 0, data: [[0.1, 0.9]] }], usage: { prompt_tokens: 500 } }));
    const asked = options(server, "qwen2.5-math-prm", { batch: 1 });
    const definition = {
      ...served,
      process: undefined,
      outcome: (parsed: never) => {
        const verifier = served.outcome?.(parsed);
        return {
          score: async (...[question, candidates, run]: Parameters<NonNullable<typeof verifier>["score"]>) => {
            await verifier?.score(question, candidates.slice(0, 1), run);
            return (await verifier?.score(question, candidates.slice(1), run)) ?? [];
          },
        };
      },
    };
    await expect(
      outcomeScores(definition as never, asked, [["a"], ["b"]], { budget: { tokens: 100 } }),
    ).rejects.toThrow(/Token budget used up/);
    expect(server.requests).toHaveLength(1);
  });
});
