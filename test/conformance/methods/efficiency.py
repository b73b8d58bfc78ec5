"""Records what the authors' functions for the efficiency of programs make of drawn numbers.

    python efficiency.py EVALPLUS ENAMEL COFFE > efficiency.jsonl

The three are checkouts of evalplus/evalplus 26d6d00, q-rz/enamel b97da79 and JohnnyPeng18/Coffe 7979acb. Their functions
run as they are, taken out of their files by name; `profile` of EvalPerf is answered from a table. Needs numpy.
"""

import ast
import itertools
import json
import math
import os
import random
import sys
import tempfile
from statistics import mean
from typing import Dict, Optional, Tuple

import numpy as np

evalplus, enamel, coffe = sys.argv[1:]


def source(checkout, path):
    with open(os.path.join(checkout, path), encoding="utf-8") as file:
        return file.read()


def take(text, names, scope, within=None):
    body = ast.parse(text).body
    if within:
        body = next(one for one in body if isinstance(one, ast.ClassDef) and one.name == within).body
    for one in body:
        if isinstance(one, (ast.FunctionDef, ast.ClassDef)) and one.name in names:
            exec(compile(ast.Module([one], []), "authors", "exec"), scope)
    return scope


def emit(**case):
    print(json.dumps(case))


class Quiet:
    def print(self, *_, **__):
        pass


draw = random.Random(20261129)
clustering = {"np": np, "math": math, "PREF_CURATE_MIN_INSTRUCTION": 10000}
take(source(evalplus, "evalplus/perf/select_pe_tasks.py"), {"thresh_fn", "adaptive_seg1d"}, clustering)
profiling = source(evalplus, "evalplus/evalperf.py")


def scored(references, scores, samples):
    """EvalPerf's scores of samples: a cost, None (fails when profiled), or "wrong"."""
    costs = {f"r{i}": cost for i, cost in enumerate(references)}
    costs.update((f"s{i}", cost) for i, cost in enumerate(samples))
    quiet = lambda *_, **__: None
    scope = {"rich": Quiet(), "time": __import__("time"), "mean": mean, "PERF_EVAL_TIMEOUT_SECOND": 1, "print": quiet,
             "Syntax": quiet, "table_print": quiet, "Dict": Dict, "Optional": Optional, "Tuple": Tuple,
             "profile": lambda code, *_, **__: ["error"] if costs[code] is None else [costs[code]]}
    take(profiling, {"perf_worker", "not_none"}, scope)
    take(source(evalplus, "evalplus/perf/profile.py"), {"are_profiles_broken"}, scope)
    task = {"reference": [f"r{i}" for i in range(len(references))], "entry_point": "f", "pe_input": [[1]], "scores": scores}
    results = [{"solution": f"s{i}", "pass": cost != "wrong", "profiled": False, "dps": None, "dps_norm": None}
               for i, cost in enumerate(samples)]
    found = {"results": results, "ref": [{} for _ in references], "pass@1": 100.0}
    out = scope["perf_worker"]("HumanEval/0", task, found, True, 1000)
    return {"of": [[one["dps"], one["dps_norm"]] for one in out["results"]], "dps": out["dps"], "norm": out["dps_norm"]}


for n in (1, 2, 3, 5, 8, 12, 20, 40, 60, 100):
    for kind in range(4):
        base = 10 ** draw.uniform(3.5, 8)
        costs = [[base * draw.uniform(0.98, 1.02) * draw.choice([1, 1, 3, 10, 0.1]) for _ in range(n)],
                 [base * 2 ** draw.uniform(-4, 4) for _ in range(n)],
                 [base * draw.choice([1, 1.5, 2.5]) for _ in range(n)],
                 [base * (1 + 0.08 * i) for i in range(n)]][kind]
        costs = [float(round(cost)) + 1 for cost in costs]
        segments = clustering["adaptive_seg1d"](np.array(costs), 0.1) if n > 1 else [np.array(costs)]
        scores = [100 * share / n for share in itertools.accumulate(len(one) for one in segments)]
        slowest = [float(one[0]) for one in segments]
        samples = [draw.choice(["wrong", None]) if draw.random() < 0.2 else
                   float(round(draw.choice(costs) * draw.choice([1, 1, draw.uniform(0.3, 3)]))) for _ in range(7)]
        if any(one != "wrong" for one in samples):
            emit(kind="evalperf", costs=costs, sizes=[len(one) for one in segments], slowest=slowest, scores=scores,
                 samples=samples, **scored(slowest, scores, samples))

estimators = take(source(enamel, "enam/evaluate.py"), {"calc_eff_at_k", "calc_eff"}, {"np": np})
for n in (1, 2, 3, 7, 20, 100, 200):
    scores = [0.0 if draw.random() < 0.3 else draw.uniform(0, 1.9) for _ in range(n)]
    for k in sorted({1, 2, 5, n // 2, n} & set(range(1, n + 1))):
        emit(kind="eff@k", e=scores, k=k, value=float(estimators["calc_eff_at_k"](np.array(scores), k)))
for _ in range(40):
    hardness = draw.choice([[0, 3, 3, 4], [1, 1], [0, 1, 2], [3, 3, 4]])
    references = [10 ** draw.uniform(1, 4) for _ in hardness]
    limit = 2 * max(one for one, weight in zip(references, hardness) if weight)
    cut = draw.choice([None, None, None, *range(len(hardness))])
    times = [None if cut is not None and i >= cut else one * draw.uniform(0.2, 3) for i, one in enumerate(references)]
    done = [estimators["calc_eff"](elapsed=time, ref=one, timeout=limit) for time, one in zip(times, references) if time]
    effs = [0.0] * len(hardness) if cut == 0 else done + [0.0] * (len(hardness) - len(done))
    emit(kind="levels", hardness=hardness, reference=references, time=times,
         value=float(np.average(effs, weights=np.array(hardness))))

made = {"np": np, "itertools": itertools, "json": json, "colored": lambda *_: "", "INF": 9999999}
take(source(coffe, "coffe/evaluator.py"), {"pass_at_k", "cal"}, made, within="Metrics")
metrics = type("Metrics", (), {name: made[name] for name in ("pass_at_k", "cal")})()
for _ in range(12):
    index, counts, problems = {}, {}, []
    for place in range(draw.randint(2, 15)):
        reference = [draw.randint(1000, 5000) for _ in range(3)]
        cost = [max(1, int(one * draw.choice([0.5, 0.9, 1.0, 1.2, 3]))) for one in reference] if draw.random() < 0.7 else None
        index[f"p{place}"] = ["ground", "m"] if cost else ["ground"]
        counts[f"p{place}"] = [reference, cost] if cost else [reference]
        problems.append({"reference": reference, "cost": cost})
    with tempfile.TemporaryDirectory() as folder:
        files = [os.path.join(folder, name) for name in ("index.json", "counts.json")]
        for path, data in zip(files, (index, {"instr_count": counts})):
            with open(path, "w", encoding="utf-8") as file:
                json.dump(data, file)
        found = metrics.cal("efficient_at_1", ",".join(files), "instr_count")
    if "m" in found:
        emit(kind="efficient@1", problems=problems, value=found["m"])
for n in (1, 5, 20, 100):
    for c in sorted({0, 1, n // 2, n}):
        for k in sorted({1, 3, n} & set(range(1, n + 1))):
            emit(kind="efficient@k", n=n, c=c, k=k, value=float(metrics.pass_at_k(n, [c], k)[0]))
