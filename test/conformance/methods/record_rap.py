"""Records what maitrix-org/llm-reasoners f94e5ac, `reasoners/algorithm/mcts.py`, does with RAP's rewards in small synthetic
worlds; rap.test.ts replays it.

    python record_rap.py CHECKOUT > rap.jsonl

Its `MCTS` and `MCTSAggregation` run with the settings of RAP's `inference.py` (mean of rewards, highest of those, no
visualiser); world model and search config are stand-ins. A sub-question is a letter, an answer a dot. Needs numpy and tqdm.
"""

import importlib
import math
import random
import sys
import types
import typing

from record_step_searches import LETTERS, choose, emit, stand_in, uniform


def main(checkout):
    class Plain:
        __class_getitem__ = classmethod(lambda cls, _: cls)

    generic = {name: type(name, (Plain,), {}) for name in ("SearchAlgorithm", "WorldModel", "SearchConfig")}
    variables = {name: typing.TypeVar(name) for name in ("State", "Action", "Example")}
    stand_in("reasoners", **generic, **variables, Trace=tuple)
    stand_in("reasoners.algorithm")
    sys.modules["reasoners.algorithm"].__path__ = [f"{checkout}/reasoners/algorithm"]
    import numpy as np

    published = importlib.import_module("reasoners.algorithm.mcts")
    emit({"original": "maitrix-org/llm-reasoners f94e5ac"})
    for seed in range(300):
        r = random.Random(seed)
        case = choose(r, branching=[2, 3, 4], depth=[3, 4, 5], ends=[0.1, 0.3], alpha=[0.5, 0.3], simulations=[5, 10, 20])
        case = {"seed": seed, **case, "exploration": r.choice([0.5, 1, 2])}

        class World:
            def init_state(self):
                return ""

            def step(self, state, action):
                path = state + action
                return path + ".", {"confidence": uniform(f"c/{seed}/{path}.")}

            def is_terminal(self, state):
                deep = len(state) >= 2 * case["depth"]
                return deep or (state != "" and uniform(f"e/{seed}/{state}") < case["ends"])

        class Config:
            def get_actions(self, state):
                last = len(state) + 2 >= 2 * case["depth"]
                drawn = [uniform(f"d/{seed}/{state}/{i}") for i in range(1 if last else case["branching"])]
                return list(dict.fromkeys(LETTERS[int(each * 4)] for each in drawn))

            def fast_reward(self, state, action):
                useful = uniform(f"u/{seed}/{state + action}")
                return self.mixed(useful, 0.8), {"useful": useful}

            def reward(self, state, action, useful, confidence):
                return self.mixed(useful, confidence), {}

            def mixed(self, useful, confidence):
                return useful ** case["alpha"] * confidence ** (1 - case["alpha"])

        answer = lambda state: None if uniform(f"n/{seed}/{state}") < 0.1 else str(int(uniform(f"a/{seed}/{state}") * 4))
        search = published.MCTS(
            w_exp=case["exploration"], depth_limit=case["depth"], n_iters=case["simulations"], cum_reward=np.mean,
            calc_q=max, aggregator=published.MCTSAggregation(answer, weight_policy="edge"),
        )
        published.print = lambda *_: None
        published.trange = lambda n, **_: range(n)
        found = search(World(), Config())
        nodes = {}

        def visit(node, path):
            if node.cum_rewards:
                nodes[path] = [len(node.cum_rewards), float(f"{node.Q:.12g}")]
            for child in node.children or []:
                visit(child, f"{path}{'.' if path else ''}{child.action}")

        visit(search.root, "")
        emit({**case, "answer": found.aggregated_result, "nodes": nodes})


if __name__ == "__main__":
    main(sys.argv[1])
