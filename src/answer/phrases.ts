/** Words that may stand between "the answer is" and the answer. */
const adverbs = String.raw`(?:(?:definitely|clearly|certainly|likely|most likely|probably|for sure|surely|obviously|therefore|thus|hence|then|simply|just|indeed|actually|now|equal to|given by|as follows:|option|choice)\b[ \t]*,?[ \t]*)*`;
const english = String.raw`(?:\b(?:the\s+|my\s+|our\s+)?(?:final|correct|right|best)\s+(?:answer|option|choice)|\b(?:the|my|our)\s+(?:answer|result|solution)|\banswer)[ \t]*(?:\*\*|__)?[ \t]*(?:to (?:the|this) (?:question|problem)[ \t]*)?(?:(?:is|are|would be|will be|must be|should be|equals)\b[ \t]*[:：]?|[:：]|=)[ \t]*(?:\*\*|__)?[ \t]*${adverbs}`;

/** The announcements of other languages. After the sign words the answer follows on the same line. */
const others = [
  // Chinese and Japanese.
  String.raw`(?:最终|最終|正确|正確|最后|本题|本題)?的?(?:答案|选项|選項|正解|答え|解答|結果|结果)(?:应该|應該|应|應)?(?:是|为|為|选|選|は|[:：])+\s*[:：]?\s*`,
  String.raw`(?:故|应|因此|所以|本题|我)?(?:选择|選擇|选|選)(?:项|項)?\s*[:：]?\s*(?=[（(]?\s*[A-Z])`,
  // Korean.
  String.raw`(?:최종\s*)?(?:정답|답|답변)(?:은|는|:|：)\s*[:：]?\s*`,
  // Spanish, Portuguese, Italian.
  String.raw`(?:(?:la|a|o)\s+)?(?:respuesta|resposta|risposta|solución|solução|opción correcta|resultado)(?:\s+(?:final|finale|correcta|correta|corretta))?(?:\s+(?:es|é|è|sería)(?![\p{L}])|\s*[:：])\s*[:：]?\s*`,
  // French.
  String.raw`(?:la\s+)?(?:bonne\s+)?(?:réponse|solution|résultat)(?:\s+(?:finale|correcte))?(?:\s+(?:est|serait)(?![\p{L}])|\s*[:：])\s*[:：]?\s*(?:donc\s+)?`,
  // German.
  String.raw`(?:(?:die|das)\s+)?(?:(?:richtige|korrekte|endgültige)\s+)?(?:antwort|ergebnis|lösung)(?:\s+(?:ist|lautet|beträgt)(?![\p{L}])|\s*[:：])\s*[:：]?\s*(?:also\s+)?`,
  // Russian.
  String.raw`(?:правильный\s+|окончательный\s+)?ответ(?:\s*[:：]|\s+[-–—]|\s*=)\s*`,
  // Arabic, Hindi, Vietnamese, Turkish.
  String.raw`(?:الجواب|الإجابة|الاجابة|الحل)(?:\s+(?:النهائي|النهائية|الصحيحة))?(?:\s+(?:هو|هي)|\s*[:：])\s*[:：]?\s*`,
  String.raw`(?:उत्तर|जवाब)(?:\s+है|\s*[:：]|(?=\s+[A-Z\d]))\s*`,
  String.raw`(?:đáp án|câu trả lời|cevap|yanıt)(?:\s+(?:là|đúng là))?\s*[:：]?\s*`,
].map((form) => String.raw`(?<![\p{Script=Latin}\p{Script=Cyrillic}])(?:\*\*|__)?${form}(?:\*\*|__)?\s*`);

/**
 * "final answer is", "the answer is", "Answer:" and what other languages say, with markdown around the words; the
 * announcement ends before the answer.
 */
const announcement = new RegExp(`${english}|${others.join("|")}`, "giu");
/** Words that follow "the answer is" without being it. */
const notAnAnswer =
  /^(?:not|as follows|given|found|obtained|to be)\b|^(?:correct|wrong|incorrect|right|unique|clear)\s+\w+\s+\w/i;
/** Characters after an announcement that are looked at. */
const longestAnnounced = 1_000;

/** What an announcement announces, where that begins, and whether it is called the final answer. */
export interface Announced {
  readonly sentence: string;
  readonly at: number;
  readonly final: boolean;
}

/**
 * What the last announcement announces: the rest of its sentence on the same line, or the next line where nothing
 * follows on the same one. Null without an announcement.
 */
export function lastPhrase(text: string): Announced | null {
  const matches = [...text.matchAll(announcement)].reverse();
  for (const match of matches) {
    const at = match.index + match[0].length;
    const sentence = firstSentence(text.slice(at).slice(0, longestAnnounced));
    if (sentence !== "" && !notAnAnswer.test(sentence)) return { sentence, at, final: /final/i.test(match[0]) };
  }
  return null;
}

/** Where a sentence ends: never at the point of a decimal, the dot of "p.m.", or a semicolon between values. */
const sentenceEnd =
  /(?<!\b[A-Za-z]|\b(?:Mr|Mrs|Ms|Dr|St|approx|sq|ft|in|vs|no)\b|\\)[.!?](?=\s+["“(*]*[A-Z0-9]|\s*$)|[。！？]|[；;](?=\s*[A-Za-z]{3,}\s+[a-z])|,\s+(?:because|since|which|so|where|as)\b|\s(?:because|since)\s/;

function firstSentence(rest: string): string {
  const line = (/^[\s*_]*([^\n]*)/.exec(rest)?.[1] ?? "").trim();
  const dollars = /^\$\$?((?:[^$\s]|[^$\s][^$]*[^$\s]))\$\$?/.exec(line);
  // "$x=5$ …" ends with its delimiter when a sentence goes on; "$5 or $6" is money.
  if (dollars !== null && /^[\s.,;]*(?:$|[A-Z]|because|since|where|which|as)/.test(line.slice(dollars[0].length)))
    return dollars[0];
  const hope = line.search(/\.?\s*I hope it is correct/i);
  const kept = hope >= 0 ? line.slice(0, hope) : line;
  const stop = kept.search(sentenceEnd);
  return (stop >= 0 ? kept.slice(0, stop) : kept).trim();
}
