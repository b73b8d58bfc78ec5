import { begins, importOf } from "./python-imports.ts";

/** Something of a whole machine that a sandbox of Python may not give. */
export interface PythonNeed {
  /** What Python lacks without it, as the rest of a sentence: "Python here …". */
  readonly lack: string;
  /** Where a text asks for it. */
  readonly asks: RegExp;
  /** How an error says that it was refused. */
  readonly refused: RegExp;
  /** A program that fails without it. */
  readonly probe: string;
  /** Does the sandbox of the machine's own Python give it? */
  readonly native: boolean;
  readonly install?: string;
}

/** Modules of Python's own that the build for WebAssembly leaves out. A test holds the list against the interpreter. */
export const modulesLeftOut: readonly string[] =
  "ctypes curses ensurepip fcntl grp lib2to3 lzma mmap multiprocessing nis ossaudiodev pty pwd pydoc_data readline resource rlcompleter spwd ssl syslog termios tkinter tty uu venv webbrowser xdrlib".split(
    " ",
  );

const moduleNeed = (name: string): PythonNeed => ({
  lack: `cannot import ${name}`,
  asks: importOf(name),
  refused: /No module named|cannot import name/,
  probe: `import ${name}`,
  native: name !== "tkinter" && name !== "multiprocessing",
});

const notPermitted = String.raw`Operation not permitted|\[Errno 58\]|has no attribute`;

const features: readonly PythonNeed[] = [
  {
    lack: "has no files to write",
    asks: new RegExp(
      [
        String.raw`\bopen\s*\((?:[^()\n]|\([^()\n]{0,200}\)){0,200},\s*(?:mode\s*=\s*)?\\?["'][rbt]*[wax+]`,
        String.raw`\bos\.(?:mkdir|makedirs|remove|unlink|rename|replace|rmdir|removedirs|truncate)\b`,
        String.raw`\.(?:write_text|write_bytes|touch|mkdir)\(|\bsqlite3\.connect\((?!\\?["']:memory:)|\bZipFile\(`,
        `${begins}(?:from|import)[ \\t]+(?:tempfile|shelve|dbm|shutil)\\b`,
      ].join("|"),
      "m",
    ),
    refused:
      /Read-only file system|\[Errno 58\] Not supported|No usable temporary directory|unable to open database file/,
    probe: 'with open("probe", "w") as file:\n    file.write("x")',
    native: true,
  },
  {
    lack: "has no time zones",
    asks: /\b(?:zoneinfo|ZoneInfo|tzset)\b/,
    refused: /No time zone found|has no attribute 'tzset'/,
    probe: 'import zoneinfo\nzoneinfo.ZoneInfo("Europe/Paris")',
    native: true,
    install: "apt-get install tzdata",
  },
  {
    lack: "has no alarms and timers of the system",
    asks: /\bsignal\.(?:alarm|setitimer|getitimer|SIGALRM|pause|sigwait)\b/,
    refused: /module 'signal' has no attribute/,
    probe: "import signal\nsignal.alarm(0)",
    native: true,
  },
  {
    lack: "has no hash functions of OpenSSL",
    asks: /\b(?:pbkdf2_hmac|scrypt)\b|\bhashlib\.new\b/,
    refused: /module 'hashlib' has no attribute|unsupported hash type/,
    probe: 'import hashlib\nhashlib.pbkdf2_hmac("sha256", b"a", b"b", 1)',
    native: true,
  },
  {
    lack: "has no user ids",
    asks: /\bos\.(?:get(?:e?[ug]id|ppid|groups)|umask|uname|times)\b/,
    refused: /module 'os' has no attribute/,
    probe: "import os\nos.getuid(), os.getppid(), os.umask(0), os.uname(), os.times()",
    native: true,
  },
  {
    lack: "starts no other processes",
    asks: /\b(?:subprocess|multiprocessing|ProcessPoolExecutor)\b|\bos\.(?:system|fork\w*|popen|spawn\w*|exec\w*|posix_spawn\w*|kill|wait\w*)\b/,
    refused: new RegExp(`does not support processes|${notPermitted}|No module named|No such file or directory`),
    probe: 'import os\nif os.spawnv(os.P_WAIT, "/bin/true", ["true"]) != 0:\n    raise OSError("not started")',
    native: false,
  },
  {
    lack: "starts no threads",
    asks: /\b(?:threading|_thread|concurrent\.futures|ThreadPool\w*|to_thread)\b/,
    refused: /can't start new thread|No module named 'concurrent/,
    probe: "import threading\none = threading.Thread(target=int)\none.start()\none.join()",
    native: false,
  },
  {
    lack: "has no event loop",
    asks: /\basyncio\b|\bIsolatedAsyncioTestCase\b/,
    refused: new RegExp(`${notPermitted}|coroutine|event loop`),
    probe: "import asyncio\nasyncio.run(asyncio.sleep(0))",
    native: false,
  },
  {
    lack: "has no network",
    asks: /\b(?:socket|socketserver|selectors|select|http|urllib|smtplib|ftplib|imaplib|poplib|telnetlib|requests|xmlrpc)\b/,
    refused: new RegExp(
      `${notPermitted}|gaierror|herror|urlopen error|URLError|Name or service|Connection|Not supported|No module named`,
    ),
    probe: "import socket\nsocket.socket().close()",
    native: false,
  },
  {
    lack: "sets no permissions and links of files",
    asks: /\bos\.(?:l?chmod|l?chown|symlink|link|mkfifo|mknod)\b|\.(?:chmod|symlink_to|hardlink_to)\(/,
    refused: new RegExp(`${notPermitted}|Permission|No such file`),
    probe: 'import os\nopen("probe", "w").close()\nos.chmod("probe", 0o400)\nos.symlink("probe", "linked")',
    native: false,
  },
  {
    lack: "has no user with a home folder",
    asks: /\bgetpass\.getuser\b|\bos\.getlogin\b|\bexpanduser\b|\bPath\.home\b|\bHOME\b/,
    refused:
      /Could not determine home|'HOME'|No module named 'pwd'|uid not found|No username set|\[Errno (?:6|25|58)\]/,
    probe: 'import os, getpass\ngetpass.getuser(), os.environ["HOME"]',
    native: false,
  },
  {
    lack: "has no locales of other countries",
    asks: /\blocale\./,
    refused: /unsupported locale setting/,
    probe: 'import locale\nlocale.setlocale(locale.LC_ALL, "de_DE.UTF-8")',
    native: false,
    install: "the package locales, with the locale that is named",
  },
];

const all: readonly PythonNeed[] = [...modulesLeftOut.map(moduleNeed), ...features];
const ofNative = all.filter(({ native }) => native);

/** What a Python text asks of the machine that a sandbox may lack. */
export const needsOf = (source: string): readonly PythonNeed[] => all.filter(({ asks }) => asks.test(source));

/** Does a text ask for what Python on WebAssembly lacks and the machine's own Python has? */
export const asksForMachine = (source: string): boolean => ofNative.some(({ asks }) => asks.test(source));
