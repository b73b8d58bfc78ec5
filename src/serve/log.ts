/** One line of the log: what happened to a request. Conversations are in it only where the configuration says so. */
export interface LogEntry {
  readonly level: "info" | "warn" | "error";
  readonly event: string;
  readonly [field: string]: unknown;
}

export type Log = (entry: LogEntry) => void;

/** JSON lines. */
export const jsonLog =
  (write: (line: string) => void): Log =>
  (entry) =>
    write(`${JSON.stringify(entry)}\n`);

/** The causes of a failure as one text, for the log only. */
export function causesOf(error: unknown): string {
  const seen: string[] = [];
  for (let one: unknown = error; one instanceof Error && seen.length < 5; one = one.cause) {
    seen.push(`${one.name}: ${one.message}`.slice(0, 500));
  }
  return seen.length === 0 ? String(error).slice(0, 500) : seen.join(" ← ");
}
