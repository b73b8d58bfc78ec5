// A strategy as a model of the AI SDK, streamed: what it thinks as reasoning, then the picked reply.
//   node examples/ai-sdk.ts
import { streamText } from "ai";
import { createRuminate } from "../src/faces/ai-sdk.ts";
import { generateProblem, simulatedPolicy } from "../src/policy/simulated/index.ts";

const ruminate = createRuminate({ policy: simulatedPolicy({}), answer: "math", seed: 1 });
const { text: prompt } = generateProblem(1, 0); // the simulated policy reasons about its own problems
const result = streamText({ model: ruminate("self-consistency", { n: 5 }), prompt });
for await (const piece of result.textStream) process.stdout.write(piece);
const { totalTokens } = await result.usage;
console.log(`\n\n${await result.reasoningText}`);
console.log({ usage: totalTokens });
