import jinja2.sandbox
import pytest

from models.starter.tokenizer import CHAT_TEMPLATE, END, SPECIAL, encode_chat

TEXTS = (
    "Hello, world!",
    "Grüße: Äpfel, Straße",
    "a\n\n b\t\u00a0c",
    "日本語 👍🏽",
    "12345 3.14",
    "it's I'LL",
    "\x00\x7f",
)
MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Hi"},
    {"role": "assistant", "content": "Hello!\nAsk me."},
]


@pytest.mark.parametrize("text", TEXTS)
def test_round_trip(tokenizer, text):
    assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=False) == text


def test_special_tokens_come_first(tokenizer):
    assert [tokenizer.id_to_token(i) for i in range(3)] == list(SPECIAL)


def test_only_assistant_text_and_its_end_are_spoken(tokenizer):
    ids, spoken = encode_chat(tokenizer, MESSAGES)
    said = [token for token, mask in zip(ids, spoken, strict=True) if mask]
    assert tokenizer.decode(said, skip_special_tokens=False) == "Hello!\nAsk me." + END


def test_chat_template_matches_training(tokenizer):
    template = jinja2.sandbox.ImmutableSandboxedEnvironment().from_string(CHAT_TEMPLATE)
    text = template.render(messages=MESSAGES, add_generation_prompt=False)
    assert tokenizer.encode(text).ids == encode_chat(tokenizer, MESSAGES)[0]


def test_chat_template_opens_the_answer():
    template = jinja2.sandbox.ImmutableSandboxedEnvironment().from_string(CHAT_TEMPLATE)
    text = template.render(messages=MESSAGES[:2], add_generation_prompt=True)
    assert text == ("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n")
