"""What every program of a client shares: how it says how a feature went."""
import asyncio
import inspect
import json
import os
import sys
import traceback
import urllib.request

BASE_URL = os.environ["BASE_URL"]
RELAY = os.environ["RELAY"]
API_KEY = os.environ["API_KEY"]

ANSWER = "The answer is 4."
QUESTION = "2 + 2?"
LONG = "Think slowly."
IMAGE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class Said(Exception):
    """A client has no such thing, or the server refuses it, in words."""

    def __init__(self, outcome, words):
        super().__init__(words)
        self.outcome = outcome


def absent(words):
    raise Said("absent", words)


def refused(words):
    raise Said("refused", words)


def attempt(features):
    only = os.environ.get("FEATURES")
    for feature, act in features.items():
        if only and feature not in only.split(","):
            continue
        urllib.request.urlopen(urllib.request.Request(f"{RELAY}/feature/{feature}", method="POST")).read()
        outcome = {"feature": feature, **outcome_of(act)}
        print("@" + json.dumps(outcome), flush=True)
    sys.stdout.flush()
    os._exit(0)


def outcome_of(act):
    try:
        words = asyncio.run(act()) if inspect.iscoroutinefunction(act) else act()
        return {"outcome": "works", **({"words": words} if words else {})}
    except Said as said:
        return {"outcome": said.outcome, "words": str(said)}
    except BaseException:
        return {"outcome": "fails", "words": traceback.format_exc()[-1500:]}


def equal(found, expected):
    if found != expected:
        raise AssertionError(f"{found!r} is not {expected!r}")


def holds(value, what):
    if not value:
        raise AssertionError(f"does not hold: {what}")


def failure(act):
    """What a call fails with; it must fail."""
    try:
        act()
    except Exception as error:
        return error
    raise AssertionError("it did not fail")


def counts():
    """How many requests the model's server keeps waiting or kept, and how many of them were left."""
    waiting, left = urllib.request.urlopen(f"{RELAY}/counts").read().split()
    return int(waiting), int(left)


async def until(holds, what):
    for _ in range(400):
        if holds(*counts()):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"the model's server was not {what}")


async def cancelling(make):
    """Cancels what `make` begins once the model's server was asked: it must be left, and cost nothing more."""
    waiting_before, left_before = counts()
    pending = asyncio.create_task(make())
    await until(lambda waiting, _: waiting > waiting_before, "asked")
    pending.cancel()
    try:
        await pending
    except asyncio.CancelledError:
        await until(lambda _, left: left > left_before, "left")
        return
    raise AssertionError("it was not cancelled")
