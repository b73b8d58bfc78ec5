const months = "january february march april may june july august september october november december".split(" ");
const monthWord = String.raw`(jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?`;
const day = String.raw`(\d{1,2})(?:st|nd|rd|th)?`;

const monthThenDay = new RegExp(`^${monthWord}\\s+${day}(?:,?\\s+(\\d{4}))?$`, "i");
const dayThenMonth = new RegExp(`^${day}\\s+(?:of\\s+)?${monthWord}(?:,?\\s+(\\d{4}))?$`, "i");

/** A calendar date; `year` is null where it is not given. */
export interface DateValue {
  readonly year: number | null;
  readonly month: number;
  readonly day: number;
}

const monthOf = (word: string): number =>
  months.findIndex((month) => month.startsWith(word.toLowerCase().slice(0, 3))) + 1;

function valid(year: number | null, month: number, dayOfMonth: number): DateValue | null {
  const most = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return dayOfMonth >= 1 && dayOfMonth <= most ? { year, month, day: dayOfMonth } : null;
}

/**
 * Reads "12/25/1937" (month first), "1937-12-25", "December 25th, 1937", "25 Dec 1937", "February 3rd"; null for
 * anything else.
 */
export function dateValue(raw: string): DateValue | null {
  const text = raw.replace(/^\\text\s*\{([^{}]*)\}$/, "$1").trim();
  if (text.length > 40 || !/\d/.test(text)) return null;
  const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (slashed !== null) return valid(Number(slashed[3]), Number(slashed[1]), Number(slashed[2]));
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (iso !== null) return valid(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const weekday = /^(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+/i;
  const plain = text.replace(weekday, "").replace(/^the\s+/i, "");
  const monthFirst = monthThenDay.exec(plain);
  if (monthFirst !== null)
    return valid(
      monthFirst[3] === undefined ? null : Number(monthFirst[3]),
      monthOf(monthFirst[1] ?? ""),
      Number(monthFirst[2]),
    );
  const dayFirst = dayThenMonth.exec(plain);
  if (dayFirst === null) return null;
  return valid(dayFirst[3] === undefined ? null : Number(dayFirst[3]), monthOf(dayFirst[2] ?? ""), Number(dayFirst[1]));
}

/** Do two dates agree? A missing year does not speak against it. */
export const sameDate = (a: DateValue, b: DateValue): boolean =>
  a.month === b.month && a.day === b.day && (a.year === null || b.year === null || a.year === b.year);

/**
 * A time of day in seconds since midnight; `half` is false where it is not known whether it means morning or afternoon.
 */
export interface ClockValue {
  readonly seconds: number;
  readonly half: boolean;
}

/** Reads "3:30 p.m.", "15:30", "4 pm", "3:45:10", "noon", "midnight"; null for anything else. */
export function clockValue(raw: string): ClockValue | null {
  const text = raw
    .replace(/\\text\s*\{([^{}]*)\}/g, "$1")
    .trim()
    .toLowerCase();
  if (text === "noon" || text === "12 noon") return { seconds: 43_200, half: true };
  if (text === "midnight") return { seconds: 0, half: true };
  const match = /^(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?\s*(?:(a|p)\.?\s?m\.?|o'clock)?$/.exec(text);
  if (match === null) return null;
  const [, hourText = "", minuteText, secondText, mark] = match;
  const [hour, minute, second] = [Number(hourText), Number(minuteText ?? 0), Number(secondText ?? 0)];
  if (minuteText === undefined && !/[a-z]/.test(text)) return null;
  if (hour > 23 || minute > 59 || second > 59 || (mark !== undefined && (hour < 1 || hour > 12))) return null;
  const hours = mark === undefined ? hour : (hour % 12) + (mark === "p" ? 12 : 0);
  return { seconds: 3600 * hours + 60 * minute + second, half: mark !== undefined || hour > 12 || hour === 0 };
}

/** Do two times agree? One without a.m. or p.m. may be either when the other has it. */
export function sameClock(a: ClockValue, b: ClockValue): boolean {
  if (a.seconds === b.seconds) return true;
  return a.half !== b.half && a.seconds % 43_200 === b.seconds % 43_200;
}
