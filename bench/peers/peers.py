"""Does what bench/peers.ts asks for, one line of JSON a task, with the packages that others publish."""

import asyncio
import json
import logging
import sys
import time
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)


def solve(base_url, n, in_flight, **_):
    from its_hub.api import AbstractOutcomeRewardModel
    from its_hub.core.algorithms.bon import BestOfN
    from its_hub.core.lms.openai_lm import OpenAICompatibleLanguageModel

    class Half(AbstractOutcomeRewardModel):
        def score(self, messages, **_):
            return [0.5] * len(messages)

        async def ascore(self, messages, orchestrator=None, **_):
            return [0.5] * len(messages)

    lm = OpenAICompatibleLanguageModel(base_url, "none", "test", max_concurrency=in_flight)
    result = BestOfN(Half()).infer(lm, "6 x 7?", budget=n, return_response_only=False)
    assert len(result.responses) == n
    return n


def calls(base_url, n, in_flight, **_):
    from its_hub.api import ChatMessage
    from its_hub.core.lms.openai_lm import OpenAICompatibleLanguageModel

    lm = OpenAICompatibleLanguageModel(base_url, "none", "test", max_concurrency=in_flight)
    questions = [[ChatMessage(role="user", content=f"6 x {i}?")] for i in range(n)]
    replies = asyncio.run(lm.agenerate(questions))
    assert len(replies) == n
    return n


def tree(n, **_):
    from treequest.algos.standard_mcts import StandardMCTS

    algorithm = StandardMCTS(samples_per_action=4)
    state = algorithm.init_tree()
    for i in range(n):
        state, trial = algorithm.ask(state, ["step"])
        state = algorithm.tell(state, trial.trial_id, (i, (i * 2654435761 % 65536) / 65535))
    return n


def answers(pairs, **_):
    from math_verify import parse, verify

    for a, b in pairs:
        verify(parse(f"${b}$"), parse(f"${a}$"))
    return len(pairs)


def nothing(**_):
    """Answered once everything is imported."""
    return 0


tasks = {"nothing": nothing, "solve": solve, "calls": calls, "tree": tree, "answers": answers}
for line in sys.stdin:
    task = json.loads(line)
    began, before = time.perf_counter(), time.process_time()
    done = tasks[task.pop("task")](**task)
    seconds, cpu = time.perf_counter() - began, time.process_time() - before
    print(json.dumps({"done": done, "seconds": seconds, "cpu": cpu}), flush=True)
