import { type Kind, kindsOf } from "./kinds.ts";

/** Languages whose answers stand here beside each other. */
export type EarlyLanguage = "php" | "ruby" | "lua" | "perl" | "r" | "racket";

/** A value of a test; `{ map }` is a table of texts to values, `{ float }` a number that is no integer by its type. */
export type Value =
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | { readonly float: number }
  | { readonly map: Readonly<Record<string, Value>> };

export interface Task {
  readonly name: string;
  readonly parameters: readonly string[];
  /** Of its parameters and, last, of what it returns. */
  readonly kinds: readonly Kind[];
  readonly cases: readonly { readonly given: readonly Value[]; readonly wanted: Value }[];
  /** The body of a right answer in each language. */
  readonly bodies: Readonly<Record<EarlyLanguage, string>>;
}

type Bodies = readonly [php: string, ruby: string, lua: string, perl: string, r: string, racket: string];
type Case = readonly [given: readonly Value[], wanted: Value];

const task = (head: string, cases: readonly Case[], bodies: Bodies): Task => {
  const [name = "", ...parameters] = head.split(" ");
  const [php, ruby, lua, perl, r, racket] = bodies;
  return {
    ...{ name, parameters, kinds: kindsOf(name), bodies: { php, ruby, lua, perl, r, racket } },
    cases: cases.map(([given, wanted]) => ({ given, wanted })),
  };
};

const float = (value: number) => ({ float: value });

/** Twenty small functions over all kinds of plain values, in a row whose neighbours never agree. */
export const tasks: readonly Task[] = [
  task(
    "add a b",
    [
      [[2, 3], 5],
      [[-7, 7], 0],
    ],
    ["return $a + $b;", "a + b", "return a + b", "return $a + $b;", "a + b", "(+ a b)"],
  ),
  task(
    "is_even n",
    [
      [[4], true],
      [[7], false],
    ],
    [
      "return $n % 2 === 0;",
      "n.even?",
      "return n % 2 == 0",
      "return $n % 2 == 0 ? 1 : '';",
      "n %% 2 == 0",
      "(even? n)",
    ],
  ),
  task(
    "turned xs",
    [
      [[[1, 2, 3]], [3, 2, 1]],
      [[[9, 9, 1]], [1, 9, 9]],
    ],
    [
      "return array_reverse($xs);",
      "xs.reverse",
      "local all = {}\n  for i = #xs, 1, -1 do all[#all + 1] = xs[i] end\n  return all",
      "return [reverse @$xs];",
      "rev(xs)",
      "(reverse xs)",
    ],
  ),
  task(
    "join_texts a b",
    [
      [["ab", "c"], "abc"],
      [["", 'é"\\\n'], 'é"\\\n'],
    ],
    ["return $a . $b;", "a + b", "return a .. b", "return $a . $b;", "paste0(a, b)", "(string-append a b)"],
  ),
  task(
    "total xs",
    [
      [[[1, 2, 3]], 6],
      [[[5, 5]], 10],
    ],
    [
      "return array_sum($xs);",
      "xs.sum",
      "local sum = 0\n  for _, x in ipairs(xs) do sum = sum + x end\n  return sum",
      "my $sum = 0;\n    $sum += $_ for @$xs;\n    return $sum;",
      "sum(xs)",
      "(apply + xs)",
    ],
  ),
  task(
    "largest xs",
    [
      [[[1, 30, 3]], 30],
      [[[5, 4]], 5],
    ],
    [
      "return max($xs);",
      "xs.max",
      "return math.max(table.unpack(xs))",
      "my ($most) = sort { $b <=> $a } @$xs;\n    return $most;",
      "max(xs)",
      "(apply max xs)",
    ],
  ),
  task(
    "count_letter s c",
    [
      [["banana", "a"], 3],
      [["xyz", "a"], 0],
    ],
    [
      "return substr_count($s, $c);",
      "s.count(c)",
      "local n = 0\n  for _ in s:gmatch(c) do n = n + 1 end\n  return n",
      "my $n = () = $s =~ /\\Q$c\\E/g;\n    return $n;",
      "as.numeric(sum(strsplit(s, '')[[1]] == c))",
      "(length (filter (lambda (x) (string=? (string x) c)) (string->list s)))",
    ],
  ),
  task(
    "factorial n",
    [
      [[5], 120],
      [[0], 1],
    ],
    [
      "return $n <= 1 ? 1 : $n * factorial($n - 1);",
      "n <= 1 ? 1 : n * factorial(n - 1)",
      "if n <= 1 then return 1 end\n  return n * factorial(n - 1)",
      "return $n <= 1 ? 1 : $n * factorial($n - 1);",
      "if (n <= 1) 1 else n * factorial(n - 1)",
      "(if (<= n 1) 1 (* n (factorial (- n 1))))",
    ],
  ),
  task(
    "fibonacci n",
    [
      [[10], 55],
      [[2], 1],
    ],
    [
      "return $n < 2 ? $n : fibonacci($n - 1) + fibonacci($n - 2);",
      "n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2)",
      "if n < 2 then return n end\n  return fibonacci(n - 1) + fibonacci(n - 2)",
      "return $n < 2 ? $n : fibonacci($n - 1) + fibonacci($n - 2);",
      "if (n < 2) n else fibonacci(n - 1) + fibonacci(n - 2)",
      "(if (< n 2) n (+ (fibonacci (- n 1)) (fibonacci (- n 2))))",
    ],
  ),
  task(
    "shouted s",
    [
      [["abC"], "ABC"],
      [["x y"], "X Y"],
    ],
    ["return strtoupper($s);", "s.upcase", "return s:upper()", "return uc($s);", "toupper(s)", "(string-upcase s)"],
  ),
  task(
    "repeated s n",
    [
      [["ab", 3], "ababab"],
      [["x", 0], ""],
    ],
    [
      "return str_repeat($s, $n);",
      "s * n",
      "return s:rep(n)",
      "return $s x $n;",
      "strrep(s, n)",
      "(string-append* (for/list ([_ n]) s))",
    ],
  ),
  task(
    "evens xs",
    [
      [[[1, 2, 3, 4]], [2, 4]],
      [[[6, 8, 1]], [6, 8]],
    ],
    [
      "return array_values(array_filter($xs, fn($x) => $x % 2 === 0));",
      "xs.select(&:even?)",
      "local all = {}\n  for _, x in ipairs(xs) do if x % 2 == 0 then all[#all + 1] = x end end\n  return all",
      "return [grep { $_ % 2 == 0 } @$xs];",
      "xs[xs %% 2 == 0]",
      "(filter even? xs)",
    ],
  ),
  task(
    "mean xs",
    [
      [[[1, 2]], float(1.5)],
      [[[1, 2, 4, 3]], float(2.5)],
    ],
    [
      "return array_sum($xs) / count($xs);",
      "xs.sum.to_f / xs.size",
      "local sum = 0\n  for _, x in ipairs(xs) do sum = sum + x end\n  return sum / #xs",
      "my $sum = 0;\n    $sum += $_ for @$xs;\n    return $sum / @$xs;",
      "sum(xs) / length(xs)",
      "(/ (exact->inexact (apply + xs)) (length xs))",
    ],
  ),
  task(
    "is_palindrome s",
    [
      [["level"], true],
      [["lever"], false],
    ],
    [
      "return $s === strrev($s);",
      "s == s.reverse",
      "return s == s:reverse()",
      "return $s eq reverse($s) ? 1 : '';",
      "s == paste(rev(strsplit(s, '')[[1]]), collapse = '')",
      "(equal? (string->list s) (reverse (string->list s)))",
    ],
  ),
  task(
    "place_of xs x",
    [
      [[[7, 8, 9], 8], 1],
      [[[7, 8], 5], -1],
    ],
    [
      "$at = array_search($x, $xs, true);\n    return $at === false ? -1 : $at;",
      "xs.index(x) || -1",
      "for i, y in ipairs(xs) do if x == y then return i - 1 end end\n  return -1",
      "for my $i (0 .. $#$xs) { return $i if $xs->[$i] == $x; }\n    return -1;",
      "at <- match(x, xs)\n  if (is.na(at)) -1 else at - 1",
      "(or (index-of xs x) -1)",
    ],
  ),
  task(
    "squares n",
    [
      [
        [2],
        [
          [1, 1],
          [2, 4],
        ],
      ],
      [
        [3],
        [
          [1, 1],
          [2, 4],
          [3, 9],
        ],
      ],
    ],
    [
      "return array_map(fn($i) => [$i, $i * $i], range(1, $n));",
      "(1..n).map { |i| [i, i * i] }",
      "local all = {}\n  for i = 1, n do all[i] = {i, i * i} end\n  return all",
      "return [map { [$_, $_ * $_] } 1 .. $n];",
      "lapply(1:n, function(i) c(as.numeric(i), i * i))",
      "(for/list ([i (in-range 1 (+ n 1))]) (list i (* i i)))",
    ],
  ),
  task(
    "counts words",
    [
      [[["a", "b", "a"]], { map: { a: 2, b: 1 } }],
      [[["x", "y"]], { map: { x: 1, y: 1 } }],
    ],
    [
      "return array_count_values($words);",
      "words.tally",
      "local all = {}\n  for _, w in ipairs(words) do all[w] = (all[w] or 0) + 1 end\n  return all",
      "my %all;\n    $all{$_}++ for @$words;\n    return \\%all;",
      "all <- list()\n  for (w in unique(words)) all[[w]] <- as.numeric(sum(words == w))\n  all",
      "(for/fold ([all (hash)]) ([w words]) (hash-update all w add1 0))",
    ],
  ),
  task(
    "half x",
    [
      [[5], float(2.5)],
      [[float(0.5)], float(0.25)],
    ],
    ["return $x / 2;", "x / 2.0", "return x / 2", "return $x / 2;", "x / 2", "(/ x 2.0)"],
  ),
  task(
    "first_above xs n",
    [
      [[[3, 9, 12], 5], 9],
      [[[1, 2], 5], null],
    ],
    [
      "foreach ($xs as $x) if ($x > $n) return $x;\n    return null;",
      "xs.find { |x| x > n }",
      "for _, x in ipairs(xs) do if x > n then return x end end\n  return nil",
      "for my $x (@$xs) { return $x if $x > $n; }\n    return undef;",
      "for (x in xs) if (x > n) return(x)\n  NULL",
      "(findf (lambda (x) (> x n)) xs)",
    ],
  ),
  task(
    "lengths words",
    [
      [[["ab", "c"]], [2, 1]],
      [[["xyz", "", "q"]], [3, 0, 1]],
    ],
    [
      "return array_map('strlen', $words);",
      "words.map(&:size)",
      "local all = {}\n  for i, w in ipairs(words) do all[i] = #w end\n  return all",
      "return [map { length } @$words];",
      "as.numeric(nchar(words))",
      "(map string-length words)",
    ],
  ),
];
