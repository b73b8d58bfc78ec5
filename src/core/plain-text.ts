/** Control characters and sequences of terminals: escapes of any kind, C1 controls, and lone returns and backspaces. */
const sequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /\x1b\][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[PX^_][^\x1b\x9c]*(?:\x1b\\|\x9c)?|\x1b\[[0-?]*[ -/]*[@-~]?|\x1b[ -/]*[0-~]?|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)|[\u202a-\u202e\u2066-\u2069]/g;

/** What this program itself writes to terminals: colours, and a line that is written again. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const own = /^(?:\x1b\[(?:0|1|2|31|32|33|36)m|\x1b\[2K)$/;

/**
 * Text of models, servers and files as a terminal may show it: what would move its cursor, set its title, write its
 * clipboard, hide or turn round what is shown is left out. `keeps`: with our own colours, which stand in the same text.
 */
export const plainText = (text: string, keeps = false): string =>
  text.replace(sequences, (found, at: number) => {
    if (!keeps) return "";
    return own.test(found) || (found === "\r" && text.startsWith("\u001b[2K", at + 1)) ? found : "";
  });
