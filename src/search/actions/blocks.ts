/**
 * What closes the code fence or displayed equation that a text stands in at its end: "```", "\\]", "$$",
 * "\\end{align}" …; null where it stands in none. A blank line in such a block ends no step.
 */
export function openBlock(text: string): string | null {
  const marks =
    /^[ \t]*(`{3,}|~{3,})|\\\[|\\\]|\$\$|\\begin\{(equation|align|gather|aligned|cases)\*?\}|\\end\{\w+\*?\}/gm;
  let close: string | null = null;
  for (const { 0: mark, 1: fence } of text.matchAll(marks)) {
    if (close === null) close = closing(mark, fence);
    else if (fence !== undefined ? fence.startsWith(close) : mark === close) close = null;
  }
  return close;
}

function closing(mark: string, fence: string | undefined): string | null {
  if (fence !== undefined) return fence;
  if (mark === "\\[") return "\\]";
  if (mark === "$$") return "$$";
  return mark.startsWith("\\begin") ? mark.replace("begin", "end") : null;
}
