export type { Interval } from "../../core/metric.ts";

/** The usual confidence level. */
export const defaultLevel = 0.95;
