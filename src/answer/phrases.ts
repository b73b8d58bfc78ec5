/**
 * "final answer is", "the answer is", "Answer:", with markdown around the words; the announcement ends before the
 * answer.
 */
const announcement =
  /(?:\b(?:the\s+|my\s+|our\s+)?(?:final|correct|right|best)\s+(?:answer|option|choice)|\b(?:the|my|our)\s+(?:answer|result|solution)|\banswer)[ \t]*(?:\*\*|__)?[ \t]*(?:to (?:the|this) (?:question|problem)[ \t]*)?(?:(?:is|are|would be|will be|must be|equals)\b[ \t]*:?|:|=)[ \t]*(?:\*\*|__)?[ \t]*/gi;
/** Words that follow "the answer is" without being it. */
const notAnAnswer =
  /^(?:not|as follows|given|found|obtained|to be)\b|^(?:correct|wrong|incorrect|right|unique|clear)\s+\w+\s+\w/i;
/** Characters after an announcement that are looked at. */
const longestAnnounced = 1_000;

/**
 * What the last announcement announces: the rest of its sentence on the same line, or the next line where nothing
 * follows on the same one. Null without an announcement.
 */
export function lastPhrase(text: string): string | null {
  const matches = [...text.matchAll(announcement)].reverse();
  for (const match of matches) {
    const rest = text.slice(match.index + match[0].length).slice(0, longestAnnounced);
    const sentence = firstSentence(rest);
    if (sentence !== "" && !notAnAnswer.test(sentence)) return sentence;
  }
  return null;
}

/**
 * Up to the end of the sentence: a stop before a blank or the end, never the point of a decimal or the dot of "p.m.".
 */
function firstSentence(rest: string): string {
  const line = (/^[\s*_]*([^\n]*)/.exec(rest)?.[1] ?? "").trim();
  const dollars = /^\$\$?((?:[^$\s]|[^$\s][^$]*[^$\s]))\$\$?/.exec(line);
  // "$x=5$ …" ends with its delimiter when a sentence goes on; "$5 or $6" is money.
  if (dollars !== null && /^[\s.,;]*(?:$|[A-Z]|because|since|where|which|as)/.test(line.slice(dollars[0].length)))
    return dollars[0];
  const hope = line.search(/\.?\s*I hope it is correct/i);
  const kept = hope >= 0 ? line.slice(0, hope) : line;
  const stop = kept.search(
    /(?<!\b[A-Za-z]|\b(?:Mr|Mrs|Ms|Dr|St|approx|sq|ft|in|vs|no)\b|\\)[.!?](?=\s+["“(*]*[A-Z0-9]|\s*$)|;\s|,\s+(?:because|since|which|so|where|as)\b|\s(?:because|since)\s/,
  );
  return (stop >= 0 ? kept.slice(0, stop) : kept).trim();
}
