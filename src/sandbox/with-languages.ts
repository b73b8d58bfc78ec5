import { EnvironmentError } from "../core/errors.ts";
import type { Program, Sandbox } from "../core/execution.ts";
import { createCompiledSandbox } from "./compiled.ts";
import { failed } from "./failed.ts";
import { createJavascriptSandbox } from "./javascript.ts";

type Language = Program["language"];

function openFor(language: Language): Sandbox | null {
  if (language === "javascript") return createJavascriptSandbox();
  if (language === "python" || language === "smt2") return null;
  return createCompiledSandbox(language);
}

/**
 * A sandbox that also takes JavaScript, and C++, Java, Go, Rust, PHP, Ruby, Lua, Perl, R and Racket where their
 * compilers or interpreters are on this machine; each is set up when its first program comes. A language that cannot
 * be had is `refused`, with the reason.
 */
export function withLanguages(sandbox: Sandbox, open: (language: Language) => Sandbox | null = openFor): Sandbox {
  const opened = new Map<Language, Sandbox | string>();
  const sandboxFor = (language: Language): Sandbox | string => {
    const known = opened.get(language);
    if (known !== undefined) return known;
    const made = attempt(() => open(language) ?? sandbox);
    opened.set(language, made);
    return made;
  };
  const { openSession } = sandbox;
  return {
    id: sandbox.id,
    run: async (program, options) => {
      const chosen = sandboxFor(program.language);
      return typeof chosen === "string" ? failed("refused", chosen) : await chosen.run(program, options);
    },
    openSession: openSession && (() => openSession.call(sandbox)),
    dispose: async () => {
      const all = [sandbox, ...opened.values()].filter((one) => typeof one !== "string");
      await Promise.all([...new Set(all)].map((one) => one.dispose()));
    },
  };
}

function attempt(open: () => Sandbox): Sandbox | string {
  try {
    return open();
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
    throw error;
  }
}
