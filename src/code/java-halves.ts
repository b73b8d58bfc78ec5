import { endingWith, type Halves, type Signature } from "./compiled-halves.ts";

/**
 * Java that both halves hold: values of the types that tests use as bytes and back, each with a letter for its type. A
 * value is read by the interface it has and rebuilt as the usual class.
 */
const line = `
class JudgeLine {
  static java.io.DataInputStream in = new java.io.DataInputStream(new java.io.BufferedInputStream(System.in));
  static java.io.DataOutputStream out = new java.io.DataOutputStream(new java.io.FileOutputStream(java.io.FileDescriptor.out));
  static void put(java.io.DataOutputStream to, Object value, int depth) throws java.io.IOException {
    if (depth > 100) throw new java.io.IOException("a value too deep");
    if (value == null) to.writeByte('n');
    else if (value instanceof Long) { to.writeByte('l'); to.writeLong((Long) value); }
    else if (value instanceof Integer) { to.writeByte('i'); to.writeInt((Integer) value); }
    else if (value instanceof Short) { to.writeByte('h'); to.writeShort((Short) value); }
    else if (value instanceof Byte) { to.writeByte('y'); to.writeByte((Byte) value); }
    else if (value instanceof Double) { to.writeByte('d'); to.writeDouble((Double) value); }
    else if (value instanceof Float) { to.writeByte('f'); to.writeFloat((Float) value); }
    else if (value instanceof Boolean) { to.writeByte('b'); to.writeBoolean((Boolean) value); }
    else if (value instanceof Character) { to.writeByte('c'); to.writeChar((Character) value); }
    else if (value instanceof String) {
      byte[] text = ((String) value).getBytes(java.nio.charset.StandardCharsets.UTF_16BE);
      to.writeByte('s'); to.writeInt(text.length); to.write(text);
    } else if (value instanceof java.util.List) rows(to, 'a', ((java.util.List<?>) value).toArray(), depth);
    else if (value instanceof java.util.Set) rows(to, 't', ((java.util.Set<?>) value).toArray(), depth);
    else if (value instanceof java.util.Map) {
      java.util.ArrayList<Object> all = new java.util.ArrayList<>();
      for (java.util.Map.Entry<?, ?> one : ((java.util.Map<?, ?>) value).entrySet()) { all.add(one.getKey()); all.add(one.getValue()); }
      rows(to, 'm', all.toArray(), depth);
    } else if (value instanceof java.util.Optional) {
      java.util.Optional<?> one = (java.util.Optional<?>) value;
      rows(to, 'o', one.isPresent() ? new Object[] {one.get()} : new Object[0], depth);
    } else if (value.getClass().isArray()) {
      int size = java.lang.reflect.Array.getLength(value);
      Object[] all = new Object[size];
      for (int i = 0; i < size; i++) all[i] = java.lang.reflect.Array.get(value, i);
      String kind = value.getClass().getComponentType().getName();
      to.writeByte('r'); put(to, kind, depth + 1); rows(to, 'a', all, depth);
    } else throw new java.io.IOException("a value of a class of its own");
  }
  static void rows(java.io.DataOutputStream to, char letter, Object[] all, int depth) throws java.io.IOException {
    to.writeByte(letter); to.writeInt(all.length);
    for (Object one : all) put(to, one, depth + 1);
  }
  static final java.util.Map<String, Class<?>> kinds = new java.util.HashMap<>();
  static {
    for (Class<?> one : new Class<?>[] {long.class, int.class, double.class, float.class, boolean.class, char.class, byte.class, short.class, Long.class, Integer.class, Double.class, Float.class, Boolean.class, Character.class, Byte.class, Short.class, String.class, Object.class})
      for (int depth = 0; depth < 5; depth++) {
        kinds.put(one.getName(), one);
        one = java.lang.reflect.Array.newInstance(one, 0).getClass();
      }
  }
  static Object get(java.io.DataInputStream from, int depth) throws java.io.IOException {
    if (depth > 100) throw new java.io.IOException("a value too deep");
    int letter = from.readByte();
    switch (letter) {
      case 'n': return null;
      case 'l': return from.readLong();
      case 'i': return from.readInt();
      case 'h': return from.readShort();
      case 'y': return from.readByte();
      case 'd': return from.readDouble();
      case 'f': return from.readFloat();
      case 'b': return from.readBoolean();
      case 'c': return from.readChar();
      case 's': {
        byte[] text = from.readNBytes(from.readInt());
        return new String(text, java.nio.charset.StandardCharsets.UTF_16BE);
      }
      case 'r': {
        Class<?> kind = kinds.get((String) get(from, depth + 1));
        java.util.List<?> all = (java.util.List<?>) get(from, depth + 1);
        if (kind == null) throw new java.io.IOException("no such list");
        Object made = java.lang.reflect.Array.newInstance(kind, all.size());
        for (int i = 0; i < all.size(); i++) java.lang.reflect.Array.set(made, i, all.get(i));
        return made;
      }
      case 'a': case 't': case 'm': case 'o': {
        java.util.ArrayList<Object> all = new java.util.ArrayList<>();
        for (int left = from.readInt(); left > 0; left--) all.add(get(from, depth + 1));
        if (letter == 'a') return all;
        if (letter == 't') return new java.util.HashSet<Object>(all);
        if (letter == 'o') return all.isEmpty() ? java.util.Optional.empty() : java.util.Optional.of(all.get(0));
        java.util.HashMap<Object, Object> made = new java.util.HashMap<>();
        for (int i = 0; i + 1 < all.size(); i += 2) made.put(all.get(i), all.get(i + 1));
        return made;
      }
      default: throw new java.io.IOException("no such value");
    }
  }
  static void send(Object value) throws java.io.IOException {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    put(new java.io.DataOutputStream(all), value, 0);
    out.write(all.toByteArray());
    out.flush();
  }
}
`;

const asking = `
class JudgeAsk {
  @SuppressWarnings("unchecked")
  static Object ask(Object... given) {
    try {
      JudgeLine.send(java.util.Arrays.asList(given));
      java.util.List<Object> reply = (java.util.List<Object>) JudgeLine.get(JudgeLine.in, 0);
      if (reply.get(0) == null) {
        java.util.List<Object> now = (java.util.List<Object>) reply.get(1);
        for (int i = 0; i < given.length; i++) {
          if (given[i] instanceof java.util.List && now.get(i) instanceof java.util.List) {
            ((java.util.List<Object>) given[i]).clear();
            ((java.util.List<Object>) given[i]).addAll((java.util.List<Object>) now.get(i));
          } else if (given[i] instanceof java.util.Map && now.get(i) instanceof java.util.Map) {
            ((java.util.Map<Object, Object>) given[i]).clear();
            ((java.util.Map<Object, Object>) given[i]).putAll((java.util.Map<Object, Object>) now.get(i));
          } else if (given[i] != null && given[i].getClass().isArray()) {
            System.arraycopy(now.get(i), 0, given[i], 0, java.lang.reflect.Array.getLength(given[i]));
          }
        }
      }
      return reply.get(0);
    } catch (Throwable error) {
      System.err.println("the program ended before its tests");
      System.err.flush();
      Runtime.getRuntime().halt(96);
      return null;
    }
  }
}
`;

/** The class with the entry point is found by its name; the ones that the program declares are looked through. */
const serving = (classes: readonly string[], name: string): string => `
class JudgeMain {
  public static void main(String[] args) throws Throwable {
    java.io.DataInputStream in = JudgeLine.in;
    JudgeLine.out.flush();
    System.setOut(System.err);
    java.lang.reflect.Method found = null;
    for (String home : new String[] {${classes.map((one) => JSON.stringify(one)).join(", ")}}) {
      try {
        for (java.lang.reflect.Method one : Class.forName(home).getDeclaredMethods())
          if (found == null && one.getName().equals(${JSON.stringify(name)})) found = one;
      } catch (ClassNotFoundException error) { }
    }
    found.setAccessible(true);
    Class<?>[] wanted = found.getParameterTypes();
    for (;;) {
      Object[] given;
      try { given = ((java.util.List<?>) JudgeLine.get(in, 0)).toArray(); } catch (java.io.EOFException error) { return; }
      for (int i = 0; i < given.length && i < wanted.length; i++) {
        if (!(given[i] instanceof Number)) continue;
        Number number = (Number) given[i];
        if (wanted[i] == int.class || wanted[i] == Integer.class) given[i] = number.intValue();
        else if (wanted[i] == long.class || wanted[i] == Long.class) given[i] = number.longValue();
        else if (wanted[i] == double.class || wanted[i] == Double.class) given[i] = number.doubleValue();
        else if (wanted[i] == float.class || wanted[i] == Float.class) given[i] = number.floatValue();
      }
      Object value;
      try { value = found.invoke(null, given); } catch (java.lang.reflect.InvocationTargetException error) { throw error.getCause(); }
      java.util.ArrayList<Object> reply = new java.util.ArrayList<>();
      reply.add(value);
      reply.add(value == null ? java.util.Arrays.asList(given) : null);
      JudgeLine.send(reply);
    }
  }
}
`;

const boxes: Readonly<Record<string, string>> = {
  long: "Long",
  int: "Integer",
  double: "Double",
  float: "Float",
  boolean: "Boolean",
  char: "Character",
  byte: "Byte",
  short: "Short",
};

const importLine = /^[ \t]*import\s[\w.* ]+;[ \t]*$/gm;

/** Imports stand first in a file, whatever is put before its classes. */
function withImportsFirst(program: string, first: string): string {
  const imports = (program.match(importLine) ?? []).map((one) => one.trim()).join("\n");
  return `${imports}\n${first}${program.replace(importLine, "")}`;
}

const nameOf = (parameter: string): string => /(\w+)\s*$/.exec(parameter)?.[1] ?? "";

export const javaHalves: Halves = {
  ending: endingWith(2, (word) => `System.err.print("${word}");`),
  driver: ({ before, head, name, parameters }: Signature, tests) => {
    const type = new RegExp(
      `^\\s*(?:(?:public|private|protected|static|final)\\s+)*([\\s\\S]*?)\\s+${name}\\s*\\(`,
    ).exec(head)?.[1];
    // Written out: an array alone would be taken for all arguments.
    const asked = `JudgeAsk.ask(new Object[] {${parameters.map(nameOf).join(", ")}})`;
    const body = type === "void" ? `${asked};` : `return (${boxes[type ?? ""] ?? type}) ${asked};`;
    return `${before}@SuppressWarnings("unchecked")\n${head} {\n${body}\n}\n${tests}\n${asking}${line}`;
  },
  subject: (program, name) => {
    const classes = [
      ...new Set([...program.matchAll(/\b(?:class|record|enum|interface)\s+(\w+)/g)].map(([, one = ""]) => one)),
    ];
    return withImportsFirst(`${program}\n}\n`, serving(classes, name)) + line;
  },
};
