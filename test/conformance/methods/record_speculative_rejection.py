"""Records what Zanette-Labs/SpeculativeRejection b51917f drops in small synthetic worlds; speculative-rejection.test.ts replays it.

    python record_speculative_rejection.py CHECKOUT > speculative-rejection.jsonl

Its `SpeculativeRejection.generate` runs; its model, reward model and clock are stand-ins. The memory is a number of
letters: `n * first` for all unfinished texts together, one letter more at least. Recorded is what grew, letter by letter,
while there was something left to drop beside the last text, which theirs drops too.
"""

import random
import sys
import types

from record_step_searches import World, choose, counted, emit, stand_in

END = "$"


class Texts(list):
    """What a tensor of padded texts is here: its last dimension is the longest length."""

    @property
    def shape(self):
        return (len(self), max(map(len, self), default=0))

    @property
    def input_ids(self):
        return self


class Base:
    def __init__(self, args):
        self.args, self.trajectories, self.finished_trajectories = args, [], []
        self.clock = types.SimpleNamespace(reset=self.nothing, start=self.nothing, stop=self.nothing)
        self.generation_tokenizer = types.SimpleNamespace(pad_token_id=0)
        self.stop_tokens, self.terminators, self.is_self_reward = [END], [], False
        self.generation_model = self.reward_model_name = self.reward_tokenizer = self.reward_model = None

    def nothing(self, *_):
        pass

    prepare_generation = post_generation = nothing


def main(checkout):
    here = {}

    def write(_model, texts, _terminators, _pad, args):
        """Letter by letter, as long as all that were unfinished at first fit the memory."""
        world, rounds, texts = here["world"], here["rounds"], Texts(texts)
        most = max(len(texts[0]) + 1, args.memory // len(texts))
        total = here["total"](len(texts))
        drops = max(1, round((1 - args.alpha) * total)) < total
        while any(not text.endswith(END) and len(text) < most for text in texts):
            open_ = [i for i, text in enumerate(texts) if not text.endswith(END) and len(text) < most]
            if drops:
                rounds.append(counted([texts[i] for i in open_]))
            for i in open_:
                texts[i] += world.draw(texts[i])
            for i in open_:
                texts[i] += END if world.ends(texts[i]) else ""
        return texts

    sys.path.insert(0, checkout)
    stand_in("torch", "engine", "engine.models", "utils", "utils.read_write_utils")
    stand_in("engine.models.llm", LLM=type("LLM", (), {}))
    stand_in("generator", Generator=Base)
    stand_in("utils.sbon_utils", get_memory_constrained_batch_size=lambda *_: here["n"])
    stand_in("utils.validation_utils", validate_alpha=lambda _: None)
    stand_in("utils.reward_utils", compute_scores=lambda _, texts, *__: [here["world"].score(text) for text in texts])
    stand_in(
        "utils.generation_utils",
        get_input_encoding=lambda texts, *_: Texts(texts),
        get_memory_constrained_generation=write,
        get_output_texts=lambda texts, *_, **__: list(texts),
        get_templated_prompt=lambda *_: "",
        unpad_output_texts=lambda texts, _: [text.split(END)[0] for text in texts],
    )
    sys.modules["utils"].__path__ = [f"{checkout}/utils"]
    import builtins
    from speculative_rejection import SpeculativeRejection

    builtins.print, say = (lambda *_, **__: None), builtins.print
    cases = []
    for seed in range(300):
        r = random.Random(seed)
        world = {"seed": seed, **choose(r, branching=[2, 4, 26], depth=[8, 16, 32], ends=[0.02, 0.05, 0.1], levels=[0, 0, 0, 5])}
        case = {"world": world, **choose(r, n=[4, 7, 16, 24], alpha=[0.25, 0.5, 0.5, 0.75], first=[1, 1, 2, 3])}
        args = types.SimpleNamespace(
            alpha=case["alpha"], llm_name="", max_tokens=10**6, max_gen_tokens=10**6, memory=case["n"] * case["first"]
        )
        search = SpeculativeRejection(args)
        here.update(
            world=World(**world), rounds=[], n=case["n"],
            total=lambda growing: growing + sum(1 for one in search.trajectories if one.finished),
        )
        search.generate("")
        cases.append({**case, "rounds": here["rounds"]})
    builtins.print = say
    emit({"original": "Zanette-Labs/SpeculativeRejection b51917f"})
    for case in cases:
        emit(case)


if __name__ == "__main__":
    main(sys.argv[1])
