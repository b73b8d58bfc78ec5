"""Records what DORA's published search does in small synthetic worlds (see record_step_searches.py).

    python dora.py CHECKOUT > dora.jsonl        (WangXinglin/DORA eda87c0, its scripts/ folder at CHECKOUT)

`_dora` runs as it is but for two names that it reads before they are set: the similarities of all beams and the beams
that are kept. The model, the reward model and the embedding are stand-ins; a text's embedding is four hashed numbers.
Needs numpy.
"""

import random
import sys
import types

from record_step_searches import Engine, Rewards, Sampling, World, choose, counted, emit, stand_in, uniform

checkout = sys.argv[1]
sys.path.insert(0, checkout)


class NoGradient:
    def __enter__(self):
        pass

    def __exit__(self, *_):
        pass


stand_in("vllm", SamplingParams=Sampling)
stand_in("tqdm", tqdm=lambda items, **_: items)
stand_in("torch", no_grad=NoGradient)
stand_in("requests", "datasets", "huggingface_hub", "sal.utils.hub", "sal.utils.math", "sal.models", "sal.models.reward_models")
import numpy as np  # noqa: E402
from sal.config import Config  # noqa: E402

path = f"{checkout}/sal/search/dora.py"
source = open(path).read()
late = "cos_matrix = extract_submatrix_np(all_cos_matrix, choose_indices)"
first = "active_beams = [active_beams[j] for j in range(len(active_beams)) if allocate_num[j]>0]"
assert source.count(late) == 1 and source.count(first) == 1
kept = "choose_indices = [j for j in range(len(allocate_num)) if allocate_num[j]>0]"
source = source.replace(late, "cos_matrix = extract_submatrix_np(cos_matrix, choose_indices)").replace(
    first, f"{kept}\n        {first}"
)

sys.modules["sal.search"] = package = types.ModuleType("sal.search")
package.__path__ = [f"{checkout}/sal/search"]
scope = {"__name__": "sal.search.dora", "__package__": "sal.search"}
exec(compile(source, path, "exec"), scope)


def grown(prompts, lookahead, engine, params, width, *_):
    return [
        types.SimpleNamespace(
            next_texts=[out.outputs[0].text],
            stop_reasons=["EOS" if out.outputs[0].stop_reason is None else "\n\n"],
            lookahead_texts=[""],
            completion_tokens=1,
        )
        for out in engine.generate(prompts, params)
    ]


scope["generate_k_steps"] = grown

emit({"original": "WangXinglin/DORA eda87c0"})
for seed in range(300):
    r = random.Random(seed)
    world = choose(r, branching=[2, 4, 8, 26], depth=[4, 6, 8], ends=[0.05, 0.15, 0.3])
    case = choose(r, width=[1, 4, 8, 16, 24], balance=[0.1, 0.2, 1], likeness=[0.01, 0.1, 1], aggregation=["last", "min"])
    case = {"world": {"seed": seed, **world, "levels": 0}, **case}
    here = World(**case["world"])
    engine = Engine(here)
    config = Config(
        approach="dora", n=case["width"], agg_strategy=case["aggregation"],
        rebase_temperature=case["balance"], balance_alpha=case["likeness"],
    )
    embedding = types.SimpleNamespace(
        encode=lambda text, **_: {"dense_vecs": np.array([uniform(f"m/{seed}/{text}/{k}") for k in range(4)])}
    )
    scope["_dora"](["q"], config, engine, Rewards(here), embedding)
    emit({**case, "rounds": engine.rounds, "done": counted(engine.done)})
