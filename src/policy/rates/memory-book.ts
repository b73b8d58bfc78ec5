import { type Clock, systemClock } from "../../core/clock.ts";
import { type Cost, type Limits, type RateBook, type RateBooks, ratesOf, roomMs, units, usedUp } from "./limits.ts";

const budgets = ["tokens", "dollars"] as const;

/** Books of one process. `earlier`: what others of the same run had spent, read at the first call. */
export function memoryBooks(
  limits: Limits,
  earlier: () => Pick<Cost, "tokens" | "dollars"> = () => ({ tokens: 0, dollars: 0 }),
  clock: Clock = systemClock,
): RateBooks {
  const rates = ratesOf(limits);
  let known: { tokens: number; dollars: number } | null = null;
  let open = 0;
  let next = 0;
  const bookOf = (): RateBook => {
    /** When all that was booked is paid off. */
    const free: Record<(typeof units)[number], number> = { requests: 0, tokens: 0, dollars: 0 };
    return {
      async ask(most) {
        known ??= { ...earlier() };
        const total = known;
        for (const unit of budgets) {
          const allowed = limits[unit];
          if (allowed === undefined || total[unit] + most[unit] <= allowed) continue;
          if (open === 0) throw usedUp(unit, allowed, total[unit]);
          return { wait: roomMs };
        }
        const now = clock.now();
        const wait = Math.max(...units.map((unit) => (rates[unit] === undefined ? 0 : free[unit] - now)));
        if (wait > 0) return { wait };
        for (const unit of units) free[unit] = Math.max(now, free[unit]) + most[unit] / (rates[unit] ?? Infinity);
        for (const unit of budgets) total[unit] += most[unit];
        open++;
        return { ticket: `${next++}` };
      },
      async settle(_, most, cost) {
        open--;
        for (const unit of units) free[unit] -= (most[unit] - cost[unit]) / (rates[unit] ?? Infinity);
        if (known !== null) for (const unit of budgets) known[unit] -= most[unit] - cost[unit];
      },
    };
  };
  const books = new Map<string, RateBook>();
  return (endpoint) => {
    const book = books.get(endpoint) ?? bookOf();
    books.set(endpoint, book);
    return book;
  };
}
