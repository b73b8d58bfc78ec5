from features import ANSWER, API_KEY, BASE_URL, IMAGE, LONG, QUESTION, absent, attempt, cancelling, equal, failure, holds
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel


def made(**more):
    given = {"model": "thinker", "api_key": API_KEY, "base_url": BASE_URL, "max_retries": 0, **more}
    return ChatOpenAI(**given)


model = made()


class Count(BaseModel):
    n: int
    city: str


class Number(BaseModel):
    n: int


@tool
def weather(city: str) -> str:
    """The weather"""
    return f"rain in {city}"


count = Count(n=4, city="Paris")


def joined(stream):
    whole = None
    for chunk in stream:
        whole = chunk if whole is None else whole + chunk
    return whole


def results(message):
    return [ToolMessage("rain", tool_call_id=call["id"]) for call in message.tool_calls]


def models():
    absent("it has no list of models")


def reply():
    message = model.invoke([SystemMessage("Be brief."), HumanMessage(QUESTION)])
    equal((message.content, message.usage_metadata["output_tokens"]), (ANSWER, 30))
    equal([one.content for one in model.batch([QUESTION, QUESTION])], [ANSWER, ANSWER])


def turns():
    first = model.invoke(QUESTION)
    said = [HumanMessage(QUESTION), first, HumanMessage("Sure?")]
    streamed = joined(model.stream(said))
    equal(model.invoke([*said, streamed, HumanMessage("Quite?")]).content, ANSWER)
    copied = AIMessage(**{**first.model_dump(), "type": "ai"})
    equal(model.invoke([HumanMessage(QUESTION), copied, HumanMessage("Sure?")]).content, ANSWER)


def stream():
    pieces = [chunk.content for chunk in model.stream(QUESTION) if chunk.content]
    equal("".join(pieces), ANSWER)
    holds(len(pieces) > 2, "it comes in pieces")
    equal(joined(made(stream_usage=True).stream(QUESTION)).usage_metadata["output_tokens"], 30)


def tools():
    bound = model.bind_tools([weather])
    asked = HumanMessage("Rain in Paris?")
    first = bound.invoke([asked])
    equal([(call["name"], call["args"]) for call in first.tool_calls], [("weather", {"city": "Paris"})])
    equal(bound.invoke([asked, first, *results(first)]).content, ANSWER)
    agent = create_agent(model, [weather])
    equal(agent.invoke({"messages": [asked]})["messages"][-1].content, ANSWER)


def tools_stream():
    bound = model.bind_tools([weather], parallel_tool_calls=True)
    asked = HumanMessage("Rain in two cities?")
    first = joined(bound.stream([asked]))
    equal([call["args"]["city"] for call in first.tool_calls], ["Paris", "Rome"])
    equal(joined(bound.stream([asked, first, *results(first)])).content, ANSWER)


def structured():
    for method in ("json_schema", "function_calling"):
        equal(model.with_structured_output(Count, method=method).invoke(QUESTION), count)
    equal(model.with_structured_output(Number, method="json_mode").invoke("JSON, please: how many?"), Number(n=4))
    agent = create_agent(model, [], response_format=Count)
    equal(agent.invoke({"messages": [HumanMessage(QUESTION)]})["structured_response"], count)


def structured_stream():
    found = list(model.with_structured_output(Count, method="json_schema").stream(QUESTION))
    equal(found[-1], count)


def images():
    content = [{"type": "text", "text": "How many?"}, {"type": "image_url", "image_url": {"url": IMAGE}}]
    equal(model.invoke([HumanMessage(content)]).content, ANSWER)
    standard = {"type": "image", "base64": IMAGE.split(",")[1], "mime_type": "image/png"}
    equal(model.invoke([HumanMessage([content[0], standard])]).content, ANSWER)


def choices():
    found = made(n=3, logprobs=True, temperature=0.7, seed=1).generate([[HumanMessage(QUESTION)]]).generations[0]
    equal([one.text for one in found], [ANSWER] * 3)
    tokens = (found[0].message.response_metadata.get("logprobs") or found[0].generation_info["logprobs"])["content"]
    equal("".join(token["token"] for token in tokens), ANSWER)


def length():
    equal(made(max_tokens=8).invoke("Tell at length").response_metadata["finish_reason"], "length")


def responses():
    for output_version in ("responses/v1", "v0", "v1"):
        one = made(use_responses_api=True, output_version=output_version)
        first = one.invoke(QUESTION)
        equal(first.text, ANSWER)
        said = [HumanMessage(QUESTION), first, HumanMessage("Sure?")]
        streamed = joined(one.stream(said))
        equal(streamed.text, ANSWER)
        equal(one.invoke([*said, streamed, HumanMessage("Quite?")]).text, ANSWER)
        kept = one.invoke("Sure?", previous_response_id=first.response_metadata["id"])
        equal(kept.text, ANSWER)
        bound = one.bind_tools([weather])
        asked = HumanMessage("Rain in two cities?")
        for called in (bound.invoke([asked]), joined(bound.stream([asked]))):
            equal([call["args"]["city"] for call in called.tool_calls], ["Paris", "Rome"])
            equal(bound.invoke([asked, called, *results(called)]).text, ANSWER)
        equal(one.with_structured_output(Count, method="json_schema").invoke(QUESTION), count)
    chained = made(use_responses_api=True, use_previous_response_id=True)
    first = chained.invoke(QUESTION)
    equal(chained.invoke([HumanMessage(QUESTION), first, HumanMessage("Sure?")]).text, ANSWER)


def settings():
    ruminate = {"strategy": "self-consistency", "options": {"n": 4}}
    message = made(model="small", extra_body={"ruminate": ruminate}).invoke(QUESTION)
    equal(message.usage_metadata["output_tokens"], 40)
    equal(made(model="self-consistency(n=5)/small").invoke(QUESTION).usage_metadata["output_tokens"], 50)
    return "it keeps no evidence of a reply"


def errors():
    import openai

    denied = failure(lambda: made(api_key="wrong").invoke(QUESTION))
    holds(isinstance(denied, openai.AuthenticationError), f"401 is AuthenticationError: {denied!r}")
    nobody = failure(lambda: made(model="nobody").invoke(QUESTION))
    holds(isinstance(nobody, openai.NotFoundError), "404 is NotFoundError")
    hot = failure(lambda: made(temperature=9).invoke(QUESTION))
    holds("temperature" in str(hot), f"the sentence reaches the caller: {hot}")
    none = failure(lambda: model.with_structured_output(Count, method="json_schema").invoke("Talk nonsense"))
    holds("satisfies the response format" in str(none), f"no object is said so: {none}")


async def cancel():
    await cancelling(lambda: made().ainvoke(LONG))


async def cancel_stream():
    async def act():
        async for _ in made().astream(LONG):
            pass

    await cancelling(act)


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
