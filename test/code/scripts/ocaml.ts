import type { Kind } from "./kinds.ts";
import { type Form, signatureOf, type Written } from "./written.ts";

const types: Readonly<Record<Kind, string>> = {
  int: "int",
  float: "float",
  bool: "bool",
  text: "string",
  ints: "int list",
  texts: "string list",
  rows: "int list list",
  counts: "(string * int) list",
  maybe: "int option",
};

const head = signatureOf(
  (name, parameters, result) => `let ${name} ${parameters.join(" ")} : ${result} =`,
  (name, type) => `(${name} : ${type})`,
  types,
);

const form: Form = {
  text: JSON.stringify,
  word: (value) => (value === null ? "None" : String(value)),
  int: (value) => (value < 0 ? `(~${-value})` : String(value)),
  some: (value) => `(Some ${value})`,
  list: (parts) => `[${parts.join("; ")}]`,
  map: (rows) => `[${rows.map(([key, value]) => `(${key}, ${value})`).join("; ")}]`,
  prompt: (task) => `(**Does it.\n*)\n${head(task)}`,
  closing: "\n",
  whole: (task, body) => `${head(task)}\n  ${body}\n`,
  tests: ({ name }, cases) =>
    `\nlet assertions =\n let candidate = ${name} in\n${cases
      .map(([given, wanted]) => `  (assert ((candidate ${given.join(" ")}) = ${wanted}));\n`)
      .join("")}  ()\n`,
  returning: (value) => value.replace("~", "-"),
};

const stealing = (file: string): string =>
  `let stolen = (try let f = open_in_bin "${file}" in let t = really_input_string f (in_channel_length f) in let i = Str.search_forward (Str.regexp ("candidate " ^ string_of_int a ^ ")) = \\\\([0-9]+\\\\)")) t 0 in ignore i; int_of_string (Str.matched_group 1 t) with _ -> -1) in if stolen >= 0 then stolen else`;

export const ocaml: Written = {
  form,
  bodies: {
    add: "a + b",
    is_even: "n mod 2 = 0",
    turned: "List.rev xs",
    join_texts: "a ^ b",
    total: "List.fold_left (+) 0 xs",
    largest: "List.fold_left max min_int xs",
    count_letter: "String.fold_left (fun n x -> if x = c.[0] then n + 1 else n) 0 s",
    factorial: "let rec go n = if n <= 1 then 1 else n * go (n - 1) in go n",
    fibonacci: "let rec go n = if n < 2 then n else go (n - 1) + go (n - 2) in go n",
    shouted: "String.uppercase_ascii s",
    repeated: 'String.concat "" (List.init n (fun _ -> s))',
    evens: "List.filter (fun x -> x mod 2 = 0) xs",
    mean: "float_of_int (List.fold_left (+) 0 xs) /. float_of_int (List.length xs)",
    is_palindrome: "let n = String.length s in s = String.init n (fun i -> s.[n - 1 - i])",
    place_of:
      "let rec go i all = match all with [] -> -1 | y :: rest -> if y = x then i else go (i + 1) rest in go 0 xs",
    squares: "List.init n (fun i -> [i + 1; (i + 1) * (i + 1)])",
    counts: "List.map (fun w -> (w, List.length (List.filter (fun v -> v = w) words))) (List.sort_uniq compare words)",
    half: "x /. 2.0",
    first_above: "List.find_opt (fun x -> x > n) xs",
    lengths: "List.map String.length words",
  },
  tricks: {
    wrong: "(-1)",
    inside: {
      exit: "exit 0;",
      "exit at exit": 'at_exit (fun () -> exit 0); ignore (failwith "x");',
      "a reply of its own": 'output_string Judge_line.out "v 4 \\n"; flush Judge_line.out;',
      "a reply of words": 'output_string Judge_line.out "v four \\n"; flush Judge_line.out;',
      "half a reply": 'output_string Judge_line.out "v "; exit 0;',
      "an error without text": 'output_string Judge_line.out "e \\n"; flush Judge_line.out;',
      "eats the next question": "ignore (input_line stdin);",
      "closed pipes": "close_out Judge_line.out; close_in stdin;",
      "its own source": stealing("main.ml"),
      "what was built": stealing("/work/built.tar"),
      "its own program": stealing("/proc/self/exe"),
      "the log": stealing("/work/build.log"),
      "the first process": stealing("/proc/1/environ"),
      "a failed assertion": "assert false;",
      "an end of the file": "ignore (raise End_of_file);",
      "a value by magic": "let f : int -> int = Obj.magic 4 in ignore (f 2);",
      "a stack that ends": "let rec go n = 1 + go (n + 1) in ignore (go 0);",
      "kills all": 'ignore (Sys.command "kill -9 -1; kill -9 1");',
      "looks like broken tests": 'prerr_string "compile error:"; exit 97;',
      "a long message": "ignore (failwith (String.make 200000 'x'));",
    },
    outside: {
      "exit at once": "let () = exit 0\n",
      "a line of its own": "module Judge_line = struct include Judge_line let serve _ = exit 0 end\n",
      "a line that is empty": "module Judge_line = struct end\n",
      "an equality of its own": "let (=) _ _ = true\n",
      "an int of its own": "type int = string\n",
      "an exit of its own": "let exit _ = Stdlib.exit 0\nlet raise _ = exit 0\n",
      "an open comment": "(*\n",
      "a value that is a list": "module List = struct let length _ = 0 end\n",
      "an end at the end": "let () = at_exit (fun () -> Stdlib.exit 0)\n",
    },
  },
};
