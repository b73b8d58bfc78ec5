"""Records what treequest 0.3.3 believes of its options in AB-MCTS-M.

    pip install "treequest[abmcts-m]==0.3.3"
    python ab_mcts_m.py package 0 12 > ab-mcts-m-package.jsonl
    python ab_mcts_m.py model 0 240 > ab-mcts-m.jsonl

A case is the scores below each child of a node. The mixed model is fitted by NUTS and predicts a score for every child
and for a new one; a line has mean, standard deviation and standard error of the mean of each prediction, the new child
last, and how often each has the highest of independent draws.

`package`: treequest's own functions build the model, fit it (4 chains of 1,000) and predict. Half a minute of processor
time a case, as each is compiled anew, so for a few cases only. The chains run side by side (`vectorized`).
`model`: treequest's model under the sampler that it uses (numpyro's NUTS, 4 chains of 2,000), compiled once.
"""
import json
import logging
import sys

import jax
import numpy as np
import numpyro
import numpyro.distributions as dist
import treequest.algos.ab_mcts_m.pymc_interface as treequest_m
from numpyro.infer import MCMC, NUTS

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


def mixed_model(scores, known):
    """treequest's model for five children with six scores each, of which some are not known."""
    mu = numpyro.sample("mu", dist.Normal(0.5, 0.2))
    between = numpyro.sample("between", dist.HalfNormal(0.2))
    within = numpyro.sample("within", dist.HalfNormal(0.3))
    z = numpyro.sample("z", dist.Normal(0, 1).expand([5]).to_event(1))
    alpha = mu + z * between
    with numpyro.handlers.mask(mask=known):
        numpyro.sample("y", dist.Normal(alpha[:, None], within), obs=scores)


def by_model(first, last):
    sampler = MCMC(
        NUTS(mixed_model),
        num_warmup=800,
        num_samples=2000,
        num_chains=4,
        chain_method="vectorized",
        progress_bar=False,
        jit_model_args=True,
    )
    for case in range(first, last):
        groups = scores_of(case)
        scores, known = np.zeros((5, 6)), np.zeros((5, 6), bool)
        for j, group in enumerate(groups):
            scores[j, : len(group)], known[j, : len(group)] = group, True
        sampler.run(jax.random.PRNGKey(case), scores, known)
        found = {name: np.asarray(values) for name, values in sampler.get_samples(group_by_chain=True).items()}
        rng = np.random.default_rng(9000 + case)
        mu, z, between, within = found["mu"], found["z"], found["between"], found["within"]
        noise = lambda: within * rng.standard_normal(mu.shape)
        options = [mu + z[:, :, j] * between + noise() for j in range(len(groups))]
        options.append(mu + between * rng.standard_normal(mu.shape) + noise())
        yield line(case, groups, options)


if __name__ == "__main__":
    first, last = int(sys.argv[2]), int(sys.argv[3])
    rows = by_model(first, last) if sys.argv[1] == "model" else map(by_package, range(first, last))
    for row in rows:
        print(json.dumps(row, separators=(",", ":")), flush=True)
