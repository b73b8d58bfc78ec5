"""Records what the originals of the sampling methods do on synthetic cases.

    python sampling.py adaptive-consistency CLONE > adaptive-consistency.jsonl   (Pranjal2041/AdaptiveConsistency, 899ab56)
    python sampling.py early-stopping CLONE > early-stopping.jsonl               (Yiwei98/ESC, 799157a)
    python sampling.py self-certainty CLONE > self-certainty.jsonl               (backprop07/Self-Certainty, b17d021)
    python sampling.py votes CLONE > votes.jsonl                                 (huggingface/search-and-learn, 6f81cac)
    python sampling.py deep-conf CLONE > deep-conf.jsonl                         (facebookresearch/deepconf, 675529d)

CLONE is a git directory of the repository in brackets; its files are read from it and run as they are, with stand-ins
for the models, tensors and parsers that they import. Needs NumPy and SciPy.
"""
import json
import os
import subprocess
import sys
import tempfile
import textwrap
import types
from unittest.mock import MagicMock

import numpy as np


def source(path):
    return subprocess.run(["git", "-C", clone, "show", f"HEAD:{path}"], capture_output=True, text=True, check=True).stdout


def module(path, name, before=lambda text: text):
    made = types.ModuleType(name)
    exec(compile(before(source(path)), path, "exec"), made.__dict__)
    return made


def stand_in(name, **parts):
    made = MagicMock(name=name)
    for key, value in parts.items():
        setattr(made, key, value)
    sys.modules[name] = made
    return made


def answers_of(rng, count):
    """Answers as a vote sees them: few or many, sure or not."""
    kinds = int(rng.integers(1, 6))
    shares = rng.dirichlet(np.full(kinds, rng.choice([0.3, 1.0, 3.0])))
    return [int(x) for x in rng.choice(kinds, count, p=shares)]


def adaptive_consistency():
    criteria = module("adaptive_consistency/stopping_criterias.py", "criteria")
    for case in range(300):
        rng = np.random.default_rng(case)
        threshold = [0.95, 0.9, 0.8, 0.99][case % 4]
        rule = criteria.BetaStoppingCriteria(threshold)
        answers = answers_of(rng, 40)
        for drawn in range(1, 41):
            said = rule.should_stop(answers[:drawn])
            if said["stop"]:
                break
        yield {
            **{"case": case, "threshold": threshold, "answers": answers},
            **{"drawn": drawn, "picked": said["most_common"], "probability": said["prob"]},
        }


def early_stopping():
    """The loop over the windows is cut out of the authors' script, which reads its answers from files."""
    text = source("early_stop_gsm8k.py")
    first, last = text.index("predict_list = []"), text.index("if res[0][0] == answer")
    lines = text[text.rindex("\n", 0, first) + 1 : text.rindex("\n", 0, last)]
    loop = compile(textwrap.dedent(lines), "early_stop_gsm8k.py", "exec")
    import operator
    import re

    for case in range(300):
        rng = np.random.default_rng(10_000 + case)
        window, most = [(5, 40), (3, 12), (4, 40), (8, 40)][case % 4]
        answers = answers_of(rng, most)
        scope = {"re": re, "operator": operator, "sc_num": most, "slice": window, "n_nums": 0}
        scope["shu_batch"] = [f"The answer is {answer}" for answer in answers]
        exec(loop, scope)
        yield {
            **{"case": case, "window": window, "n": most, "answers": answers},
            **{"drawn": scope["n_nums"], "picked": int(scope["res"][0][0])},
        }


class Tensor(np.ndarray):
    device = None

    def contiguous(self):
        return self

    def sum(self, dim=None):
        return np.asarray(self).sum(axis=dim).view(Tensor)


def self_certainty():
    tensor = lambda values, dtype=None, device=None: np.asarray(values, float).view(Tensor)
    stand_in("torch", Tensor=Tensor, no_grad=lambda: lambda f: f, log=np.log, tensor=tensor)
    stand_in("torch.nn"), stand_in("torch.nn.functional"), stand_in("transformers"), stand_in("pandas")
    stand_in("tqdm", tqdm=lambda items, **_: items)
    stand_in("evaluation")
    stand_in("evaluation.livebench_utils", is_amps_hard=lambda item: False)
    read = lambda text, *_: None if text == "none" else text
    stand_in("evaluation.eval_utils_padding", extract_answer_from_output=read)
    measured = module("src/confidence_list.py", "measured")
    voting = module("src/voting_from_list.py", "voting")
    for case in range(240):
        rng = np.random.default_rng(20_000 + case)
        count, power = int(rng.integers(2, 25)), [0.5, 0.3, 1.2, 1.0, 0.0][case % 5]
        answers = [str(x) if rng.uniform() < 0.95 else "none" for x in answers_of(rng, count)]
        vocabulary = int(rng.integers(2, 6))
        logprobs = []
        for _ in range(count):
            tokens = int(rng.integers(1, 3))
            logprobs.append([[round(float(x), 4) for x in np.log(rng.dirichlet(np.ones(vocabulary)))] for _ in range(tokens)])
        certainty = [
            float(measured.confidence_logprob_sum(tensor(lp).sum(dim=-1), tensor(np.ones(len(lp))), vocabulary))
            for lp in logprobs
        ]
        with tempfile.TemporaryDirectory() as folder:
            voting.input_file = os.path.join(folder, "in.json")
            item = {"confidence_list": certainty, "output": answers, "generator": "", "dataset": "math"}
            json.dump([item], open(voting.input_file, "w"))
            voting.confidence_with_file(voting.input_file, best_N=count, power=power)
            written = [name for name in os.listdir(folder) if name != "in.json"][0]
            [chosen] = json.load(open(os.path.join(folder, written)))
        yield {
            **{"case": case, "power": power, "answers": answers, "logprobs": logprobs, "certainty": certainty},
            **{"picked": chosen["output"][0], "votes": chosen["confidence"]},
        }


def votes():
    def refuse(_):
        raise ValueError

    stand_in("latex2sympy2", latex2sympy=refuse), stand_in("sympy")
    own = lambda text: text.replace("from .qwen_math_parser import extract_answer, strip_string", "strip_string = str").replace(
        "manager.dict()", "{}"
    ).replace("manager = Manager()", "manager = None")
    math = module("src/sal/utils/math.py", "math_utils", own)
    for case in range(240):
        rng = np.random.default_rng(30_000 + case)
        answers = [str(x) for x in answers_of(rng, int(rng.integers(1, 33)))]
        scores = [round(float(x), [1, 4][case % 2]) for x in rng.uniform(size=len(answers))]
        given = {"preds@n": answers, "agg_scores@n": scores}
        given = {key.replace("@n", f"@{len(answers)}"): value for key, value in given.items()}
        picked = {}
        for name in ["naive", "weighted", "maj"]:
            [made] = getattr(math, f"compute_{name}_pred")(given, len(answers)).values()
            picked[name] = made[len("\\boxed{") : -1]
        yield {"case": case, "answers": answers, "scores": scores, **picked}


def confidences(seed, count):
    """Thousandths between 0 and 8, smooth enough that groups differ; deep-conf.test.ts makes the same numbers."""
    state, level, out = seed * 7919 + 17, 4000, []
    for _ in range(count):
        state = (state * 48271) % 2147483647
        level = min(7500, max(500, level + state % 1201 - 600))
        out.append(level / 1000)
    return out


def deep_conf():
    class Logits:
        def __init__(self):
            self.ended = False

        def __getitem__(self, _):
            return types.SimpleNamespace(item=lambda: 0)

        def __setitem__(self, key, value):
            self.ended = True

    stand_in("torch")
    stand_in("vllm"), stand_in("vllm.config"), stand_in("transformers"), stand_in("vllm.v1")
    stand_in("vllm.v1.sample"), stand_in("vllm.v1.sample.logits_processor", AdapterLogitsProcessor=object)
    processors, utils = module("deepconf/processors.py", "deepconf.processors"), module("deepconf/utils.py", "deepconf.utils")
    sys.modules.update({"deepconf": MagicMock(), "deepconf.utils": utils, "deepconf.processors": processors})
    outputs = module("deepconf/outputs.py", "deepconf.outputs")
    sys.modules["deepconf.outputs"] = outputs
    relative = lambda text: text.replace("from .", "from deepconf.")
    wrapper = module("deepconf/wrapper.py", "deepconf.wrapper", relative)
    processor_type = processors.ConfPerReqLogitsProcessor
    for case in range(240):
        rng = np.random.default_rng(40_000 + case)
        window, percentile = [4, 8, 16, 64][case % 4], [90, 10, 50][case % 3]
        warmup, total = int(rng.integers(3, 9)), int(rng.integers(10, 25))
        lengths = [int(rng.integers(3, 60)) for _ in range(total)]
        answers = answers_of(rng, total)
        made = [confidences(case * 100 + i, length) for i, length in enumerate(lengths)]
        at = iter(range(total))

        def generate(prompts, params_list):
            results = []
            for params in params_list:
                i = next(at)
                confs, ended = made[i], False
                extra = getattr(params, "extra_args", None)
                if extra:
                    watch = processor_type(extra["conf_threshold"], 0, extra["conf_group_size"], extra["conf_topk"])
                    for t, conf in enumerate(confs):
                        watch.compute_conf = lambda _, conf=conf: conf
                        logits = Logits()
                        watch([], logits)
                        if logits.ended:
                            confs, ended = confs[: t + 1], True
                            break
                text = "stopped" if ended else "\\boxed{%d}" % answers[i]
                logprobs = [{0: types.SimpleNamespace(logprob=-conf)} for conf in confs]
                one = types.SimpleNamespace(text=text, token_ids=list(range(len(confs))), logprobs=logprobs, finish_reason="stop")
                results.append(types.SimpleNamespace(outputs=[one]))
            return results

        think = wrapper.DeepThinkLLM.__new__(wrapper.DeepThinkLLM)
        think.llm = types.SimpleNamespace(generate=generate)
        think.tokenizer = types.SimpleNamespace(eos_token_id=0)
        result = outputs.DeepThinkOutput()
        result.mode = "online"
        think._deepthink_online("", result, warmup, total, percentile, window, types.SimpleNamespace())
        traces = [{"confs": confs, "extracted_answer": str(answers[i])} for i, confs in enumerate(made)]
        share = [0.1, 0.5, 0.9][case % 3]
        offline = {}
        for kind, measure in [
            ("mean", utils.calculate_mean_confidence),
            ("tail", lambda trace: utils.calculate_tail_confidence(trace, window)),
            ("bottom", lambda trace: utils.calculate_bottom_window_confidence(trace, window, 0.1)),
            ("lowest", lambda trace: utils.calculate_bottom_window_confidence(trace, window, -1)),
        ]:
            values = [float(measure(trace)) for trace in traces]
            bar = np.percentile(values, (1 - share) * 100)
            kept = [i for i, value in enumerate(values) if value >= bar]
            picked = utils.weighted_majority_vote([str(answers[i]) for i in kept], [values[i] for i in kept])
            offline[kind] = {"first": [round(v, 12) for v in values[:3]], "picked": picked}
        yield {
            **{"case": case, "window": window, "percentile": percentile, "warmup": warmup, "n": total, "share": share},
            **{"lengths": lengths, "answers": answers, "bar": result.conf_bar},
            **{"lowest": [trace["min_conf"] for trace in result.all_traces]},
            **{"tokens": [trace["num_tokens"] for trace in result.all_traces]},
            **{"picked": result.voted_answer, "offline": offline},
        }


if __name__ == "__main__":
    name, clone = sys.argv[1:3]
    out, sys.stdout = sys.stdout, open(os.devnull, "w")
    for row in globals()[name.replace("-", "_")]():
        print(json.dumps(row, separators=(",", ":")), file=out)
