import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Picture, PictureStore, pictureOf, restorePicture, takePicture } from "../../src/sandbox/picture.ts";

const page = 16 * 1024;
const memoryOf = (fills: readonly number[]) => {
  const memory = new ArrayBuffer(fills.length * page);
  for (const [index, fill] of fills.entries()) new Uint8Array(memory, index * page, page).fill(fill);
  return memory;
};
const fills = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 8 });

describe("a picture of memory", () => {
  it("restores what was there, in a larger memory too, and clears the rest", () => {
    fc.assert(
      fc.property(fills, fills, fills, (before, now, more) => {
        const first = takePicture(memoryOf(before), 1, null);
        const second = takePicture(memoryOf(now), 2, first);
        const target = memoryOf([...now.map(() => 9), ...more]);
        restorePicture(second, target);
        expect(Buffer.from(target).equals(Buffer.from(memoryOf([...now, ...more.map(() => 0)])))).toBe(true);
      }),
    );
  });

  it("shares with the one before exactly the pages that are the same", () => {
    fc.assert(
      fc.property(fills, fills, (before, now) => {
        const first = takePicture(memoryOf(before), 1, null);
        const second = takePicture(memoryOf(now), 1, first);
        const changed = now.filter((fill, index) => fill !== before[index]).length;
        expect(second.ownBytes).toBe(changed * page);
        expect(second.pages.filter((part, index) => part === first.pages[index]).length).toBe(now.length - changed);
      }),
    );
  });

  it("can be the memory itself", () => {
    const memory = memoryOf([1, 2, 3]);
    const target = new ArrayBuffer(3 * page);
    restorePicture(pictureOf(memory, 5), target);
    expect(Buffer.from(target).equals(Buffer.from(memory))).toBe(true);
  });
});

describe("a store of pictures", () => {
  const picture = (ownBytes: number): Picture => ({ pages: [], bytes: 0, stackPointer: 0, ownBytes });

  it("lets go of the one unused for longest when it is too large, and never of the newest", () => {
    const store = new PictureStore(100);
    store.set("a", picture(40));
    store.set("b", picture(40));
    expect(store.get("a")).toBeDefined();
    store.set("c", picture(40));
    expect(store.get("b")).toBeUndefined();
    expect(store.get("a")).toBeDefined();
    store.set("d", picture(500));
    expect(store.get("d")).toBeDefined();
    expect(store.get("a")).toBeUndefined();
    expect(store.get("c")).toBeUndefined();
  });
});
