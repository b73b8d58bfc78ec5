/** The content of the last `\\boxed{…}` or `\\fbox{…}` with balanced braces, or undefined. For reading references only. */
export function lastBoxed(text: string): string | undefined {
  const starts = [...text.matchAll(/\\f?boxed\s*\{/g)].reverse();
  for (const start of starts) {
    const from = start.index + start[0].length;
    const end = closingBrace(text, from);
    if (end !== -1) return text.slice(from, end);
  }
  return undefined;
}

function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "{") depth += 1;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  return -1;
}
