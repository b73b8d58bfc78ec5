import type { Trick } from "../tricks/trick.ts";
import { kindsOf } from "./kinds.ts";
import { writtenIn } from "./more.ts";
import { type EarlyLanguage, type Task, tasks } from "./tasks.ts";
import { answersIn, type TriedLanguage, taskIn } from "./writing.ts";
import type { Table } from "./written.ts";

const tables: Readonly<Record<EarlyLanguage, Table>> = {
  php: {
    wrong: "return -1;",
    inside: {
      exit: "exit(0);",
      "exit at shutdown": "register_shutdown_function(fn() => exit(0)); throw new Error('x');",
      "a reply of its own": `fwrite(STDOUT, '["v",true]' . "\\n"); fwrite(STDOUT, '["v",{"$o":1}]' . "\\n");`,
      "no reply": "fclose(STDOUT);",
      "half a reply": "fwrite(STDOUT, '[\"v\",'); exit(0);",
      "an object for all":
        "return new class { function __toString() { return '4'; } function __get($n) { return 4; } };",
      "its own source": `preg_match('/candidate.' . $a . '. !== ([0-9]+)/', file_get_contents(__FILE__), $m); if ($m) return (int) $m[1];`,
      "sources nearby": `foreach (glob('/{work,tmp,proc/1}/*', GLOB_BRACE) as $p) if (preg_match('/candidate.' . $a . '. !== ([0-9]+)/', @file_get_contents($p, false, null, 0, 100000), $m)) return (int) $m[1];`,
      "eats the next question": "fgets(STDIN);",
      "asks as the tests do": "return JudgeLine::ask([$a]);",
      "kills all": "exec('kill -9 -1'); exec('kill -9 1');",
      "looks like broken tests": 'fwrite(STDERR, "compile error:"); exit(97);',
      "a long message": "throw new Error(str_repeat('x', 200000));",
    },
    outside: {
      "exit at once": "exit(0);\n",
      "everything caught":
        "set_exception_handler(fn() => exit(0)); set_error_handler(fn() => true); throw new Error();\n",
      "a class of its own": "class JudgeLine { static function serve() { exit(0); } }\n",
      "the end of the file": "__halt_compiler();\n",
    },
  },
  ruby: {
    wrong: "-1",
    inside: {
      exit: "exit(0)",
      "exit at exit": "at_exit { exit!(0) }; raise 'x'",
      "exit without hooks": "exit!(0)",
      "a reply of its own": `JudgeLine::OUT.write("[\\"v\\",true]\\n[\\"v\\",{\\"$o\\":\\"x\\"}]\\n")`,
      "half a reply": `JudgeLine::OUT.write('["v",'); exit!(0)`,
      "an object for all": "o = Object.new; def o.==(x) = true; return o",
      "integers of its own": "class Integer; def ==(x) = true; end",
      "a list for all": "a = []; def a.==(x) = true; return a",
      "its own source": `m = File.read($0)[/assert_equal.([0-9]+), candidate.call.#{a}/, 1]; return m.to_i if m`,
      "sources nearby": `Dir['/work/*', '/proc/1/*'].each { |p| m = (File.read(p) rescue '')[/assert_equal.([0-9]+), candidate.call.#{a}/, 1]; return m.to_i if m }`,
      "eats the next question": "JudgeLine::IN.gets",
      "asks as the tests do": "return JudgeLine.ask([a])",
      "kills all": "Process.kill(:KILL, 1) rescue 0; Process.kill(:KILL, -1)",
      "looks like broken tests": "$stderr.write('compile error:'); exit!(97)",
      "a long message": "raise 'x' * 200_000",
      "an error that is passed over": "raise Class.new(Exception)",
    },
    outside: {
      "exit at once": "exit!(0)\n",
      "a line of its own": "module JudgeLine; def self.serve(n) = exit!(0); end\n",
      "packing of its own": "module JudgeLine; def self.pack(v) = { '$o' => 'x' }; end\n",
      "a case that passes": "module Kernel; def raise(*) = exit!(0); end\n",
      "the end of the file": "__END__\n",
    },
  },
  lua: {
    wrong: "return -1",
    inside: {
      exit: "os.exit(0)",
      "a reply of its own": `for fd = 0, 9 do local f = io.open("/proc/self/fd/" .. fd, "w") if f then f:write('["v",true]\\n["v",{"$o":1}]\\n') f:close() end end`,
      "a table for all":
        "do return setmetatable({}, { __eq = function() return true end, __index = function() return 4 end }) end",
      "numbers of its own": "debug.setmetatable(0, { __eq = function() return true end })",
      "sources nearby": `for _, p in ipairs { "main.lua", "/proc/1/environ", "/work/build.log" } do local f = io.open(p) local t = f and f:read("a") or "" local m = t:match("candidate%(" .. a .. "%), (%d+)") if m then return tonumber(m) end end`,
      "eats the next question": "io.stdin:read('l')",
      "an error that is a table": "error(setmetatable({}, { __tostring = function() os.exit(0) end }))",
      "kills all": "os.execute('kill -9 -1; kill -9 1')",
      "looks like broken tests": "io.stderr:write('compile error:') os.exit(97)",
      "a long message": "error(('x'):rep(200000))",
    },
    outside: {
      "exit at once": "os.exit(0)\n",
      "a serve of its own": "function judge_serve() os.exit(0) end\n",
      "asserts of its own": "package.preload.luaunit = function() return {} end assert = nil error = function() end\n",
      "type of its own": "type = function() return 'table' end pcall = function() return true, 4 end\n",
      "an end of its own": "do return end\n",
    },
  },
  perl: {
    wrong: "return -1;",
    inside: {
      exit: "exit 0;",
      "exit at the end": "eval 'END { $? = 0 }'; die 'x';",
      "a reply of its own": `print {$JudgeLine::out} "[\\"v\\",true]\\n[\\"v\\",{}]\\n";`,
      "half a reply": `print {$JudgeLine::out} '["v",'; exit 0;`,
      "an object for all":
        "{ package All; use overload '==' => sub { 1 }, 'eq' => sub { 1 }, '\"\"' => sub { '4' }, 'fallback' => 0; } return bless {}, 'All';",
      "its own source": `open(my $f, '<', $0); local $/; my $t = <$f>; return $1 if $t =~ /candidate->\\($a\\),(\\d+)/;`,
      "sources nearby": `for my $p (glob '/work/* /proc/1/*') { open(my $f, '<', $p) or next; local $/ = \\100000; my $t = <$f>; return $1 if defined $t && $t =~ /candidate->\\($a\\),(\\d+)/; }`,
      "eats the next question": "scalar <STDIN>;",
      "asks as the tests do": "return JudgeLine::ask($a);",
      "dies with an object": "die bless {}, 'Thing';",
      "a handler of deaths": "$SIG{__DIE__} = sub { exit 0 }; die 'x';",
      "kills all": "kill 'KILL', 1; kill 'KILL', -1;",
      "looks like broken tests": "print STDERR 'compile error:'; exit 97;",
      "a long message": "die 'x' x 200000;",
    },
    outside: {
      "exit at once": "BEGIN { exit 0 }\n",
      "comparing of its own": "no warnings; sub Test::Deep::eq_deeply { 1 } sub eq_deeply { 1 }\n",
      "an exit of its own": "BEGIN { *CORE::GLOBAL::exit = sub { CORE::exit(0) }; }\n",
      "a serve of its own": "no warnings; sub JudgeLine::serve { exit 0 }\n",
      "the end of the file": "__END__\n",
    },
  },
  r: {
    wrong: "-1",
    inside: {
      quit: "quit('no', 0)",
      "a reply of its own": `sink(); cat("V B 1 0 T\\n"); sink(stderr())`,
      "an object for all": "return(structure(list(), class = 'all'))",
      "a factor": "return(factor(4))",
      "sources nearby": `for (p in c("main.R", "/proc/1/environ", "/work/build.log")) { t <- tryCatch(paste(readLines(p, warn = FALSE), collapse = ""), error = function(e) ""); m <- regmatches(t, regexec(paste0("candidate.", a, "., ([0-9]+)"), t))[[1]]; if (length(m) > 1) return(as.numeric(m[2])) }`,
      "asks as the tests do": "return(judge_line$ask(a))",
      "kills all": "system('kill -9 -1; kill -9 1')",
      "looks like broken tests": "message('compile error:'); quit('no', 97)",
    },
    outside: {
      "quit at once": "quit('no', 0)\n",
      "identical of its own": "identical <- function(...) TRUE\nassign('identical', identical, envir = globalenv())\n",
      "a base of its own":
        "unlockBinding('identical', baseenv()); assign('identical', function(...) TRUE, envir = baseenv())\n",
      "a line of its own": "judge_line$serve <- function(...) quit('no', 0)\n",
    },
  },
  racket: {
    wrong: "-1",
    inside: {
      exit: "(exit 0)",
      "a reply of its own": '(write-string "[\\"v\\",true]\\n[\\"v\\",{\\"$o\\":1}]\\n" judge-out)',
      "raises no error": "(raise 'nothing)",
      "sources nearby": `(for ([p '("main.rkt" "/proc/1/environ" "/work/build.log")]) (void (with-handlers ([void void]) (let ([m (regexp-match (pregexp (format "candidate ~a\\\\) (\\\\d+)" a)) (file->string p))]) (when m (write-string (cadr m) judge-out) (exit 0))))))`,
      "eats the next question": "(read-line judge-in)",
      "asks as the tests do": "(judge-ask a)",
      "looks like broken tests": '(begin (eprintf "compile error:") (exit 97))',
    },
    outside: {
      "exit at once": "(exit 0)\n",
      "equality of its own": "(define (equal? . all) #t)\n(define (check-within . all) #t)\n",
      "a serve of its own": "(define (judge-serve f) (exit 0))\n",
      "exit when compiled": "(require (for-syntax racket/base))\n(begin-for-syntax (exit 0))\n",
    },
  },
};

const twice = { ...(tasks[0] as Task), name: "twice", parameters: ["a"], kinds: kindsOf("twice") };
const task: Task = {
  ...twice,
  cases: [
    { given: [2], wanted: 4 },
    { given: [31], wanted: 62 },
  ],
};

/** After the line that a file must begin with. */
const outsideOf = (whole: string, text: string): string =>
  /^(?:<\?php|#lang)/.test(whole) ? whole.replace("\n", () => `\n${text}`) : `${text}${whole}`;

/** Wrong answers in a language that would rather pass than be right. */
export function scriptTricks(language: TriedLanguage): readonly Trick[] {
  const written = writtenIn(language);
  const { inside, outside, wrong } = written?.tricks ?? tables[language as EarlyLanguage];
  const around = written?.form.outside ?? outsideOf;
  const given = { language, ...taskIn(language, task) };
  const inner = Object.entries(inside).map(([name, action]) => ({
    ...{ ...given, name: `${language}: ${name}` },
    answer: answersIn(language, task, language === "racket" ? `${action} ${wrong}` : `${action}\n  ${wrong}`).whole,
  }));
  const outer = Object.entries(outside).map(([name, text]) => ({
    ...{ ...given, name: `${language}: ${name}, outside` },
    answer: around(answersIn(language, task, wrong).whole, text),
  }));
  return [...inner, ...outer];
}
