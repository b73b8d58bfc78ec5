import { readFences, shortened } from "../../../src/code/programs.ts";
import type { Answer, Candidate } from "../../../src/core/candidate.ts";
import type { ExecutionResult } from "../../../src/core/execution.ts";
import type { Message, Purpose, Sample, TokenLogprob } from "../../../src/core/policy.ts";
import type { Run, RunSession, SampleSpec } from "../../../src/core/run.ts";
import { type Step, Trajectory } from "../../../src/core/trajectory.ts";
import { sampleAll } from "../../kit/sample-all.ts";

const CLOSING = "\n```\n";
const GO_ON = "Go on.";
const NOTHING = "(nothing was printed)";

export interface DialogueRules {
  readonly messages: readonly Message[];
  readonly temperature: number;
  /** Programs that a dialogue may run. */
  readonly programs: number;
  /** Length limit of one turn in tokens; default the run's answer length. */
  readonly turnTokens?: number | undefined;
  /** What of an output is shown: its first and last half where it is longer. */
  readonly outputCharacters: number;
  readonly timeoutMs: number;
  /** How a dialogue goes on: the assistant's turn is continued, or the output comes back as a user's turn. */
  readonly continuation: "prefix" | "turns";
  /** The request beside an output that comes back as a user's turn. */
  readonly ask?: string;
  /** Every program is whole: it runs in an interpreter of its own. Default: all share one that keeps its state. */
  readonly fresh?: boolean;
  /** Default "tool-turn". */
  readonly purpose?: Purpose;
}

/**
 * The output that the model sees: what was printed, else the value of the last expression, and the last line of an
 * error.
 */
function outputOf({ verdict, stdout, value, error }: ExecutionResult, most: number): string {
  const printed = stdout.trim() === "" ? (value ?? "") : stdout.trim();
  const failure = verdict === "ok" ? "" : (error.trim().split("\n").at(-1) ?? "") || verdict;
  const shown = [printed, failure].filter((part) => part !== "").join("\n");
  return shortened(shown === "" ? NOTHING : shown, most).replaceAll("```", "'''");
}

/**
 * One dialogue of a model with an interpreter: words, a block of code, its output, on to an answer. A turn is a step of
 * the trajectory, and the interpreter's output is that step's observation: it is in no token count, no log-probability
 * and no text that an answer is read from.
 */
class Dialogue {
  readonly #run: Run;
  readonly #rules: DialogueRules;
  readonly #index: number;
  readonly #steps: Step[] = [];
  #logprobs: TokenLogprob[] | null = [];
  #session: RunSession | null = null;
  #ran: ExecutionResult | null = null;
  #programs = 0;
  #failed = 0;
  #answer: Answer | null = null;
  #complete = false;
  /** Does the text so far end inside a block? */
  #inside = false;
  done = false;

  constructor(run: Run, rules: DialogueRules, index: number) {
    this.#run = run;
    this.#rules = rules;
    this.#index = index;
  }

  /** The request of the next turn. The first is the same for all dialogues, the later ones are each dialogue's own. */
  request(): SampleSpec {
    const { messages, temperature, turnTokens, continuation } = this.#rules;
    const begun = this.#steps.length > 0;
    const text = Trajectory.of(this.#steps, false).text;
    return {
      ...(continuation === "prefix" ? { messages } : { messages: [...messages, ...this.#turns()] }),
      ...(continuation === "prefix" && begun ? { prefix: text } : {}),
      ...(begun ? { branch: String(this.#index) } : {}),
      maxTokens: turnTokens,
      temperature,
      stop: this.#spent ? ["```"] : ["```output", CLOSING],
      purpose: this.#rules.purpose ?? "tool-turn",
    };
  }

  #turns(): Message[] {
    return this.#steps.flatMap(({ text, observation }) => [
      { role: "assistant" as const, content: text },
      { role: "user" as const, content: observation === undefined ? GO_ON : `${observation}${this.#rules.ask ?? ""}` },
    ]);
  }

  /** No more programs, or no more calls: the next turn is words only. */
  get #spent(): boolean {
    return this.#steps.length >= this.#rules.programs;
  }

  /** Takes a turn: runs the code that it ends with, or ends the dialogue. */
  async take(sample: Sample): Promise<void> {
    if (sample.logprobs === undefined) this.#logprobs = null;
    else this.#logprobs?.push(...sample.logprobs);
    const last = this.#spent;
    const said = readFences(this.#inside ? `\`\`\`\n${sample.text}` : sample.text);
    this.#inside = false;
    const answer = this.#run.extract(said.words);
    const boxed = answer?.rule.startsWith("boxed") === true;
    const cut = sample.finish === "length";
    const closed = !cut && said.code !== null && (said.open || said.endsInBlock);
    if (closed && !boxed && !last) {
      await this.#execute(sample, said.open ? `${sample.text}${CLOSING}` : `${sample.text.trimEnd()}\n`, said.code);
      return;
    }
    if (sample.stoppedBy === CLOSING && !boxed && !last) {
      // An opening fence without a language looks like a closing one: the model goes on inside the block.
      this.#inside = true;
      this.#steps.push({
        text: `${sample.text}${CLOSING}`,
        kind: "words",
        tokens: sample.completionTokens,
        call: sample.call,
      });
      return;
    }
    const broken = cut || said.open || (last && sample.stoppedBy !== undefined);
    this.#end(sample, boxed || !said.open ? answer : null, boxed || !broken);
  }

  async #execute(sample: Sample, text: string, source: string): Promise<void> {
    const limits = { wallMs: this.#rules.timeoutMs };
    if (this.#rules.fresh === true) this.#ran = await this.#run.execute({ language: "python", source }, limits);
    else {
      this.#session ??= this.#run.openSession();
      this.#ran = await this.#session.run({ source }, limits);
    }
    this.#programs++;
    if (this.#ran.verdict !== "ok") this.#failed++;
    const observation = `\`\`\`output\n${outputOf(this.#ran, this.#rules.outputCharacters)}\n\`\`\`\n`;
    this.#steps.push({ text, kind: "code", tokens: sample.completionTokens, call: sample.call, observation });
  }

  #end({ text, completionTokens, call }: Sample, answer: Answer | null, complete: boolean): void {
    this.#steps.push({ text, kind: "words", tokens: completionTokens, call });
    this.#answer = answer;
    this.#complete = complete;
    this.done = true;
  }

  /** The dialogue as a candidate; an unfinished one has no answer. */
  candidate(): Candidate {
    const trajectory = Trajectory.of(this.#steps);
    return {
      trajectory,
      text: trajectory.text,
      answer: this.#answer,
      complete: this.#complete,
      execution: this.#ran ?? undefined,
      logprobs: this.#logprobs ?? undefined,
      notes: { programs: this.#programs, failed: this.#failed, continuation: this.#rules.continuation },
    };
  }

  async dispose(): Promise<void> {
    await this.#session?.dispose();
  }
}

/**
 * `n` dialogues, `together` of them at a time. Their turns are requested in step and in order, so that neither the
 * draws nor what the budget grants depend on how long a program takes. Yields dialogues as they end; those that the
 * budget cuts are unfinished candidates.
 */
export async function* toolDialogues(
  run: Run,
  rules: DialogueRules,
  { n, together }: { readonly n: number; readonly together: number },
): AsyncGenerator<readonly Candidate[]> {
  for (let begun = 0; begun < n; ) {
    const wanted = Math.min(run.batch(n - begun), together);
    const samples = await run.sample({ ...new Dialogue(run, rules, begun).request(), n: wanted });
    const dialogues = samples.map((_, i) => new Dialogue(run, rules, begun + i));
    begun += samples.length;
    try {
      await Promise.all(dialogues.map((dialogue, i) => takeTurn(dialogue, samples[i])));
      if (yield* inStep(run, dialogues)) return;
    } finally {
      await Promise.all(dialogues.map((dialogue) => dialogue.dispose()));
    }
  }
}

const takeTurn = async (dialogue: Dialogue, sample: Parameters<Dialogue["take"]>[0] | undefined): Promise<void> => {
  if (sample !== undefined) await dialogue.take(sample);
};

/** Yields the dialogues as they end; true when the budget left some unfinished, which are yielded last. */
async function* inStep(run: Run, dialogues: readonly Dialogue[]): AsyncGenerator<readonly Candidate[], boolean> {
  const yielded = new Set<Dialogue>();
  const cut = new Set<Dialogue>();
  for (;;) {
    const ended = dialogues.filter((dialogue) => dialogue.done && !yielded.has(dialogue));
    for (const dialogue of ended) yielded.add(dialogue);
    if (ended.length > 0) yield ended.map((dialogue) => dialogue.candidate());
    const active = dialogues.filter((dialogue) => !dialogue.done && !cut.has(dialogue));
    if (active.length === 0) break;
    const turns = await sampleAll(
      run,
      active.map((dialogue) => dialogue.request()),
    );
    for (const [i, dialogue] of active.entries()) if (turns.samples[i] === null) cut.add(dialogue);
    await Promise.all(active.map((dialogue, i) => takeTurn(dialogue, turns.samples[i] ?? undefined)));
  }
  if (cut.size > 0) yield [...cut].map((dialogue) => dialogue.candidate());
  return cut.size > 0;
}
