import { describe, expect, it } from "vitest";
import { readSteps as readChain, readFirstError as readIndex } from "../../src/answer/verdicts/steps.ts";
import type { Candidate, ScoredCandidate } from "../../src/core/candidate.ts";
import { preference, tournament } from "../../src/engine/picking/tournament.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { critic, majorityIndex } from "../../verifiers/critic.ts";
import { judge } from "../../verifiers/judge.ts";
import { mutualConsistency } from "../../verifiers/mutual-consistency.ts";
import { pairwise } from "../../verifiers/pairwise.ts";
import { rubricShare as readRatings, rubric } from "../../verifiers/rubric.ts";
import { expectedDigit, stepJudge } from "../../verifiers/step-judge.ts";
import { thinkPrm } from "../../verifiers/think-prm.ts";
import { candidateOf, outcomeScores, stepScores, withRun } from "./asking.ts";

const values = (scores: readonly { value: number | null }[]) => scores.map(({ value }) => value);
const said = (text: string, p: number) => {
  const other = text === "Yes" ? "No" : "Yes";
  const top = [
    { token: text, logprob: Math.log(p) },
    { token: other, logprob: Math.log(1 - p) },
  ];
  return { text: `Checked.\n${text}`, logprobs: [{ token: text, logprob: Math.log(p), top }] };
};

describe("judge", () => {
  it("averages P(Yes) over k written checks and leaves out those it cannot read", async () => {
    const policy = scriptedPolicy(["All fine. Yes", "I see an error.\nNo", "Yes", "who knows"]);
    const [score] = await outcomeScores(judge, { by: "vote", k: 4 }, [["4"]], { policy });
    expect(score?.value).toBeCloseTo(2 / 3, 12);
    expect(score?.reason).toBe("mean of 3 of 4 checks");
    expect(policy.requests[0]?.n).toBe(4);
  });

  it("averages the ratings of k written reviews, without those that were cut or give none", async () => {
    const policy = scriptedPolicy(
      [
        "Criteria: the sum (8), clarity (2).\nThe sum holds, 10 of 10.\nRating: 9",
        "It looks like 7 or 8 to me.\nRating: 6/10",
        { text: "Criteria: the sum.\nRating: 1", finish: "length" },
        "I would rather not say.",
      ],
      { capabilities: { logprobs: { top: 5 } } },
    );
    const [score] = await outcomeScores(judge, { by: "reviews", k: 4, maxTokens: 300 }, [["4"]], { policy });
    expect(score).toEqual({ value: 0.75, reason: "mean of 2 of 4 reviews" });
    expect(policy.requests).toHaveLength(1);
    expect(policy.requests[0]).toMatchObject({ n: 4, maxTokens: 300, temperature: 0.7 });
    expect(policy.requests[0]?.logprobs).toBeUndefined();
    expect(policy.requests[0]?.messages.at(-1)?.content).toMatch(/Name the few criteria/);
  });

  it("reads the probability of the last word of a check where the model gives it", async () => {
    const policy = scriptedPolicy([said("Yes", 0.9), said("No", 0.8)], { capabilities: { logprobs: { top: 5 } } });
    const [score] = await outcomeScores(judge, { by: "vote", k: 2 }, [["4"]], { policy });
    expect(score?.value).toBeCloseTo((0.9 + 0.2) / 2, 12);
  });

  it("reads the first token's probability of Yes, however the word is written", async () => {
    const first = (spellings: Readonly<Record<string, number>>) => {
      const top = Object.entries(spellings).map(([token, p]) => ({ token, logprob: Math.log(p) }));
      return { text: "Yes.", logprobs: [{ ...(top[0] ?? { token: "", logprob: 0 }), top }] };
    };
    const replies = [
      first({ "Yes.": 0.9, No: 0.05 }),
      first({ " **No": 0.6, yes: 0.1, Yes: 0.1 }),
      first({ Maybe: 1 }),
    ];
    const policy = scriptedPolicy(replies, { capabilities: { logprobs: { top: 5 } } });
    const scores = await outcomeScores(judge, {}, [["4"], ["5"], ["6"]], { policy });
    expect(scores[0]?.value).toBeCloseTo(0.9 / 0.95, 12);
    expect(scores[1]?.value).toBeCloseTo(0.25, 12);
    expect(scores[2]).toEqual({ value: null, reason: "neither Yes nor No among the likeliest first tokens" });
  });

  it("asks for a rating where log-probabilities were promised and do not come", async () => {
    const policy = scriptedPolicy(["Yes", "Rating: 8"], { capabilities: { logprobs: { top: 5 } } });
    const [score] = await outcomeScores(judge, {}, [["4"]], { policy });
    expect(score?.value).toBe(0.8);
    expect(policy.requests.map(({ maxTokens }) => maxTokens)).toEqual([1, 12]);
  });

  it("has a solution explained first, and reads both", async () => {
    const policy = scriptedPolicy(["It adds two and two.", "Rating: 9"]);
    const [score] = await outcomeScores(judge, { by: "rating", explain: true }, [["4"]], { policy });
    expect(score?.value).toBe(0.9);
    expect(policy.requests[1]?.messages.at(-1)?.content).toMatch(/4\n\nExplanation:\nIt adds two and two\./);
  });

  it("says so where it has to do without log-probabilities", async () => {
    const policy = scriptedPolicy(["Yes", "Rating: 8", "No", "Maybe"], { capabilities: { logprobs: { top: 5 } } });
    const [rated] = await outcomeScores(judge, {}, [["4"]], { policy });
    expect(rated).toMatchObject({ value: 0.8, reason: expect.stringContaining("gives no log-probabilities") });
    const [said, unread] = await outcomeScores(judge, { by: "yes-probability" }, [["4"], ["5"]], { policy });
    expect(said).toMatchObject({ value: 0, reason: "the judge gives no log-probabilities: said No" });
    expect(unread?.value).toBeNull();
  });

  it("does not read a check that was cut, nor a first token that is no verdict", async () => {
    const cut = scriptedPolicy([{ text: "Step 1 is right.\nYes", finish: "length" }]);
    expect((await outcomeScores(judge, { by: "vote", k: 1 }, [["4"]], { policy: cut }))[0]?.value).toBeNull();
    const token = { token: "The", logprob: -0.1, top: [{ token: "Yes", logprob: -6 }] };
    const policy = scriptedPolicy([{ text: "The", logprobs: [token] }], { capabilities: { logprobs: { top: 5 } } });
    expect((await outcomeScores(judge, {}, [["4"]], { policy }))[0]?.value).toBeNull();
  });

  it("asks what the caller wants asked instead of its own prompt", async () => {
    const policy = scriptedPolicy(["Rating: 7"]);
    await outcomeScores(judge, { by: "rating", instruction: "Rate it, 0 to 10." }, [["4"]], { policy });
    expect(policy.requests[0]?.messages.at(-1)?.content).toMatch(/Rate it, 0 to 10\.$/);
  });
});

describe("step-judge", () => {
  const readable = { logprobs: { top: 5 }, prefix: "native" as const };
  const rated = (digits: readonly [string, number][]) => ({
    token: digits[0]?.[0] ?? "",
    logprob: Math.log(digits[0]?.[1] ?? 1),
    top: digits.map(([token, p]) => ({ token, logprob: Math.log(p) })),
  });
  const plain = (token: string) => ({ token, logprob: 0 });

  it("begins the reply for the model and reads ratings in every form that small models give them", async () => {
    const policy = scriptedPolicy([" 9\nStep 2: p = 0\nStep 3 - **10**\nStep 2: 9\nStep 9: 4"], {
      capabilities: { prefix: "native" },
    });
    const [scores] = await stepScores(stepJudge, {}, [["a", "b", "c", "d"]], { policy });
    expect(policy.requests[0]?.prefix).toBe("Step 1:");
    expect(values(scores ?? [])).toEqual([1, 0, 1, null]);
  });

  it("takes the mean digit that the model weighed, where its log-probabilities can be read", async () => {
    const tokens = [
      plain(" "),
      rated([
        ["9", 0.5],
        ["3", 0.25],
        ["maybe", 0.25],
      ]),
      plain("\nStep"),
      plain(" 2"),
      plain(": "),
      rated([
        ["0", 0.8],
        ["9", 0.2],
      ]),
    ];
    const reply = { text: tokens.map(({ token }) => token).join(""), logprobs: tokens };
    const [scores] = await stepScores(stepJudge, {}, [["a", "b"]], {
      policy: scriptedPolicy([reply], { capabilities: readable }),
    });
    expect(scores?.[0]?.value).toBeCloseTo((0.5 * 9 + 0.25 * 3) / 0.75 / 9, 12);
    expect(scores?.[1]?.value).toBeCloseTo(0.2, 12);
    const [written] = await stepScores(stepJudge, { by: "written" }, [["a", "b"]], {
      policy: scriptedPolicy([reply], { capabilities: readable }),
    });
    expect(values(written ?? [])).toEqual([1, 0]);
  });

  it("has no expectation where the token is no digit", () => {
    expect(expectedDigit({ token: "10", logprob: 0, top: [{ token: "9", logprob: 0 }] })).toBeNull();
    expect(expectedDigit({ token: " 7", logprob: 0 })).toBeCloseTo(7 / 9, 12);
  });
});

describe("critic", () => {
  it("is right before the first error that most reviews name and wrong from it on", async () => {
    const policy = scriptedPolicy(["\\boxed{1}", "maybe", "\\boxed{2}", "\\boxed{1}"]);
    const [scores] = await stepScores(critic, { k: 4 }, [["a", "b", "c"]], { policy });
    expect(values(scores ?? [])).toEqual([1, 0, 0]);
    expect(scores?.[0]?.reason).toBe("first error at step 2, by 2 of 4 reviews");
    expect(policy.requests[0]?.messages[0]?.content).toContain("<paragraph_0>\na\n</paragraph_0>\n\n<paragraph_1>");
  });

  it("tells the share of reviews where asked to, and no error as all right", async () => {
    const share = { k: 4, scores: "share" };
    const votes = ["\\boxed{-1}", "\\boxed{1}", "\\boxed{-1}", "\\boxed{0}"];
    const [scores] = await stepScores(critic, share, [["a", "b"]], { policy: scriptedPolicy(votes) });
    expect(values(scores ?? [])).toEqual([0.75, 0.5]);
    const [outcome] = await outcomeScores(critic, { k: 4 }, [["a", "b"]], { policy: scriptedPolicy(votes) });
    expect(outcome?.value).toBe(0.5);
  });

  it("cannot judge without an index, and reads no index beyond the steps", async () => {
    const [scores] = await stepScores(critic, {}, [["a", "b"]], { policy: scriptedPolicy(["no idea"]) });
    expect(values(scores ?? [])).toEqual([null, null]);
    expect([readIndex("\\boxed{2}", 2), readIndex("\\boxed{1} or \\boxed{-1}", 2), readIndex("\\boxed{x}", 2)]).toEqual(
      [null, -1, null],
    );
    expect(majorityIndex([null, 2, 1, 1, 2, null])).toBe(2);
    expect(majorityIndex([null])).toBeNull();
  });
});

describe("think-prm", () => {
  it("scores a step with the share of chains that box it as correct, 0 from a wrong one on", async () => {
    const policy = scriptedPolicy([
      "Step 1 \\boxed{correct} Step 2 \\boxed{incorrect}",
      "Step 1 \\boxed{correct} Step 2 \\boxed{correct}",
    ]);
    const [scores] = await stepScores(thinkPrm, { n: 2 }, [["a", "b", "c"]], { policy });
    expect(values(scores ?? [])).toEqual([1, 0.5, 0]);
    expect(policy.requests[0]?.prefix).toBe("Let's verify step by step:");
    expect(readChain("\\boxed{\\text{correct}} nothing more", 2)).toEqual([true, null]);
  });

  it("asks a trained model in its authors' words, about steps numbered once, and stops where the chain ends", async () => {
    const policy = scriptedPolicy(["\\boxed{correct}"]);
    await stepScores(thinkPrm, { trained: true }, [["Step 4: a\n\n", "b"]], { policy });
    const [request] = policy.requests;
    expect(request?.messages[0]?.content).toMatch(/Step 1: a\n\nStep 2: b\n\n.* only verify the provided steps\.$/s);
    expect(request?.stop).toEqual(["Is the solution correct?", "</think>", "Step 3:"]);
  });

  it("asks each chain whether the solution is right, after looking again as often as told", async () => {
    const policy = scriptedPolicy(["\\boxed{correct}", "\\boxed{incorrect}", said("No", 0.75)], {
      capabilities: { logprobs: { top: 5 } },
    });
    const [score] = await outcomeScores(thinkPrm, { rechecks: 1 }, [["a"]], { policy });
    expect(score?.value).toBeCloseTo(0.25, 12);
    expect(policy.requests[2]?.prefix).toBe(
      "Let's verify step by step:\\boxed{correct}\nLet's verify again:\\boxed{incorrect}\nIs the solution correct?",
    );
  });
});

describe("pairwise", () => {
  it("averages both orders, so that a liking for the first place wins nothing", async () => {
    const alwaysFirst = () => scriptedPolicy(["\\boxed{5}", "A", "A"]);
    const [score] = await outcomeScores(pairwise, { rivals: 1 }, [["\\boxed{4}"]], { policy: alwaysFirst() });
    expect(score?.value).toBe(0.5);
    const policy = scriptedPolicy(["\\boxed{5}", "A", "B"]);
    const [better] = await outcomeScores(pairwise, { rivals: 1 }, [["\\boxed{4}"]], { policy });
    expect(better?.value).toBe(1);
  });

  it("does not ask about a rival with the same answer, and cannot judge what it cannot read", async () => {
    const policy = scriptedPolicy(["It is \\boxed{4}"]);
    const [draw] = await outcomeScores(pairwise, { rivals: 1 }, [["\\boxed{4}"]], { policy });
    expect(draw?.value).toBe(0.5);
    expect(policy.left).toBe(0);
    const mute = scriptedPolicy(["\\boxed{5}", "hm", "hm"]);
    const [none] = await outcomeScores(pairwise, { rivals: 1 }, [["\\boxed{4}"]], { policy: mute });
    expect(none?.value).toBeNull();
    expect(
      await withRun(
        (run) => preference(run, "a", "b", { instruction: "?", maxTokens: 4, order: "both", model: "judge" }),
        {
          policy: scriptedPolicy(["", "A"]),
        },
      ),
    ).toBe(0);
  });
});

describe("tournament", () => {
  /** Prefers the larger boxed number, wherever it stands. */
  const larger = (request: { messages: readonly { content: string }[] }) => {
    const boxes = [...(request.messages.at(-1)?.content ?? "").matchAll(/boxed\{(\d+)\}/g)].map(([, n]) => Number(n));
    return (boxes[0] ?? 0) > (boxes[1] ?? 0) ? "A" : "B";
  };

  it("lets the better answer win every match, at two calls a match", async () => {
    for (const answers of [[3], [3, 9], [3, 3, 9, 5], [1, 2, 3, 4, 5, 6, 7], [7, 7, 7, 1, 2, 2]]) {
      const distinct = new Set(answers).size;
      const policy = scriptedPolicy(Array.from({ length: 2 * (distinct - 1) }, () => larger));
      const pick = await withRun(
        async (run) => {
          const candidates = answers.map(
            (n, index): ScoredCandidate => ({
              ...(candidateOf(run, `\\boxed{${n}}`) as Candidate),
              index,
              score: null,
            }),
          );
          return await tournament().pick(candidates, run);
        },
        { policy },
      );
      expect(pick?.answer).toBe(String(Math.max(...answers)));
      expect(pick?.tally.map(({ answer }) => answer).sort()).toEqual([...new Set(answers.map(String))].sort());
      expect(policy.left).toBe(0);
    }
  });

  it("picks nothing where nothing has an answer", async () => {
    const pick = await withRun(async (run) => {
      const candidate = { ...candidateOf(run, "no number here"), answer: null, index: 0, score: null };
      return await tournament().pick([candidate], run);
    });
    expect(pick).toBeNull();
  });
});

describe("mutual-consistency", () => {
  it("shows a share of the steps and compares the answer that is reached from there", async () => {
    const policy = scriptedPolicy(["so \\boxed{4}", "so \\boxed{5}"]);
    const solution = ["s1", "s2", "s3", "s4", "\\boxed{4}"];
    const options = { n: 2, from: 0.5, to: 0.5 };
    const [score] = await outcomeScores(mutualConsistency, options, [solution], { policy });
    expect(score).toEqual({ value: 0.5, reason: "1 of 2 completions from step 3 of 5 reach the same answer" });
    expect(policy.requests[0]?.prefix).toBe("s1\n\ns2\n\n");
  });

  it("cannot judge a candidate without an answer, and asks nothing for it", async () => {
    const policy = scriptedPolicy([]);
    const [score] = await outcomeScores(mutualConsistency, {}, [["I do not know"]], { policy });
    expect(score?.value).toBeNull();
  });
});

describe("rubric", () => {
  it("is the weighted mean of the ratings, null unless all can be read", async () => {
    expect(readRatings("Criterion 1: 10\nCriterion 2: **5", [1, 3]).value).toBeCloseTo((1 + 3 * 0.5) / 4, 12);
    expect(readRatings("Criterion 1: 10", [1, 1]).value).toBeNull();
    expect(readRatings("Criterion 1: 11", [1]).value).toBeNull();
    const criteria = [{ text: "It rhymes." }];
    const policy = scriptedPolicy(["Criterion 1: 4"]);
    const [score] = await outcomeScores(rubric, { criteria }, [["a poem"]], { policy });
    expect(score?.value).toBe(0.4);
    expect(policy.requests[0]?.messages[1]?.content).toContain("Criterion 1: It rhymes.");
  });
});
