import { endingWith, type Halves, type Signature } from "./compiled-halves.ts";

/**
 * C# that both halves hold: values of the types that tests use as bytes and back, each with a letter for its kind. A
 * value is read as the type that is declared where it goes.
 */
const line = `
static class JudgeLine {
  internal static readonly System.IO.BinaryReader In = new System.IO.BinaryReader(System.Console.OpenStandardInput());
  internal static readonly System.IO.Stream Out = System.Console.OpenStandardOutput();
  static string Exact(object value) { return System.Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture); }
  static void Put(System.IO.BinaryWriter to, object value, int depth) {
    if (depth > 100) throw new System.IO.IOException("a value too deep");
    if (value == null) to.Write((byte) 'n');
    else if (value is bool) { to.Write((byte) 'b'); to.Write((bool) value); }
    else if (value is char) { to.Write((byte) 'c'); to.Write((ushort) (char) value); }
    else if (value is ulong || value is System.Numerics.BigInteger) { to.Write((byte) 'g'); Text(to, value.ToString()); }
    else if (value is decimal) { to.Write((byte) 'k'); Text(to, Exact(value)); }
    else if (value is double || value is float) { to.Write((byte) 'd'); to.Write(System.Convert.ToDouble(value)); }
    else if (value.GetType().IsPrimitive) { to.Write((byte) 'l'); to.Write(System.Convert.ToInt64(value)); }
    else if (value is string) { to.Write((byte) 's'); Text(to, (string) value); }
    else if (value is System.Collections.IDictionary) {
      var all = new System.Collections.ArrayList();
      foreach (System.Collections.DictionaryEntry one in (System.Collections.IDictionary) value) { all.Add(one.Key); all.Add(one.Value); }
      Rows(to, 'm', all, depth);
    } else if (value is System.Collections.IEnumerable) {
      var all = new System.Collections.ArrayList();
      foreach (object one in (System.Collections.IEnumerable) value) all.Add(one);
      Rows(to, 'a', all, depth);
    } else if (IsTuple(value.GetType())) {
      var all = new System.Collections.ArrayList();
      for (int i = 1; i <= value.GetType().GetGenericArguments().Length; i++) {
        var property = value.GetType().GetProperty("Item" + i);
        all.Add(property != null ? property.GetValue(value) : value.GetType().GetField("Item" + i).GetValue(value));
      }
      Rows(to, 't', all, depth);
    } else throw new System.IO.IOException("a value of a class of its own");
  }
  static void Text(System.IO.BinaryWriter to, string text) {
    byte[] bytes = new byte[2 * text.Length];
    System.Buffer.BlockCopy(text.ToCharArray(), 0, bytes, 0, bytes.Length);
    to.Write(bytes.Length);
    to.Write(bytes);
  }
  static void Rows(System.IO.BinaryWriter to, char letter, System.Collections.ArrayList all, int depth) {
    to.Write((byte) letter);
    to.Write(all.Count);
    foreach (object one in all) Put(to, one, depth + 1);
  }
  static bool IsTuple(System.Type type) {
    if (!type.IsGenericType) return false;
    string name = type.GetGenericTypeDefinition().FullName;
    return name.StartsWith("System.Tuple\`") || name.StartsWith("System.ValueTuple\`");
  }
  static string ReadText() {
    byte[] bytes = In.ReadBytes(In.ReadInt32());
    char[] letters = new char[bytes.Length / 2];
    System.Buffer.BlockCopy(bytes, 0, letters, 0, 2 * letters.Length);
    return new string(letters);
  }
  static object Number(object value, System.Type wanted) {
    if (wanted == typeof(object) || wanted == value.GetType()) return value;
    var exact = System.Globalization.CultureInfo.InvariantCulture;
    if (wanted == typeof(System.Numerics.BigInteger) && !(value is double)) return System.Numerics.BigInteger.Parse(Exact(value), exact);
    bool whole = wanted.IsPrimitive && wanted != typeof(double) && wanted != typeof(float) && wanted != typeof(bool) && wanted != typeof(char);
    if (whole && (value is double || value is decimal)) throw new System.IO.IOException("no whole number");
    return System.Convert.ChangeType(value is System.Numerics.BigInteger ? (object) Exact(value) : value, wanted, exact);
  }
  internal static object Get(System.Type wanted, int depth) {
    if (depth > 100) throw new System.IO.IOException("a value too deep");
    System.Type bare = System.Nullable.GetUnderlyingType(wanted) ?? wanted;
    char letter = (char) In.ReadByte();
    switch (letter) {
      case 'n':
        if (wanted.IsValueType && bare == wanted) throw new System.IO.IOException("no value");
        return null;
      case 'b': return Fit(In.ReadBoolean(), bare);
      case 'c': return Fit((char) In.ReadUInt16(), bare);
      case 's': return Fit(ReadText(), bare);
      case 'l': return Number(In.ReadInt64(), bare);
      case 'd': return Number(In.ReadDouble(), bare);
      case 'g': return Number(System.Numerics.BigInteger.Parse(ReadText()), bare);
      case 'k': return Number(decimal.Parse(ReadText(), System.Globalization.CultureInfo.InvariantCulture), bare);
      case 'a': case 't': case 'm': return Many(letter, bare, depth);
      default: throw new System.IO.IOException("no such value");
    }
  }
  static object Fit(object value, System.Type wanted) {
    if (!wanted.IsInstanceOfType(value)) throw new System.IO.IOException("another type");
    return value;
  }
  static object Many(char letter, System.Type wanted, int depth) {
    int left = In.ReadInt32();
    if (wanted == typeof(object)) {
      wanted = letter == 'm' ? typeof(JudgeMap<object, object>) : typeof(JudgeList<object>);
      if (letter == 't') letter = 'a';
    }
    var kinds = wanted.IsArray ? new[] { wanted.GetElementType() } : wanted.IsGenericType ? wanted.GetGenericArguments() : new System.Type[0];
    var all = new System.Collections.ArrayList();
    for (int i = 0; i < left; i++)
      all.Add(Get(kinds.Length == 0 ? typeof(object) : letter == 'a' ? kinds[0] : kinds[i % kinds.Length], depth + 1));
    if (wanted.IsArray) {
      if (letter != 'a') throw new System.IO.IOException("another type");
      return all.ToArray(kinds[0]);
    }
    if (letter == 't') {
      if (!IsTuple(wanted) || kinds.Length != all.Count) throw new System.IO.IOException("another type");
      return System.Activator.CreateInstance(wanted, all.ToArray());
    }
    if (kinds.Length != (letter == 'a' ? 1 : 2)) throw new System.IO.IOException("another type");
    System.Type list = typeof(JudgeList<>), set = typeof(System.Collections.Generic.HashSet<>), map = typeof(JudgeMap<,>);
    foreach (System.Type usual in letter == 'm' ? new[] { map } : new[] { list, set }) {
      System.Type made = usual.MakeGenericType(kinds);
      if (!wanted.IsAssignableFrom(made)) continue;
      object found = System.Activator.CreateInstance(made);
      if (letter == 'm') for (int i = 0; i + 1 < all.Count; i += 2) ((System.Collections.IDictionary) found)[all[i]] = all[i + 1];
      else foreach (object one in all) made.GetMethod("Add").Invoke(found, new[] { one });
      return found;
    }
    throw new System.IO.IOException("another type");
  }
  internal static void Send(params object[] values) {
    var bytes = new System.IO.MemoryStream();
    var to = new System.IO.BinaryWriter(bytes);
    foreach (object one in values) Put(to, one, 0);
    bytes.WriteTo(Out);
    Out.Flush();
  }
  internal static bool Same(object a, object b) {
    if (a == null || b == null) return a == b;
    if (a is string || !(a is System.Collections.IEnumerable) || !(b is System.Collections.IEnumerable)) return a.Equals(b);
    if (a is System.Collections.IDictionary && b is System.Collections.IDictionary) {
      var one = (System.Collections.IDictionary) a;
      var other = (System.Collections.IDictionary) b;
      if (one.Count != other.Count) return false;
      foreach (object key in one.Keys) if (!other.Contains(key) || !Same(one[key], other[key])) return false;
      return true;
    }
    var left = ((System.Collections.IEnumerable) a).GetEnumerator();
    var right = ((System.Collections.IEnumerable) b).GetEnumerator();
    for (;;) {
      bool more = left.MoveNext();
      if (more != right.MoveNext()) return false;
      if (!more) return true;
      if (!Same(left.Current, right.Current)) return false;
    }
  }
}
// Tests ask a list whether it equals another: what is meant is what they hold.
class JudgeList<T> : System.Collections.Generic.List<T> {
  public override bool Equals(object other) { return other is System.Collections.Generic.IEnumerable<T> && JudgeLine.Same(this, other); }
  public override int GetHashCode() { return Count; }
}
class JudgeMap<K, V> : System.Collections.Generic.Dictionary<K, V> {
  public override bool Equals(object other) { return other is System.Collections.Generic.IDictionary<K, V> && JudgeLine.Same(this, other); }
  public override int GetHashCode() { return Count; }
}
`;

/** What a call changed in lists and arrays shows in them where it returned nothing. */
const asking = `
static class JudgeAsk {
  internal static object Ask(System.Type wanted, System.Type[] kinds, object[] given) {
    try {
      JudgeLine.Send(new object[] { given });
      if (wanted != null) return JudgeLine.Get(wanted, 0);
      for (int i = 0; i < given.Length; i++) {
        object now = JudgeLine.Get(kinds[i], 0);
        if (given[i] is System.Array) System.Array.Copy((System.Array) now, (System.Array) given[i], ((System.Array) given[i]).Length);
        else if (given[i] is System.Collections.IDictionary) {
          var all = (System.Collections.IDictionary) given[i];
          all.Clear();
          foreach (System.Collections.DictionaryEntry one in (System.Collections.IDictionary) now) all[one.Key] = one.Value;
        } else if (given[i] is System.Collections.IList) {
          var all = (System.Collections.IList) given[i];
          all.Clear();
          foreach (object one in (System.Collections.IEnumerable) now) all.Add(one);
        }
      }
      return null;
    } catch (System.Exception) {
      System.Console.Error.WriteLine("the program ended before its tests");
      System.Environment.Exit(96);
      return null;
    }
  }
}
static class Debug {
  public static void Assert(bool holds, params object[] text) {
    if (holds) return;
    System.Console.Error.WriteLine("Assertion failed");
    System.Environment.Exit(1);
  }
}
`;

/** The entry point is looked for in the program's own classes. */
const serving = (name: string): string => `
static class JudgeMain {
  static void Main() {
    var input = JudgeLine.In;
    var output = JudgeLine.Out;
    System.Console.SetOut(System.Console.Error);
    const System.Reflection.BindingFlags any = System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.DeclaredOnly;
    System.Reflection.MethodInfo found = null;
    foreach (System.Type home in typeof(JudgeMain).Assembly.GetTypes())
      foreach (System.Reflection.MethodInfo one in home.GetMethods(any))
        if (found == null && one.Name == "${name}") found = one;
    object self = found.IsStatic ? null : System.Activator.CreateInstance(found.DeclaringType);
    var wanted = found.GetParameters();
    for (;;) {
      int letter;
      try { letter = input.ReadByte(); } catch (System.IO.EndOfStreamException) { return; }
      object[] given = new object[input.ReadInt32()];
      for (int i = 0; i < given.Length; i++) given[i] = JudgeLine.Get(i < wanted.Length ? wanted[i].ParameterType : typeof(object), 0);
      object value = found.Invoke(self, given);
      if (found.ReturnType == typeof(void)) JudgeLine.Send(given);
      else JudgeLine.Send(value);
    }
  }
}
`;

const usingLine = /^[ \t]*using\s+(?:static\s+)?[\w.]+\s*;[ \t]*$/gm;

/** Directives stand first in a file, whatever is put before its classes. */
function withUsingsFirst(program: string): string {
  const usings = (program.match(usingLine) ?? []).map((one) => one.trim());
  return `${[...new Set(usings)].join("\n")}\n${program.replace(usingLine, "")}`;
}

const typeAndName = (parameter: string): readonly [string, string] => {
  const [, type = "", name = ""] =
    /^(?:(?:params|in|this)\s+)?([\s\S]*?)\s+(\w+)\s*(?:=[\s\S]*)?$/.exec(parameter) ?? [];
  return [type, name];
};

export const csharpHalves: Halves = {
  ending: endingWith(2, (word) => `System.Console.Error.Write("${word}");`),
  driver: ({ before, head, name, parameters }: Signature, tests) => {
    const modifiers = "(?:(?:public|private|protected|internal|static|unsafe)\\s+)*";
    const type = new RegExp(`^\\s*${modifiers}([\\s\\S]*?)\\s+${name}\\s*\\(`).exec(head)?.[1] ?? "object";
    const typed = parameters.map(typeAndName);
    const kinds = typed.map(([kind]) => `typeof(${kind})`).join(", ");
    const given = typed.map(([, one]) => one).join(", ");
    const asked = (wanted: string) =>
      `JudgeAsk.Ask(${wanted}, new System.Type[] { ${kinds} }, new object[] { ${given} })`;
    const body = type === "void" ? `${asked("null")};` : `return (${type}) ${asked(`typeof(${type})`)};`;
    const asserting = tests.replace(/\b(?:System\.Diagnostics\.)?(?:Debug|Trace)\.(?=Assert\b)/g, "Debug.");
    return withUsingsFirst(`${before}${head} {\n${body}\n}\n${asserting}\n${asking}${line}`);
  },
  subject: (program, name) => withUsingsFirst(`${program}\n}\n${serving(name)}${line}`),
};
