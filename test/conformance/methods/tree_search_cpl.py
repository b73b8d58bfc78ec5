"""CPL of the recorded cases: `python tree_search_cpl.py CHECKOUT > cpl.jsonl` (docs/conformance.md names the
repository), and `… CHECKOUT puct > puct.jsonl` for one bound of each search: value, prior, visits of the parent, visits,
c, bound.

Their tree plays in worlds worked out of a seed; the policy, the value model and the grading are stand-ins.
"""
import json
import sys
import types

from tree_search_common import stub, u

CHECKOUT = sys.argv[1].rstrip("/")
sys.path.insert(0, f"{CHECKOUT}/mcts_plan")
stub("torch", "math_evaluation")
# Their package imports the solver, which needs a server: the tree alone is run.
package = types.ModuleType("mcts")
package.__path__ = [f"{CHECKOUT}/mcts_plan/mcts"]
sys.modules["mcts"] = package
import mcts.mcts_node as nodes
import mcts.mcts_tree as trees
import numpy as np


def run(seed, simulations, c, depth, ends):
    nodes.MCTSNode.c_puct = c
    config = types.SimpleNamespace(round=2, max_depth=depth, positive_reward=1.0, negative_reward=-1.0, step_delim="\n")
    trees.math_is_equiv = lambda answer, _: u(seed, "v", answer) >= 0.5
    trees.prompt_wrap = lambda *_, **__: ""

    def unwrap(text):
        kind, path = text[0], text[1:]
        final = path if kind == "f" else trees.DO_NOT_FOLLOW_INSTRUCTION if kind == "x" else ""
        return text, {"step_plan": "", "solution": "", "final_answer": final}

    trees.step_unwrap = unwrap
    tree = trees.MCTSTree(config, "q", "a")
    order, early = [], 0
    while len(order) < simulations:
        if not tree.should_generate_next():
            if tree.root.is_terminal:
                break
            # Theirs is over here; its selection is called again.
            early = early or simulations - len(order)
            tree.select_next_step()
            continue
        path = "".join(tree.current_node.tag.split(".")[1:])
        order.append(path)
        outputs = []
        for i in range(3 if path else 5):
            child = path + str(i)
            drawn = u(seed, "t", child)
            kind = "f" if drawn < ends else "x" if drawn < ends * 1.25 else "s"
            logprob = np.log(0.05 + 0.95 * u(seed, "p", child))
            outputs.append(types.SimpleNamespace(text=kind + child, cumulative_logprob=logprob, token_ids=[0]))
        value = 2 * u(seed, "v", path) - 1
        tree.generate_next_step(types.SimpleNamespace(value_estimate=value, outputs=outputs, prompt=""))
        tree.select_next_step()
    root = [[round(float((child.q_value() + 1) / 2), 12), child.visit_count()] for child in tree.root.children]
    return {"order": order, "root": root, "early": early}


bounds = []
bound_of = nodes.MCTSNode.puct


def watched(node):
    bound = bound_of(node)
    row = (node.q_value(), node.prior, node.parent.visit_count(), node.visit_count(), node.c_puct, bound)
    bounds.append([float(number) for number in row])
    return bound


nodes.MCTSNode.puct = watched
for seed in range(240):
    given = {
        "simulations": [16, 40, 100][seed % 3],
        "c": [1.5, 1.5, 0.5, 3.0][seed // 3 % 4],
        "depth": [6, 4, 6][seed // 12 % 3],
        "ends": [0.1, 0.25, 0.04, 0.5][seed // 36 % 4],
    }
    bounds.clear()
    case = {"seed": seed, **given, **run(seed, **given)}
    if sys.argv[2:] == ["puct"]:
        case = bounds[seed * 7919 % len(bounds)] if bounds else None
    if case is not None:
        print(json.dumps(case, separators=(",", ":")))
