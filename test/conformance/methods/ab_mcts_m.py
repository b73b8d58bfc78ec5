"""Records what treequest 0.3.3 believes of its options in AB-MCTS-M.

    pip install "treequest[abmcts-m]==0.3.3"
    python ab_mcts_m.py package 0 9 > ab-mcts-m-package.jsonl; python ab_mcts_m.py package 100 109 >> ab-mcts-m-package.jsonl
    python ab_mcts_m.py package 9 31 >> ab-mcts-m-package.jsonl
    python ab_mcts_m.py model 0 240 > ab-mcts-m.jsonl

A case is the scores below each child of a node. The mixed model is fitted by NUTS and predicts a score for every child
and for a new one; a line has mean, standard deviation and standard error of the mean of each prediction, the new child
last, and how often each has the highest of independent draws.

`package`: treequest's own functions build the model, fit it (4 chains of 1,000) and predict. Half a minute of processor
time a case, as each is compiled anew, so for a few cases only. The chains run side by side (`vectorized`).
`model`: treequest's model, integrated by importance sampling from its priors in place of NUTS, which takes a second.
"""
import json
import logging
import sys

import numpy as np
import treequest.algos.ab_mcts_m.pymc_interface as treequest_m

logging.disable(logging.INFO)


def scores_of(case):
    """One to five children with one to six scores each, of several kinds."""
    rng = np.random.default_rng(7000 + case)
    kind = ["uniform", "groups", "low", "high", "coin"][case % 5]
    children = 1 + case % 5 if case % 7 else 1 + int(rng.integers(5))
    groups = []
    for _ in range(children):
        count = int(rng.integers(1, 7))
        centre = rng.uniform(0.1, 0.9)
        draws = {
            "uniform": lambda: rng.uniform(0, 1, count),
            "groups": lambda: np.clip(rng.normal(centre, 0.08, count), 0, 1),
            "low": lambda: np.clip(rng.normal(0.2, 0.1, count), 0, 1),
            "high": lambda: np.clip(rng.normal(0.8, 0.15, count), 0, 1),
            "coin": lambda: np.clip((rng.uniform(size=count) < centre) * 0.9 + rng.uniform(0, 0.1, count), 0, 1),
        }[kind]()
        groups.append([round(float(x), 3) for x in draws])
    return groups


def standard_error(chains):
    """Of the mean, from the means of ten batches a chain."""
    batches = chains.reshape(chains.shape[0] * 10, -1).mean(axis=1)
    return float(batches.std(ddof=1) / np.sqrt(len(batches)))


def line(case, groups, options):
    rng = np.random.default_rng(case)
    draws = np.stack([rng.choice(option.flatten(), 40_000) for option in options])
    best = np.bincount(draws.argmax(axis=0), minlength=len(options)) / draws.shape[1]
    digits = lambda values: [round(float(x), 5) for x in values]
    return {
        "case": case,
        "scores": groups,
        "mean": digits(option.mean() for option in options),
        "sd": digits(option.std() for option in options),
        "error": digits(standard_error(option) for option in options),
        "best": digits(best),
    }


def by_package(case):
    groups = scores_of(case)
    interface = treequest_m.PyMCInterface()
    seen = [
        treequest_m.Observation(reward=score, action="a", node_expand_idx=0, child_idx=child)
        for child, scores in enumerate(groups)
        for score in scores
    ]
    with interface.build_fitting_model(seen, None):
        trace = treequest_m.sample_numpyro_nuts(
            chains=4,
            chain_method="vectorized",
            random_seed=case,
            compute_convergence_checks=False,
            idata_kwargs=dict(log_likelihood=False),
            progressbar=False,
        )
    with interface.build_prediction_model(seen, None):
        predicted = treequest_m.pm.sample_posterior_predictive(
            trace, var_names=["y", "y_new"], progressbar=False, random_seed=case
        ).posterior_predictive
    options = [predicted.y.values[:, :, i] for i in range(len(groups))] + [predicted.y_new.values]
    return line(case, groups, options)


def by_model(case, drawn=400_000):
    """Draws from the priors, weighed by the likelihood; a child's own mean is integrated out, and drawn afterwards."""
    groups = scores_of(case)
    rng = np.random.default_rng(9000 + case)
    mu = rng.normal(0.5, 0.2, drawn)
    between, within = np.abs(rng.normal(0, 0.2, drawn)), np.abs(rng.normal(0, 0.3, drawn))
    log = np.zeros(drawn)
    for group in groups:
        n, mean, squares = len(group), np.mean(group), np.var(group) * len(group)
        spread = between**2 + within**2 / n
        log -= (n - 1) * np.log(within) + squares / (2 * within**2) + np.log(spread) / 2 + (mean - mu) ** 2 / (2 * spread)
    weights = np.exp(log - log.max())
    effective = weights.sum() ** 2 / (weights**2).sum()
    picked = rng.choice(drawn, 40_000, p=weights / weights.sum())
    mu, between, within = mu[picked], between[picked], within[picked]
    normal = lambda: rng.standard_normal(len(picked))
    options = []
    for group in groups:
        n = len(group)
        kept = between**2 / (between**2 + within**2 / n)
        alpha = mu + kept * (np.mean(group) - mu) + between * np.sqrt(1 - kept) * normal()
        options.append(alpha + within * normal())
    options.append(mu + between * normal() + within * normal())
    row = line(case, groups, [option[None, :] for option in options])
    row["error"] = [round(float(option.std() / np.sqrt(min(effective, len(option)))), 5) for option in options]
    return row


if __name__ == "__main__":
    by = {"package": by_package, "model": by_model}[sys.argv[1]]
    for case in range(int(sys.argv[2]), int(sys.argv[3])):
        print(json.dumps(by(case), separators=(",", ":")), flush=True)
