import { endingWith, type Halves, type Signature } from "./compiled-halves.ts";

/**
 * C++ that both halves begin with: values of the types that tests use as bytes and back, by their static types, and a
 * line of texts with their length before them on standard input and output.
 */
const line = `#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>
#include <unistd.h>
namespace judge_line {
[[noreturn]] inline void gone() {
  static const char text[] = "the program ended before its tests\\n";
  if (::write(2, text, sizeof text - 1)) {}
  ::_exit(96);
}
struct Out {
  std::string bytes;
  void put(const void* from, std::size_t size) { bytes.append(static_cast<const char*>(from), size); }
  void count(std::uint64_t n) { put(&n, 8); }
};
struct In {
  std::string bytes;
  std::size_t at = 0;
  void take(void* to, std::size_t size) {
    if (bytes.size() - at < size) gone();
    std::memcpy(to, bytes.data() + at, size);
    at += size;
  }
  std::uint64_t count() {
    std::uint64_t n;
    take(&n, 8);
    if (n > bytes.size() - at) gone();
    return n;
  }
};
inline bool send(int to, const Out& out) {
  std::uint64_t size = out.bytes.size();
  std::string all(reinterpret_cast<const char*>(&size), 8);
  all += out.bytes;
  for (std::size_t at = 0; at < all.size();) {
    ssize_t done = ::write(to, all.data() + at, all.size() - at);
    if (done <= 0) return false;
    at += static_cast<std::size_t>(done);
  }
  return true;
}
inline bool read_all(int from, char* to, std::size_t size) {
  while (size > 0) {
    ssize_t done = ::read(from, to, size);
    if (done <= 0) return false;
    to += done;
    size -= static_cast<std::size_t>(done);
  }
  return true;
}
inline bool receive(int from, In& in) {
  std::uint64_t size;
  if (!read_all(from, reinterpret_cast<char*>(&size), 8) || size > (64u << 20)) return false;
  in.bytes.resize(size);
  return read_all(from, &in.bytes[0], size);
}
template <class T, class = void> struct Code {
  static_assert(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>, "a type that cannot be handed over");
  static void put(Out& out, const T& value) { out.put(&value, sizeof value); }
  static T get(In& in) { T value; in.take(&value, sizeof value); return value; }
};
template <class T> struct Code<T, std::enable_if_t<std::is_integral_v<T> || std::is_enum_v<T>>> {
  static void put(Out& out, const T& value) { std::int64_t wide = static_cast<std::int64_t>(value); out.put(&wide, 8); }
  static T get(In& in) { std::int64_t wide; in.take(&wide, 8); return static_cast<T>(wide); }
};
template <class T> struct Code<T, std::enable_if_t<std::is_floating_point_v<T>>> {
  static void put(Out& out, const T& value) { long double wide = value; out.put(&wide, sizeof wide); }
  static T get(In& in) { long double wide; in.take(&wide, sizeof wide); return static_cast<T>(wide); }
};
template <> struct Code<std::string> {
  static void put(Out& out, const std::string& value) { out.count(value.size()); out.put(value.data(), value.size()); }
  static std::string get(In& in) { std::string value(in.count(), 0); in.take(&value[0], value.size()); return value; }
};
template <class C> struct Sequence {
  using T = typename C::value_type;
  static void put(Out& out, const C& value) { out.count(value.size()); for (const auto& one : value) Code<T>::put(out, one); }
  static C get(In& in) { C value; for (auto left = in.count(); left > 0; left--) value.insert(value.end(), Code<T>::get(in)); return value; }
};
template <class T> struct Code<std::vector<T>> : Sequence<std::vector<T>> {};
template <class T> struct Code<std::list<T>> : Sequence<std::list<T>> {};
template <class T> struct Code<std::deque<T>> : Sequence<std::deque<T>> {};
template <class T> struct Code<std::set<T>> : Sequence<std::set<T>> {};
template <class T> struct Code<std::unordered_set<T>> : Sequence<std::unordered_set<T>> {};
template <class C> struct Table {
  using K = typename C::key_type;
  using V = typename C::mapped_type;
  static void put(Out& out, const C& value) {
    out.count(value.size());
    for (const auto& one : value) { Code<K>::put(out, one.first); Code<V>::put(out, one.second); }
  }
  static C get(In& in) {
    C value;
    for (auto left = in.count(); left > 0; left--) { K key = Code<K>::get(in); value.emplace(std::move(key), Code<V>::get(in)); }
    return value;
  }
};
template <class K, class V> struct Code<std::map<K, V>> : Table<std::map<K, V>> {};
template <class K, class V> struct Code<std::unordered_map<K, V>> : Table<std::unordered_map<K, V>> {};
template <class A, class B> struct Code<std::pair<A, B>> {
  static void put(Out& out, const std::pair<A, B>& value) { Code<A>::put(out, value.first); Code<B>::put(out, value.second); }
  static std::pair<A, B> get(In& in) { A first = Code<A>::get(in); return {std::move(first), Code<B>::get(in)}; }
};
template <class... T> struct Code<std::tuple<T...>> {
  static void put(Out& out, const std::tuple<T...>& value) { std::apply([&](const auto&... one) { (Code<T>::put(out, one), ...); }, value); }
  static std::tuple<T...> get(In& in) { return std::tuple<T...>{Code<T>::get(in)...}; }
};
template <class T> struct Code<std::optional<T>> {
  static void put(Out& out, const std::optional<T>& value) { Code<bool>::put(out, value.has_value()); if (value) Code<T>::put(out, *value); }
  static std::optional<T> get(In& in) { if (!Code<bool>::get(in)) return std::nullopt; return Code<T>::get(in); }
};
template <class P> constexpr bool changes = std::is_lvalue_reference_v<P> && !std::is_const_v<std::remove_reference_t<P>>;
template <class P, class G> void put_back(Out& out, const G& given) { if constexpr (changes<P>) Code<std::decay_t<P>>::put(out, given); }
template <class P, class G> void take_back(In& in, G& given) { if constexpr (changes<P>) given = Code<std::decay_t<P>>::get(in); }
}  // namespace judge_line
`;

const asking = `namespace judge_line {
template <class R, class... P, class... G> R ask(R (*)(P...), G&... given) {
  Out out;
  (Code<std::decay_t<P>>::put(out, given), ...);
  In in;
  if (!send(1, out) || !receive(0, in)) gone();
  if constexpr (std::is_void_v<R>) {
    (take_back<P>(in, given), ...);
  } else {
    std::decay_t<R> value = Code<std::decay_t<R>>::get(in);
    (take_back<P>(in, given), ...);
    return value;
  }
}
}  // namespace judge_line
`;

const serving = `namespace judge_line {
template <class R, class... P> void serve(R (*function)(P...)) {
  const int to = ::dup(1);
  ::dup2(2, 1);
  for (In in; receive(0, in); in = In()) {
    std::tuple<std::decay_t<P>...> given{Code<std::decay_t<P>>::get(in)...};
    Out out;
    const auto call = [&](auto&... one) -> R { return function(static_cast<P>(one)...); };
    if constexpr (std::is_void_v<R>) std::apply(call, given);
    else Code<std::decay_t<R>>::put(out, std::apply(call, given));
    std::apply([&](const auto&... one) { (put_back<P>(out, one), ...); }, given);
    std::fflush(stdout);
    if (!send(to, out)) ::_exit(0);
  }
  ::_exit(0);
}
}  // namespace judge_line
`;

/** A parameter's name: the last word of its declaration. */
const nameOf = (parameter: string): string =>
  /(\w+)\s*(?:\[\s*\]\s*)?$/.exec(parameter.replace(/=.*$/s, ""))?.[1] ?? "";

export const cppHalves: Halves = {
  ending: endingWith(1, (word) => `std::fputs("${word}", stderr);`),
  driver: ({ before, head, name, parameters }: Signature, tests) =>
    `${line}${asking}${before}${head} {\n  return judge_line::ask(&${[name, ...parameters.map(nameOf)].join(", ")});\n}\n${tests}`,
  subject: (program, name) => `${line}${serving}${program}\nint main() { judge_line::serve(&${name}); }\n`,
};
