"""Two optimiser steps of TRL's trainers on a tiny random model, on rows as they were exported: FOLDER [FORM ...]."""
import json
import math
import os
import sys
import tempfile

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", CUDA_VISIBLE_DEVICES="")
import torch
import transformers
import trl
from datasets import load_dataset
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, LlamaForTokenClassification, PreTrainedTokenizerFast
from transformers import LlamaForSequenceClassification

torch.set_num_threads(1)
folder, wanted = sys.argv[1], sys.argv[2:]
sets = [one for one in json.load(open(os.path.join(folder, "sets.json"), encoding="utf8")) if one["file"].endswith(".jsonl")]
TEMPLATE = "{% for m in messages %}<{{ m.role }}>{{ m.content }}</s>{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"


def texts_of(value):
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for one in value for text in texts_of(one)]
    return texts_of(list(value.values())) if isinstance(value, dict) else []


def tokenizer_of(rows):
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    special = ["<pad>", "</s>", "<user>", "<assistant>", "<system>"]
    bpe.train_from_iterator(
        texts_of(rows), trainers.BpeTrainer(show_progress=False, vocab_size=500, initial_alphabet=alphabet, special_tokens=special)
    )
    return PreTrainedTokenizerFast(tokenizer_object=bpe, pad_token="<pad>", eos_token="</s>", chat_template=TEMPLATE)


def model_of(kind, tokenizer, **more):
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, max_position_embeddings=1024, pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id, bos_token_id=None, **more,
    )
    # DPO and KTO read their reference model from where the model came from.
    at = tempfile.mkdtemp()
    kind(config).save_pretrained(at)
    return kind.from_pretrained(at)


def trainer_of(name):
    for at in (trl, getattr(trl, "experimental", None)):
        if at is not None and hasattr(at, f"{name}Trainer"):
            return getattr(at, f"{name}Trainer"), getattr(at, f"{name}Config")
    try:
        module = __import__(f"trl.experimental.{name.lower()}", fromlist=["x"])
        return getattr(module, f"{name}Trainer"), getattr(module, f"{name}Config")
    except ImportError:
        return None, None


TRAINERS = [
    ("sft", "SFT", LlamaForCausalLM, {}),
    ("pairs", "DPO", LlamaForCausalLM, {}),
    ("pairs", "Reward", LlamaForSequenceClassification, {"num_labels": 1}),
    ("kto", "KTO", LlamaForCausalLM, {}),
    ("step-pairs", "DPO", LlamaForCausalLM, {}),
    ("prefix-values", "PRM", LlamaForTokenClassification, {"num_labels": 2}),
]
results = []
for form, name, kind, more in TRAINERS:
    if wanted and form not in wanted:
        continue
    file = next(one["file"] for one in sets if one["form"] == form)
    trainer, config = trainer_of(name)
    if trainer is None:
        print(f"{form}: TRL {trl.__version__} has no {name}Trainer", flush=True)
        continue
    # The file as it is: no column is renamed, none is taken away.
    data = load_dataset("json", data_files=os.path.join(folder, file), split="train", cache_dir=os.path.join(folder, "cache"))
    data = data.select(range(min(8, len(data))))
    tokenizer = tokenizer_of(data.to_list())
    model = model_of(kind, tokenizer, **more)
    before = {key: value.detach().clone() for key, value in model.named_parameters()}
    args = config(
        output_dir=tempfile.mkdtemp(), max_steps=2, per_device_train_batch_size=4, logging_steps=1, report_to=[],
        learning_rate=1e-3, use_cpu=True, bf16=False, gradient_checkpointing=False, save_strategy="no", seed=0, disable_tqdm=True,
    )
    run = trainer(model=model, args=args, train_dataset=data, processing_class=tokenizer)
    run.train()
    losses = [one["loss"] for one in run.state.log_history if "loss" in one]
    losses = [float(loss) for loss in losses]
    moved = sum(not torch.equal(before[key], value.detach()) for key, value in model.named_parameters())
    assert run.state.global_step == 2 and len(losses) == 2 and all(map(math.isfinite, losses)) and moved > 0, (form, losses)
    results.append({"form": form, "trainer": f"{name}Trainer", "rows": len(data), "losses": losses})
    print(f"{form}: {name}Trainer took 2 steps on {len(data)} rows, losses {losses[0]:.4f} and {losses[1]:.4f}", flush=True)
versions = {"trl": trl.__version__, "transformers": transformers.__version__, "torch": torch.__version__.split("+")[0]}
print("versions: " + json.dumps(versions))
