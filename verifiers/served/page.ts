import type { PresetPage } from "../../src/core/verifier.ts";
import { render } from "./layout.ts";
import type { Preset } from "./preset.ts";
import { presets } from "./presets.ts";

const stateOf = ({ checked }: Preset): PresetPage["checked"] => checked ?? "unchecked";

const states: Readonly<Record<PresetPage["checked"], string>> = {
  equal: "equal: its scores were compared with the authors' procedure on a model of its architecture",
  unchecked: "unchecked: written from the authors' description, never compared with their scores",
  own: "a form of this project: there is no published score to equal",
};

const meaning: Readonly<Record<Preset["reading"]["number"]["kind"], string>> = {
  probability: "a probability, as it comes",
  logit: "log-odds; the probability is their softmax or sigmoid",
  reward: "a reward without bounds: candidates are compared by it, and the value in (0, 1) only keeps its order",
  value: "a value in [-1, 1], moved to [0, 1]",
  head: "an unbounded head; tanh(x / 5), moved to [0, 1]",
};

/** What is sent for a question of two steps, tags included. */
function example(preset: Preset): string {
  const steps = preset.scores === "outcome" ? ["{answer}"] : ["{step 1}", "{step 2}"];
  const { chats, conversation, text } = render(preset, "{question}", steps);
  const turns =
    chats.at(-1) ?? (preset.layout.form === "chat" && preset.layout.send === "messages" ? conversation : null);
  return turns === null ? text : turns.map(({ role, content }) => `${role}: ${content}`).join("\n");
}

/** A preset as `ruminate verifiers show NAME` tells of it. */
export function pageOf(preset: Preset): PresetPage {
  const { name, models, scores, transports, contextTokens, aggregation, source, recipe, reading } = preset;
  return {
    name,
    checked: stateOf(preset),
    facts: [
      ["state", states[stateOf(preset)]],
      ["models", models.join(", ") || "any"],
      ["scores", scores === "process" ? "steps (process), a solution by aggregation (outcome)" : "solutions (outcome)"],
      ["number", meaning[reading.number.kind]],
      ...(scores === "process" ? [["aggregation", aggregation ?? "last, as its authors name none"] as const] : []),
      ["transports", transports.join(", ")],
      ["window", `${contextTokens} tokens`],
      ["white space", `of a step: ${preset.whiteSpace ?? "trimmed"}`],
      ["source", source],
      ["serve it", recipe ?? "no command was tried"],
      ["sent", JSON.stringify(example(preset))],
    ],
  };
}

export const pages = (): readonly PresetPage[] => presets.map(pageOf);
