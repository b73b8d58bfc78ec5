import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { InvalidOptionError } from "../../core/errors.ts";
import type { ModelTraits } from "./variants.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields of a request, which are in OpenAI's words, as options of a call: tools in the class's own form, the rest
 * where the class is of the OpenAI family or one that nothing is known of.
 *
 * @throws InvalidOptionError for a field that the class does not take: nothing is dropped in silence.
 */
export function fieldOptions(model: BaseChatModel, traits: ModelTraits, fields: Fields = {}): Record<string, unknown> {
  const { tools, tool_choice: choice, ...others } = fields;
  const [field] = Object.keys(others);
  if (field !== undefined && traits.dialect !== null && !traits.openAi) {
    throw new InvalidOptionError(`"${field}"`, `is not taken by ${model.getName()} of LangChain. Leave it out.`);
  }
  return { ...(Array.isArray(tools) && toolOptions(model, tools, choice)), ...others };
}

/** What the class makes of tools: the options that its own `bindTools` would call it with. */
function toolOptions(model: BaseChatModel, tools: unknown[], choice: unknown): Record<string, unknown> {
  if (model.bindTools === undefined) {
    throw new InvalidOptionError('"tools"', `are not taken by ${model.getName()} of LangChain.`);
  }
  const named = (choice as { readonly function?: { readonly name?: string } } | undefined)?.function?.name;
  const wanted = named ?? (choice === "required" ? "any" : choice);
  const bound = model.bindTools(
    tools as Parameters<NonNullable<BaseChatModel["bindTools"]>>[0],
    {
      ...(wanted !== undefined && { tool_choice: wanted }),
    } as Parameters<NonNullable<BaseChatModel["bindTools"]>>[1],
  );
  // Some classes give a binding, others a model of their own with other defaults.
  const { kwargs, config, defaultOptions } = bound as Partial<Record<"kwargs" | "config" | "defaultOptions", Fields>>;
  return { ...kwargs, ...config, ...defaultOptions };
}
