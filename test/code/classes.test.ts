import { afterAll, describe, expect, it } from "vitest";
import { judgeAnswer } from "../../src/code/judge.ts";
import { createSandbox } from "../../src/sandbox/index.ts";

const sandbox = createSandbox("wasi", { workers: 1 });
afterAll(() => sandbox.dispose());

const shelf = `
class Shelf:
    def __init__(self):
        self._books, self.places, self.when = [], {}, None
    def __contains__(self, title):
        return title in self._books
    def add(self, title):
        self._books.append(self._clean(title))
    def count(self):
        return len(self._books) + sum(len(one["books"]) for one in self.places.values())
    def called(self, text):
        return self.when(text)
    @staticmethod
    def _clean(title):
        return title.strip()
`;

const judge = (answer: string, program: string, form = "class") =>
  judgeAnswer(sandbox, { answer, prefix: "", program, entryPoint: "Shelf", form });

describe("classes of an answer", () => {
  it("are searched, keep what tests change in them, and take methods of the library", async () => {
    const program = `import datetime
shelf = Shelf()
shelf.add(" Emma ")
assert "Emma" in shelf and "Dune" not in shelf
assert Shelf._clean(" a ") == "a"
shelf._books.append("Dune")
shelf.places["left"] = {"books": ["Ulysses"]}
assert shelf.count() == 3
shelf.places["left"]["books"].append("Emma")
assert shelf.count() == 4
assert shelf.places == {"left": {"books": ["Ulysses", "Emma"]}}
shelf.when = datetime.date.fromisoformat
assert shelf.called("2024-01-02") == datetime.date(2024, 1, 2)
shelf.when = str.upper
assert shelf.called("a") == "A"
`;
    expect(await judge(shelf, program)).toMatchObject({ verdict: "accepted", tests: "PPPPPPP" });
    const deaf = shelf.replace("self._books.append(self._clean(title))", "pass");
    expect(await judge(deaf, program)).toMatchObject({ verdict: "wrong-answer", tests: "FPFFPPP" });
  });

  it("show in what tests hold of them what later calls do to it", async () => {
    const program = `shelf = Shelf()
books = shelf._books
shelf.add("Emma")
assert books == ["Emma"]
assert shelf._books is books
books.append("Dune")
assert shelf.count() == 2 and books == ["Emma", "Dune"]
shelf.clear()
shelf.add("Ulysses")
assert books == ["Emma", "Dune"] and shelf._books == ["Ulysses"]
`;
    const clearing = `${shelf}\n    def clear(self):\n        self._books = []\n`;
    expect(await judge(clearing, program)).toMatchObject({ verdict: "accepted", tests: "PPPP" });
    const emptying = `${shelf}\n    def clear(self):\n        self._books.clear()\n`;
    expect(await judge(emptying, program)).toMatchObject({ verdict: "wrong-answer", tests: "PPPF" });
  });

  it("call mocks that tests put into them, which note what was called", async () => {
    const program = `from unittest.mock import MagicMock
shelf = Shelf()
shelf._clean = MagicMock(return_value="Emma")
shelf.when = MagicMock()
shelf.add("x")
assert shelf.count() == 1
shelf._clean.assert_called_once_with("x")
assert shelf._clean.call_count == 1
shelf.when.assert_not_called()
shelf.called([1, 2])
assert shelf.when.call_args.args == ([1, 2],)
`;
    expect(await judge(shelf, program)).toMatchObject({ verdict: "accepted", tests: "PPP" });
    const deaf = shelf.replace("self._books.append(self._clean(title))", 'self._books.append("Emma")');
    expect(await judge(deaf, program)).toMatchObject({ verdict: "wrong-answer" });
    const other = shelf.replace("self._clean(title)", "self._clean(1)");
    expect((await judge(other, program)).verdict).not.toBe("accepted");
  });

  it("gain nothing by what tests change", async () => {
    const program = `shelf = Shelf()
shelf.places["a"] = 1
assert shelf.places == {"a": 1}
`;
    const copies = "class Shelf:\n    @property\n    def places(self):\n        return {}\n";
    expect(await judge(copies, program)).toMatchObject({ verdict: "wrong-answer" });
    const raising = "class Shelf:\n    places = property(lambda self: {}, lambda self, now: 1 / 0)\n";
    expect(await judge(raising, program)).toMatchObject({ verdict: "wrong-answer" });
  });

  it("are not searched where a function is asked for", async () => {
    const all = "class Shelf:\n    def __init__(self, *given): pass\n    def __contains__(self, one): return True\n";
    expect(await judge(all, "assert 3 in Shelf([1])\n", "function")).toMatchObject({ verdict: "runtime-error" });
    expect(await judge(all, "assert 3 in Shelf([1])[0]\n")).toMatchObject({ verdict: "runtime-error" });
    const other = `${all.replace("class Shelf", "class All")}\ndef Shelf(*given): return All()\n`;
    expect(await judge(other, "assert 3 in Shelf([1])\n")).toMatchObject({ verdict: "runtime-error" });
  });
});
