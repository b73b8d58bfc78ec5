import { UnknownNameError } from "../../src/core/errors.ts";
import { outcomePresets } from "./outcome-presets.ts";
import type { Preset } from "./preset.ts";
import { processPresets } from "./process-presets.ts";

/** Every public reward model that `served` knows, process models first. */
export const presets: readonly Preset[] = [...processPresets, ...outcomePresets];

/** By its own name or by that of one of its models. @throws UnknownNameError. */
export function presetNamed(name: string): Preset {
  const found = presets.find((preset) => preset.name === name || preset.models.includes(name));
  if (found !== undefined) return found;
  throw new UnknownNameError(
    "reward model preset",
    name,
    presets.map((preset) => preset.name),
  );
}
