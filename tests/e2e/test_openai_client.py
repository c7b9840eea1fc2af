"""The official `openai` package against /v1, with an API key made on the settings page."""

from __future__ import annotations

import openai
import pytest
from playwright.sync_api import Page, expect

from tests.product import Product


@pytest.fixture
def client(page: Page, product: Product) -> openai.OpenAI:
    page.goto(product.base + "/settings")
    page.get_by_role("textbox", name="Name of the key").fill("from a test")
    page.get_by_role("button", name="Make a key").click()
    key = page.locator("#new-key")
    expect(key).to_contain_text("lm-")
    expect(page.get_by_role("textbox", name="Name of the key")).to_have_value("")
    return openai.OpenAI(base_url=product.base + "/v1", api_key=key.inner_text(), max_retries=0)


def test_the_official_client_works_unchanged(client: openai.OpenAI, page: Page, product: Product) -> None:
    assert {"starter", "fast", "slow", "all-minilm-l6-v2"} <= {model.id for model in client.models.list()}

    whole = client.chat.completions.create(
        model="starter", messages=[{"role": "user", "content": "Who are you?"}], max_tokens=60, temperature=0
    )
    assert whole.choices[0].message.content
    assert (
        whole.usage is not None
        and whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens
    )

    stream = client.chat.completions.create(
        model="starter",
        messages=[{"role": "user", "content": "Who are you?"}],
        max_tokens=60,
        temperature=0,
        stream=True,
        stream_options={"include_usage": True},
        logprobs=True,
        top_logprobs=2,
    )
    pieces = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in pieces if chunk.choices)
    assert text == whole.choices[0].message.content
    assert pieces[-1].usage is not None
    assert any(chunk.choices and chunk.choices[0].logprobs for chunk in pieces)

    completion = client.completions.create(model="fast", prompt="alpha beta", max_tokens=8, seed=1)
    assert completion.choices[0].finish_reason == "length"

    vectors = client.embeddings.create(
        model="all-minilm-l6-v2", input=["a cat sleeps", "a kitten naps", "interest rates rise"]
    )
    near, far = (
        sum(a * b for a, b in zip(vectors.data[0].embedding, vectors.data[other].embedding, strict=True))
        for other in (1, 2)
    )
    assert len(vectors.data[0].embedding) == 384
    assert near > far + 0.3

    with pytest.raises(openai.NotFoundError, match="no-such-model"):
        client.chat.completions.create(model="no-such-model", messages=[{"role": "user", "content": "x"}])
    with pytest.raises(openai.BadRequestError, match="temperature"):
        client.chat.completions.create(model="fast", messages=[{"role": "user", "content": "x"}], temperature=99)

    page.get_by_role("button", name="Revoke from a test").first.click()
    expect(page.get_by_text("The key was revoked.").last).to_be_visible()


def test_without_a_key_the_api_is_closed(product: Product) -> None:
    with pytest.raises(openai.AuthenticationError):
        openai.OpenAI(base_url=product.base + "/v1", api_key="lm-wrong", max_retries=0).models.list()
