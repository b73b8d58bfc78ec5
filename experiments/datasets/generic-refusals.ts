import { plainNumber } from "../../src/answer/plain-number.ts";
import type { AnswerKind } from "../../src/core/question.ts";
import { letterOf } from "./choices.ts";
import { isDate } from "./dates.ts";
import { isRecord, type Row } from "./reading/row.ts";

/** How an answer names one of its options. */
export type AnswerReading = "letter" | "index" | "index-from-1" | "text";

interface Named {
  readonly question: readonly string[];
  readonly answer: string;
  readonly choices?: string;
  readonly ignore: readonly string[];
}

const testFields = ["tests", "test", "test_list", "test_code", "test_cases", "unit_tests", "public_test_cases"];
const imageField = /^(?:images?|img|pictures?|figures?|decoded_image|image_path|image_url|image_\d+)$/i;
const imageInText = /<image(?:[ _]?\d+)?>|!\[[^\]]*\]\([^)]*\)|\\includegraphics|<img\b/i;
const contextFields = ["context", "passage", "note"];

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || value === false || (Array.isArray(value) && !value.length);

/**
 * Refuses a record that holds what its question needs and what would be dropped. `ignore` names what may be dropped.
 */
export function refuseLoss(row: Row, named: Named): void {
  const used = new Set([...named.question, named.answer, named.choices, ...named.ignore]);
  const held = (name: string): boolean => !used.has(name) && !isEmpty(row.fields[name]);
  const refuse = (field: string, what: string, remedy: string): never => {
    throw row.wrong(field, what, row.fields[field], `${remedy}, or name it in \`ignore\`.`);
  };
  const tests = row.common?.tests !== undefined && !used.has("tests") ? "tests" : testFields.find(held);
  if (tests !== undefined) refuse(tests, "holds tests, which would be dropped", "Load the file as the dataset code");
  const image = Object.keys(row.fields).find((name) => imageField.test(name) && held(name));
  if (image !== undefined) refuse(image, "holds a picture, which cannot be shown", "Leave this record out");
  const pictured = named.question.find((name) => imageInText.test(String(row.fields[name] ?? "")));
  if (pictured !== undefined && !named.ignore.includes("image"))
    throw row.wrong(pictured, "refers to a picture", row.fields[pictured], "Leave this record out or ignore: [image].");
  const options = ["choices", "options"].find((name) => named.choices === undefined && held(name));
  if (options !== undefined) refuse(options, "holds options, which would be dropped", `Set choices: ${options}`);
  const context = contextFields.find(held);
  if (context !== undefined)
    refuse(context, "may be what the question is about", `Set question: [${context}, ${named.question.join(", ")}]`);
  for (const field of [...named.question, named.answer]) refuseTwice(row, field, named.ignore);
}

/** A field at the top and one of the same name in `meta` that says something else. */
function refuseTwice(row: Row, field: string, ignore: readonly string[]): void {
  const { meta } = row.fields;
  if (!isRecord(meta) || isEmpty(meta[field]) || ignore.includes(`meta.${field}`)) return;
  const { common } = row;
  const top = common !== null && field in common ? common[field as "question" | "answer"] : row.fields[field];
  if (isEmpty(top) || String(top) === String(meta[field])) return;
  const both = `${JSON.stringify(top)} at the top and ${JSON.stringify(meta[field])} in meta`;
  throw row.error(
    `field "${field}" is there twice, ${both}. Name the one of meta as "meta.${field}", or keep the other by ` +
      `ignore: [meta.${field}].`,
  );
}

/** Number, formula or text, by how the answer is written. A time of day may be a ratio, so it is refused. */
export function kindOfAnswer(row: Row, field: string, answer: string): AnswerKind {
  if (isDate(answer)) return "text";
  if (/^\d{1,2}:\d\d(?::\d\d)?$/.test(answer))
    throw row.wrong(field, "may be a time or a ratio", answer, "Set kind: text for times, kind: math for ratios.");
  return plainNumber(answer) === null ? "math" : "number";
}

/**
 * The letter of the right option. The answer is its letter, its 0-based index or its text; where these readings name
 * different options (options "1" to "4", answer "2") the record is refused until `answerIs` says which holds.
 */
export function rightLetter(row: Row, field: string, choices: readonly string[], reading?: AnswerReading): string {
  const value = row.text(field).trim();
  const readings = readingsOf(value, choices);
  if (reading !== undefined) {
    const letter = readings[reading];
    if (letter !== undefined) return letter;
    throw row.wrong(field, `must be the ${reading} of one of ${choices.length} options`, value);
  }
  const { letter, index, text } = readings;
  const found = [...new Set([letter, index, text].filter((one) => one !== undefined))];
  const [only] = found;
  if (found.length > 1) {
    const says = Object.entries({ letter, index, text }).flatMap(([how, one]) => (one ? [`${one} as ${how}`] : []));
    throw row.wrong(field, `may name several options (${says.join(", ")})`, value, "Set answerIs.");
  }
  if (only !== undefined) return only;
  const remedy =
    readings["index-from-1"] === undefined ? undefined : "Set answerIs: index-from-1 if the file counts from 1.";
  throw row.wrong(field, "must be the letter, the 0-based index or the text of a choice", value, remedy);
}

function readingsOf(value: string, choices: readonly string[]): Partial<Record<AnswerReading, string>> {
  const digits = /^\d+$/.test(value);
  const at = choices.map((choice) => choice.trim()).indexOf(value);
  const twice = choices.filter((choice) => choice.trim() === value).length > 1;
  return {
    letter: digits ? undefined : letterOf(value, choices.length),
    index: digits ? letterOf(value, choices.length) : undefined,
    "index-from-1": digits ? letterOf(Number(value) - 1, choices.length) : undefined,
    text: at === -1 || twice ? undefined : letterOf(at, choices.length),
  };
}
