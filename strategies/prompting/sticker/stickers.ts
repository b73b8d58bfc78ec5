import type { Message, Purpose } from "../../../src/core/policy.ts";

/** The prompts of SIFT, version 1: those of the paper's appendix in our words. Every reply has this form. */
const FORM = `Reply in exactly this form and add nothing else:
\`\`\`
**Conditions:**
1. [one fact that is given]
2. [the next fact]

**Question:**
[what is asked, in one sentence that repeats none of the facts]
\`\`\``;

const EXAMPLE = `For example, for the problem "A baker fills 6 trays with 8 rolls each and sells 31 rolls. How many rolls are left?":
\`\`\`
**Conditions:**
1. A baker fills 6 trays.
2. Each tray has 8 rolls.
3. The baker sells 31 rolls.

**Question:**
How many rolls are left?
\`\`\``;

const EXTRACT = `Write down what this problem gives and what it asks. List every fact with its numbers, one a line, then the question. Do not solve it.\n\n${FORM}\n\n${EXAMPLE}`;

const FORWARD = `The summary below was written for the problem. Compare it with the problem word by word: correct what was misread, add what is missing, remove what the problem does not say. If it already agrees with the problem, repeat it. Do not solve the problem.\n\n${FORM}`;

const INVERSE = `You see the solution of a problem, not the problem itself. Write down the facts that the solution takes as given and the question that it answers. Do not list what it works out.\n\n${FORM}`;

/** A prompt and the kind of text that it is for. */
export interface StickerRequest {
  readonly messages: readonly Message[];
  readonly purpose: Purpose;
}

const request = (content: string): StickerRequest => ({ messages: [{ role: "user", content }], purpose: "sticker" });

/** SG: a sticker from the question. */
export const extraction = (question: string): StickerRequest => request(`${EXTRACT}\n\nProblem:\n${question}`);

/** FO: a sticker brought into agreement with the question. */
export const forwardRefinement = (question: string, sticker: string): StickerRequest =>
  request(`${FORWARD}\n\nProblem:\n${question}\n\nSummary:\n${sticker}`);

/** IG: a sticker from the text of a solution alone. */
export const inverseGeneration = (solution: string): StickerRequest =>
  request(`${INVERSE}\n\nSolution:\n${solution.trim()}`);

/**
 * The sticker in a reply: from the header of its conditions to the closing fence, or to the end. A reply without that
 * header is taken whole, fences removed; "" where nothing is left.
 */
export function readSticker(reply: string): string {
  const from = reply.search(/(?:\*\*|#+\s*)?Conditions\b/i);
  const begun = from < 0 ? reply.replace(/^\s*```\w*\n?/, "") : reply.slice(from);
  const fence = begun.indexOf("```");
  return (fence < 0 ? begun : begun.slice(0, fence)).trim();
}
