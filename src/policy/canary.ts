import type { Capabilities, Policy } from "../core/policy.ts";

/** What a model says to a few fixed prompts, and what it can do: enough to notice that another one took its place. */
export interface Canary {
  readonly answers: readonly string[];
  readonly capabilities: Readonly<Record<string, string>>;
}

/** Open questions, which models word differently. */
const prompts = [
  "In one sentence, tell what a river is.",
  "Invent a name for a village and say where it lies.",
  "Name three things that one finds in a kitchen, the most useful one first.",
];

const capabilityNames = ["prefix", "logprobs", "thinks", "embeds", "states", "contextTokens"] as const;

/**
 * Three short requests, each of 24 tokens at temperature 0. Null where the model does not answer them: that it is gone
 * is told by whoever needs it. Costs no budget.
 */
export async function canaryOf(policy: Policy, signal?: AbortSignal): Promise<Canary | null> {
  try {
    const answers: string[] = [];
    for (const content of prompts) {
      const request = { messages: [{ role: "user", content } as const], n: 1, seeds: [1], temperature: 0 };
      const [sample] = await policy.sample({ ...request, maxTokens: 24, purpose: "canary" }, { signal });
      answers.push((sample?.text || sample?.thought || "").trim());
    }
    return answers.every((answer) => answer === "") ? null : { answers, capabilities: shown(policy.capabilities) };
  } catch (error) {
    if (signal?.aborted) throw error;
    return null;
  }
}

const shown = (capabilities: Capabilities): Record<string, string> =>
  Object.fromEntries(capabilityNames.map((name) => [name, JSON.stringify(capabilities[name] ?? null)]));

/** Servers reword one answer now and then, as their load changes what is computed together; not most of them. */
const mostUnlike = 1;

/** How two canaries differ, in words; null where they may be of one model. */
export function canaryDifference(then: Canary, now: Canary): string | null {
  const unlike = then.answers.flatMap((was, i) => (was === now.answers[i] ? [] : [{ was, is: now.answers[i] ?? "" }]));
  const [first] = unlike;
  const abilities = Object.entries(then.capabilities).filter(([name, was]) => (now.capabilities[name] ?? was) !== was);
  const said =
    unlike.length > mostUnlike && first !== undefined
      ? [`${unlike.length} of ${then.answers.length} test answers differ ("${first.was}" then, "${first.is}" now)`]
      : [];
  const able = abilities.map(([name, was]) => `its ${name} was ${was} and is ${now.capabilities[name]}`);
  return said.length + able.length === 0 ? null : [...said, ...able].join("; ");
}
