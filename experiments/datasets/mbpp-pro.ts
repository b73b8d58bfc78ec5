import { defineSelfInvoking } from "./self-invoking-tasks.ts";

/** MBPP Pro: each task of MBPP+ with a harder one that calls its function. */
export const mbppPro = defineSelfInvoking({
  name: "mbpp-pro",
  summary: "MBPP tasks, each with a harder one that builds on it",
  licence: "MIT",
  rows: 378,
  upstream: "CodeEval-Pro/CodeEval-Pro, dataset/mbpp_pro.json (form only)",
  files: ["mbpp_pro.json", "mbpp_pro.jsonl"],
});
