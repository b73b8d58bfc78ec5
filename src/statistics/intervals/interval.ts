/** An interval with how it was made. `method` names the estimator and, for clustered ones, the variant. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Confidence level, such as 0.95. */
  readonly level: number;
  readonly method: string;
}

/** The usual level. */
export const defaultLevel = 0.95;
