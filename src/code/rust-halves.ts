import { endingWith, type Halves, type Signature } from "./compiled-halves.ts";

/** Rust that both halves hold: values of the types that tests use as bytes and back, by their static types. */
const line = `
#[allow(dead_code)]
mod judge_line {
    use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
    use std::hash::Hash;
    use std::io::{Read, Write};
    extern "C" {
        fn dup(from: i32) -> i32;
        fn dup2(from: i32, to: i32) -> i32;
        fn write(to: i32, from: *const u8, size: usize) -> isize;
    }
    pub fn gone() -> ! {
        let _ = std::io::stderr().write_all(b"the program ended before its tests\\n");
        std::process::exit(96)
    }
    pub struct In { bytes: Vec<u8>, at: usize }
    impl In {
        fn take(&mut self, size: usize) -> &[u8] {
            if self.bytes.len() - self.at < size { gone(); }
            self.at += size;
            &self.bytes[self.at - size..self.at]
        }
        fn count(&mut self) -> usize {
            let n = u64::get(self) as usize;
            if n > self.bytes.len() - self.at { gone(); }
            n
        }
    }
    pub trait Code: Sized {
        fn put(&self, out: &mut Vec<u8>);
        fn get(from: &mut In) -> Self;
    }
    macro_rules! numbers { ($($kind:ty),*) => { $(impl Code for $kind {
        fn put(&self, out: &mut Vec<u8>) { out.extend_from_slice(&self.to_le_bytes()); }
        fn get(from: &mut In) -> Self {
            let mut all = [0u8; std::mem::size_of::<$kind>()];
            all.copy_from_slice(from.take(std::mem::size_of::<$kind>()));
            <$kind>::from_le_bytes(all)
        }
    })* } }
    numbers!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64);
    impl Code for bool {
        fn put(&self, out: &mut Vec<u8>) { out.push(*self as u8); }
        fn get(from: &mut In) -> Self { from.take(1)[0] != 0 }
    }
    impl Code for () {
        fn put(&self, out: &mut Vec<u8>) { out.push(0); }
        fn get(from: &mut In) -> Self { from.take(1); }
    }
    impl Code for char {
        fn put(&self, out: &mut Vec<u8>) { (*self as u32).put(out); }
        fn get(from: &mut In) -> Self { char::from_u32(u32::get(from)).unwrap_or_else(|| gone()) }
    }
    impl Code for String {
        fn put(&self, out: &mut Vec<u8>) { (self.len() as u64).put(out); out.extend_from_slice(self.as_bytes()); }
        fn get(from: &mut In) -> Self { let n = from.count(); String::from_utf8_lossy(from.take(n)).into_owned() }
    }
    impl<T: Code> Code for Option<T> {
        fn put(&self, out: &mut Vec<u8>) { self.is_some().put(out); if let Some(one) = self { one.put(out); } }
        fn get(from: &mut In) -> Self { if bool::get(from) { Some(T::get(from)) } else { None } }
    }
    macro_rules! lists { ($($kind:ident: $($more:path),*;)*) => { $(impl<T: Code $(+ $more)*> Code for $kind<T> {
        fn put(&self, out: &mut Vec<u8>) { (self.len() as u64).put(out); for one in self { one.put(out); } }
        fn get(from: &mut In) -> Self { let n = from.count(); (0..n).map(|_| T::get(from)).collect() }
    })* } }
    lists! { Vec: Clone; VecDeque: Clone; HashSet: Eq, Hash; BTreeSet: Ord; }
    macro_rules! tables { ($($kind:ident: $($more:path),*;)*) => { $(impl<K: Code $(+ $more)*, V: Code> Code for $kind<K, V> {
        fn put(&self, out: &mut Vec<u8>) { (self.len() as u64).put(out); for (key, value) in self { key.put(out); value.put(out); } }
        fn get(from: &mut In) -> Self { let n = from.count(); (0..n).map(|_| (K::get(from), V::get(from))).collect() }
    })* } }
    tables! { HashMap: Eq, Hash; BTreeMap: Ord; }
    macro_rules! tuples { ($(($($kind:ident $at:tt),*))*) => { $(impl<$($kind: Code),*> Code for ($($kind,)*) {
        fn put(&self, out: &mut Vec<u8>) { $(self.$at.put(out);)* }
        fn get(from: &mut In) -> Self { ($($kind::get(from),)*) }
    })* } }
    tuples! { (A 0) (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) (A 0, B 1, C 2, D 3, E 4) }

    fn send(to: i32, body: &[u8]) -> bool {
        let mut all = (body.len() as u64).to_le_bytes().to_vec();
        all.extend_from_slice(body);
        let mut at = 0;
        while at < all.len() {
            let done = unsafe { write(to, all[at..].as_ptr(), all.len() - at) };
            if done <= 0 { return false; }
            at += done as usize;
        }
        true
    }
    fn receive() -> Option<In> {
        let mut size = [0u8; 8];
        std::io::stdin().read_exact(&mut size).ok()?;
        let size = u64::from_le_bytes(size);
        if size > 64 << 20 { return None; }
        let mut bytes = vec![0u8; size as usize];
        std::io::stdin().read_exact(&mut bytes).ok()?;
        Some(In { bytes, at: 0 })
    }
    pub fn ask<R: Code>(out: Vec<u8>) -> R {
        if !send(1, &out) { gone(); }
        match receive() { Some(mut from) => R::get(&mut from), None => gone() }
    }
    pub fn serve(reply: fn(&mut In, &mut Vec<u8>)) {
        let to = unsafe { dup(1) };
        unsafe { dup2(2, 1); }
        while let Some(mut from) = receive() {
            let mut out = Vec::new();
            reply(&mut from, &mut out);
            if !send(to, &out) { return; }
        }
    }
}
`;

const nameOf = (parameter: string): string => /^(?:mut\s+)?(\w+)\s*:/.exec(parameter)?.[1] ?? "";

export const rustHalves: Halves = {
  ending: endingWith(1, (word) => `eprint!("${word}");`),
  driver: ({ before, head, parameters }: Signature, tests) => {
    const put = parameters.map((one) => `judge_line::Code::put(&${nameOf(one)}, &mut judge_out); `).join("");
    return `${before}${head} {\n    let mut judge_out: Vec<u8> = Vec::new();\n    ${put}judge_line::ask(judge_out)\n}\n${tests}${line}`;
  },
  subject: (program, name, { parameters }) => {
    const given = parameters.map((_, i) => `given${i}`);
    const get = given.map((one) => `let ${one} = judge_line::Code::get(judge_in); `).join("");
    const reply = `${get}judge_line::Code::put(&${name}(${given.join(", ")}), judge_out);`;
    return `${program}\nfn main() {\n    judge_line::serve(|judge_in, judge_out| { ${reply} });\n}\n${line}`;
  },
};
