/** The one place of the server that reads the time of day; durations come from a Clock. */
export interface TimeOfDay {
  /** Seconds since 1970. */
  seconds(): number;
}

export const timeOfDay: TimeOfDay = { seconds: () => Math.floor(Date.now() / 1000) };

/** Days since 1970, in UTC: the unit of budgets per day. */
export const dayOf = (time: TimeOfDay): number => Math.floor(time.seconds() / 86_400);

export const secondsToNextDay = (time: TimeOfDay): number => 86_400 - (time.seconds() % 86_400);
