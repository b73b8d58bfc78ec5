import { endedMark, type ScriptHalves } from "./halves.ts";

/**
 * Bash has texts alone: an argument or a reply is a line with its backslashes and line ends written out. A function's
 * value is what it writes.
 */
const line = `exec 5>&1 6<&0 1>&2 </dev/null
judge_line() {
  local text=\${1//\\\\/\\\\\\\\}
  printf '%s\\n' "\${text//$'\\n'/\\\\n}" >&5
}
judge_text() {
  local text
  IFS= read -r text <&6 || return 1
  printf -v judge_found '%b' "$text"
}
`;

/** A question without a reply ends the tests: they would go on with an empty text. */
const asking = `judge_ask() {
  judge_line "$#"
  local one
  for one in "$@"; do judge_line "$one"; done
  local status
  if ! { judge_text && status=$judge_found && [[ $status =~ ^[0-9]{1,3}$ ]] && judge_text; }; then
    echo "${endedMark}" >&2
    kill -TERM $$
    exit 98
  fi
  printf '%s' "$judge_found"
  return "$status"
}
`;

/** A dot at the end keeps the line ends that a substitution drops. */
const serving = (name: string): string => `while judge_text; do
  judge_given=()
  for ((judge_left = judge_found; judge_left > 0; judge_left--)); do
    judge_text
    judge_given+=("$judge_found")
  done
  judge_value=$(${name} "\${judge_given[@]}" 5>&- 6<&-; judge_code=$?; printf .; exit $judge_code)
  judge_status=$?
  judge_line "$judge_status"
  judge_line "\${judge_value%.}"
done
`;

export const bashHalves: ScriptHalves = {
  driver: (before, name, tests) => `${line}${asking}${before}\n${name}() { judge_ask "$@"; }\n${tests}\n`,
  subject: (program, name) => `${line}${program}\n${serving(name)}`,
};
