// A strategy as a LangChain chat model in a chain.
//   node examples/langchain.ts
import { StringOutputParser } from "@langchain/core/output_parsers";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { asChatModel } from "../src/faces/langchain.ts";
import { generateProblem, simulatedPolicy } from "../src/policy/simulated/index.ts";

const model = asChatModel("self-consistency", {
  policy: simulatedPolicy({}),
  options: { n: 5 },
  answer: "math",
  seed: 1,
});
const prompt = ChatPromptTemplate.fromTemplate("{problem}");
const { text: problem } = generateProblem(1, 0); // the simulated policy reasons about its own problems
console.log(await prompt.pipe(model).pipe(new StringOutputParser()).invoke({ problem }));

const message = await prompt.pipe(model).invoke({ problem });
const { reason } = message.response_metadata.ruminate as { reason: string };
console.log({ usage: message.usage_metadata?.total_tokens, reason });
