/**
 * What was made once under a key. A failure is not kept, and is that of its own caller alone (whose signal it may have
 * been): whoever waited for it makes it anew.
 */
export async function remembered<Key, Value>(
  known: Map<Key, Promise<Value>>,
  key: Key,
  make: () => Promise<Value>,
): Promise<Value> {
  const forget = (one: Promise<Value>) => known.get(key) === one && known.delete(key);
  for (let found = known.get(key); found !== undefined; found = known.get(key)) {
    try {
      return await found;
    } catch {
      forget(found);
    }
  }
  const made = make();
  known.set(key, made);
  made.catch(() => forget(made));
  return await made;
}
