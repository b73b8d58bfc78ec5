import {
  adding,
  addingSandbox,
  addition,
  type Case,
  program,
  scoresOf,
  solution,
  wrongWhere,
} from "./correction-scripts.ts";

const clean = "NO ERRORS";
const bad = "The second line is wrong.";
const four = solution("4", "First 2.", "Then 2 more.");
const five = solution("5", "First 2.", "Then 3 more.");
const six = solution("6", "First 3.", "Then 3 more.");
const silent = "I cannot say.";
const cut = { text: "First 2 and then", finish: "length" as const };

const refine = (says: string, rest: Omit<Case, "says" | "strategy">): Case => ({
  ...{ says: `self-refine: ${says}`, strategy: "self-refine", ...rest },
});

const selfRefine: readonly Case[] = [
  refine("no error found at once", { script: [four, clean] }),
  refine("a fresh solution agrees, then no error is found", { script: [four, bad, five, five, clean] }),
  refine("no other voice agrees; greedy, so another revision would be the same", { script: [four, bad, five, six] }),
  refine("rejected, revised again without asking the signal twice, accepted", {
    options: { temperature: 0.7 },
    script: [four, bad, five, four, six, six, clean],
  }),
  refine("the same answer needs no other voice", { script: [four, bad, solution("4.0", "Both 2."), clean] }),
  refine("a revision without an answer never replaces one that has", { script: [four, bad, silent] }),
  refine("a revision that was cut never replaces one that was not", { script: [four, bad, cut] }),
  refine("an attempt without an answer is replaced by any that has one", { script: [silent, bad, five, clean] }),
  refine("neither has an answer", { options: { rounds: 1 }, script: [silent, bad, silent] }),
  refine("always accepts, until the rounds end", {
    options: { accept: "always", rounds: 2 },
    script: [four, bad, five, bad, six],
  }),
  refine("always accepts, until nothing is found", {
    options: { accept: "always" },
    script: [four, bad, five, clean],
  }),
  refine("scored higher", { script: [four, bad, five, clean], verifiers: scoresOf({ 4: 0.2, 5: 0.7 }) }),
  refine("scored lower", { script: [four, bad, five], verifiers: scoresOf({ 4: 0.7, 5: 0.2 }) }),
  refine("scored the same is not higher", { script: [four, bad, five], verifiers: scoresOf({ 4: 0.7, 5: 0.7 }) }),
  refine("not scored: safe goes by agreement", {
    script: [four, bad, five, five, clean],
    verifiers: scoresOf({ 4: 0.7 }),
  }),
  refine("not scored: if-scored-higher keeps the attempt", {
    options: { accept: "if-scored-higher" },
    script: [four, bad, five],
    verifiers: scoresOf({ 4: 0.7 }),
  }),
  refine("no signal: blind revisions", {
    options: { signal: "none", accept: "always", rounds: 2 },
    script: [four, five, six],
  }),
  refine("approval without blame finds nothing", { script: [four, "Every line is right and the sum is correct."] }),
  refine("an empty feedback cannot tell, so the revision is blind", { script: [four, "", five, five, clean] }),
  refine("the outcome score finds it right", {
    options: { signal: "score" },
    script: [four],
    verifiers: scoresOf({ 4: 0.5 }),
  }),
  refine("the outcome score finds it wrong, then right", {
    options: { signal: "score" },
    script: [four, five],
    verifiers: scoresOf({ 4: 0.49, 5: 0.9 }),
  }),
  refine("a teacher gives the feedback", {
    options: { signal: "teacher" },
    script: [four, five, five],
    teacher: [bad, clean],
  }),
];

const reflect = (says: string, rest: Omit<Case, "says" | "strategy">): Case => ({
  ...{ says: `reflexion: ${says}`, strategy: "reflexion", ...rest },
});

const reflexion: readonly Case[] = [
  reflect("its own evaluation finds nothing wrong", { script: [four, clean] }),
  reflect("evaluation, reflection, trial; a fresh solution agrees", {
    script: [four, bad, "Count again.", five, five, clean],
  }),
  reflect("a rejected trial is followed by another reflection", {
    options: { rounds: 2 },
    script: [four, bad, "Count again.", five, four, "Count slowly.", six, six],
  }),
  reflect("an empty reflection leaves no lesson", {
    options: { rounds: 1, accept: "always" },
    script: [four, bad, "", five],
  }),
  reflect("the score is the evaluator and ends the trials", {
    script: [four, "Count again.", five],
    verifiers: scoresOf({ 4: 0.1, 5: 0.9 }),
  }),
  reflect("the score is the evaluator and rejects", {
    options: { rounds: 1 },
    script: [four, "Count again.", five],
    verifiers: scoresOf({ 4: 0.3, 5: 0.1 }),
  }),
];

const wrongSum = adding("a * b");
const rightSum = adding("a + b");
const tests = "```python\nassert add(1, 2) == 3\nassert add(0, 1) == 1\n```";

const programs: readonly Case[] = [
  reflect("a program's own tests are written once, reported, reflected upon, and passed", {
    question: addition(),
    sandbox: addingSandbox,
    script: [wrongSum, tests, "Add, do not multiply.", rightSum],
  }),
  reflect("a program passes its own tests at once", {
    question: addition(),
    sandbox: addingSandbox,
    script: [rightSum, tests],
  }),
  reflect("tests that the task shows stand for own ones", {
    question: addition("assert add(1, 2) == 3"),
    sandbox: addingSandbox,
    script: [wrongSum, "Add, do not multiply.", rightSum],
  }),
  reflect("a program that passes no more tests is rejected", {
    options: { rounds: 1 },
    question: addition("assert add(1, 2) == 3"),
    sandbox: addingSandbox,
    script: [wrongSum, "Try something else.", adding("a - b")],
  }),
  reflect("no test can be read: the policy evaluates in words", {
    question: addition(),
    sandbox: addingSandbox,
    script: [wrongSum, "I would test it well.", clean],
  }),
];

const back = (says: string, rest: Omit<Case, "says" | "strategy">): Case => ({
  ...{ says: `backtrack: ${says}`, strategy: "backtrack", ...rest },
});

const rest = (answer: string) => `Then ${answer} again.\n\nThe answer is \\boxed{${answer}}.`;

const backtrack: readonly Case[] = [
  back("no error found", { script: [four], verifiers: wrongWhere("nothing of this") }),
  back("error at the first step: a fresh solution", { script: [four, six], verifiers: wrongWhere("First 2") }),
  back("error in the middle: on from the steps before", { script: [four, rest("5")], verifiers: wrongWhere("2 more") }),
  back("error at the last step: only the answer is written anew", {
    script: [four, "The answer is \\boxed{5}."],
    verifiers: wrongWhere("boxed{4}"),
  }),
  back("rejected by score, sampled on again from the same step", {
    options: { rounds: 2 },
    script: [four, "Then 2 more of them.\n\nThe answer is \\boxed{3}.", rest("5")],
    verifiers: wrongWhere("2 more"),
  }),
  back("greedy and rejected: another would be the same", {
    options: { temperature: 0 },
    script: [four, "Then 2 more of them.\n\nThe answer is \\boxed{3}."],
    verifiers: wrongWhere("2 more"),
  }),
  back("the critic names a step, a fresh solution agrees, and it finds nothing more", {
    script: [four, "Step 2 is wrong: it should be 3.", rest("5"), five, clean],
  }),
  back("the critic names no step: a fresh solution, which must be agreed with", {
    options: { rounds: 1 },
    script: [four, "Something is wrong.", five, four],
  }),
  back("the critic names a step that does not exist", {
    options: { rounds: 1 },
    script: [four, "Step 9 is wrong.", five, five],
  }),
  back("the critic goes through the steps and blames the second", {
    options: { rounds: 1, accept: "always" },
    script: [four, "Step 1: no errors.\nStep 2: this should be 3.\nStep 3: wrong too.", rest("5")],
  }),
  back("the critic finds nothing", { script: [four, clean] }),
  back("the critic names a step that is settled: no new error", {
    script: [four, "Step 2 is wrong.", rest("5"), five, "Step 1 is wrong."],
  }),
  back("no signal: a fresh solution each time", {
    options: { signal: "none", accept: "always", rounds: 2 },
    script: [four, five, six],
  }),
];

const step = (says: string, rest: Omit<Case, "says" | "strategy">): Case => ({
  ...{ says: `step-correction: ${says}`, strategy: "step-correction", ...rest },
});

const stepCorrection: readonly Case[] = [
  step("no error found", { script: [four], verifiers: wrongWhere("nothing of this") }),
  step("error at the first step: it is doubted and left standing", {
    options: { accept: "always" },
    script: [four, solution("6", "First 3.", "Then 3 more.")],
    verifiers: wrongWhere("First 2"),
  }),
  step("error in the middle; once doubted it is not looked at again", {
    options: { accept: "always" },
    script: [four, rest("5")],
    verifiers: wrongWhere("2 more"),
  }),
  step("error at the last step", {
    options: { accept: "always" },
    script: [four, "The answer is \\boxed{5}."],
    verifiers: wrongWhere("boxed{4}"),
  }),
  step("a second error after the first is doubted in its turn", {
    options: { accept: "always" },
    script: [four, "Then 9 more.\n\nThe answer is \\boxed{11}.", rest("5")],
    verifiers: wrongWhere(" more."),
  }),
  step("the critic's first error, corrected and agreed with, then nothing", {
    script: [four, "Step 1 is wrong.", solution("5", "First 3.", "Then 2 more."), five, clean],
  }),
];

const template = (says: string, rest: Omit<Case, "says" | "strategy">): Case => ({
  ...{ says: `template-correction: ${says}`, strategy: "template-correction", ...rest },
});

const templateCorrection: readonly Case[] = [
  template("the teacher finds nothing", { script: [four], teacher: [clean] }),
  template("the teacher names the first step: from the start", {
    script: [four, six, six],
    teacher: ["Step 1 is wrong: there are 3.", clean],
  }),
  template("the teacher names a later step: on from those before", {
    script: [four, rest("5"), five],
    teacher: ["Step 2 is wrong: there are 3.", clean],
  }),
  template("the teacher names no step: its note is followed from the start", {
    options: { rounds: 1 },
    script: [four, five, four],
    teacher: ["The sum is off."],
  }),
  template("without a teacher the policy teaches itself", { script: [four, clean] }),
];

const diverse = (says: string, rest: Omit<Case, "says" | "strategy">): Case => ({
  ...{ says: `diverse-correction: ${says}`, strategy: "diverse-correction", ...rest },
});

const diverseCorrection: readonly Case[] = [
  diverse("nothing found in any chain: they vote", { script: [four, clean, five, clean, five, clean] }),
  diverse("corrected chains vote with what stands of them", {
    script: [four, bad, five, five, five, clean, six, bad, four, six],
  }),
  diverse("scores correct and choose", {
    options: { temperatures: [0.7, 1] },
    script: [four, five, six],
    verifiers: scoresOf({ 4: 0.2, 5: 0.4, 6: 0.9 }),
  }),
];

const force = (says: string, rest: Omit<Case, "says" | "strategy">): Case => ({
  ...{ says: `budget-forcing: ${says}`, strategy: "budget-forcing", ...rest },
});

const budgetForcing: readonly Case[] = [
  force("goes on after Wait, always", {
    options: { accept: "always" },
    script: [four, ", I count again: \\boxed{5}.", ", it is \\boxed{6}."],
  }),
  force("an extension that nobody agrees with is dropped", { script: [four, ", it is \\boxed{5}.", four] }),
  force("an extension that keeps the answer is kept", {
    options: { waits: 1 },
    script: [four, ", yes: \\boxed{4}."],
  }),
  force("an extension that says nothing new keeps the answer in view", { options: { waits: 1 }, script: [four, "."] }),
  force("no waits", { options: { waits: 0 }, script: [four] }),
  force("thinking that reaches the limit is cut and the answer asked for", {
    options: { waits: 0, thinkingTokens: 4 },
    script: ["<think>First 2 and then some more", "4}."],
  }),
  force("the end of thinking is taken back", {
    options: { waits: 1, accept: "always" },
    script: ["<think>2 and 2</think>It is \\boxed{4}.", " 2 and 3</think>It is \\boxed{5}."],
  }),
  force("the score ends it", { options: { signal: "score" }, script: [four], verifiers: scoresOf({ 4: 0.9 }) }),
];

const talk = (says: string, rest: Omit<Case, "says" | "strategy">): Case => ({
  ...{ says: `debate: ${says}`, strategy: "debate", ...rest },
});

const debate: readonly Case[] = [
  talk("all agree at once", { script: [four, four, four] }),
  talk("one comes round to the answer that more gave at first, then all agree", {
    script: [four, five, five, five, five, five],
  }),
  talk("a split is decided by a fresh solution for each that changes", {
    options: { agents: 2, rounds: 1 },
    script: [four, five, five, four, five, five],
  }),
  talk("agreement with one whose solution it has just read is no evidence: the vote stands", {
    options: { rounds: 1 },
    script: [four, five, five, four, four, five],
  }),
  talk("a new answer that nobody gave is not accepted", {
    options: { rounds: 1 },
    script: [four, five, five, six, six, five],
  }),
  talk("never agree: the rounds end", {
    options: { rounds: 1, accept: "always" },
    script: [four, five, six, five, six, four],
  }),
  talk("without the signal they debate though they agree", {
    options: { rounds: 1, signal: "none" },
    script: [four, four, four, four, four, four],
  }),
  talk("an empty reply is dropped and its agent stands as it was", {
    options: { rounds: 1 },
    script: [four, five, five, "", five, five],
  }),
  talk("agents without an answer do not agree", {
    options: { agents: 2, rounds: 1 },
    script: [silent, silent, four, four],
  }),
];

const mixture = (says: string, rest: Omit<Case, "says" | "strategy">): Case => ({
  ...{ says: `mixture-of-agents: ${says}`, strategy: "mixture-of-agents", ...rest },
});

const mixtureOfAgents: readonly Case[] = [
  mixture("all agree at once", { script: [four, four, four] }),
  mixture("agree after a layer, so the aggregator is spared", { script: [four, five, five, five, five, five] }),
  mixture("the proposers are split, a fresh solution agrees with the last word", {
    options: { layers: 2 },
    script: [four, five, six, six, six],
  }),
  mixture("the proposers are split, no fresh solution agrees: they vote", {
    options: { layers: 2 },
    script: [four, five, six, six, four],
  }),
  mixture("a last word against the many is rejected: they vote", {
    options: { layers: 2 },
    script: [four, five, five, six],
  }),
  mixture("always: the aggregator has the last word", {
    options: { layers: 2, accept: "always" },
    script: [four, five, five, six],
  }),
  mixture("an empty last word is dropped", { options: { layers: 2 }, script: [four, five, five, ""] }),
  mixture("scores decide whether the last word stands", {
    options: { layers: 2 },
    script: [four, five, five, six],
    verifiers: scoresOf({ 4: 0.1, 5: 0.3, 6: 0.8 }),
  }),
];

const critic = (says: string, rest: Omit<Case, "says" | "strategy">): Case => ({
  ...{ says: `critic-correction: ${says}`, strategy: "critic-correction", ...rest },
});

const criticCorrection: readonly Case[] = [
  critic("no error found", { script: [program(4), clean] }),
  critic("a new program that a chain of thought agrees with", { script: [program(4), bad, program(5), five, clean] }),
  critic("a new program that nobody agrees with", { script: [program(4), bad, program(5), six] }),
  critic("the code does not change: the answer stands", { script: [program(4), bad, program(4)] }),
  critic("a program that fails is wrong, whatever the critique says", {
    script: ["```python\ndef solution():\n    boom()\n```", clean, program(5), clean],
  }),
  critic("a program that fails never replaces one that ran", {
    options: { accept: "always", rounds: 1 },
    script: [program(4), bad, "```python\ndef solution():\n    boom()\n```"],
  }),
  critic("no signal", { options: { signal: "none", accept: "always", rounds: 1 }, script: [program(4), program(5)] }),
];

const verify = (says: string, rest: Omit<Case, "says" | "strategy">): Case => ({
  ...{ says: `chain-of-verification: ${says}`, strategy: "chain-of-verification", ...rest },
});

const chainOfVerification: readonly Case[] = [
  verify("a plan without a question leaves the attempt", { script: [four, "All is well."] }),
  verify("questions are answered one by one, the revision is agreed with", {
    script: [four, "1. How many first?\n2. How many then?", "Two.", "Three.", five, five],
  }),
  verify("the revision is not agreed with", { script: [four, "How many then?", "Three.", five, four] }),
  verify("no more questions than asked for", {
    options: { questions: 1, accept: "always" },
    script: [four, "- How many first?\n- How many then?", "Two.", five],
  }),
];

/** Every branch of every control flow of the family, as scripts. */
export const cases: readonly Case[] = [
  ...selfRefine,
  ...reflexion,
  ...programs,
  ...backtrack,
  ...stepCorrection,
  ...templateCorrection,
  ...diverseCorrection,
  ...budgetForcing,
  ...debate,
  ...mixtureOfAgents,
  ...criticCorrection,
  ...chainOfVerification,
];
