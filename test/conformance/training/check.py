"""Loads every set with Hugging Face datasets, checks its columns by TRL's types, and its masks by three tokenizers."""
import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
from datasets import load_dataset
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

folder = sys.argv[1]
sets = json.load(open(os.path.join(folder, "sets.json"), encoding="utf8"))

# Columns by the names of TRL's dataset types; what stands in a list is text or messages.
COLUMNS = {
    "sft": ["prompt", "completion"],
    "pairs": ["prompt", "chosen", "rejected"],
    "kto": ["prompt", "completion"],
    "step-pairs": ["prompt", "chosen", "rejected"],
    "token-values": ["prompt", "completion"],
    "weights": ["prompt"],
}


def is_words(value, plain):
    if plain:
        return isinstance(value, str)
    return isinstance(value, list) and all(set(message) == {"role", "content"} for message in value)


def text_of(words):
    return words if isinstance(words, str) else "".join(message["content"] for message in words)


def check_row(form, row, plain):
    for column in COLUMNS.get(form, []):
        assert is_words(row[column], plain), (form, column, row[column])
    if form == "kto":
        assert isinstance(row["label"], bool)
    if form in ("prefix-values", "rewards"):
        assert isinstance(row["prompt"], str) and all(isinstance(step, str) for step in row["completions"])
    if form == "prefix-values":
        assert len(row["labels"]) == len(row["completions"]) == len(row["values"])
        assert all(isinstance(label, bool) for label in row["labels"])
    if form == "trajectories":
        assert len(row["messages"]) == len(row["loss_mask"])
    if form == "token-values":
        assert "".join(row["tokens"]) == text_of(row["completion"])


def tokenizers_of(texts):
    byte_level = Tokenizer(models.BPE())
    byte_level.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    byte_level.decoder = decoders.ByteLevel()
    byte_level.train_from_iterator(texts, trainers.BpeTrainer(show_progress=False, vocab_size=700, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    word_piece = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    word_piece.normalizer = normalizers.Lowercase()
    word_piece.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    word_piece.train_from_iterator(texts, trainers.WordPieceTrainer(show_progress=False, vocab_size=500, special_tokens=["[UNK]"]))
    unigram = Tokenizer(models.Unigram())
    unigram.pre_tokenizer = pre_tokenizers.Metaspace()
    unigram.train_from_iterator(texts, trainers.UnigramTrainer(show_progress=False, vocab_size=500, unk_token="<unk>", special_tokens=["<unk>"]))
    return {"byte-level BPE": byte_level, "WordPiece": word_piece, "Unigram": unigram}


def check_masks(rows):
    """Tokens of a solution by their offsets: none that is trained on reaches into what is masked."""
    texts = [text_of(row["completion"]) for row in rows]
    for name, tokenizer in tokenizers_of(texts + ["é👩‍🔬 𝟙 🎲"]).items():
        tokens = wrong = masked_rows = 0
        for row, text in zip(rows, texts):
            spans = sorted(row["loss_spans"] + row["masked_spans"])
            assert [a for a, _ in spans] == [0] + [b for _, b in spans][:-1] and spans[-1][1] == len(text), spans
            for start, end in row["masked_spans"]:
                assert text[start:end].startswith("```output\n") and text[start:end].endswith("```\n"), text[start:end]
            masked_rows += len(row["masked_spans"]) > 0
            kept = []
            for a, b in tokenizer.encode(text).offsets:
                in_mask = any(a < end and start < b for start, end in row["masked_spans"])
                in_loss = any(a < end and start < b for start, end in row["loss_spans"])
                tokens += 1
                kept += [] if in_mask else [(a, b)]
                wrong += (in_loss == in_mask) and b > a and not (in_loss and in_mask)
            for a, b in kept:
                assert all(b <= start or a >= end for start, end in row["masked_spans"])
            for start, end in row["masked_spans"]:
                assert "```output" not in "".join(text[a:b] for a, b in kept)
        print(f"masks by {name}: {tokens} tokens, {masked_rows} rows with output, {wrong} off")
        assert wrong == 0 and masked_rows > 0


for one in sets:
    path = os.path.join(folder, one["file"])
    data = load_dataset("parquet" if path.endswith(".parquet") else "json", data_files=path, split="train", cache_dir=os.path.join(folder, "cache"))
    assert len(data) == one["rows"] > 0, (one, len(data))
    for row in data:
        check_row(one["form"], row, one["plain"])
    print(f"{one['file']}: {len(data)} rows, {', '.join(data.column_names)}")
    if one["form"] == "sft":
        check_masks(list(data))
