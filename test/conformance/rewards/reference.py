"""The scores that the authors' published procedures give, one JSON line a case.

    python reference.py PRESET MODEL < cases.jsonl > references.jsonl

Written from the model cards and evaluation code: how a text is laid out, which tokens are read, how a number is made.
MODEL is a folder; each line of the input is {"id", "question", "steps"}; a line of the output {"id", "scores"}: for process
models one number a step, for outcome models one.
"""

import json
import re
import sys

import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer

BOXED = "Please reason step by step, and put your final answer within \\boxed{}."
CHECKED = "Please reason step by step, and check your final answer within \\boxed{}."

preset, folder = sys.argv[1:3]
tokenizer = AutoTokenizer.from_pretrained(folder)


def as_split(steps):
    """The authors split a response at its blank lines, which are no part of the steps."""
    return [re.sub(r"(\n\n)+$", "", step) for step in steps]


def whole(steps):
    return "\n\n".join(re.sub(r"\s+$", "", step) for step in steps)


def chat(question, answer, system=None):
    messages = [] if system is None else [{"role": "system", "content": system}]
    return messages + [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


def two_layers(ids):
    """Qwen2ForProcessRewardModel and Qwen2ForRewardModel: score.0, ReLU, score.2 on the last hidden states."""
    hidden = base(input_ids=ids).last_hidden_state
    inner = torch.relu(hidden @ weights["score.0.weight"].T + weights["score.0.bias"])
    return inner @ weights["score.2.weight"].T + weights["score.2.bias"]


def qwen_process(system):
    def score(question, steps):
        text = tokenizer.apply_chat_template(
            chat(question, "<extra_0>".join(as_split(steps)) + "<extra_0>", system), tokenize=False, add_generation_prompt=False
        )
        ids = tokenizer.encode(text, return_tensors="pt")
        probabilities = two_layers(ids).softmax(dim=-1)[0]
        mark = tokenizer.encode("<extra_0>")[0]
        return probabilities[ids[0] == mark][:, 1].tolist()

    return score


def qwen_outcome(question, steps):
    text = tokenizer.apply_chat_template(chat(question, whole(steps), BOXED), tokenize=False, add_generation_prompt=False)
    ids = tokenizer.encode(text, return_tensors="pt", add_special_tokens=False)
    return [two_layers(ids)[0, -1, 0].item()]


def sequence(system):
    def score(question, steps):
        text = tokenizer.apply_chat_template(chat(question, whole(steps), system), tokenize=False)
        if tokenizer.bos_token is not None and text.startswith(tokenizer.bos_token):
            text = text[len(tokenizer.bos_token) :]
        return [model(**tokenizer(text, return_tensors="pt")).logits[0][0].item()]

    return score


def grm(question, steps):
    """The template's text is tokenised with special tokens, so that it begins twice where the template begins it too."""
    text = tokenizer.apply_chat_template(chat(question, whole(steps)), tokenize=False)
    return [model(**tokenizer(text, return_tensors="pt")).logits[0][0].item()]


def nemotron(question, steps):
    """The reward stands in the place of the vocabulary's first token, behind the last turn."""
    text = tokenizer.apply_chat_template(chat(question, whole(steps)), tokenize=False, add_generation_prompt=False)
    ids = tokenizer.encode(text, return_tensors="pt", add_special_tokens=False)
    return [model(ids).logits[0, -1, 0].item()]


MATH_TEACHER = (
    "You are a Math Teacher. Given a question and a student's solution, evaluate the mathematical correctness, "
    "logic consistency of the current step and whether it will lead to the correct final solution"
)


def pathfinder(question, steps):
    """Labels of mathematics and consistency first, -1 (here 0) where either is bad; else the share of good at the third."""
    good, bad, hole = (tokenizer.encode(label)[0] for label in ("<+>", "<->", "<extra>"))

    def read(answer):
        text = tokenizer.apply_chat_template(chat(f"{MATH_TEACHER}\n\n Question: {question}", answer), tokenize=False)
        ids = tokenizer.encode(text, return_tensors="pt")
        before = (ids[0] == hole).nonzero()[:, 0] - 1
        return model(ids).logits[0, before][:, [good, bad]]

    scores = []
    stripped = [step.strip() for step in steps]
    for t, step in enumerate(stripped):
        begun = "\n\n".join([*stripped[:t], f"Current Step: {step} Math reasoning: "])
        labels = read(f"{begun}<extra>, Consistency: <extra>").argmax(dim=-1)
        if labels.any():
            scores.append(0.0)
        else:
            scores.append(read(f"{begun}<+>, Consistency: <+>, Correctness: <extra>").softmax(dim=-1)[0, 0].item())
    return scores


def at_marks(layout, mark, good, bad):
    """P(good) of the two verdict tokens where the step mark stands."""

    def score(question, steps):
        ids = torch.tensor([tokenizer.encode(layout(question, [step.strip() for step in steps]))])
        scores = model(ids).logits[:, :, [good, bad]].softmax(dim=-1)[:, :, 0]
        return scores[ids == mark].tolist()

    return score


def by_turns(question, turns):
    plus, minus = tokenizer.encode("+")[-1], tokenizer.encode("-")[-1]
    conversation, scores = [], []
    for k, turn in enumerate(turns):
        text = f"{question} {turn.strip()}" if k == 0 else turn.strip()
        conversation += [{"role": "user", "content": text}, {"role": "assistant", "content": "+"}]
        text = tokenizer.apply_chat_template(conversation, tokenize=False)
        ids = torch.tensor([tokenizer.encode(text, add_special_tokens=False)])
        scores.append(model(ids).logits[:, -3, [plus, minus]].softmax(dim=-1)[0, 0].item())
    return scores


def four_lines(question, steps):
    return f"{question} \n\n" + "".join(f"{step} \n\n\n\n" for step in steps)


KI = " \u043a\u0438"
procedures = {
    "qwen2.5-math-prm": ("layers", qwen_process(BOXED)),
    "qwen2.5-math-prm800k": ("layers", qwen_process(BOXED)),
    "reasonflux-prm": ("layers", qwen_process(None)),
    "qwen2.5-math-rm": ("layers", qwen_outcome),
    "acemath-rm": ("sequence", sequence(CHECKED)),
    "sequence-reward": ("sequence", sequence(None)),
    "skywork-reward": ("sequence", sequence(None)),
    "grm": ("sequence", grm),
    "nemotron-reward": ("causal", nemotron),
    "skywork-reward-v2-qwen3": ("sequence", sequence(None)),
    "skywork-reward-v2-llama": ("sequence", sequence(None)),
    "math-shepherd": ("causal", at_marks(lambda q, s: f"{q} " + "\n".join(x + KI for x in s), 12902, 648, 387)),
    "er-prm": ("causal", at_marks(lambda q, s: f"{q} " + "".join(x + KI for x in s), 116624, 489, 482)),
    "openr-prm": ("causal", at_marks(lambda q, s: f"{q} " + " ".join(x + " \n\n\n\n\n" for x in s), 76325, 488, 481)),
    "versa-prm": ("causal", at_marks(four_lines, 23535, 10, 12)),
    "qwen-prm800k": ("causal", at_marks(four_lines, 22701, 10, 12)),
    "pathfinder-prm": ("causal", pathfinder),
    "rlhflow-prm": ("causal", by_turns),
    "rlhflow-orm": ("causal", lambda q, s: by_turns(q, [whole(s)])),
}
kind, procedure = procedures[preset]
if kind == "layers":
    base = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    weights = load_file(f"{folder}/model.safetensors")
elif kind == "sequence":
    # Gemma 2 caps its attention, as its authors ask for; PyTorch's own attention would leave that out.
    settings = dict(dtype=torch.float32, attn_implementation="eager")
    model = AutoModelForSequenceClassification.from_pretrained(folder, **settings).eval()
else:
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()

with torch.no_grad():
    for line in sys.stdin:
        case = json.loads(line)
        print(json.dumps({"id": case["id"], "scores": procedure(case["question"], case["steps"])}), flush=True)
