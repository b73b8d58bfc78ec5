/** Without the markup and punctuation around an answer; what remains still occurs in the text. */
export function trimMarkup(line: string): string {
  let text = line.trim();
  for (let previous = ""; previous !== text; ) {
    previous = text;
    text = text
      .replace(/^(?:\*\*|__|`+|[:]\s|["“'‘](?=.*["”'’]$))\s*/, "")
      .replace(/\s*(?:\*\*|__|`+)$/, "")
      .replace(/(?<!\\)[.;,:]$/, "")
      .replace(/(?<=\S)["”]$/, "")
      .replace(/^\*(?=[^*]*\*$)|(?<=^[^*]*)\*$/, "")
      .trim();
    const delimited = /^(?:\$\$?([^$]+)\$\$?|\\\(([\s\S]*)\\\)|\\\[([\s\S]*)\\\])$/.exec(text);
    if (delimited !== null) text = (delimited[1] ?? delimited[2] ?? delimited[3] ?? "").trim();
  }
  return text;
}
