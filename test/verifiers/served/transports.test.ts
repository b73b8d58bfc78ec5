import { afterEach, describe, expect, it } from "vitest";
import { addLedgers, emptyLedger, type Ledger } from "../../../src/core/usage.ts";
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

  it("finds the task's name of the server's version and remembers it", async () => {
    const server = await serve(({ body }) =>
      body.task === "reward"
        ? json({ data: [{ index: 0, data: [[0.5, 0.5]] }] })
        : { status: 400, message: `Unsupported task: '${String(body.task)}'` },
    );
    close((await stepScores(served, options(server, "qwen2.5-math-prm"), [["a"]]))[0] ?? [], [0.5]);
    expect(server.requests.map(({ body }) => body.task)).toEqual(["token_classify", "encode", "reward"]);
  });

  it("picks the rows at the step marks where the server gives one per token", async () => {
    const server = await serve(({ path }) =>
      path === "/tokenize"
        ? json({ tokens: [1, 5, 12902, 7, 12902], count: 5 })
        : json({
            data: [
              {
                index: 0,
                data: [
                  [9, 9],
                  [9, 9],
                  [1, -1],
                  [9, 9],
                  [-2, 0.5],
                ],
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
  it("vLLM /classify and SGLang: a raw scalar becomes a probability by the sigmoid only", async () => {
    const text = `<|im_start|>system\nPlease reason step by step, and check your final answer within \\boxed{}.<|im_end|>\n<|im_start|>user\n${q}<|im_end|>\n<|im_start|>assistant\n4<|im_end|>\n`;
    const vllm = await serve(() =>
      json({ data: [{ index: 0, label: null, probs: [3.5], num_classes: 1 }], usage: { prompt_tokens: 9 } }),
    );
    const scores = await outcomeScores(served, options(vllm, "acemath-rm"), [["4"]]);
    close(scores, [sigmoid(3.5)]);
    expect(scores[0]?.reason).toBe("raw 3.5 (logit)");
    expect(vllm.requests[0]?.text).toBe(JSON.stringify({ model: "m", input: [text] }));
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
    const scores = await stepScores(served, options(server, "genprm"), [["a", "b"]]);
    close(scores[0] ?? [], [0.8, null]);
    expect(server.requests[1]?.body.messages).toEqual([
      { role: "system", content: expect.stringContaining("math teacher") },
      { role: "user", content: `Question: ${q}\n\na` },
      { role: "assistant", content: "No wait: Yes" },
      { role: "user", content: "b" },
    ]);
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
    close((await stepScores(served, asked, [["a", "b"]]))[0] ?? [], [sigmoid(0.1), sigmoid(0.1)]);
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
    await expect(ask({ status: 400, message: "maximum context length is 4096" })).rejects.toThrow(
      /maximum context length/,
    );
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

  it("refuses a text beyond the window, naming length and window, and sends nothing", async () => {
    const server = await serve(() => json({}));
    await expect(
      stepScores(served, options(server, "qwen2.5-math-prm", { contextTokens: 50 }), [["long ".repeat(100)]]),
    ).rejects.toThrow(/about \d+ tokens \(\d+ characters\) and the model reads 50/);
    expect(server.requests).toHaveLength(0);
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
    close(await outcomeScores(served, options(server, "qwen2.5-math-prm"), [["a", "b", "c"]]), [0.9]);
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
