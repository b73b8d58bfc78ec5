/** How the comparison of one arm with its baseline ended. */
export interface EnoughArm {
  readonly arm: string;
  readonly baseline: string;
  /** Problems that both have done. */
  readonly problems: number;
  /** Mean difference on these, arm less baseline. */
  readonly difference: number;
  readonly eValue: number;
  /** Always valid, before it is held against the share of `alpha`. */
  readonly p: number;
  /** Problems after which the two were told apart; null where they were not. */
  readonly decidedAt: number | null;
}

export interface EnoughSummary {
  readonly alpha: number;
  readonly arms: readonly EnoughArm[];
}
