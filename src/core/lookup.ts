/** A table that is read by names from outside: what every object has (`constructor`, `toString`) is not in it. */
export const lookup = <Value>(table: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> =>
  Object.assign(Object.create(null) as Record<string, Value>, table);
