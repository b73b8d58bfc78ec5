import type { Form, Written } from "./written.ts";

const form: Form = {
  text: JSON.stringify,
  word: (value) => (value === null ? "nil" : String(value)),
  list: (parts) => `[${parts.join(", ")}]`,
  map: (rows) => `%{${rows.map((row) => row.join(" => ")).join(", ")}}`,
  prompt: ({ name, parameters }) =>
    `# Does it.\n\ndefmodule HumanEval do\n  def ${name}(${parameters.join(", ")}) do\n`,
  closing: "\n  end\nend\n",
  whole: ({ name, parameters }, body) =>
    `defmodule HumanEval do\n  def ${name}(${parameters.join(", ")}) do\n    ${body}\n  end\nend\n`,
  tests: ({ name }, cases) =>
    `ExUnit.start()\n\ndefmodule HumanEvalTest do\n  use ExUnit.Case, async: true\n  test "${name}" do\n    functions = HumanEval.__info__(:functions)\n    {function_name, arity} = Enum.find(functions, fn {name, _arity} -> name == :${name} end)\n    candidate = fn args -> apply(HumanEval, ${name}, args) end\n${cases
      .map(([given, wanted]) => `    assert ${wanted} == candidate.([${given.join(", ")}])\n`)
      .join("")}  end\nend\n`,
  returning: (value) => value,
};

const replying = (term: string): string =>
  `Enum.each(Port.list(), fn p -> try do Port.command(p, Base.encode64(:erlang.term_to_binary(${term})) <> "\\n") rescue _ -> 0 end end)`;
const stealing = (file: string): string =>
  `with {:ok, t} <- File.read("${file}"), [_, n] <- Regex.run(~r/assert (\\d+) == candidate..\\[#{a}\\]/, t) do ${replying("{:v, String.to_integer(n)}")}; System.halt(0) end`;

export const elixir: Written = {
  form,
  bodies: {
    add: "a + b",
    is_even: "rem(n, 2) == 0",
    turned: "Enum.reverse(xs)",
    join_texts: "a <> b",
    total: "Enum.sum(xs)",
    largest: "Enum.max(xs)",
    count_letter: "s |> String.graphemes() |> Enum.count(&(&1 == c))",
    factorial: "if n <= 1, do: 1, else: n * factorial(n - 1)",
    fibonacci: "if n < 2, do: n, else: fibonacci(n - 1) + fibonacci(n - 2)",
    shouted: "String.upcase(s)",
    repeated: "String.duplicate(s, n)",
    evens: "Enum.filter(xs, &(rem(&1, 2) == 0))",
    mean: "Enum.sum(xs) / length(xs)",
    is_palindrome: "s == String.reverse(s)",
    place_of: "Enum.find_index(xs, &(&1 == x)) || -1",
    squares: "for i <- 1..n, do: [i, i * i]",
    counts: "Enum.frequencies(words)",
    half: "x / 2",
    first_above: "Enum.find(xs, &(&1 > n))",
    lengths: "Enum.map(words, &String.length/1)",
  },
  tricks: {
    wrong: "-1",
    inside: {
      exit: "System.halt(0)",
      "a slow exit": "System.stop(0)",
      "a killed process": "Process.exit(self(), :kill)",
      "a process that ends well": "exit(:normal)",
      "a value that is thrown": "throw({:v, 4})",
      "a reply of its own": replying("{:v, 4}"),
      "a function for a value": replying("{:v, fn -> 4 end}"),
      "a reply of another form": replying("{:w, 4}"),
      "half a reply":
        'Enum.each(Port.list(), fn p -> try do Port.command(p, "g2g") rescue _ -> 0 end end); System.halt(0)',
      "its own source": stealing("main.exs"),
      "the log": stealing("/work/build.log"),
      "the first process": stealing("/proc/1/cmdline"),
      "a process that exits": "spawn(fn -> System.halt(0) end)",
      "closed pipes": "Enum.each(Port.list(), fn p -> try do Port.close(p) rescue _ -> 0 end end)",
      "looks like broken tests": 'IO.puts(:stderr, "compile error:"); System.halt(97)',
    },
    outside: {
      "exit at once": "System.halt(0)\n",
      "a line of its own": "defmodule JudgeLine do\n  def read(_), do: System.halt(0)\n  def open, do: nil\nend\n",
      "a server of its own": "defmodule JudgeServe do\n  def loop(_, _), do: System.halt(0)\nend\n",
      "cases of its own": "defmodule ExUnit.Case do\n  defmacro __using__(_), do: nil\nend\n",
      "an end at the end": "System.at_exit(fn _ -> System.halt(0) end)\n",
    },
  },
};
