/** What stands between words and code in a model's text, read line by line: a line that begins with three backticks opens a block or closes it. */
export interface Fenced {
  /** The text without its blocks. */
  readonly words: string;
  /** The last block's content; null without one. */
  readonly code: string | null;
  /** Is the last block still open at the end? */
  readonly open: boolean;
  /** Does the text end with a closed block? */
  readonly endsInBlock: boolean;
}

export function readFences(text: string): Fenced {
  const words: string[] = [];
  let code: string[] | null = null;
  let open = false;
  let endsInBlock = false;
  for (const line of text.split("\n")) {
    if (/^\s*```/.test(line)) {
      if (!open) code = [];
      open = !open;
      endsInBlock = !open;
    } else if (open) code?.push(line);
    else {
      words.push(line);
      endsInBlock = endsInBlock && line.trim() === "";
    }
  }
  return { words: words.join("\n"), code: code?.join("\n") ?? null, open, endsInBlock };
}

/** The first and the last half of a text that is longer than `most` characters. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  return `${text.slice(0, half)}…${text.slice(text.length - half)}`;
}
