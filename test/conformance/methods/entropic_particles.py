"""Records what entropic particle filtering of its_hub does in small synthetic worlds (see record_step_searches.py).

    python entropic_particles.py PACKAGE > entropic-particles.jsonl        (its-hub 1.2.0, unpacked at PACKAGE)

`EntropicParticleFiltering` runs as it is, on uniform numbers by a hash; the model and the reward model are stand-ins.
Needs numpy.
"""

import asyncio
import random
import sys
import types

from record_step_searches import Draws, World, choose, counted, emit, stand_in

sys.path.insert(0, sys.argv[1])
import numpy as np  # noqa: E402


class Messages:
    @staticmethod
    def from_prompt_or_messages(text):
        return types.SimpleNamespace(to_prompt=lambda: text)


stand_in("its_hub.api", ChatMessages=Messages)
stand_in("its_hub.core.lms", "its_hub.core.lms.step_generation")
stand_in("its_hub", "its_hub.core", "its_hub.core.algorithms")
path = f"{sys.argv[1]}/its_hub/core/algorithms/particle_gibbs.py"
published = types.ModuleType("its_hub.core.algorithms.particle_gibbs")
sys.modules[published.__name__] = published
exec(compile(open(path).read(), path, "exec"), published.__dict__)

draws = Draws()
published.random = draws
np.random.uniform = lambda low, high: draws.random()

emit({"original": "its-hub 1.2.0"})
for seed in range(300):
    r = random.Random(seed)
    world = {"seed": seed, **choose(r, branching=[2, 4, 26], depth=[4, 6, 8], ends=[0.05, 0.15, 0.3], levels=[0])}
    case = {
        "world": world,
        **choose(r, particles=[2, 4, 8], annealing=["ess", "entropy", "base"], annealBelow=[0.5, 0.9], early=[0.5, 1]),
        **choose(r, resampling=["systematic", "multinomial"], maxSteps=[8, 12, 40]),
    }
    here, rounds = World(**world), []

    class Steps:
        max_steps = case["maxSteps"]

        async def aforward(self, _, prompts, begun, **__):
            texts = ["".join(steps) for steps in begun]
            rounds.append(counted(texts))
            letters = [here.draw(text) for text in texts]
            return [(letter, here.ends(text + letter)) for text, letter in zip(texts, letters)]

        def _post_process(self, steps, stopped):
            return "".join(steps)

    class Scores:
        async def ascore(self, _, texts):
            return [here.score(text) for text in texts]

    draws.begin(seed)
    filter_ = published.EntropicParticleFiltering(
        Steps(), Scores(), resampling_method=case["resampling"], temperature_method=case["annealing"],
        ess_threshold=case["annealBelow"], early_phase=case["early"],
    )
    result = asyncio.run(filter_.ainfer(None, "q", case["particles"], return_response_only=False))
    last = [response["content"] for response in result.responses_lst[0]]
    emit({**case, "rounds": rounds, "last": " ".join(last), "pick_is": last[result.selected_index]})
