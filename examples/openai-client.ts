// Serves the simulated policy on this machine and asks it with the openai package: only the base URL is changed.
//   node examples/openai-client.ts
import { join } from "node:path";
import OpenAI from "openai";
import { builtins } from "../src/builtins.ts";
import { openPolicy } from "../src/policy/open.ts";
import { generateProblem, simulatedPolicy } from "../src/policy/simulated/index.ts";
import { createSandbox } from "../src/sandbox/index.ts";
import { loadConfig } from "../src/serve/config.ts";
import { startServer } from "../src/serve/server.ts";

const sandbox = createSandbox("wasi");
const server = await startServer({
  config: { ...loadConfig(join(import.meta.dirname, "serve.yaml")), port: 0 },
  catalogue: builtins(),
  sandbox,
  open: (spec) =>
    openPolicy(spec, {
      openSimulated: async (options) => simulatedPolicy(options),
      openLocal: () => Promise.reject(new Error("this example serves no local model")),
    }),
});

const client = new OpenAI({ baseURL: server.baseUrl, apiKey: "none" });
const { text: question } = generateProblem(1, 0); // the simulated policy reasons about its own problems
console.log(`${question}\n`);
const completion = await client.chat.completions.create({
  model: "thinker-fast",
  messages: [{ role: "user", content: question }],
  seed: 1,
});
const [choice] = completion.choices as ((typeof completion.choices)[number] & { ruminate: Record<string, unknown> })[];
console.log(choice?.message.content);
console.log({
  answer: choice?.ruminate.answer,
  support: choice?.ruminate.support,
  usage: completion.usage?.total_tokens,
});

await server.close();
await sandbox.dispose();
