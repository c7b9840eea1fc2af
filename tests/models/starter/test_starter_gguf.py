"""The shipped file: small, and right about itself on questions it never saw."""

from collections import defaultdict
from pathlib import Path

import pytest

import models.starter
from models.starter.chat import Chat
from models.starter.data import BY_NAME
from models.starter.evaluate import FINAL, TUNING, converse, right
from models.starter.heldout import CONVERSATIONS

PATH = Path(models.starter.__file__).parent / "starter.gguf"

MUST = (
    ("greet", "Hello!"),
    ("who_are_you", "Who are you?"),
    ("name", "What is your name?"),
    ("other_assistant", "Are you ChatGPT?"),
    ("can_do", "What can you do?"),
    ("cannot_do", "What can you not do?"),
    ("larger_model", "How do I get a larger model?"),
    ("privacy", "Is my data private?"),
    ("localmind", "What is LocalMind?"),
    ("features", "What features does LocalMind have?"),
    ("maths", "What is 12 * 12?"),
    ("fact", "What is the capital of France?"),
    ("code", "Write a Python function that sorts a list"),
    ("translate", "Translate good morning into Spanish"),
    ("documents", "Can you read PDFs?"),
    ("images", "Can you draw a picture?"),
    ("voice", "Do you have voice input?"),
    ("web_search", "Can you search the web?"),
    ("table", "Show me a table"),
    ("markdown", "Show me markdown"),
    ("code_block", "Show me a code block"),
    ("thanks", "Thank you!"),
    ("bye", "Bye!"),
    ("de_greet", "Hallo!"),
    ("de_who", "Wer bist du?"),
    ("de_larger_model", "Wie bekomme ich ein größeres Modell?"),
)


HELD_OUT_RIGHT = 0.8


@pytest.fixture(scope="module")
def chat():
    chat = Chat(PATH)
    yield chat
    chat.close()


def test_file_is_at_most_8_mb():
    assert PATH.stat().st_size <= 8_000_000


def test_metadata(chat):
    assert chat.llama.metadata["general.name"] == "LocalMind Starter"
    assert chat.llama.metadata["general.license"] == "apache-2.0"
    assert chat.llama.metadata["llama.context_length"] == "2048"


def test_chat_template_renders_a_system_prompt(chat):
    text = chat.template.render(
        messages=[{"role": "system", "content": "S"}, {"role": "user", "content": "U"}], add_generation_prompt=True
    )
    assert text == "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n"


@pytest.mark.parametrize(("name", "question"), MUST, ids=[name for name, _ in MUST])
def test_first_questions(chat, name, question):
    reply = chat.ask(question)
    assert right(name, reply), reply.text


def test_held_out_questions(chat):
    wrong = defaultdict(list)
    for name, question in TUNING + FINAL:
        reply = chat.ask(question)
        assert reply.ended, (question, reply.text)
        if not BY_NAME[name].holds(reply.text):
            wrong[name].append((question, reply.text))
    assert sum(map(len, wrong.values())) <= (1 - HELD_OUT_RIGHT) * len(TUNING + FINAL), dict(wrong)


def test_conversations(chat):
    counts = [converse(chat, turns) for turns in CONVERSATIONS]
    assert sum(correct for correct, _ in counts) >= 0.85 * sum(count for _, count in counts), counts


@pytest.mark.parametrize("question", ["Write a long text about LocalMind", "Tell me a long story about LocalMind"])
def test_long_answers(chat, question):
    reply = chat.ask(question)
    assert reply.ended
    assert len(chat.llama.tokenize(reply.text.encode(), add_bos=False)) >= 300
    assert reply.text.count("\n\n") >= 5
