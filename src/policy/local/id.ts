/** Prompt and completion together, in tokens, where nobody asks for another length. */
export const usualContext = 2048;

/**
 * A local model's id: its file, and what samples depend on beside it (a context ends texts that another would not).
 * Both are read back by {@link fileOf}.
 */
export function localId(file: string, thinking: boolean | undefined, context: number): string {
  const settings = [
    ...(thinking === undefined ? [] : [thinking ? "thinking" : "not-thinking"]),
    ...(context === usualContext ? [] : [`context=${context}`]),
  ];
  return [`local/${file}`, ...settings].join("@");
}

/** The id of a policy without how a local model is run, on which its states do not depend. */
export const fileOf = (id: string): string => id.replace(/@(?:context=\d+|thinking|not-thinking)(?=@|$)/g, "");
