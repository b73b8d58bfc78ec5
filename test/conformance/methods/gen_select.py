"""Records which solution NeMo-Skills' GenSelect takes from a group, on synthetic solutions and replies.

    python gen_select.py CLONE > gen-select.jsonl        (NVIDIA/NeMo-Skills, 0b012df8)

CLONE is a git directory of the repository; `ParallelThinkingTask` is run as it is, with a stand-in for the model.
A solution is recorded as its answer (null: an empty text) and its length.
"""
import asyncio
import dataclasses
import json
import random
import subprocess
import sys
import types
from unittest.mock import MagicMock

clone = sys.argv[1]
path = "nemo_skills/inference/model/parallel_thinking.py"
source = subprocess.run(["git", "-C", clone, "show", f"HEAD:{path}"], capture_output=True, text=True, check=True).stdout

for name in ["transformers", "nemo_skills", "nemo_skills.prompt", "nemo_skills.prompt.utils", "nemo_skills.utils", "here", "here.base"]:
    sys.modules[name] = MagicMock(name=name)
sys.modules["nemo_skills.utils"].nested_dataclass = dataclasses.dataclass
sys.modules["nemo_skills.utils"].get_logger_name = lambda file: "original"
original = types.ModuleType("here.parallel_thinking")
original.__dict__.update({"__package__": "here", "__file__": path})
sys.modules[original.__name__] = original
exec(compile(source, path, "exec"), original.__dict__)

ENDS = [
    "Judgment: {0}",
    "Judgment: {0}\n",
    "Judgement: {0}",
    "Solution 1 looks fine at first. Judgment: {1}\nNo, the other.\n\nJudgment: {0}",
    "I prefer solution {0}.",
    "judgment: {0}",
    "Judgment: none",
    "Judgment: {0}.",
]


class Model:
    def __init__(self, texts, reply):
        self.texts, self.reply, self.shown = list(texts), reply, None

    async def generate_async(self, prompt, **kwargs):
        if prompt == "question":
            return {"generation": self.texts.pop(0)}
        self.shown = prompt["num_solutions"]
        return {"generation": self.reply}


for case in range(300):
    rng = random.Random(case)
    count = rng.randint(2, 8)
    solutions = []
    for _ in range(count):
        answer = None if rng.random() < 0.08 else rng.randint(1, 5)
        solutions.append({"answer": answer, "length": 0 if answer is None else rng.choice([30, 80, 200, 16_384, 16_385])})
    texts = []
    for i, each in enumerate(solutions):
        end = "" if each["answer"] is None else f"\\boxed{{{each['answer']}}}"
        texts.append(end if end == "" else end.rjust(each["length"], "."))
    reply = rng.choice(ENDS).format(rng.randint(0, count), rng.randint(0, count))
    model = Model(texts, reply)
    task = object.__new__(original.ParallelThinkingTask)
    task.model = model
    task.cfg = original.ParallelThinkingConfig(mode="genselect", parse_reasoning_solutions=False, window_size=count)
    task.parallel_thinking_prompt = types.SimpleNamespace(fill=lambda given, **kwargs: given)
    result = asyncio.run(task.generate_async("question", random_seed=case))
    kept = result["solution_list"]
    named = None
    if result["genselect_successful"]:
        named = task._extract_selected_solution(reply, len(kept) - 1)
        assert kept[named] == result["generation"]
    print(json.dumps({"case": case, "solutions": solutions, "reply": reply, "kept": len(kept), "named": named}))
