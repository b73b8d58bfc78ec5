import openai
from features import ANSWER, API_KEY, BASE_URL, IMAGE, LONG, QUESTION, attempt, cancelling, equal, failure, holds
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel

client = OpenAI(base_url=BASE_URL, api_key=API_KEY, max_retries=0)
chat = client.chat.completions
model = "thinker"


def user(content):
    return {"role": "user", "content": content}


messages = [user(QUESTION)]


class Count(BaseModel):
    n: int
    city: str


class weather(BaseModel):
    city: str


count = Count(n=4, city="Paris")
tools = [openai.pydantic_function_tool(weather)]


def models():
    holds("thinker" in [one.id for one in client.models.list()], "thinker is listed")
    equal(client.models.retrieve("thinker").id, "thinker")


def reply():
    completion = chat.create(model=model, messages=messages, user="u", metadata={"topic": "sums"})
    equal(completion.choices[0].message.content, ANSWER)
    equal(completion.usage.completion_tokens, 30)


def turns():
    said = [{"role": "developer", "content": "Be brief."}, *messages]
    first = chat.create(model=model, messages=said).choices[0].message
    # As the object itself, and as a dictionary with all that is null.
    for turn in (first, first.model_dump(), first.model_dump(exclude_none=True)):
        second = chat.create(model=model, messages=[*said, turn, user("Sure?")])
        equal(second.choices[0].message.content, ANSWER)


def stream():
    chunks = list(chat.create(model=model, messages=messages, stream=True, stream_options={"include_usage": True}))
    texts = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]
    equal("".join(texts), ANSWER)
    holds(len(texts) > 2, "it comes in pieces")
    equal(chunks[-1].usage.completion_tokens, 30)
    with chat.stream(model=model, messages=messages) as events:
        final = events.get_final_completion().choices[0].message
    equal(final.content, ANSWER)
    equal(chat.create(model=model, messages=[*messages, final, user("Sure?")]).choices[0].message.content, ANSWER)


def results(calls):
    return [{"role": "tool", "tool_call_id": call.id, "content": "rain"} for call in calls]


def use_tools():
    asked = [user("Rain in Paris?")]
    message = chat.create(model=model, messages=asked, tools=tools).choices[0].message
    equal(message.tool_calls[0].function.arguments, '{"city":"Paris"}')
    for turn in (message, message.model_dump()):
        after = [*asked, turn, *results(message.tool_calls)]
        equal(chat.create(model=model, messages=after, tools=tools).choices[0].message.content, ANSWER)
    parsed = chat.parse(model=model, messages=asked, tools=tools).choices[0].message
    equal(parsed.tool_calls[0].function.parsed_arguments, weather(city="Paris"))
    after = [*asked, parsed, *results(parsed.tool_calls)]
    equal(chat.parse(model=model, messages=after, tools=tools).choices[0].message.content, ANSWER)


def tools_stream():
    asked = [user("Rain in two cities?")]
    with chat.stream(model=model, messages=asked, tools=tools, parallel_tool_calls=True) as events:
        message = events.get_final_completion().choices[0].message
    equal([call.function.parsed_arguments.city for call in message.tool_calls], ["Paris", "Rome"])
    after = [*asked, message, *results(message.tool_calls)]
    with chat.stream(model=model, messages=after, tools=tools) as events:
        equal(events.get_final_completion().choices[0].message.content, ANSWER)


def structured():
    completion = chat.parse(model=model, messages=messages, response_format=Count)
    equal(completion.choices[0].message.parsed, count)
    loose = chat.create(model=model, messages=messages, response_format={"type": "json_object"})
    equal(loose.choices[0].message.content, '{"n":4}')


def structured_stream():
    with chat.stream(model=model, messages=messages, response_format=Count) as events:
        message = events.get_final_completion().choices[0].message
    equal(message.parsed, count)
    after = [*messages, message, user("Sure?")]
    equal(chat.parse(model=model, messages=after, response_format=Count).choices[0].message.parsed, count)


def images():
    content = [{"type": "text", "text": "How many?"}, {"type": "image_url", "image_url": {"url": IMAGE}}]
    equal(chat.create(model=model, messages=[user(content)]).choices[0].message.content, ANSWER)


def choices():
    found = chat.create(model=model, messages=messages, n=3, logprobs=True, seed=1, temperature=0.7).choices
    equal([choice.message.content for choice in found], [ANSWER] * 3)
    equal("".join(token.token for token in found[0].logprobs.content), ANSWER)


def length():
    found = chat.create(model=model, messages=[user("Tell at length")], max_completion_tokens=8)
    equal(found.choices[0].finish_reason, "length")


def responses():
    make = client.responses.create
    first = make(model=model, input=QUESTION, instructions="Be brief.")
    equal(first.output_text, ANSWER)
    equal(make(model=model, input="Sure?", previous_response_id=first.id).output_text, ANSWER)
    said = [user(QUESTION), *first.output, user("Sure?")]
    equal(make(model=model, input=said, store=False).output_text, ANSWER)
    with client.responses.stream(model=model, input=said) as events:
        streamed = events.get_final_response()
    equal(streamed.output_text, ANSWER)
    for items in (streamed.output, [item.model_dump() for item in streamed.output]):
        equal(make(model=model, input=[*said, *items, user("Quite?")]).output_text, ANSWER)
    equal(client.responses.parse(model=model, input=QUESTION, text_format=Count).output_parsed, count)
    offered = [openai.pydantic_function_tool(weather)["function"] | {"type": "function"}]
    asked = [user("Rain in two cities?")]
    with client.responses.stream(model=model, input=asked, tools=offered) as events:
        called = events.get_final_response()
    calls = [item for item in called.output if item.type == "function_call"]
    equal([call.arguments for call in calls], ['{"city":"Paris"}', '{"city":"Rome"}'])
    outputs = [{"type": "function_call_output", "call_id": call.call_id, "output": "rain"} for call in calls]
    equal(make(model=model, tools=offered, input=[*asked, *called.output, *outputs]).output_text, ANSWER)
    equal(client.responses.retrieve(first.id).output_text, ANSWER)
    client.responses.delete(first.id)
    holds(isinstance(failure(lambda: client.responses.retrieve(first.id)), openai.NotFoundError), "it is gone")


def settings():
    named = chat.create(model="self-consistency(n=5)/small", messages=messages)
    equal(sum(row["votes"] for row in named.choices[0].ruminate["tally"]), 5)
    ruminate = {"strategy": "self-consistency", "options": {"n": 4}, "threshold": 0.5}
    asked = chat.create(model="small", messages=messages, extra_body={"ruminate": ruminate})
    equal(asked.choices[0].ruminate["abstained"], False)


def errors():
    wrong = OpenAI(base_url=BASE_URL, api_key="wrong", max_retries=0)
    denied = failure(lambda: wrong.chat.completions.create(model=model, messages=messages))
    holds(isinstance(denied, openai.AuthenticationError), "401 is AuthenticationError")
    nobody = failure(lambda: chat.create(model="nobody", messages=messages))
    holds(isinstance(nobody, openai.NotFoundError), "404 is NotFoundError")
    hot = failure(lambda: chat.create(model=model, messages=messages, temperature=9))
    holds(isinstance(hot, openai.BadRequestError) and hot.param == "temperature", "400 names the field")

    def nonsense():
        with chat.stream(model=model, messages=[user("Talk nonsense")], response_format=Count) as events:
            events.get_final_completion()

    holds(isinstance(failure(nonsense), openai.APIError), "an error in a stream is one")


asking = AsyncOpenAI(base_url=BASE_URL, api_key=API_KEY, max_retries=0).chat.completions


async def cancel():
    await cancelling(lambda: asking.create(model=model, messages=[user(LONG)]))


async def cancel_stream():
    async def act():
        async for _ in await asking.create(model=model, messages=[user(LONG)], stream=True):
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
