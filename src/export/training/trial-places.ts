import { DatabaseSync } from "node:sqlite";
import { EnvironmentError } from "../../core/errors.ts";

export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** Where a trial's two lines stand, and in which of the runs. */
export interface TrialPlace {
  readonly run: number;
  readonly result: Place;
  readonly trace: Place;
}

interface LinePlace extends Place {
  readonly run: number;
}

const settings = `
  PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192;
  CREATE TABLE trials (
    number INTEGER PRIMARY KEY, run INTEGER NOT NULL, key TEXT NOT NULL, problem INTEGER NOT NULL,
    result_at INTEGER NOT NULL, result_length INTEGER NOT NULL, trace_at INTEGER, trace_length INTEGER,
    UNIQUE (run, key)
  );
  CREATE INDEX by_problem ON trials (problem, number)`;

const insertion = `
  INSERT INTO trials (run, key, problem, result_at, result_length) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET problem = excluded.problem, result_at = excluded.result_at,
    result_length = excluded.result_length`;

const placesOf = `
  SELECT run, result_at, result_length, trace_at, trace_length FROM trials
  WHERE problem = ? AND trace_at IS NOT NULL ORDER BY number`;

/** The next problem that has texts, in the order in which problems came. */
const following = "SELECT problem FROM trials WHERE problem > ? AND trace_at IS NOT NULL ORDER BY problem LIMIT 1";

/** Where the lines of trials stand, in a temporary file that goes with the process. */
export class TrialPlaces {
  readonly database: DatabaseSync;
  readonly #insert;
  readonly #find;
  readonly #trace;
  readonly #of;
  readonly #next;

  /** @throws EnvironmentError where no temporary file can be made. */
  constructor() {
    try {
      this.database = new DatabaseSync("");
      this.database.exec(settings);
    } catch (error) {
      throw new EnvironmentError(`No temporary file can be made: ${(error as Error).message}.`, { cause: error });
    }
    this.#insert = this.database.prepare(insertion);
    this.#find = this.database.prepare("SELECT number, problem FROM trials WHERE run = ? AND key = ?");
    this.#trace = this.database.prepare("UPDATE trials SET trace_at = ?, trace_length = ? WHERE number = ?");
    this.#of = this.database.prepare(placesOf);
    this.#next = this.database.prepare(following);
  }

  /** All that `fill` adds is one transaction. */
  filling(fill: () => void): void {
    this.database.exec("BEGIN");
    fill();
    this.database.exec("COMMIT");
  }

  addResult(key: string, problem: number, { run, offset, length }: LinePlace): void {
    this.#insert.run(run, key, problem, offset, length);
  }

  /** Gives the trial's problem; null for a line of no trial that counts. */
  addTrace(key: string, { run, offset, length }: LinePlace): number | null {
    const known = this.#find.get(run, key) as { readonly number: number; readonly problem: number } | undefined;
    if (known === undefined) return null;
    this.#trace.run(offset, length, known.number);
    return known.problem;
  }

  *problems(): Generator<number> {
    for (let at = -1; ; ) {
      const next = this.#next.get(at) as { readonly problem: number } | undefined;
      if (next === undefined) return;
      yield next.problem;
      at = next.problem;
    }
  }

  get problemCount(): number {
    return this.#count("COUNT(DISTINCT problem) AS n FROM trials WHERE trace_at IS NOT NULL");
  }

  get withoutTrace(): number {
    return this.#count("COUNT(*) AS n FROM trials WHERE trace_at IS NULL");
  }

  #count(what: string): number {
    return (this.database.prepare(`SELECT ${what}`).get() as { readonly n: number }).n;
  }

  /** The trials of a problem that have texts, in the order in which they came. */
  of(problem: number): TrialPlace[] {
    const rows = this.#of.all(problem) as unknown as Readonly<
      Record<`${"result" | "trace"}_${"at" | "length"}`, number> & { run: number }
    >[];
    return rows.map((row) => ({
      run: row.run,
      result: { offset: row.result_at, length: row.result_length },
      trace: { offset: row.trace_at, length: row.trace_length },
    }));
  }

  close(): void {
    this.database.close();
  }
}
