import { taskLanguage } from "../../answer/languages.ts";
import type { Check } from "../../core/check.ts";
import type { Reference } from "../../core/problem.ts";
import { presetNamed, presetOfLanguage } from "./presets.ts";
import { resolveCheck } from "./run-check.ts";

/** The checker that decides about a problem: its own, else that of its tests' language; null where none does. */
export function checkOf({ check, tests }: Pick<Reference, "check" | "tests">): Check | null {
  if (check !== undefined) return resolveCheck(check);
  const preset = tests === undefined ? null : presetOfLanguage(taskLanguage(tests.language).name);
  return preset === null ? null : presetNamed(preset);
}
