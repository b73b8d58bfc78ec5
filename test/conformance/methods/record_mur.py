"""Records which steps yayayacc/MUR 2d3a8f4, `guided_search-mur.py`, spends more on in small synthetic worlds; mur.test.ts
replays it.

    python record_mur.py CHECKOUT > mur.jsonl

Its `main` runs; vllm, the tokenizers and the wording of the critic are stand-ins. Recorded is the solution that it wrote,
and the steps for which it drew candidates. Needs numpy.
"""

import importlib.util
import json
import math
import os
import random
import re
import sys
import tempfile
import types

from record_step_searches import World, choose, emit, stand_in, uniform

END = " the answer is"


def likely(world, text):
    return math.log(0.2 + 0.8 * uniform(f"l/{world.seed}/{text}"))


def main(checkout):
    here = {}

    def text_of(prompt):
        """The letters of a solution so far: of a step that was replaced theirs keeps the letter alone."""
        return "".join(re.findall(r"^(?:Step\d+: )?([a-z])(?:$|\s)", prompt, flags=re.M))

    class Model:
        def __init__(self, model, **_):
            self.critic = model == "critic"

        def generate(self, prompts, params):
            if self.critic:
                return [self.judge(prompt, params) for prompt in prompts]
            world, text = here["world"], text_of(prompts)
            drawn = [world.draw(text) for _ in range(getattr(params, "n", 1))]
            return [types.SimpleNamespace(outputs=[self.step(world, text + letter) for letter in drawn])]

        def step(self, world, text):
            said = text[-1] + (END if world.ends(text) else "")
            return types.SimpleNamespace(text=said, token_ids=[0], cumulative_logprob=likely(world, text))

        def judge(self, prompt, params):
            score = here["world"].score(prompt.split("|")[0])
            yes = types.SimpleNamespace(decoded_token="Yes", logprob=math.log(score) if score > 0 else -99)
            return types.SimpleNamespace(outputs=[types.SimpleNamespace(text="", logprobs=[{0: yes}])])

    class Tokenizer:
        pad_token = eos_token = "\0"

        def apply_chat_template(self, chat, **_):
            return chat[1]["content"] if len(chat) > 1 else ""

    def critique(_, steps):
        letters = [step.split(": ")[-1][0] for step in steps]
        return {"system_prompt": "", "user_prompt": "".join(letters) + "|"}

    stand_in("vllm", LLM=Model, SamplingParams=types.SimpleNamespace)
    stand_in("transformers", AutoTokenizer=types.SimpleNamespace(from_pretrained=lambda *_, **__: Tokenizer()))
    stand_in("utils")
    stand_in("utils.generate_prompts", ciritique_last_generation=critique, ciritique_last_generation_math=critique)
    spec = importlib.util.spec_from_file_location("published", f"{checkout}/guided_search-mur.py")
    published = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(published)
    published.print = lambda *_: None

    emit({"original": "yayayacc/MUR 2d3a8f4"})
    os.chdir(tempfile.mkdtemp())
    os.makedirs("res/time")
    with open("data.json", "w") as file:
        json.dump([{"input": "?", "target": ""}], file)
    for seed in range(300):
        r = random.Random(seed)
        world = {"seed": seed, **choose(r, branching=[2, 4, 26], depth=[6, 10, 16], ends=[0.02, 0.1], levels=[0])}
        case = {"world": world, **choose(r, candidates=[2, 4], momentum=[0.5, 0.9], scaling=[0.6, 0.8, 0.9])}
        here["world"] = World(**world)
        published.main(
            types.SimpleNamespace(
                aim_gpu=0, policy="policy", critic="critic", data_path="data.json", max_steps=20, file_name="case",
                candidate_num=case["candidates"], verify_num=1, momentum_rate=case["momentum"],
                scaling_rate=case["scaling"],
            )
        )
        with open("res/case.json") as file:
            found = json.load(file)[0]
        scaled = [int(each["step_idx"]) for each in found["candidate_traj"]]
        emit({**case, "text": text_of(found["current_traj"]), "scaled": scaled})


if __name__ == "__main__":
    main(sys.argv[1])
