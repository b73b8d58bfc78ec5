import asyncio
import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm
from features import ANSWER, API_KEY, BASE_URL, IMAGE, LONG, QUESTION, attempt, cancelling, equal, failure, holds
from pydantic import BaseModel

litellm.num_retries = 0
litellm.telemetry = False
messages = [{"role": "user", "content": QUESTION}]
reach = {"api_base": BASE_URL, "api_key": API_KEY, "max_retries": 0}


def ask(model="openai/thinker", **more):
    return litellm.completion(**{"model": model, "messages": messages, **reach, **more})


def user(content):
    return {"role": "user", "content": content}


class Count(BaseModel):
    n: int
    city: str


count = Count(n=4, city="Paris")
parameters = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
tools = [{"type": "function", "function": {"name": "weather", "description": "The weather", "parameters": parameters}}]


def models():
    found = litellm.get_valid_models(check_provider_endpoint=True, custom_llm_provider="openai", **{k: reach[k] for k in ("api_base", "api_key")})
    holds(any("thinker" in name for name in found), f"thinker is listed: {found[:5]}")


def reply():
    completion = ask()
    equal(completion.choices[0].message.content, ANSWER)
    equal(completion.usage.completion_tokens, 30)


def turns():
    first = ask().choices[0].message
    for turn in (first, first.model_dump()):
        said = [*messages, turn, user("Sure?")]
        equal(ask(messages=said).choices[0].message.content, ANSWER)
    whole = litellm.stream_chunk_builder(list(ask(stream=True)), messages=messages).choices[0].message
    for turn in (whole, whole.model_dump()):
        equal(ask(messages=[*messages, turn, user("Sure?")]).choices[0].message.content, ANSWER)


def stream():
    chunks = list(ask(stream=True, stream_options={"include_usage": True}))
    texts = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]
    equal("".join(texts), ANSWER)
    holds(len(texts) > 2, "it comes in pieces")
    equal(chunks[-1].usage.completion_tokens, 30)


def results(calls):
    return [{"role": "tool", "tool_call_id": call.id, "name": call.function.name, "content": "rain"} for call in calls]


def use_tools():
    asked = [user("Rain in Paris?")]
    message = ask(messages=asked, tools=tools).choices[0].message
    equal(message.tool_calls[0].function.arguments, '{"city":"Paris"}')
    for turn in (message, message.model_dump()):
        after = [*asked, turn, *results(message.tool_calls)]
        equal(ask(messages=after, tools=tools).choices[0].message.content, ANSWER)


def tools_stream():
    asked = [user("Rain in two cities?")]
    chunks = list(ask(messages=asked, tools=tools, parallel_tool_calls=True, stream=True))
    message = litellm.stream_chunk_builder(chunks, messages=asked).choices[0].message
    equal([call.function.arguments for call in message.tool_calls], ['{"city":"Paris"}', '{"city":"Rome"}'])
    for turn in (message, message.model_dump()):
        after = [*asked, turn, *results(message.tool_calls)]
        equal(ask(messages=after, tools=tools).choices[0].message.content, ANSWER)


def structured():
    equal(Count.model_validate_json(ask(response_format=Count).choices[0].message.content), count)
    equal(ask(response_format={"type": "json_object"}).choices[0].message.content, '{"n":4}')


def structured_stream():
    texts = [chunk.choices[0].delta.content or "" for chunk in ask(response_format=Count, stream=True)]
    equal(Count.model_validate_json("".join(texts)), count)


def images():
    content = [{"type": "text", "text": "How many?"}, {"type": "image_url", "image_url": {"url": IMAGE}}]
    equal(ask(messages=[user(content)]).choices[0].message.content, ANSWER)


def choices():
    found = ask(n=3, logprobs=True, seed=1, temperature=0.7).choices
    equal([choice.message.content for choice in found], [ANSWER] * 3)
    equal("".join(token.token for token in found[0].logprobs.content), ANSWER)


def length():
    equal(ask(messages=[user("Tell at length")], max_tokens=8).choices[0].finish_reason, "length")


def responses():
    def make(**more):
        return litellm.responses(**{"model": "openai/thinker", **reach, **more})

    def text_of(response):
        return "".join(part.text for item in response.output if item.type == "message" for part in item.content)

    first = make(input=QUESTION, instructions="Be brief.")
    equal(text_of(first), ANSWER)
    said = [user(QUESTION), *[item.model_dump() for item in first.output], user("Sure?")]
    equal(text_of(make(input=said)), ANSWER)
    equal(text_of(make(input="Sure?", previous_response_id=first.id)), ANSWER)
    done = [event for event in make(input=said, stream=True) if event.type == "response.completed"]
    equal(text_of(done[0].response), ANSWER)
    offered = [{"type": "function", **tools[0]["function"]}]
    asked = [user("Rain in two cities?")]
    called = make(input=asked, tools=offered)
    calls = [item for item in called.output if item.type == "function_call"]
    outputs = [{"type": "function_call_output", "call_id": call.call_id, "output": "rain"} for call in calls]
    after = [*asked, *[item.model_dump() for item in called.output], *outputs]
    equal(text_of(make(input=after, tools=offered)), ANSWER)


def settings():
    ruminate = {"strategy": "self-consistency", "options": {"n": 4}}
    choice = ask("openai/small", extra_body={"ruminate": ruminate}).choices[0]
    evidence = getattr(choice, "ruminate", None) or choice.provider_specific_fields["ruminate"]
    equal(sum(row["votes"] for row in evidence["tally"]), 4)
    equal(ask("openai/self-consistency(n=5)/small").usage.completion_tokens, 50)


def errors():
    holds(isinstance(failure(lambda: ask(api_key="wrong")), litellm.AuthenticationError), "401 is AuthenticationError")
    holds(isinstance(failure(lambda: ask("openai/nobody")), litellm.NotFoundError), "404 is NotFoundError")
    hot = failure(lambda: ask(temperature=9))
    holds(isinstance(hot, litellm.BadRequestError) and "temperature" in str(hot), f"400 names the field: {hot!r}")
    nonsense = {"messages": [user("Talk nonsense")], "response_format": Count}
    none = failure(lambda: ask(**nonsense))
    holds("satisfies the response format" in str(none), f"no object is said so: {none!r}")
    streamed = failure(lambda: list(ask(**nonsense, stream=True)))
    holds("satisfies the response format" in str(streamed), f"an error in a stream is one: {streamed!r}")


waiting = {"model": "openai/thinker", "messages": [user(LONG)], **reach}


async def cancel():
    await cancelling(lambda: litellm.acompletion(**waiting))


async def cancel_stream():
    async def act():
        async for _ in await litellm.acompletion(**waiting, stream=True):
            pass

    await cancelling(act)


attempt(
    {
        "models": models,
        "reply": reply,
        "turns": turns,
        "stream": stream,
        "tools": use_tools,
        "tools-stream": tools_stream,
        "structured": structured,
        "structured-stream": structured_stream,
        "images": images,
        "choices": choices,
        "length": length,
        "responses": responses,
        "settings": settings,
        "errors": errors,
        "cancel": cancel,
        "cancel-stream": cancel_stream,
    }
)
