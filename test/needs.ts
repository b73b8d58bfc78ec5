import { createRequire } from "node:module";
import { missingTool, type ToolName } from "../src/sandbox/tools.ts";

declare module "vitest" {
  interface TaskMeta {
    /** What this machine lacks for the test, and how to get it. */
    missing?: string;
  }
}

interface Needs {
  readonly skip?: true;
  readonly meta?: { readonly missing: string };
}

/** Options of a test or suite that needs outside tools. Where one is missing it is skipped and the remedy listed. */
export const needs = (...tools: readonly ToolName[]): Needs => needsAll(missingTool(...tools));

/** The same for anything else: `missing` says what is missing and how to get it; null where nothing is. */
export const needsAll = (missing: string | null): Needs => (missing === null ? {} : { skip: true, meta: { missing } });

/** The same for an optional package. */
export function needsPackage(name: string): Needs {
  try {
    createRequire(import.meta.url).resolve(name);
    return needsAll(null);
  } catch {
    return needsAll(`the optional package ${name} is not installed: npm install ${name}`);
  }
}
