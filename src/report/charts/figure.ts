/** A figure as the report and the viewer show it. */
export interface Figure {
  readonly id: string;
  readonly section: "differences" | "anytime" | "frontier" | "pools" | "verifiers" | "metrics" | "failures";
  readonly title: string;
  readonly caption: string;
  readonly svg: string;
  /** Half of a row is enough for it. */
  readonly small?: boolean;
}
