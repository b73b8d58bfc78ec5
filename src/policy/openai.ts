export * from "./openai/policy.ts";
