/** Text as words: case, articles, punctuation and `\text` do not count. "" where there are no letters or digits. */
export function wordKey(text: string): string {
  return text
    .replace(/\\(?:text|mathrm|operatorname)\s*\{([^{}]*)\}/g, "$1")
    .normalize("NFKC")
    .toLowerCase()
    .replace(/(?<=\w)['’](?=\w)/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .replace(/(?:^|(?<= ))(?:the|a|an)(?= [^ ])/g, "")
    .replace(/ +/g, " ")
    .trim();
}

/** Equal as words, or, where there are none (brackets, signs), character by character but for blanks. */
export function sameWords(a: string, b: string): boolean {
  const [x, y] = [wordKey(a), wordKey(b)];
  return x === "" || y === "" ? a.replace(/\s+/g, "") === b.replace(/\s+/g, "") : x === y;
}
