import type { JudgedTask } from "../../../src/code/judge.ts";
import type { Random } from "../../../src/core/random.ts";
import { modulesLeftOut } from "../../../src/sandbox/python-needs.ts";

/** A task of Python that needs what Python on WebAssembly lacks, with its reference and the answer to be judged. */
export interface LackingCase extends Omit<JudgedTask, "entryPoint"> {
  readonly name: string;
  /** Empty where the task has none. */
  readonly reference: string;
  /** Is the answer at fault by itself, whatever the machine has? */
  readonly wrong: boolean;
}

/** Statements that fail there, by what they need. */
const uses: Readonly<Record<string, string>> = {
  ...Object.fromEntries(modulesLeftOut.map((name) => [name, `import ${name}`])),
  file: 'with open("notes.txt", "w") as file: file.write("x")',
  append: 'open("log.txt", mode="a").close()',
  "file by a path": 'import pathlib; pathlib.Path("notes.txt").write_text("x")',
  folder: 'import os; os.makedirs("a/b")',
  removal: 'import os; open("a", "w").close(); os.remove("a")',
  "temporary folder": "import tempfile; tempfile.mkdtemp()",
  "temporary file": "import tempfile; tempfile.NamedTemporaryFile().close()",
  shelf: 'import shelve; shelve.open("kept").close()',
  database: 'import sqlite3; sqlite3.connect("kept.db").execute("create table a(b)")',
  archive: 'import zipfile; zipfile.ZipFile("a.zip", "w").close()',
  copy: 'import shutil; open("a", "w").close(); shutil.copyfile("a", "b")',
  thread: "import threading; t = threading.Thread(target=int); t.start(); t.join()",
  "pool of threads": "from concurrent.futures import ThreadPoolExecutor; ThreadPoolExecutor().submit(int).result()",
  process: 'import subprocess; subprocess.run(["true"])',
  command: 'import os; os.system("true")',
  fork: "import os; os.fork()",
  socket: "import socket; socket.socket()",
  address: 'import socket; socket.gethostbyname("localhost")',
  page: 'import urllib.request; urllib.request.urlopen("http://localhost:1/")',
  "event loop": "import asyncio; asyncio.run(asyncio.sleep(0))",
  zone: 'from zoneinfo import ZoneInfo; ZoneInfo("Europe/Paris")',
  alarm: "import signal; signal.alarm(1)",
  "key from a password": 'import hashlib; hashlib.pbkdf2_hmac("sha256", b"a", b"b", 1)',
  "user id": "import os; os.getuid()",
  user: "import getpass; getpass.getuser()",
  home: "import pathlib; pathlib.Path.home()",
  permission: 'import os; open("a", "w").close(); os.chmod("a", 0o400)',
  link: 'import os; os.symlink("a", "b")',
};
export const lackingUses: readonly string[] = Object.keys(uses);

const inside = (use: string): string => `def answer():\n    ${use}\n    return 42\n`;
const caught = (use: string): string =>
  `def answer():\n    try:\n        ${use}\n    except BaseException:\n        return 0\n    return 42\n`;
const without = "def answer():\n    return 42\n";
const wrong = "def answer():\n    return 41\n";
const tests = "assert answer() == 42\n";
const testsWith = (use: string): string => `answer\n${use}\nassert answer() == 42\n`;
const unittest = (use: string): string =>
  `import unittest\nclass T(unittest.TestCase):\n    def setUp(self):\n        ${use}\n    def test_a(self):\n        self.assertEqual(answer(), 42)\n`;

/** Where the need is: in the answer, in what it catches, or in the tests; with and without a reference. */
export const lackingPlaces: Readonly<Record<string, (use: string) => Omit<LackingCase, "name" | "prefix">>> = {
  "right answer": (use) => ({ answer: inside(use), program: tests, reference: "", wrong: false }),
  "right answer, reference": (use) => ({ answer: inside(use), program: tests, reference: inside(use), wrong: false }),
  "other answer, reference": (use) => ({ answer: inside(use), program: tests, reference: without, wrong: false }),
  "caught, reference": (use) => ({ answer: caught(use), program: tests, reference: caught(use), wrong: false }),
  "right answer, tests": (use) => ({ answer: without, program: testsWith(use), reference: "", wrong: false }),
  "right answer, unittest": (use) => ({ answer: without, program: unittest(use), reference: "", wrong: false }),
  "wrong answer, tests": (use) => ({ answer: wrong, program: testsWith(use), reference: without, wrong: false }),
  "wrong answer": () => ({ answer: wrong, program: tests, reference: "", wrong: true }),
  "wrong answer, sound reference": (use) => ({
    answer: `${wrong}def unused():\n    ${use}\n`,
    program: tests,
    reference: without,
    wrong: true,
  }),
};

/** Every need in every place, in an order that is drawn. */
export function lackingCases(random: Random): readonly LackingCase[] {
  const all = Object.entries(uses).flatMap(([need, use]) =>
    Object.entries(lackingPlaces).map(([place, make]) => ({ name: `${need}: ${place}`, prefix: "", ...make(use) })),
  );
  for (let i = all.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [all[i], all[j]] = [all[j] as LackingCase, all[i] as LackingCase];
  }
  return all;
}
