/**
 * Freezes plain objects and lists, and all inside them; other objects (a tool, a trajectory) stay as they are. What was
 * frozen before is not looked at again.
 */
export function frozen<T>(value: T): T {
  const waiting = isPlain(value) ? [value as object] : [];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (Object.isFrozen(one)) continue;
    Object.freeze(one);
    for (const inner of Object.values(one)) if (isPlain(inner)) waiting.push(inner);
  }
  return value;
}

/** The same of a copy: the caller's own objects stay as they are. */
export function frozenCopy<T>(value: T): T {
  return frozen(copied(value) as T);
}

function copied(value: unknown): unknown {
  if (!isPlain(value)) return value;
  if (Array.isArray(value)) return value.map(copied);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copied(inner)]));
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
