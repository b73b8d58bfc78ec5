import { defineSelfInvoking } from "./self-invoking-tasks.ts";

/** HumanEval Pro: each task of HumanEval with a harder one that calls its function. */
export const humanevalPro = defineSelfInvoking({
  name: "humaneval-pro",
  summary: "HumanEval tasks, each with a harder one that builds on it",
  licence: "MIT",
  rows: 164,
  upstream: "CodeEval-Pro/CodeEval-Pro, dataset/humaneval_pro.json (form only)",
  files: ["humaneval_pro.json", "humaneval_pro.jsonl"],
});
