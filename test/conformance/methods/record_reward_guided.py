"""Records what BaohaoLiao/RSD 933d8e5, `main_online.py`, accepts in small synthetic worlds; reward-guided.test.ts replays it.

    python record_reward_guided.py CHECKOUT > reward-guided.jsonl

Its `get_responses` runs for one prompt, without its patience; the three servers and the tokenizers are stand-ins. Recorded
is the solution, and the steps that the target model wrote. Needs tqdm.
"""

import random
import sys
import types

from record_step_searches import World, choose, emit, stand_in

SEPARATOR = "\n\n"


def main(checkout):
    here = {}

    class Client:
        """Both models, and as `embeddings` the reward model's server."""

        def __init__(self, name):
            self.name, self.completions, self.embeddings = name, self, self

        def create(self, model, prompt=None, input=None, **_):
            if input is not None:
                return [here["world"].score(text) for text in input]
            return types.SimpleNamespace(choices=[self.choice(i, one) for i, one in enumerate(prompt)])

        def choice(self, index, prompt):
            world, text = here["world"], prompt.replace(SEPARATOR, "")
            letter = world.step(text, "draft/0" if self.name == "draft" else 0)
            return types.SimpleNamespace(
                index=index, text=letter, stop_reason=None if world.ends(text + letter) else SEPARATOR
            )

    class Tokenizer:
        def encode(self, text):
            return []

    folder = "external.qwen25_math_evaluation"
    stand_in("transformers", "openai", "external", folder, f"{folder}.data_loader", f"{folder}.python_executor")
    stand_in(f"{folder}.evaluate", f"{folder}.utils", f"{folder}.parser", f"{folder}.trajectory")
    for name in (f"{folder}.parser", f"{folder}.trajectory"):
        sys.modules[name].__all__ = []
    stand_in("external.skywork_o1_prm_inference", "external.skywork_o1_prm_inference.model_utils")
    stand_in(
        "external.skywork_o1_prm_inference.model_utils.io_utils",
        prepare_input=lambda _, text, **__: (text.replace(SEPARATOR, ""), None, None),
        derive_step_rewards_vllm=lambda rewards, _: [[reward] for reward in rewards],
    )
    sys.path.insert(0, checkout)
    import main_online as published

    published.print = lambda *_: None
    emit({"original": "BaohaoLiao/RSD 933d8e5"})
    for seed in range(300):
        r = random.Random(seed)
        world = {"seed": seed, **choose(r, branching=[2, 4, 26], depth=[6, 10, 16], ends=[0.02, 0.1], levels=[0, 0, 5])}
        case = {"world": world, **choose(r, threshold=[0.3, 0.5, 0.6, 0.7])}
        here["world"] = World(**world)
        args = types.SimpleNamespace(
            draft_model_name_or_path="draft", target_model_name_or_path="target", prm_name_or_path="prm", temperature=0,
            top_p=1, max_tokens_per_call=99, step_word=SEPARATOR, prm_threshold=case["threshold"], max_steps=100,
            patience=999,
        )
        tokenizer = Tokenizer()
        outputs, _, steps, _ = published.get_responses(
            args, Client("draft"), Client("target"), Client("prm"), tokenizer, tokenizer, tokenizer, [""], [""]
        )
        replaced = [step for step, client in steps[0] if client == 2]
        emit({**case, "text": outputs[0].replace(SEPARATOR, ""), "replaced": replaced})


if __name__ == "__main__":
    main(sys.argv[1])
