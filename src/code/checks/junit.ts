/** What both kinds of assertions compare by; a message is an object, so that texts may be compared too. */
const same = `package judge;
import java.util.*;
public final class Same {
  public interface Action { void execute() throws Throwable; }
  public static boolean equal(Object a, Object b) {
    if (a instanceof Object[] && b instanceof Object[]) return Arrays.deepEquals((Object[]) a, (Object[]) b);
    if (a != null && b != null && a.getClass().isArray() && b.getClass().isArray()) return Arrays.deepEquals(new Object[]{a}, new Object[]{b});
    if (whole(a) && whole(b)) return ((Number) a).longValue() == ((Number) b).longValue();
    return Objects.equals(a, b);
  }
  private static boolean whole(Object a) { return a instanceof Long || a instanceof Integer || a instanceof Short || a instanceof Byte; }
  public static void fail(Object message) { throw new AssertionError(message == null ? "failed" : String.valueOf(message)); }
  public static void check(boolean holds, Object message) { if (!holds) fail(message); }
  public static void equal(Object wanted, Object came, Object message) {
    if (!equal(wanted, came)) fail((message == null ? "" : message + ": ") + "expected " + text(wanted) + ", got " + text(came));
  }
  private static String text(Object a) { return a != null && a.getClass().isArray() ? Arrays.deepToString(new Object[]{a}) : String.valueOf(a); }
  public static void near(double wanted, double came, double delta, Object message) {
    if (Double.compare(wanted, came) != 0 && !(Math.abs(wanted - came) <= delta)) fail((message == null ? "" : message + ": ") + "expected " + wanted + ", got " + came);
  }
  public static <T extends Throwable> T raises(Class<T> kind, Action action, Object message) {
    try { action.execute(); } catch (Throwable error) {
      if (kind.isInstance(error)) return kind.cast(error);
      throw new AssertionError("expected " + kind.getName() + ", got " + error, error);
    }
    throw new AssertionError("expected " + kind.getName() + ", nothing was thrown");
  }
}
`;

/** The assertions with the message before the values (JUnit 4) or behind them (JUnit 5). */
function assertions(kind: "Assert" | "Assertions"): string {
  const first = kind === "Assert";
  const with_ = (given: string) => (first ? `String message, ${given}` : `${given}, String message`);
  const both = (name: string, given: string, call: (message: string) => string) =>
    `  public static void ${name}(${given}) { ${call("null")}; }\n  public static void ${name}(${with_(given)}) { ${call("message")}; }\n`;
  const raises = (given: string, message: string) =>
    `  public static <T extends Throwable> T assertThrows(${given}) { return Same.raises(kind, action::${first ? "run" : "execute"}, ${message}); }\n`;
  const action = first
    ? "org.junit.function.ThrowingRunnable action"
    : "org.junit.jupiter.api.function.Executable action";
  return `package ${first ? "org.junit" : "org.junit.jupiter.api"};
import judge.Same;
public class ${kind} {
${both("assertTrue", "boolean holds", (m) => `Same.check(holds, ${m})`)}${both("assertFalse", "boolean holds", (m) => `Same.check(!holds, ${m})`)}${both("assertEquals", "Object wanted, Object came", (m) => `Same.equal(wanted, came, ${m})`)}${both("assertEquals", "long wanted, long came", (m) => `Same.equal(wanted, came, ${m})`)}${both("assertEquals", "double wanted, double came, double delta", (m) => `Same.near(wanted, came, delta, ${m})`)}${first ? "" : both("assertEquals", "double wanted, double came", (m) => `Same.near(wanted, came, 0, ${m})`)}${both("assertNotEquals", "Object wanted, Object came", (m) => `Same.check(!Same.equal(wanted, came), ${m})`)}${both("assertNull", "Object value", (m) => `Same.check(value == null, ${m})`)}${both("assertNotNull", "Object value", (m) => `Same.check(value != null, ${m})`)}${both("assertSame", "Object wanted, Object came", (m) => `Same.check(wanted == came, ${m})`)}${both("assertNotSame", "Object wanted, Object came", (m) => `Same.check(wanted != came, ${m})`)}${both("assertArrayEquals", "Object wanted, Object came", (m) => `Same.equal(wanted, came, ${m})`)}${both("assertIterableEquals", "Iterable<?> wanted, Iterable<?> came", (m) => `Same.equal(listOf(wanted), listOf(came), ${m})`)}${raises(`Class<T> kind, ${action}`, "null")}${raises(with_(`Class<T> kind, ${action}`), "message")}  public static void fail() { Same.fail(null); }
  public static void fail(String message) { Same.fail(message); }
  private static java.util.List<Object> listOf(Iterable<?> all) { var list = new java.util.ArrayList<Object>(); for (Object one : all) list.add(one); return list; }
}
`;
}

const annotation = (inPackage: string, name: string, body = "") =>
  `package ${inPackage};\nimport java.lang.annotation.*;\n@Retention(RetentionPolicy.RUNTIME)\npublic @interface ${name} { ${body} }\n`;

/** Runs every test of every class; the word, which no class of the answer has seen, says how it ended. */
const runner = `import java.io.*;
import java.lang.annotation.Annotation;
import java.lang.reflect.*;
import java.nio.file.*;
import java.util.*;
public class JudgeRunner {
  private static boolean has(AnnotatedElement on, String... names) {
    for (Annotation one : on.getAnnotations()) for (String name : names) if (one.annotationType().getName().equals(name)) return true;
    return false;
  }
  private static final String four = "org.junit.", five = "org.junit.jupiter.api.";
  private static void all(Class<?> kind, Object on, String... names) throws Throwable {
    for (Class<?> at = kind; at != null && at != Object.class; at = at.getSuperclass())
      for (Method one : at.getDeclaredMethods()) if (has(one, names)) call(one, on);
  }
  private static void call(Method one, Object on) throws Throwable {
    one.setAccessible(true);
    try { one.invoke(on); } catch (InvocationTargetException error) { throw error.getCause(); }
  }
  public static void main(String[] given) throws Throwable {
    final String word = new BufferedReader(new InputStreamReader(System.in)).readLine();
    final PrintStream out = System.out;
    System.setOut(System.err);
    final boolean[] ended = {false};
    Runtime.getRuntime().addShutdownHook(new Thread(() -> { if (!ended[0]) out.println(word + " failed: the process was ended"); }));
    List<Class<?>> kinds = new ArrayList<>();
    Path root = Paths.get("out");
    try (var files = Files.walk(root)) {
      for (Path path : (Iterable<Path>) files.sorted()::iterator) {
        String name = root.relativize(path).toString();
        if (name.endsWith(".class")) kinds.add(Class.forName(name.substring(0, name.length() - 6).replace('/', '.'), false, JudgeRunner.class.getClassLoader()));
      }
    }
    int count = 0;
    List<String> failed = new ArrayList<>();
    for (Class<?> kind : kinds) {
      List<Method> tests = new ArrayList<>();
      for (Method one : kind.getDeclaredMethods()) if (has(one, four + "Test", five + "Test") && !has(one, four + "Ignore", five + "Disabled")) tests.add(one);
      if (tests.isEmpty()) continue;
      tests.sort(Comparator.comparing(Method::getName));
      all(kind, null, four + "BeforeClass", five + "BeforeAll");
      for (Method test : tests) {
        count++;
        Throwable thrown = null;
        org.junit.Test marked = test.getAnnotation(org.junit.Test.class);
        Class<?> wanted = marked == null ? org.junit.Test.None.class : marked.expected();
        try {
          Constructor<?> make = kind.getDeclaredConstructor();
          make.setAccessible(true);
          Object on = make.newInstance();
          all(kind, on, four + "Before", five + "BeforeEach");
          try { call(test, on); } catch (Throwable error) { thrown = error; }
          all(kind, on, four + "After", five + "AfterEach");
        } catch (Throwable error) { thrown = error; }
        boolean right = wanted == org.junit.Test.None.class ? thrown == null : wanted.isInstance(thrown);
        if (!right) failed.add(test.getName() + ": " + (thrown == null ? "nothing was thrown" : thrown));
      }
      all(kind, null, four + "AfterClass", five + "AfterAll");
    }
    ended[0] = true;
    if (count > 0 && failed.isEmpty()) out.println(word + " passed");
    else if (count > 0) out.println(word + " failed: " + failed.size() + " of " + count + " tests, " + failed.get(0).replace('\\n', ' '));
    out.flush();
    Runtime.getRuntime().halt(0);
  }
}
`;

const four = "org.junit";
const five = "org.junit.jupiter.api";

/** The part of JUnit 4 and 5 that tests of programs use, in Java of our own, and what runs the tests. */
export const junitFiles: Readonly<Record<string, string>> = {
  "judge/Same.java": same,
  "org/junit/Assert.java": assertions("Assert"),
  "org/junit/Test.java": annotation(
    four,
    "Test",
    "Class<? extends Throwable> expected() default None.class; long timeout() default 0; class None extends Throwable { private None() {} }",
  ),
  "org/junit/function/ThrowingRunnable.java":
    "package org.junit.function;\npublic interface ThrowingRunnable { void run() throws Throwable; }\n",
  "org/junit/jupiter/api/Assertions.java": assertions("Assertions"),
  "org/junit/jupiter/api/function/Executable.java":
    "package org.junit.jupiter.api.function;\npublic interface Executable { void execute() throws Throwable; }\n",
  "org/junit/jupiter/api/DisplayName.java": annotation(five, "DisplayName", 'String value() default "";'),
  ...Object.fromEntries(
    ["Before", "After", "BeforeClass", "AfterClass", "Ignore"].map((name) => [
      `org/junit/${name}.java`,
      annotation(four, name, 'String value() default "";'),
    ]),
  ),
  ...Object.fromEntries(
    ["Test", "BeforeEach", "AfterEach", "BeforeAll", "AfterAll", "Disabled"].map((name) => [
      `org/junit/jupiter/api/${name}.java`,
      annotation(five, name, name === "Disabled" ? 'String value() default "";' : ""),
    ]),
  ),
  "JudgeRunner.java": runner,
};

/** A public class must lie in a file of its name; sources are gone when the answer runs. */
export const junitScript = `mkdir out
for one in Answer Tests; do
  name=$(sed -n 's/^public  *\\(final \\|abstract \\)*\\(class\\|interface\\|enum\\|record\\)  *\\([A-Za-z_0-9]*\\).*/\\3/p' $one.java | head -n 1)
  [ -n "$name" ] && [ "$name" != "$one" ] && mv $one.java "$name.java"
done
javac -J-XX:+UseSerialGC -J-XX:TieredStopAtLevel=1 -J-Xmx512m -nowarn -proc:none -d out $(find . -name '*.java') >compile.log 2>&1 || { echo "compile error: $(grep -m 1 error compile.log)"; exit 0; }
find . -name '*.java' -exec rm {} +
exec java -Xmx512m -Xss64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -ea -cp out JudgeRunner`;
