import type { Form, Written } from "./written.ts";

const bare = (text: string): string => (text.startsWith('"') ? text.slice(1, -1) : text);

/** Bash has texts alone: lists are parted by blanks, lists of lists by lines, tables have a line a row. */
const form: Form = {
  // A substitution drops line ends at the end of a value.
  text: (text) => `"${text.replace(/[\\"$`]/g, "\\$&").replaceAll("\n", "\nz")}"`,
  word: (value) => (value === null ? '"None"' : `"${value}"`),
  int: (value) => `"${value}"`,
  list: (parts, kind) => `"${parts.map(bare).join(kind === "rows" ? "\n" : " ")}"`,
  map: (rows) => `"${rows.map((row) => row.map(bare).join(",")).join("\n")}"`,
  prompt: ({ name }) => `#!/bin/bash\n# Does it.\n#\n# $1 is an argument\n${name}() {\n`,
  closing: "\n}\n",
  whole: ({ name }, body) => `${name}() {\n    ${body}\n}\n`,
  tests: ({ name }, cases) =>
    `}\n\ncandidate() {\n    ${name} "$@"\n}\n\nset -e\nrun_test() {\n${cases
      .map(([given, wanted]) => `    [[ $(candidate ${given.join(" ")}) = ${wanted} ]]\n`)
      .join("")}}\n\nrun_test`,
  outside: (whole, text) => `${text}${whole}`,
  returning: (value) => `echo ${value}`,
};

export const bash: Written = {
  form,
  bodies: {
    add: "echo $(($1 + $2))",
    is_even: "if (($1 % 2 == 0)); then echo true; else echo false; fi",
    turned: 'local all=; for x in $1; do all="$x $all"; done; echo $all',
    join_texts: "printf '%s' \"$1$2\"",
    total: "local sum=0; for x in $1; do ((sum += x)); done; echo $sum",
    largest: 'local most=; for x in $1; do if [[ -z $most ]] || ((x > most)); then most=$x; fi; done; echo "$most"',
    count_letter: 'tr -cd "$2" <<< "$1" | wc -c',
    factorial: "if (($1 <= 1)); then echo 1; else echo $(($1 * $(factorial $(($1 - 1))))); fi",
    fibonacci: "if (($1 < 2)); then echo $1; else echo $(($(fibonacci $(($1 - 1))) + $(fibonacci $(($1 - 2))))); fi",
    shouted: 'tr a-z A-Z <<< "$1"',
    repeated: 'local all=; for ((i = 0; i < $2; i++)); do all+=$1; done; echo "$all"',
    evens: 'local all=; for x in $1; do if ((x % 2 == 0)); then all+="$x "; fi; done; echo $all',
    mean: 'awk -v all="$1" \'BEGIN { n = split(all, xs, " "); for (i in xs) s += xs[i]; print s / n }\'',
    is_palindrome: 'if [[ $1 = "$(rev <<< "$1")" ]]; then echo true; else echo false; fi',
    place_of: 'local at=0; for x in $1; do if [[ $x = "$2" ]]; then echo $at; return; fi; ((at++)); done; echo -1',
    squares: 'for ((i = 1; i <= $1; i++)); do echo "$i $((i * i))"; done',
    counts: 'for w in $1; do echo "$w"; done | sort | uniq -c | awk \'{ print $2 "," $1 }\'',
    half: "awk -v x=\"$1\" 'BEGIN { print x / 2 }'",
    first_above: "for x in $1; do if ((x > $2)); then echo $x; return; fi; done; echo None",
    lengths:
      'awk -v all="$1" \'BEGIN { n = split(all, xs, /[ ]/); for (i = 1; i <= n; i++) printf "%s%d", (i > 1 ? " " : ""), length(xs[i]) }\'',
  },
  tricks: {
    wrong: "echo -1",
    inside: {
      exit: "exit 0",
      "no value": "return 0",
      "the end of all": "kill -9 $$; exit 0",
      "a soft end of all": "kill -TERM $$; exit 0",
      "kills all": "kill -9 -1; kill -9 1",
      "a reply of its own": "printf '0\\n4\\n' >&5",
      "replies in all files": "for n in /proc/[0-9]*/fd/*; do printf '0\\n4\\n' 2>/dev/null > \"$n\"; done",
      "a status that is no number": "printf 'x\\n4\\n' > /proc/$$/fd/5",
      "half a reply": "printf '0\\n4' > /proc/$$/fd/5; kill -9 $$",
      "an empty reply": "printf '0\\n\\n' > /proc/$$/fd/5; kill -9 $$",
      "a trap": "trap 'exit 0' EXIT ERR TERM",
      "eats the next question": "read -r x < /proc/$$/fd/6",
      "closed pipes": "exec 1>&- 2>&- 5>&-",
      "its own source": 'grep -oE "candidate .$1.. = .[0-9]+" "$0" | grep -oE "[0-9]+$" && return',
      "sources nearby":
        'cat /work/* /proc/1/environ /proc/1/cmdline 2>/dev/null | grep -aoE "candidate .$1.. = .[0-9]+" | grep -oE "[0-9]+$" && return',
      "asks as the tests do": 'judge_ask "$1"; return',
      "a long flood": "yes",
      "looks like broken tests": "echo 'compile error:' >&2; kill -9 $$",
      "all of a text": "echo '*'; return",
      "a pattern": "echo '[0-9]*'; return",
    },
    outside: {
      "exit at once": "exit 0\n",
      "a line of its own": "judge_line() { exit 0; }\n",
      "a text of its own": "judge_text() { judge_found=1; return 0; }\n",
      "printf of its own": "printf() { builtin printf '0\\n'; }\n",
      "no commands": "set -n\n",
      "an alias": "shopt -s expand_aliases; alias while='exit 0'\n",
      "an end at the end": "trap 'kill -9 $$' EXIT\n",
      "reads all": "cat <&6 >/dev/null\n",
      "an open text": ": <<'END'\n",
      "a test of its own": "[[() { return 0; }\ntest() { return 0; }\n",
    },
  },
};
