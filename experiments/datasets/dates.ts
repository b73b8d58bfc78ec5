import type { Row } from "./reading/row.ts";

/** Milliseconds since 1970 of a field with an ISO 8601 date or timestamp, or with seconds since 1970. */
export function timestampOf(row: Row, field: string): number {
  const text = row.text(field).trim();
  const at = /^\d{9,10}(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : isoTime(text);
  if (Number.isNaN(at)) throw row.wrong(field, "must be an ISO 8601 date or timestamp", row.fields[field]);
  return at;
}

/** A date alone, or a timestamp without a zone, is read as UTC. */
function isoTime(text: string): number {
  const [, date = "", time = "", zone = ""] =
    /^(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?(Z|[+-]\d\d:?\d\d)?$/.exec(text) ?? [];
  if (date === "") return Number.NaN;
  return Date.parse(time === "" ? date : `${date}T${time}${zone === "" ? "Z" : zone}`);
}

export interface DateRange {
  /** Inclusive. */
  readonly from?: string;
  /** Exclusive. */
  readonly until?: string;
}

export function isWithin(at: number, { from, until }: DateRange): boolean {
  return (from === undefined || at >= isoTime(from)) && (until === undefined || at < isoTime(until));
}

/** Is this text a date or a timestamp, and no number or fraction? */
export const isDate = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d(?:[T ].*)?$/.test(text) || /^\d{1,2}[/.]\d{1,2}[/.]\d{4}$/.test(text);
