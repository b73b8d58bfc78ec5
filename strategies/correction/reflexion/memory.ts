import type { Message } from "../../../src/core/policy.ts";
import { solutionCandidate } from "../../../src/engine/sampling.ts";
import type { Finding, Reviser } from "../kit/finding.ts";
import { attemptShown, closing } from "../kit/rewrite.ts";

const REFLECT_INSTRUCTION =
  "In two or three sentences, reflect on this attempt: what is the likely cause of its failure, and what is to be done differently next time? Do not solve the problem now.";

const RETRY_INSTRUCTION = "With these lessons in mind, solve the problem again from the start.";

export interface MemorySettings {
  /** Lessons kept; the oldest is forgotten first. */
  readonly memory: number;
  readonly temperature: number;
  readonly reflectTemperature: number;
}

const report = ({ said }: Finding): string => (said === "" ? "" : `${said}\n\n`);

const lessonList = (lessons: readonly string[]): string =>
  lessons.length === 0
    ? ""
    : `Lessons from earlier attempts:\n${lessons.map((lesson) => `- ${lesson}`).join("\n")}\n\n`;

/**
 * Reflects on the attempt in words, keeps the lesson, and tries again with the last `memory` lessons in view (Reflexion). Make one for each solve: it
 * holds the memory. An empty reflection leaves no lesson. Cost: two calls.
 */
export function reflectAndRetry({ memory, temperature, reflectTemperature }: MemorySettings): Reviser {
  const lessons: string[] = [];
  return async (run, attempt, finding) => {
    const shown = attemptShown(run, attempt);
    const ask = (instruction: string): Message[] => [
      ...shown,
      { role: "user", content: report(finding) + lessonList(lessons) + instruction },
    ];
    const [reflection] = await run.sample({
      messages: ask(REFLECT_INSTRUCTION),
      temperature: reflectTemperature,
      purpose: "reflect",
    });
    const lesson = reflection?.text.trim() ?? "";
    if (lesson !== "") lessons.push(lesson);
    if (lessons.length > memory) lessons.shift();
    const [sample] = await run.sample({
      messages: ask(`${RETRY_INSTRUCTION} ${closing(run.question)}`),
      temperature,
      purpose: "revise",
    });
    return sample === undefined
      ? null
      : { candidate: solutionCandidate(run, sample), notes: { lessons: lessons.length } };
  };
}
