import { endedMark, raisedMark, type ScriptHalves } from "./halves.ts";

const line = `ini_set('display_errors', 'stderr');
ob_start(function ($judge_text) { fwrite(STDERR, $judge_text); return ''; }, 1);
final class JudgeLine {
    const FLAGS = JSON_PRESERVE_ZERO_FRACTION | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE;
    private static function pack($value) {
        if (is_float($value) && !is_finite($value)) return ['$f' => (string) $value];
        if (is_object($value)) return ['$o' => get_class($value)];
        if (!is_array($value)) return $value;
        if (array_is_list($value)) return array_map([self::class, 'pack'], $value);
        $rows = [];
        foreach ($value as $key => $one) $rows[] = [$key, self::pack($one)];
        return ['$t' => $rows];
    }
    private static function unpack($value) {
        if (!is_array($value)) return $value;
        if (array_is_list($value)) return array_map([self::class, 'unpack'], $value);
        if (isset($value['$f'])) return ['INF' => INF, '-INF' => -INF][$value['$f']] ?? NAN;
        if (!isset($value['$t'])) return new stdClass();
        $table = [];
        foreach ($value['$t'] as [$key, $one]) $table[$key] = self::unpack($one);
        return $table;
    }
    private static function read() {
        $text = fgets(STDIN);
        return $text === false ? null : json_decode($text, true, 4096);
    }
    private static function write($value): void { fwrite(STDOUT, json_encode($value, self::FLAGS, 4096) . "\\n"); fflush(STDOUT); }
    public static function ask(array $given) {
        self::write(self::pack($given));
        $reply = self::read();
        if (!is_array($reply) || count($reply) !== 2) { fwrite(STDERR, "${endedMark}\\n"); exit(98); }
        if ($reply[0] === 'e') throw new Exception("${raisedMark} " . $reply[1]);
        return self::unpack($reply[1]);
    }
    public static function serve(string $name): void {
        while (($given = self::read()) !== null) {
            try { $reply = ['v', self::pack($name(...self::unpack($given)))]; }
            catch (Throwable $error) { $reply = ['e', get_class($error) . ': ' . $error->getMessage()]; }
            self::write($reply);
        }
    }
}
`;

const withoutHead = (text: string): string => text.replace(/^\s*<\?php\b/, "").replace(/\n[ \t]*<\?php\b/g, "\n");

export const phpHalves: ScriptHalves = {
  driver: (before, name, tests) =>
    `<?php\n${line}${withoutHead(before)}\nfunction ${name}(...$given) { return JudgeLine::ask($given); }\n${withoutHead(tests)}\n`,
  subject: (program, name) =>
    `<?php\n${line}${withoutHead(program).replace(/\?>\s*$/, "")}\nJudgeLine::serve('${name}');\n`,
};
