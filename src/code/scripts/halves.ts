/**
 * The two programs that a task in a scripting language is judged by. The driver has the tests, and in the place of the
 * function one that asks; the subject has the answer and replies. They run apart, and hand each other plain values, a
 * line each: the driver writes the arguments, the subject the value or what was raised. What
 * the answer raised is raised again in the driver.
 */
export interface ScriptHalves {
  /** `head` is the signature as the task writes it. */
  readonly driver: (before: string, name: string, tests: string, head: string) => string;
  readonly subject: (program: string, name: string, head: string) => string;
}

/** What begins the message of what the answer raised. */
export const raisedMark = "judge: raised";
/** What a driver writes where the other program has gone. */
export const endedMark = "the program ended before its tests";
