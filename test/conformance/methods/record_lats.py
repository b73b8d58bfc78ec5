"""Records what lapisrocks/LanguageAgentTreeSearch 853d816, `hotpot/lats.py`, expands in small synthetic worlds; lats.test.ts
replays it.

    python record_lats.py CHECKOUT > lats.jsonl

Its `lats_search` runs; the environment, the model's steps and its values are stand-ins, and two lines are made what its
paper says: `uct` does not divide the mean by the visits again, and judged values go to the children that were judged.
An end succeeds where its score is high. Recorded is where continuations were drawn, in order: `as-is` without the two
changes. Needs numpy.
"""

import random
import re
import sys
import types

from record_step_searches import World, choose, emit, stand_in


class Over(Exception):
    pass


def main(checkout):
    here = {}

    class Environment:
        def reset(self, idx):
            return "?"

        def step(self, action):
            world, path = here["world"], path_of(action)
            ended = world.ends(path)
            return "", int(ended and world.score(path) >= here["success"]), ended, {}

    def path_of(text):
        return "".join(re.findall(r"\[([a-z]*)\]", text)[-1:])

    def samples(_task, prompt, begun, count, **_):
        depth, path = begun.split()[1].strip(":"), path_of(prompt)
        here["order"].append(path)
        drawn = [path + here["world"].draw(path) for _ in range(count)]
        return [f"Thought {depth}: {each}\nAction {depth}: Step[{each}]" for each in drawn]

    stand_in("models", gpt=lambda *_, **__: None)
    stand_in("requests", exceptions=types.SimpleNamespace(Timeout=Over))
    stand_in("wikienv", WikiEnv=Environment)
    stand_in("wrappers", HotPotQAWrapper=lambda env, **_: env, LoggingWrapper=lambda env: env)
    sys.path.insert(0, f"{checkout}/hotpot")
    import lats as published
    import numpy as np

    published.logging.basicConfig = lambda **_: None
    published.get_samples = samples
    published.get_values = lambda _task, _x, prompts, *_, **__: [here["world"].score(path_of(each)) for each in prompts]
    select = published.select_node

    def select_or_stop(root):
        node = select(root)
        if node is None:
            raise Over
        return node

    published.select_node = select_or_stop

    def uct(node):
        if node.visits == 0:
            return node.value
        return node.value + np.sqrt(2 * np.log(node.parent.visits) / node.visits)

    def evaluate(node, *_):
        for child in node.children:
            child.value = 0 if child.is_terminal else here["world"].score(path_of(published.generate_prompt(child)))

    def search(world, case):
        here.update(world=World(**world), order=[], success=case["success"])
        args = types.SimpleNamespace(
            backend="", temperature=0, log="", n_generate_sample=5, n_evaluate_sample=1, prompt_sample="cot"
        )
        try:
            published.lats_search(args, None, 0, iterations=case["simulations"], to_print=False)
        except Over:
            pass
        return here["order"]

    theirs = published.Node.uct, published.evaluate_node
    emit({"original": "lapisrocks/LanguageAgentTreeSearch 853d816"})
    for seed in range(300):
        r = random.Random(seed)
        world = {"seed": seed, "branching": 26, **choose(r, depth=[3, 4, 5, 6], ends=[0.1, 0.3], levels=[0]), "distinct": True}
        case = {"world": world, **choose(r, simulations=[5, 10, 20], success=[0.9, 0.97, 0.995])}
        published.Node.uct, published.evaluate_node = theirs
        as_is = search(world, case)
        published.Node.uct, published.evaluate_node = uct, evaluate
        order = search(world, case)
        emit({**case, "order": order, "as-is": as_is == order})


if __name__ == "__main__":
    main(sys.argv[1])
