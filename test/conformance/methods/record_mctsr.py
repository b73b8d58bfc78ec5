"""Records which answers trotsky1997/MathBlackBox 7768f9d, `run_with_earlystopping.py`, refines in synthetic worlds; mctsr.test.ts
replays it.

    python record_mctsr.py CHECKOUT > mctsr.jsonl

Its `main_loop` runs without its look at the reference answer; the model is a stand-in. An answer is named by its way: "a" is
the first, "b" the one that says nothing, "a.0" the first refinement of "a". Needs numpy, tqdm.
"""

import os
import random
import re
import sys
import tempfile
from unittest.mock import MagicMock

from record_step_searches import choose, emit, stand_in, uniform


def main(checkout):
    here = {}

    def generate(query, history=(), **_):
        if "Output a score" in query:
            answer = re.search(r"Answer:(.*?)\nAnalyze", query).group(1)
            answer = answer if answer.startswith("a") or answer.startswith("b") else "b"
            visit = here["visits"][answer] = here["visits"].get(answer, -1) + 1
            reward = round(uniform(f"m/{here['seed']}/{answer}/{visit}") * 200 - 100, 3)
            return f"[Score] {reward}", None
        if "[reasoning process]" in query and not history:
            text = "a"
        elif "refine" in query:
            parent = here["parent"]
            child = here["children"][parent] = here["children"].get(parent, -1) + 1
            text = f"{parent}.{child}"
        else:
            here["parent"], text = history[-1], "criticism"
            here["order"].append(history[-1])
        return text, [*history, query, text]

    stand_in("datasets", load_dataset=lambda *_, **__: MagicMock())
    stand_in("openai", OpenAI=object)
    stand_in("retry", retry=lambda: lambda f: f)
    sys.argv = ["", "model", "gsm8k-mcts"]
    sys.path.insert(0, checkout)
    os.chdir(tempfile.mkdtemp())
    import run_with_earlystopping as published

    published.generate = generate
    published.check = lambda *_: False
    published.extract_label = lambda *_: ""
    published.random = MagicMock(choice=lambda _: "b")
    published.print = lambda *_: None
    emit({"original": "trotsky1997/MathBlackBox 7768f9d"})
    for seed in range(300):
        here.update(seed=seed, visits={}, children={}, order=[])
        case = {"seed": seed, **choose(random.Random(seed), simulations=[4, 8, 16, 32])}
        _, _, _, rewards, *_, bounds = published.main_loop("?", "", max_iter=case["simulations"])
        bounds = {answer: float(f"{bound:.12g}") for answer, bound in bounds.items()}
        emit({**case, "order": here["order"], "visits": {each: len(all) for each, all in rewards.items()}, "bounds": bounds})


if __name__ == "__main__":
    main(sys.argv[1])
