"""Records what treequest 0.3.3 does in AB-MCTS-A.

    pip install treequest==0.3.3 && python ab_mcts_a.py states > ab-mcts-a-states.jsonl
    python ab_mcts_a.py shapes > ab-mcts-a-shapes.jsonl

`states`: a tree is grown by treequest to some size. A line has the tree (parent, model and score of every node, in order
of making), the posterior parameters of every arm, and how often each node was asked for next in 400 asks.

`shapes`: a tree is grown many times under one rule of scores. A line has the rule and, over all trees, mean and standard
deviation of: children of the root, depth, most children of a node, nodes of the last model.

Draws of SciPy's inverse gamma and beta are replaced by NumPy's, which have the same distributions and are 20 times faster.
"""
import json
import sys

import numpy as np
import treequest.algos.ab_mcts_a.prob_state as prob_state
from treequest.algos.ab_mcts_a.algo import ABMCTSA


class FastInverseGamma:
    @staticmethod
    def rvs(shape, scale):
        return scale / np.random.gamma(shape)


class FastBeta:
    @staticmethod
    def rvs(a, b):
        return np.random.beta(a, b)


prob_state.invgamma = FastInverseGamma
prob_state.beta = FastBeta

rules = ["constant", "uniform", "deeper-better", "deeper-worse", "groups", "coin"]


def score(rule, depth, parent_score, model, rng):
    """The score of a new node at this depth (1 below the root); test/conformance/methods/ab-mcts.ts has the same."""
    shift = 0.1 * model
    if rule == "constant":
        return 0.5
    if rule == "uniform":
        return min(1.0, rng.uniform() * 0.9 + shift)
    if rule == "deeper-better":
        return min(1.0, 0.3 + 0.12 * (depth - 1) + shift)
    if rule == "deeper-worse":
        return max(0.0, 0.7 - 0.15 * (depth - 1) + shift)
    if rule == "groups":
        base = 0.2 + 0.6 * rng.uniform() if parent_score is None else parent_score
        return min(1.0, max(0.0, base + 0.1 * (rng.uniform() - 0.5) + shift / 2))
    return 1.0 if rng.uniform() < 0.3 + 2 * shift else 0.0


def grow(case, size, rng):
    algorithm = ABMCTSA(dist_type=case["belief"], model_selection_strategy=f"multiarm_bandit_{case['choose']}")
    state = algorithm.init_tree()
    models = [f"m{i}" for i in range(case["models"])]
    made = []
    for number in range(1, size + 1):
        state, trials = algorithm.ask_batch(state, 1, models)
        trial = trials[0]
        parent = state.tree.get_node(trial.node_to_expand)
        depth, above = (1, None) if parent.expand_idx < 0 else made[parent.state - 1][3:5]
        depth = 1 if above is None else depth + 1
        model = int(trial.action[1:])
        value = round(score(case["rule"], depth, above, model, rng), 6)
        algorithm.tell(state, trial.trial_id, (number, value))
        made.append((0 if parent.expand_idx < 0 else parent.state, model, value, depth, value))
    return algorithm, state, models, made


def arms(state, belief):
    names = ["m", "kappa", "nu", "tau_square"] if belief == "gaussian" else ["a", "b"]
    out = {}
    nodes = state.tree.get_nodes()
    for node in nodes:
        here = state.thompson_states.get(node)
        if here is None or not node.children:
            continue
        number = 0 if node.expand_idx < 0 else node.state
        of = lambda arm: [round(float(arm.params[name]), 12) for name in names]
        shared = here.gen_vs_cont_probas["shared"]
        out[number] = {"gen": of(shared["GEN"]), "cont": of(shared["CONT"])}
        out[number]["children"] = {
            child.state: of(here.node_probas["shared"][i]) for i, child in enumerate(node.children)
        }
    return out


def states():
    for number in range(240):
        rng = np.random.default_rng(number)
        np.random.seed(number)
        case = {
            "case": number,
            "rule": rules[number % len(rules)],
            "belief": ["gaussian", "beta"][(number // 6) % 2],
            "models": 1 + (number // 12) % 3,
            "choose": ["thompson", "ucb"][(number // 36) % 2],
        }
        size = 2 + int(rng.integers(14))
        algorithm, state, models, made = grow(case, size, rng)
        asked = {}
        for _ in range(400):
            node, model = algorithm._get_expand_node_and_action(state, models)
            key = f"{0 if node.expand_idx < 0 else node.state}/{model[1:]}"
            asked[key] = asked.get(key, 0) + 1
        case["nodes"] = [[parent, model, value] for parent, model, value, _, _ in made]
        case["arms"] = arms(state, case["belief"])
        case["asked"] = asked
        print(json.dumps(case, separators=(",", ":")), flush=True)


def shapes(first=0, last=216):
    for number in range(first, last):
        rng = np.random.default_rng(5000 + number)
        np.random.seed(5000 + number)
        case = {
            "case": number,
            "rule": rules[number % len(rules)],
            "belief": ["gaussian", "beta"][(number // 6) % 2],
            "models": 1 + (number // 12) % 3,
            "choose": ["thompson", "ucb"][(number // 36) % 2],
            "size": [8, 16, 32][(number // 72) % 3],
        }
        runs = 300 if number == 0 else 100
        seen = []
        for _ in range(runs):
            made = grow(case, case["size"], rng)[3]
            children = np.bincount([parent for parent, *_ in made], minlength=1)
            seen.append(
                [int(children[0]), max(m[3] for m in made), int(children.max()), sum(m[1] == case["models"] - 1 for m in made)]
            )
        seen = np.array(seen, float)
        case["runs"] = runs
        case["mean"] = [round(float(x), 4) for x in seen.mean(axis=0)]
        case["sd"] = [round(float(x), 4) for x in seen.std(axis=0, ddof=1)]
        print(json.dumps(case, separators=(",", ":")), flush=True)


if __name__ == "__main__":
    {"states": states, "shapes": shapes}[sys.argv[1]](*map(int, sys.argv[2:]))
