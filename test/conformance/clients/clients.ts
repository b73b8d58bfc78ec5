/** A client at the version that it was tried at. */
export interface Client {
  /** Also the name of its recording. */
  readonly name: string;
  readonly title: string;
  readonly installer: "npm" | "pip";
  /** As the installer takes them, each with its version. */
  readonly packages: readonly string[];
  /** Beside this file, under `programs`. */
  readonly program: string;
}

const npm = (name: string, title: string, program: string, packages: readonly string[]): Client => ({
  name,
  title,
  program,
  installer: "npm",
  packages,
});

const pip = (name: string, title: string, program: string, packages: readonly string[]): Client => ({
  name,
  title,
  program,
  installer: "pip",
  packages,
});

const zod = "zod@4.6.7";

export const clients: readonly Client[] = [
  npm("openai-node", "openai-node 7.59.0", "openai-node.mjs", ["openai@7.59.0", zod]),
  pip("openai-python", "openai-python 3.57.0", "openai_python.py", ["openai==3.57.0"]),
  npm("ai-sdk-5", "AI SDK 5.0.277", "ai-sdk.mjs", [
    "ai@5.0.277",
    "@ai-sdk/openai-compatible@1.0.61",
    "@ai-sdk/openai@2.0.130",
    zod,
  ]),
  npm("ai-sdk-6", "AI SDK 6.0.325", "ai-sdk.mjs", [
    "ai@6.0.325",
    "@ai-sdk/openai-compatible@2.0.92",
    "@ai-sdk/openai@3.0.141",
    zod,
  ]),
  npm("ai-sdk-7", "AI SDK 7.0.173", "ai-sdk.mjs", [
    "ai@7.0.173",
    "@ai-sdk/openai-compatible@3.0.92",
    "@ai-sdk/openai@4.0.118",
    zod,
  ]),
  npm("langchain-js", "LangChain JS 1.5.14", "langchain.mjs", [
    "langchain@1.5.14",
    "@langchain/core@1.4.0",
    "@langchain/openai@1.6.0",
    zod,
  ]),
  pip("langchain-python", "LangChain Python 1.5.2", "langchain_python.py", [
    "langchain==1.5.2",
    "langchain-openai==1.7.4",
  ]),
  pip("litellm", "LiteLLM 1.110.2", "litellm_python.py", ["litellm==1.110.2"]),
  pip("inspect-ai", "inspect_ai 0.3.285", "inspect_python.py", ["inspect_ai==0.3.285", "openai==3.57.0"]),
  npm("promptfoo", "promptfoo 0.123.1", "promptfoo.mjs", ["promptfoo@0.123.1"]),
];
