import tempfile


from features import ANSWER, API_KEY, BASE_URL, IMAGE, LONG, QUESTION, absent, attempt, cancelling, equal, holds
from inspect_ai import Task, eval as evaluate
from inspect_ai.dataset import Sample
from inspect_ai.model import ChatMessageSystem, ChatMessageUser, ContentImage, ContentText, GenerateConfig
from inspect_ai.model import ResponseSchema, execute_tools, get_model
from inspect_ai.scorer import includes
from inspect_ai.solver import generate, use_tools
from inspect_ai.tool import tool
from inspect_ai.util import json_schema
from pydantic import BaseModel

LOGS = tempfile.mkdtemp()


def model_of(name="thinker", key=API_KEY, **more):
    return get_model(f"openai-api/ruminate/{name}", base_url=BASE_URL, api_key=key, memoize=False, **more)


def run(task, **more):
    given = {"model": model_of(), "display": "none", "log_dir": LOGS, "max_retries": 0, "log_level": "error", **more}
    [log] = evaluate(task, **given)
    return log


@tool
def weather():
    async def execute(city: str):
        """The weather.

        Args:
            city: The city.
        """
        return f"rain in {city}"

    return execute


class Count(BaseModel):
    n: int
    city: str


schema = ResponseSchema(name="count", json_schema=json_schema(Count))


def question(text=QUESTION):
    return [Sample(input=text, target="4")]


def models():
    absent("it has no list of models")


def reply():
    log = run(Task(dataset=question(), solver=generate(), scorer=includes()))
    equal(log.status, "success")
    equal(log.results.scores[0].metrics["accuracy"].value, 1)
    equal(log.samples[0].output.completion, ANSWER)
    equal(log.samples[0].output.usage.output_tokens, 30)


async def turns():
    model = model_of()
    said = [ChatMessageSystem(content="Be brief."), ChatMessageUser(content=QUESTION)]
    first = await model.generate(said)
    said += [first.message, ChatMessageUser(content="Sure?")]
    streamed = await model_of(stream=True).generate(said)
    said += [streamed.message, ChatMessageUser(content="Quite?")]
    equal((await model.generate(said)).completion, ANSWER)


async def stream():
    found = await model_of(stream=True).generate(QUESTION)
    equal((found.completion, found.usage.output_tokens), (ANSWER, 30))


def tools():
    log = run(Task(dataset=question("Rain in Paris?"), solver=[use_tools(weather()), generate()], scorer=includes()))
    equal(log.status, "success")
    equal([message.role for message in log.samples[0].messages], ["user", "assistant", "tool", "assistant"])
    equal(log.samples[0].output.completion, ANSWER)


async def tools_stream():
    model = model_of(stream=True)
    said = [ChatMessageUser(content="Rain in two cities?")]
    config = GenerateConfig(parallel_tool_calls=True)
    first = await model.generate(said, tools=[weather()], config=config)
    equal([call.arguments["city"] for call in first.message.tool_calls], ["Paris", "Rome"])
    found = await execute_tools([*said, first.message], [weather()])
    after = await model.generate([*said, first.message, *found.messages], tools=[weather()], config=config)
    equal(after.completion, ANSWER)


async def structured():
    found = await model_of().generate(QUESTION, config=GenerateConfig(response_schema=schema))
    equal(Count.model_validate_json(found.completion), Count(n=4, city="Paris"))


async def structured_stream():
    found = await model_of(stream=True).generate(QUESTION, config=GenerateConfig(response_schema=schema))
    equal(Count.model_validate_json(found.completion), Count(n=4, city="Paris"))


async def images():
    content = [ContentText(text="How many?"), ContentImage(image=IMAGE)]
    equal((await model_of().generate([ChatMessageUser(content=content)])).completion, ANSWER)


async def choices():
    config = GenerateConfig(num_choices=3, logprobs=True, seed=1, temperature=0.7)
    found = await model_of().generate(QUESTION, config=config)
    equal([choice.message.text for choice in found.choices], [ANSWER] * 3)
    equal("".join(token.token for token in found.choices[0].logprobs.content), ANSWER)


async def length():
    found = await model_of().generate("Tell at length", config=GenerateConfig(max_tokens=8))
    equal(found.stop_reason, "max_tokens")


async def responses():
    for store in (True, False):
        model = model_of(responses_api=True, responses_store=store)
        said = [ChatMessageUser(content=QUESTION)]
        first = await model.generate(said)
        equal(first.completion, ANSWER)
        said += [first.message, ChatMessageUser(content="Sure?")]
        equal((await model.generate(said)).completion, ANSWER)
        said = [ChatMessageUser(content="Rain in two cities?")]
        called = await model.generate(said, tools=[weather()])
        equal([call.arguments["city"] for call in called.message.tool_calls], ["Paris", "Rome"])
        found = await execute_tools([*said, called.message], [weather()])
        after = await model.generate([*said, called.message, *found.messages], tools=[weather()])
        equal(after.completion, ANSWER)


async def settings():
    ruminate = {"strategy": "self-consistency", "options": {"n": 4}}
    found = await model_of("small").generate(QUESTION, config=GenerateConfig(extra_body={"ruminate": ruminate}))
    equal(found.usage.output_tokens, 40)
    equal((await model_of("self-consistency(n=5)/small").generate(QUESTION)).usage.output_tokens, 50)
    return "it keeps no evidence of a reply"


def errors():
    denied = run(Task(dataset=question(), solver=generate()), model=model_of(key="wrong"))
    equal(denied.status, "error")
    holds("401" in denied.error.message, f"401 is said: {denied.error.message}")
    hot = run(Task(dataset=question(), solver=generate(), config=GenerateConfig(temperature=9)))
    text = f"{hot.status} {hot.error and hot.error.message} {hot.samples and hot.samples[0].output}"
    holds("temperature" in text, f"the sentence reaches the log: {text}")


async def cancel():
    await cancelling(lambda: model_of().generate(LONG))


async def cancel_stream():
    await cancelling(lambda: model_of(stream=True).generate(LONG))


attempt(
    {
        "models": models,
        "reply": reply,
        "turns": turns,
        "stream": stream,
        "tools": tools,
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
