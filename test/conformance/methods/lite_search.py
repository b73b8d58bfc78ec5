"""Records what LiteSearch's published search does in small synthetic worlds (see record_step_searches.py).

    python lite_search.py CHECKOUT > lite-search.jsonl        (DeepLearnXMU/LiteSearch 08ae85e, its LiteSearch/ folder)

The tree of `search_tree.py` and the loops of `search_batch.py` and `search_incremental.py` run as they are; the model
and the value network are stand-ins, and the value of the question is 0.5.
"""

import random
import sys
import textwrap

from record_step_searches import World, choose, counted, emit

checkout = sys.argv[1]
sys.path.insert(0, checkout)
import search_tree  # noqa: E402


def loop(name):
    source = open(f"{checkout}/{name}.py").read()
    lines = source[source.index("    for i in range(start, LIMIT):") :].replace("pickle.dump", "ignore")
    return compile(textwrap.dedent(lines).replace("print(", "ignore("), name, "exec")


loops = {"batch": loop("search_batch"), "incremental": loop("search_incremental")}
helpers = open(f"{checkout}/search_batch.py").read()
helpers = helpers[helpers.index("def fix_value") : helpers.index("SEQ_STOP_TOKENS")]


class Step(str):
    """A step that knows whether it ends its path."""


emit({"original": "DeepLearnXMU/LiteSearch 08ae85e"})
for seed in range(320):
    r = random.Random(seed)
    world = {"seed": seed, "branching": 26, **choose(r, depth=[3, 4, 6, 8], ends=[0.05, 0.15, 0.3])}
    world["levels"], world["distinct"] = r.choice([0, 0, 0, 5]), seed % 4 != 0
    case = {"world": world, **choose(r, most=[3, 6, 10], expected=[0.6, 0.9], enough=[0.8, 0.99], ends=[2, 5])}
    case = {**case, **choose(r, iterations=[5, 30, 100], expansion=["batch", "batch", "incremental"])}
    here, grown = World(**world), []
    greedy = ""
    while not greedy or not here.ends(greedy):
        greedy += here.step(greedy, 0 if world["distinct"] else "greedy")
    value = here.score(greedy)
    problem = search_tree.Tree("q", None, {
        "greedy": greedy, "greedy_value": value, "max_budget": case["most"], "expected": case["expected"],
    })
    problem.init_root_node(0.5)

    def call(questions, paths, temperatures, stops):
        steps, values = [], []
        for path in paths:
            text = path.replace("\n", "")
            grown.append(text)
            step = Step(here.draw(text))
            step.ended = here.ends(text + step)
            steps.append(step)
            values.append(here.score(text + step))
        return steps, values

    scope = {
        "problems": [problem], "start": 0, "LIMIT": case["iterations"], "MIN_VALUE": case["enough"],
        "END_LEAF_NUM": case["ends"], "TEMPERATURE": 0.6, "STEP_STOP_TOKENS": [], "output_fpath": "/dev/null",
        "call": call, "assert_end": lambda step: step.ended, "ignore": lambda *_: None,
    }
    exec(helpers, scope)
    exec(loops[case["expansion"]], scope)
    leaves = ["".join(node.return_path()) for node in problem.all_nodes if node.leaf]
    best = problem.return_best_path()[0].replace("\n", "")
    emit({**case, "greedy": greedy, "grown": " ".join(text or "." for text in grown), "done": counted(leaves), "pick": best})
