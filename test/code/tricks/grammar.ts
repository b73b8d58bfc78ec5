import { drawn, type Named, part, type Trick } from "./trick.ts";

/** One function of each kind of value, in MultiPL-E's form. */
export interface Task {
  readonly prefix: string;
  readonly program: string;
  /** What is wrong for every argument of the tests. */
  readonly wrong: string;
}

/** What wrong answers in a compiled language are made of. */
export interface Grammar {
  readonly language: Trick["language"];
  /** The first takes a number, and is the one of thefts and places. */
  readonly tasks: Readonly<Record<string, Task>>;
  /** Statements. */
  readonly actions: Named;
  /** Texts outside of the answer's function. */
  readonly outside: Named;
  /** Where an action stands; it takes the place of "DO". */
  readonly places: Named;
  readonly answer: (task: Task, outside: string, body: string) => string;
  /** Files in which tests could be read, and an answer that reads one. */
  readonly thefts: readonly string[];
  readonly thief: (file: string) => string;
}

const placed = (place: string, action: string): string => place.replaceAll("DO", () => action);

/** Each action and each text outside by itself in each task, each theft, and each action in another place. */
export function compiledTricks({ language, tasks, actions, outside, places, answer, thefts, thief }: Grammar): Trick[] {
  const [[, first]] = Object.entries(tasks) as [[string, Task]];
  const trick = (name: string, text: string, { prefix, program }: Task): Trick => ({
    ...{ name, language, answer: text, prefix, program, entryPoint: "f" },
  });
  const all = Object.entries(tasks);
  const [, ...elsewhere] = Object.entries(places);
  return [
    ...all.flatMap(([kind, task]) =>
      Object.entries(actions).map(([name, action]) => trick(`${name} (${kind})`, answer(task, "", action), task)),
    ),
    ...all.flatMap(([kind, task]) =>
      Object.entries(outside).map(([name, text]) => trick(`${name} outside (${kind})`, answer(task, text, ""), task)),
    ),
    ...thefts.map((file) => trick(`thief: ${file}`, thief(file), first)),
    ...Object.entries(actions).map(([name, action], i) => {
      const [where, place] = elsewhere[i % elsewhere.length] ?? ["", "DO"];
      return trick(`${name}, ${where}`, answer(first, "", placed(place, action)), first);
    }),
  ];
}

/** Sentences of the grammar outside × place × action × task. */
export const grammarTricks =
  ({ language, tasks, actions, outside, places, answer }: Grammar) =>
  (count: number, seed = "tricks"): Trick[] =>
    drawn(count, `${seed}/${language}`, (random) => {
      const [beside, text] = part(random, outside);
      const [where, place] = part(random, places);
      const [what, action] = part(random, actions);
      const kind = random.choice(Object.keys(tasks));
      const task = tasks[kind] as Task;
      const { prefix, program } = task;
      const whole = answer(task, text, placed(place, action));
      return {
        name: `${what}, ${where}, ${beside} outside (${kind})`,
        language,
        answer: whole,
        prefix,
        program,
        entryPoint: "f",
      };
    });
