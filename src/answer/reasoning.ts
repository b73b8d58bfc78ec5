/**
 * The text after its reasoning: closed blocks removed, an unclosed one to the end, a lone closing tag from the start.
 */
export function withoutReasoning(text: string): string {
  const tag = /<(\/?)(?:think|thinking|thoughts?|reasoning|scratchpad|reflection)>/gi;
  let [spoken, from, depth] = ["", 0, 0];
  for (const match of text.matchAll(tag)) {
    const closes = match[1] === "/";
    const end = match.index + match[0].length;
    if (!closes && depth++ === 0) spoken += text.slice(from, match.index);
    // A closing tag without its opening one: the prompt opened the thought.
    if (closes && depth === 0) spoken = "";
    if (closes) depth = 0;
    from = end;
  }
  return depth > 0 ? spoken : spoken + text.slice(from);
}
