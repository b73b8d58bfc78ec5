/** A binary heap in an array, the first in order at 0. `before(a, b)` says whether a comes out before b. */
type Before = (a: number, b: number) => boolean;

export function push(heap: number[], node: number, before: Before): void {
  let place = heap.length;
  heap.push(node);
  while (place > 0) {
    const above = (place - 1) >> 1;
    if (!before(node, heap[above] ?? 0)) break;
    heap[place] = heap[above] ?? 0;
    place = above;
  }
  heap[place] = node;
}

/** Takes the first out; 0 from an empty heap. */
export function pop(heap: number[], before: Before): number {
  const top = heap[0] ?? 0;
  const node = heap.pop() ?? 0;
  if (heap.length === 0) return top;
  let place = 0;
  for (;;) {
    let below = 2 * place + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && before(heap[below + 1] ?? 0, heap[below] ?? 0)) below++;
    if (!before(heap[below] ?? 0, node)) break;
    heap[place] = heap[below] ?? 0;
    place = below;
  }
  heap[place] = node;
  return top;
}
