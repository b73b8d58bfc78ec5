import { z } from "zod";

/** `grade:` by a grader: of a plug-in, or `reference`. */
export const graderSchema = z.strictObject({
  name: z.string().describe("a grader by name; see `ruminate graders`"),
  options: z.record(z.string(), z.unknown()).default({}),
  model: z.string().min(1).optional().describe("of a judge: the model that it asks, one of `models`; default judge"),
  threshold: z.number().min(0).max(1).optional().describe("of a judge: least value of a right answer; default 0.5"),
});

export type GraderSpec = z.output<typeof graderSchema>;

export const isGrader = (grade: object | undefined): grade is GraderSpec =>
  grade !== undefined && "name" in grade && "options" in grade;
