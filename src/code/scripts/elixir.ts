import { endedMark, raisedMark, type ScriptHalves } from "./halves.ts";

/**
 * A value is a term of Erlang, in its own format, read without making atoms. Functions, processes and the like stay
 * where they are. The pair's pipes are descriptors 5 and 6; the standard ones are the program's.
 */
const line = `defmodule JudgeLine do
  def open, do: Port.open({:fd, 6, 5}, [:binary, :eof, {:line, 1_000_000}])
  def plain?(v) when is_function(v) or is_pid(v) or is_reference(v) or is_port(v), do: false
  def plain?([head | tail]), do: plain?(head) and plain?(tail)
  def plain?(v) when is_tuple(v), do: v |> Tuple.to_list() |> Enum.all?(&plain?/1)
  def plain?(v) when is_map(v), do: v |> :maps.to_list() |> Enum.all?(&plain?/1)
  def plain?(_), do: true
  def write(port, v), do: Port.command(port, [Base.encode64(:erlang.term_to_binary(v)), "\\n"])
  def read(port, before \\\\ "") do
    receive do
      {^port, {:data, {:noeol, part}}} -> read(port, before <> part)
      {^port, {:data, {:eol, part}}} -> :erlang.binary_to_term(Base.decode64!(before <> part), [:safe])
      {^port, :eof} -> :eof
    end
  end
end
`;

const asking = `defmodule JudgeAsk do
  def start do
    Process.register(spawn(fn -> loop(JudgeLine.open()) end), :judge_line)
  end
  defp loop(port) do
    receive do
      {:ask, from, given} ->
        JudgeLine.write(port, given)
        reply = try do JudgeLine.read(port) rescue _ -> :eof end
        send(from, {:judge_reply, reply})
        loop(port)
    end
  end
  def ask(given) do
    send(:judge_line, {:ask, self(), given})
    receive do
      {:judge_reply, {:v, value}} -> if JudgeLine.plain?(value), do: value, else: ended()
      {:judge_reply, {:e, text}} when is_binary(text) -> raise "${raisedMark} " <> text
      {:judge_reply, _} -> ended()
    end
  end
  defp ended do
    IO.puts(:stderr, "${endedMark}")
    System.halt(98)
  end
end
JudgeAsk.start()
`;

const serving = (called: string): string => `defmodule JudgeServe do
  def loop(port, called) do
    case JudgeLine.read(port) do
      :eof -> :ok
      given ->
        reply =
          try do
            value = apply(called, given)
            if JudgeLine.plain?(value), do: {:v, value}, else: {:e, "a value that is no plain data"}
          rescue
            error -> {:e, Exception.message(error)}
          catch
            kind, what -> {:e, inspect({kind, what}, limit: 20)}
          end
        JudgeLine.write(port, reply)
        loop(port, called)
    end
  end
end
JudgeServe.loop(JudgeLine.open(), fn %HOLES% -> ${called} end)
`;

const moduleIn = (text: string): string | null => /^\s*defmodule\s+([A-Z][\w.]*)\s+do\b/m.exec(text)?.[1] ?? null;

/** The names that stand for a function's parameters: as many as its head has. */
function holesOf(head: string): readonly string[] {
  const given = /^\s*defp?\s+[\w?!]+\s*\(([^)]*)\)/.exec(head)?.[1] ?? "";
  const inside = given.replace(/\{[^}]*\}|\[[^\]]*\]|%\{[^}]*\}/g, "_").trim();
  return inside === "" ? [] : inside.split(",").map((_, i) => `judge_${i}`);
}

export const elixirHalves: ScriptHalves = {
  driver: (before, name, tests, head) => {
    const holes = holesOf(head).join(", ");
    const function_ = `  def ${name}(${holes}), do: JudgeAsk.ask([${holes}])`;
    const home = moduleIn(before);
    // As it is published, the test calls the function by a variable that there is not.
    const mended = tests.replaceAll(`apply(${home}, ${name}, args)`, `apply(${home}, :${name}, args)`);
    return `${line}${asking}${home === null ? "defmodule Judged do\n" : before}\n${function_}\nend\n${home === null ? "import Judged\n" : ""}${mended}\n`;
  },
  subject: (program, name, head) => {
    const holes = holesOf(head).join(", ");
    const whole = moduleIn(program) === null ? `defmodule Judged do\n${program}\nend\n` : openedOnce(program);
    return `${line}${closed(whole)}\n${serving(`${homeOf(whole, name)}.${name}(${holes})`).replace("%HOLES%", holes)}`;
  },
};

const opening = /^\s*defmodule\s+([A-Z][\w.]*)\s+do\b/gm;

/** The module in which the function is defined. */
function homeOf(program: string, name: string): string {
  const at = program.search(new RegExp(`\\bdef\\s+${name}\\b`));
  const before = [...program.slice(0, at < 0 ? program.length : at).matchAll(opening)];
  return before.at(-1)?.[1] ?? "Judged";
}

/** An answer that brings the whole module leaves out the task's opening of it. */
function openedOnce(program: string): string {
  const [first, second] = [...program.matchAll(opening)];
  if (first === undefined || second === undefined) return program;
  const between = program.slice(first.index + first[0].length, second.index);
  return /^(?:\s|#.*)*$/.test(between) ? program.replace(first[0], "\n") : program;
}

/** A function that was written whole stands in a module whose end is not written. */
function closed(program: string): string {
  const bare = program.replace(/"(?:[^"\\]|\\.)*"|#.*/g, "");
  const opened = (bare.match(/\b(?:do|fn)\b(?!:)/g) ?? []).length;
  const ended = (bare.match(/\bend\b/g) ?? []).length;
  return `${program}${"\nend".repeat(Math.max(0, Math.min(2, opened - ended)))}`;
}
