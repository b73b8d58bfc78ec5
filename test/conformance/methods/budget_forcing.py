"""Records how s1's budget forcing goes on with a thought, on scripted models.

    python budget_forcing.py CLONE > budget-forcing.jsonl        (simplescaling/s1, 77272c6)

CLONE is a git directory of the repository. `VLLM._model_generate` of its evaluation harness is run as it is, with
characters for tokens. A scripted model ends its `i`th stretch of thought after so many characters; "#" is the token
that ends a thought.
"""
import json
import random
import subprocess
import sys
import textwrap
import types
from copy import deepcopy

clone = sys.argv[1]
path = "eval/lm-evaluation-harness/lm_eval/models/vllm_causallms.py"
source = subprocess.run(["git", "-C", clone, "show", f"HEAD:{path}"], capture_output=True, text=True, check=True).stdout
begin = source.index("    def _model_generate(")
end = source.index("        if self.data_parallel_size > 1:", begin)
scope = {
    "SamplingParams": lambda **given: types.SimpleNamespace(**given),
    "copy": types.SimpleNamespace(deepcopy=deepcopy),
    "print": lambda *words: None,
}
body = textwrap.dedent(source[begin:end]) + "    return requests\n"
exec(compile("from __future__ import annotations\n" + body, path, "exec"), scope)

START, END = "<think>\n", "\n</think>\n\n"
encode = lambda words: [[ord(c) for c in each] for each in words] if isinstance(words, list) else [ord(c) for c in words]
decode = lambda tokens: "".join(chr(token) for token in tokens)


def stretch(case, place, length):
    """Letters, so that no two stretches look alike."""
    return "".join(chr(97 + (7 * case + 5 * place + i) % 26) for i in range(length))


class Model:
    def __init__(self, case, lengths):
        self.case, self.lengths, self.prompts = case, lengths, []

    def generate(self, prompt_token_ids, sampling_params, use_tqdm):
        made = []
        for tokens in prompt_token_ids:
            place = len(self.prompts)
            self.prompts.append([decode(tokens), sampling_params.max_tokens])
            whole = stretch(self.case, place, self.lengths[place])
            cut = len(whole) + 1 > sampling_params.max_tokens
            words = whole[: sampling_params.max_tokens] if cut else whole
            ids = encode(words) + ([] if cut else [ord("#")])
            output = types.SimpleNamespace(text=words, token_ids=ids, finish_reason="length" if cut else "stop")
            made.append(types.SimpleNamespace(outputs=[output]))
        return made


for case in range(240):
    rng = random.Random(case)
    waits = rng.randint(0, 3)
    limit = rng.choice([20, 40, 60, 400])
    lengths = [rng.choice([1, 5, 12, 18, 30, 45]) for _ in range(waits + 1)]
    model = Model(case, lengths)
    this = types.SimpleNamespace(model=model, tok_encode=encode, batch_size=1, data_parallel_size=1)
    this.modify_gen_kwargs = lambda kwargs: kwargs
    given = {
        **{"thinking_start": START, "thinking_end": END, "until_thinking": "#", "max_tokens_thinking": limit},
        **{"thinking_n_ignore": waits, "thinking_n_ignore_str": "Wait", "temperature": 0},
    }
    requests = scope["_model_generate"](this, requests=[encode("Q")], generate=True, max_tokens=1000, stop=None, **given)
    print(
        json.dumps(
            {
                **{"case": case, "waits": waits, "limit": limit, "lengths": lengths},
                **{"stretches": len(model.prompts), "answerPrompt": decode(requests[0])[1:]},
            }
        )
    )
