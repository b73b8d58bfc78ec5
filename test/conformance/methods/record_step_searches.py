"""Records what the published step-level searches do in small synthetic worlds; step-searches.test.ts replays it against ours.

    python record_step_searches.py METHOD CHECKOUT > METHOD.jsonl

METHOD is one of the functions at the end, CHECKOUT a checkout of the original at the commit that `originals` names. The
originals' own search and selection code runs; what they import to reach models (vllm, sglang, torch, openai, datasets …)
is replaced by stand-ins that answer from the world. Needs numpy and pydantic. The same command gives the same bytes;
numpy's vectorised sorts are switched off, as their order of equal elements depends on the processor.

A world is a function of a key (world.ts is its twin): the i-th continuation drawn from a text is a letter, a text may be
an end, and every text has a score, all uniform by a 32-bit hash. Steps are single letters, so a text is its own path.
"""

import importlib.metadata
import json
import math
import os
import random
import sys
import tempfile
import types
from fractions import Fraction

os.environ["NPY_DISABLE_CPU_FEATURES"] = "X86_V3 X86_V4"

originals = {
    "beam-search": "huggingface/search-and-learn 6f81cac",
    "value-beam": "FreedomIntelligence/OVM e0a68c2",
    "lookahead": "huggingface/search-and-learn 6f81cac, its beam search scoring the ends of lookaheads as its DVTS does",
    "dvts": "huggingface/search-and-learn 6f81cac",
    "rebase": "thu-wyz/rebase 5da162e",
    "best-first": "SakanaAI/treequest e6865b7",
    "tree-of-thoughts": "princeton-nlp/tree-of-thought-llm ab40034",
    "particle-filter": "Red-Hat-AI-Innovation-Team/its_hub e4d00d1",
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def uniform(key):
    h = 0x811C9DC5
    for unit in key.encode():
        h = ((h ^ unit) * 0x01000193) & 0xFFFFFFFF
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return (h ^ (h >> 16)) / 4294967296


class World:
    """
    `branching` letters, texts of `depth` letters at most, ends before with chance `ends`, scores in `levels` levels
    (0: continuous); with `distinct` no continuation of a text comes twice.
    """

    def __init__(self, seed, branching, depth, ends, levels, distinct=False):
        self.seed, self.branching, self.depth, self.end_chance, self.levels = seed, branching, depth, ends, levels
        self.drawn, self.distinct = {}, distinct

    def step(self, text, index):
        if self.distinct:
            return LETTERS[(int(uniform(f"d/{self.seed}/{text}") * self.branching) + index) % self.branching]
        return LETTERS[int(uniform(f"d/{self.seed}/{text}/{index}") * self.branching)]

    def draw(self, text):
        index = self.drawn.get(text, 0)
        self.drawn[text] = index + 1
        return self.step(text, index)

    def ends(self, text):
        return len(text) >= self.depth or uniform(f"e/{self.seed}/{text}") < self.end_chance

    def score(self, text):
        u = uniform(f"s/{self.seed}/{text}")
        return math.floor(u * self.levels) / self.levels if self.levels else u

    def step_scores(self, text):
        return [self.score(text[: k + 1]) for k in range(len(text))]


class Anything(types.ModuleType):
    """A module that has whatever is asked for."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def stand_in(*names, **attributes):
    for name in names:
        module = Anything(name)
        for key, value in attributes.items():
            setattr(module, key, value)
        sys.modules[name] = module


def choose(random_, **options):
    return {name: random_.choice(values) for name, values in options.items()}


def counted(texts):
    """Texts with how often each stands there, in order of first appearance: "ab2 c1"."""
    counts = {}
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    return " ".join(f"{text or '.'}{count}" for text, count in counts.items())


def emit(case):
    print(json.dumps(case, separators=(",", ":")))


# search-and-learn


class Engine:
    """What vllm's LLM is to search-and-learn."""

    def __init__(self, world):
        self.world, self.rounds, self.done = world, [], []

    def get_tokenizer(self):
        return self

    def apply_chat_template(self, convs, **_):
        return [conv[2]["content"] if len(conv) > 2 else "" for conv in convs]

    def generate(self, prompts, params, use_tqdm=False):
        if params.temperature > 0:
            self.rounds.append(counted(prompts))
        outputs = []
        for prompt in prompts:
            letter = self.world.draw(prompt) if params.temperature > 0 else self.world.step(prompt, "greedy")
            text = prompt + letter
            ended = self.world.ends(text)
            if ended and params.temperature > 0:
                self.done.append(text)
            one = types.SimpleNamespace(text=letter, stop_reason=None if ended else "\n\n")
            outputs.append(types.SimpleNamespace(outputs=[one]))
        return outputs


class Rewards:
    def __init__(self, world):
        self.world = world

    def score(self, _, completions):
        return [[self.world.step_scores(text) for text in texts] for texts in completions]


class Sampling:
    def __init__(self, temperature, **_):
        self.temperature = temperature


def search_and_learn(checkout):
    sys.path.insert(0, f"{checkout}/src")
    stand_in("vllm", SamplingParams=Sampling)
    stand_in("tqdm", tqdm=lambda items, **_: items)
    stand_in("datasets", "huggingface_hub", "sal.utils.hub", "sal.utils.math", "sal.models", "sal.models.reward_models")


def sal_cases(seeds, lookaheads, **more):
    for seed in seeds:
        r = random.Random(seed)
        world = choose(r, branching=[2, 4, 8, 26], depth=[4, 6, 8], ends=[0.05, 0.15, 0.3])
        given = choose(r, width=[1, 2, 3, 4], m=[2, 3, 4], aggregation=["last", "min", "prod"], lookahead=lookaheads, **more)
        yield {"world": {"seed": seed, **world, "levels": 0}, **given}


def beams(checkout, patch, lookaheads):
    search_and_learn(checkout)
    from sal.config import Config

    path = f"{checkout}/src/sal/search/beam_search.py"
    scope = {"__name__": "sal.search.beam_search", "__package__": "sal.search"}
    exec(compile(patch(open(path).read()), path, "exec"), scope)
    for case in sal_cases(range(300), lookaheads, duplicates=["one", "each"], sort=[True, False]):
        world = World(**case["world"])
        engine = Engine(world)
        config = Config(
            approach="beam_search", search_batch_size=1, n=case["width"] * case["m"], beam_width=case["m"],
            agg_strategy=case["aggregation"], lookahead=case["lookahead"],
            filter_duplicates=case["duplicates"] == "one", sort_completed=case["sort"],
        )
        result = scope["beam_search"]({"problem": ["q"]}, config, engine, Rewards(world))
        emit({**case, "rounds": engine.rounds, "done": counted(engine.done), "pick": result["pred"][0]})


def beam_search(checkout):
    beams(checkout, lambda source: source, [0])


def lookahead(checkout):
    scored = "completions.append([beam.current_text])"
    ends = "completions.append([beam.current_text[: -len(beam.next_texts[0])] + beam.lookahead_texts[0]])"

    def patch(source):
        assert scored in source
        return source.replace(scored, ends)

    beams(checkout, patch, [1, 2, 3])


def dvts(checkout):
    search_and_learn(checkout)
    from sal.config import Config
    from sal.search.diverse_verifier_tree_search import dvts as run

    for case in sal_cases(range(300), [0, 0, 1, 2]):
        world = World(**case["world"])
        engine = Engine(world)
        config = Config(
            approach="dvts", n=case["width"] * case["m"], beam_width=case["m"],
            agg_strategy=case["aggregation"], lookahead=case["lookahead"],
        )
        result = run({"problem": ["q"]}, config, engine, Rewards(world))
        siblings = result["completions"][0]
        emit({**case, "rounds": engine.rounds, "siblings": counted(siblings), "pick": result["pred"][0]})


# OVM


def tensors():
    """What OVM's beam search uses of torch, by numpy."""
    import numpy as np

    class Tensor(np.ndarray):
        eq = lambda self, other: self == other
        ne = lambda self, other: self != other
        view = lambda self, *shape: self.reshape(*shape)
        to = lambda self, _: self
        numel = lambda self: self.size
        float = lambda self: self.astype(np.float64)
        clone = lambda self: self.copy()
        flip = lambda self, dims: np.flip(self, dims)
        repeat_interleave = lambda self, times, dim: np.repeat(self, times, axis=dim)
        index_select = lambda self, dim, indices: np.take(self, indices, axis=dim)
        argmax = lambda self, dim: np.argmax(np.asarray(self), axis=dim).view(Tensor)
        sum = lambda self, dim: np.sum(np.asarray(self), axis=dim).view(Tensor)

    def topk(values, k, dim, largest):
        # Stable: equal values in their order. torch leaves it open; here they are copies of one text.
        indices = np.argsort(-np.asarray(values), kind="stable")[:k]
        return values[indices], indices.view(Tensor)

    tensor = lambda values: np.array(values).view(Tensor)
    return tensor, types.SimpleNamespace(
        inference_mode=lambda **_: lambda f: f, no_grad=lambda: lambda f: f, tensor=tensor, topk=topk, where=lambda *parts: np.where(*parts).view(Tensor), LongTensor=object, FloatTensor=object, Tensor=object,
        arange=lambda count, **_: np.arange(count).view(Tensor),
        full=lambda shape, value, **_: np.full(shape, value, dtype=np.int64).view(Tensor),
        pow=lambda base, power: base**power,
        unique=lambda values: np.unique(np.asarray(values)).view(Tensor),
        gather=lambda values, dim, indices: np.take_along_axis(values, indices, axis=dim),
    )


def value_beam(checkout):
    tensor, torch = tensors()
    base = type("Base", (), {})
    sys.path.insert(0, checkout)
    stand_in("torch.nn.functional", "accelerate", "utils.cached_models", "utils.constants", "utils.gsm8k.decoding")
    stand_in("torch.nn", functional=None, Module=object)
    stand_in("torch", nn=sys.modules["torch.nn"], **vars(torch))
    stand_in("accelerate.accelerator", Accelerator=object)
    stand_in("tqdm", tqdm=None)
    stand_in("utils.cached_models", PreTrainedTokenizer=object)
    names = ["EQUALS_TOKENS", "LEFTMARK_TOKENS", "RIGHTMARK_TOKEN", "NEWLINE_TOKEN"]
    stand_in("utils.constants", **{f"LLAMA_{name}": None for name in names})
    stand_in("utils.gsm8k", "utils.gsm8k.decoding", use_calculator=None)
    bases = ["StoppingCriteria", "StoppingCriteriaList", "LogitsProcessor", "LogitsProcessorList", "PreTrainedModel"]
    stand_in("transformers", **{name: base for name in bases})
    stand_in("transformers.generation.utils", ModelOutput=base)
    stand_in("transformers.generation")
    # Their `utils` is a folder without an initialiser: the stand-ins above would hide it.
    package = types.ModuleType("utils")
    package.__path__ = [f"{checkout}/utils"]
    sys.modules["utils"] = package
    from utils.sampling import SamplingWithCalculator

    PAD, PROMPT, END = 0, 40, 50

    class Search(SamplingWithCalculator):
        def __init__(self, world):
            self.world, self.rounds = world, []
            self.verifier, self.device, self.pad_token_id, self.eos_token_id = True, None, PAD, END

        def text(self, row):
            return "".join(LETTERS[token - 1] for token in row if 0 < token < PROMPT)

        def _group_step_level_sample(self, input_ids, num_sampling_sequences, **_):
            rows, grown = [], []
            for row in input_ids.repeat_interleave(num_sampling_sequences, dim=0).tolist():
                row = [token for token in row if token != PAD]
                if END not in row:
                    text = self.text(row)
                    grown.append(text)
                    letter = self.world.draw(text)
                    row = row + [LETTERS.index(letter) + 1] + ([END] if self.world.ends(text + letter) else [])
                rows.append(row)
            self.rounds.append(counted(grown))
            longest = max(map(len, rows))
            sequences = tensor([[PAD] * (longest - len(row)) + row for row in rows])
            scores = tensor([self.world.score(self.text(row)) for row in rows])
            return types.SimpleNamespace(sequences=sequences, verifier_scores=scores, past_key_values=None)

    for seed in range(360):
        r = random.Random(seed)
        world = choose(r, branching=[4, 8, 26], depth=[4, 6, 8], ends=[0.05, 0.15, 0.3])
        world = {"seed": seed, **world, "levels": 0, "distinct": r.random() < 0.5}
        case = {"world": world, **choose(r, width=[1, 2, 3, 4], branching=[2, 3, 5, 8]), "duplicates": r.choice(["one", "one", "each"])}
        search = Search(World(**world))
        sequence, every, _, _ = search._steps_beam_search(
            tensor([[PROMPT]]), n_beam=case["width"], n_sampling_steps=case["width"] * case["branching"], max_n_step=40,
            max_step_length=100, max_length=1000, dedup_mode=1 if case["duplicates"] == "one" else 0,
        )
        kept = [search.text(row) for row in every[-1].tolist()]
        emit({**case, "rounds": search.rounds, "kept": counted(kept), "pick": search.text(sequence.tolist()[0])})


# REBASE


class Answered:
    """What a state of sglang is to REBASE: a text that grows by what is generated."""

    END = "The answer is"

    def __init__(self, world, text=""):
        self.world, self.letters = world, text

    def text(self):
        return self.letters + (self.END if self.letters and self.world.ends(self.letters) else "")

    def fork(self, count):
        return [Answered(self.world, self.letters) for _ in range(count)]

    def set_score_backend(self, _):
        pass

    def __iadd__(self, what):
        if what == "step":
            self.letters += self.world.draw(self.letters)
        return self

    def scores(self):
        return [self.world.score(self.letters)]

    def get_meta_info(self, _):
        return {"completion_tokens": 1}


class Exact:
    """A tensor whose sums and quotients are exact."""

    def __init__(self, values):
        self.values = values

    def __truediv__(self, by):
        return Exact([value / by for value in self.values])

    def __iter__(self):
        return iter(self.values)

    def sum(self):
        return sum(self.values)


def rebase(checkout):
    import numpy as np

    single = types.SimpleNamespace(
        tensor=lambda values: np.array(values, dtype=np.float32),
        exp=lambda values: np.exp(values, dtype=np.float32),
    )
    exact = types.SimpleNamespace(
        tensor=Exact,
        exp=lambda tensor: Exact([Fraction(math.exp(value)) for value in tensor.values]),
    )
    sys.path.insert(0, checkout)
    stand_in("sglang", function=lambda f: f, gen=lambda name, *_, **__: name)
    stand_in("yaml", "torch.nn.functional")
    stand_in("torch.nn", functional=None)
    stand_in("torch", nn=sys.modules["torch.nn"])
    import rebase as published

    def search(case, world, torch):
        published.torch = torch
        rounds = []
        expand = published.Tree.expand

        def watched(tree, node, width):
            depth = node.get_depth()
            while len(rounds) <= depth:
                rounds.append([])
            rounds[depth] += [node.get_state().letters] * width
            expand(tree, node, width)

        published.Tree.expand = watched
        paras = {
            "width": case["width"], "softmax_temperature": case["balance"], "max_tokens": 1024, "max_step_tokens": 256,
            "temperature": 1.0, "policy_model_type": "llemma", "store_path": tempfile.mkdtemp() + "/",
            "select_method": "softmax_with_truncate" if case["keep"] < 1 else "softmax", "truncate_ratio": case["keep"],
        }
        found = published.reward_guided_search(Answered(world), 0, "", {"answer": ""}, paras, None)
        published.Tree.expand = expand
        done = [answer["text"].removesuffix(Answered.END) for answer in found["model_answer"]]
        return {"rounds": [counted(texts) for texts in rounds], "done": counted(done)}

    for seed in range(300):
        r = random.Random(seed)
        world = {"seed": seed, **choose(r, branching=[2, 4, 26], depth=[4, 6, 8], ends=[0.05, 0.15, 0.3], levels=[0, 0, 0, 5])}
        case = {"world": world, **choose(r, width=[1, 4, 7, 16, 24], balance=[0.1, 0.2, 1], keep=[1, 1, 0.5])}
        exactly, singly = search(case, World(**world), exact), search(case, World(**world), single)
        emit({**case, **exactly, "single": None if singly == exactly else singly})


# treequest


def best_first(checkout):
    sys.path.insert(0, f"{checkout}/src")
    stand_in("ulid", "treequest.algos.ab_mcts_a.algo", "treequest.algos.standard_mcts", "treequest.ranker")
    stand_in("treequest.algos.ab_mcts_m._ab_mcts_m_imports", _import=types.SimpleNamespace(is_successful=lambda: False))
    from treequest.algos.best_first_search import BestFirstSearchAlgo

    for seed in range(360):
        r = random.Random(seed)
        world = {"seed": seed, "branching": 26, "depth": 99, "ends": 0, **choose(r, levels=[0, 0, 0, 4])}
        world["distinct"] = seed % 6 != 0
        case = {"world": world, **choose(r, branching=[1, 2, 3, 5], expansions=[5, 10, 20])}
        here = World(**world)
        algorithm = BestFirstSearchAlgo(num_samples=case["branching"])
        state, grown = algorithm.init_tree(), []
        for _ in range(case["branching"] * case["expansions"]):
            def generate(parent):
                grown.append(parent or "")
                text = (parent or "") + here.draw(parent or "")
                return text, here.score(text)

            state = algorithm.step(state, {"grow": generate})
        emit({**case, "expanded": " ".join(text or "." for text in grown[:: case["branching"]])})


# Tree of Thoughts

WORDS = ["impossible", "likely", "sure"]


def value_reply(seed, text, index):
    u = uniform(f"v/{seed}/{text}/{index}")
    return f"It may be sure to fail.\n{WORDS[int(u * 3)]}"


def vote_reply(seed, texts, index):
    return f"Number 1 is plain.\nThe best choice is {1 + int(uniform(f'b/{seed}/{texts}/{index}') * len(texts.split(' ')))}"


def tree_of_thoughts(checkout):
    sys.path.insert(0, f"{checkout}/src")
    stand_in("openai", "backoff", "sympy", "pandas", "tot.models", gpt=None, on_exception=lambda *_, **__: lambda f: f)
    from tot.methods import bfs
    from tot.tasks.game24 import Game24Task
    from tot.tasks.text import TextTask

    class Task:
        def __init__(self, seed, steps):
            self.seed, self.steps, self.stops, self.value_cache = seed, steps, [None] * steps, {}

        def get_input(self, _):
            return "q"

        def propose_prompt_wrap(self, x, y):
            return "propose", y

        def value_prompt_wrap(self, x, y):
            return "value", y

        def vote_prompt_wrap(self, x, ys):
            return "vote", " ".join(y.replace("\n", "") for y in ys)

        def value_outputs_unwrap(self, x, y, outputs):
            return Game24Task.value_outputs_unwrap(x, "", outputs)

        def vote_outputs_unwrap(self, outputs, count):
            return TextTask.vote_outputs_unwrap(outputs, count)

    for seed in range(580):
        r = random.Random(seed)
        case = choose(r, width=[1, 2, 3, 5], branching=[2, 3, 5], votes=[1, 3, 5], steps=[2, 3, 4], judge=["value", "value", "vote"])
        if seed >= 400:
            case["judge"] = "vote"
        if case["judge"] == "vote":  # the published pattern reads one digit
            case["width"], case["branching"] = min(case["width"], 3), min(case["branching"], 3)
        world = {"seed": seed, "branching": 26, "depth": 99, "ends": 0, "levels": 0, "distinct": seed % 4 != 0}
        if not world["distinct"]:
            world["branching"] = 3
        here = World(**world)

        def gpt(prompt, n=1, stop=None, **_):
            kind, text = prompt
            path = text.replace("\n", "")
            if kind == "propose":
                return ["\n".join(here.draw(path) for _ in range(case["branching"]))]
            reply = value_reply if kind == "value" else vote_reply
            return [reply(seed, path, index) for index in range(n)]

        bfs.gpt = gpt
        args = types.SimpleNamespace(
            backend="", temperature=0.7, method_generate="propose", method_evaluate=case["judge"], method_select="greedy",
            n_evaluate_sample=case["votes"], n_select_sample=case["width"],
        )
        bfs.partial = lambda f, **_: f
        bfs.print = lambda *_: None
        _, infos = bfs.solve(args, Task(seed, case["steps"]), 0, to_print=False)
        kept = [" ".join(y.replace("\n", "") for y in step["select_new_ys"]) for step in infos["steps"]]
        emit({"world": world, **case, "kept": kept})


# its_hub


class Draws(random.Random):
    """Uniform numbers by the hash, so that they need not be recorded."""

    def begin(self, seed):
        self.key, self.count = seed, 0

    def random(self):
        self.count += 1
        return uniform(f"r/{self.key}/{self.count - 1}")


def particle_filter(checkout):
    sys.path.insert(0, checkout)
    importlib.metadata.version = lambda _: "0"
    stand_in("aiohttp", "backoff", "requests", "its_hub.lms", "its_hub.error_handling")
    from its_hub.algorithms import particle_gibbs as published

    draws = Draws()
    published.random = draws
    for seed in range(440):
        r = random.Random(seed)
        world = {"seed": seed, **choose(r, branching=[2, 4, 26], depth=[4, 6, 8], ends=[0.05, 0.15, 0.3], levels=[0])}
        case = {"world": world, **choose(r, particles=[2, 4, 8], iterations=[1, 1, 2, 3], pick=["argmax", "argmax", "sample"])}
        case["references"] = r.choice([1, 2, 3]) if case["iterations"] > 1 else 0
        case["references"] = min(case["references"], case["particles"] - 1)
        here, rounds = World(**world), []

        class Steps:
            def forward(self, _, prompts, begun):
                texts = ["".join(steps) for steps in begun]
                rounds.append(counted(texts))
                letters = [here.draw(text) for text in texts]
                return [(letter, here.ends(text + letter)) for text, letter in zip(texts, letters)]

            def _post_process(self, steps, stopped):
                return "".join(steps)

        class Scores:
            def score(self, _, texts):
                return [here.score(text) for text in texts]

        draws.begin(seed)
        filter_ = published.ParticleGibbs(
            Steps(), Scores(), num_iterations=case["iterations"], selection_method=case["pick"],
            num_ref_particles=case["references"],
        )
        result = filter_.infer(None, "q", case["particles"] * case["iterations"], return_response_only=False)
        weights = [float(f"{weight:.12g}") for weight in result.log_weights_lst[-1]]
        emit({**case, "rounds": rounds, "last": " ".join(result.responses_lst[-1]), "weights": weights, "pick_is": result.the_one})


if __name__ == "__main__":
    method, checkout = sys.argv[1:]
    emit({"original": originals[method]})
    globals()[method.replace("-", "_")](checkout)
