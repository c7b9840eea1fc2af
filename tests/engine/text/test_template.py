"""Chat templates: what Hugging Face's offer works, and what a hostile one tries is cut off."""

from __future__ import annotations

import time

import pytest

from localmind_app.core.errors import Invalid, ModelBroken
from localmind_app.engine.text.template import ChatTemplate

USER = [{"role": "user", "content": "Hi"}]
SYSTEM = [{"role": "system", "content": "Be kind."}, *USER]
NO_SYSTEM = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for m in messages %}<{{ m.role }}>{{ m.content | trim }}</s>{% endfor %}"
)


def render(source: str | None, messages: list[dict[str, str]] = USER, **options: bool) -> str:
    return ChatTemplate(source, {"bos_token": "<s>", "eos_token": "</s>"}).render(messages, **options)


def test_a_missing_template_is_chatml_and_says_so() -> None:
    assert ChatTemplate(None, {}).origin == "chatml"
    assert ChatTemplate("x", {}).origin == "model"
    assert render(None, SYSTEM) == (
        "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
    )


def test_what_templates_use() -> None:
    assert render("{{ bos_token }}{{ messages[0]['content'] }}{{ eos_token }}") == "<s>Hi</s>"
    assert render("{{ strftime_now('%Y') }}") >= "2024"
    assert render("{{ messages[0] | tojson }}") == '{"role": "user", "content": "Hi"}'
    assert render("{% for x in [1, 2, 3] %}{% if x == 2 %}{% break %}{% endif %}{{ x }}{% endfor %}") == "1"
    assert render("{% generation %}{{ 'in' }}{% endgeneration %}") == "in"
    assert render("{% set ns = namespace(n=0) %}{% set ns.n = 4 %}{{ ns.n * 2 }}{{ '-' * 3 }}") == "8---"
    assert render("{{ 'tools' if tools else 'none' }}") == "none"


def test_a_forbidden_system_message_moves_into_the_first_user_message() -> None:
    assert render(NO_SYSTEM, SYSTEM) == "<user>Be kind.\n\nHi</s>"
    with pytest.raises(Invalid, match="System role not supported"):
        render(NO_SYSTEM, SYSTEM[:1])


@pytest.mark.parametrize("source", [None, NO_SYSTEM])
@pytest.mark.parametrize("text", ["", "And so", "trailing blank ", "twice twice"])
def test_continuing_ends_right_after_the_text(source: str | None, text: str) -> None:
    messages = [*SYSTEM, {"role": "assistant", "content": text}]
    made = render(source, messages, continue_final=True)
    assert made.endswith(text)
    assert made.endswith(("<assistant>" if source else "assistant\n") + text)


def test_a_template_that_drops_the_answer_cannot_continue() -> None:
    with pytest.raises(Invalid, match="cannot continue"):
        render("{{ messages[0].content }}", [*USER, {"role": "assistant", "content": "x"}], continue_final=True)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "too long"),
        ("{% for a in range(99999) %}{% for b in range(99999) %}{{ 'x' * 99 }}{% endfor %}{% endfor %}", "without end"),
        ("{{ 'a' * 10000000000 }}", "repeats a text"),
        ("{{ 9 ** 99999999 }}", "too large numbers"),
        (
            "{% set ns = namespace(x='ab') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
            "memory|too long",
        ),
        ("{{ '%0999999999999d' % 1 }}", "memory|too long|big|format|fit"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "unsafe|insecure|access"),
        ("{{ messages.append(1) }}", "unsafe|safely"),
        ("{{ range(10000000) }}", "range|Range"),
        ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "nests too deep"),
        ("{% if %}", "Expected"),
        ("x" * 2_000_000, "too long"),
        ("{{ 1 / 0 }}", "division"),
    ],
)
def test_hostile_templates_are_cut_off(source: str, reason: str) -> None:
    started = time.monotonic()
    with pytest.raises(ModelBroken, match=reason):
        render(source)
    assert time.monotonic() - started < 5


def test_an_unknown_name_is_a_refusal_of_these_messages() -> None:
    with pytest.raises(Invalid, match="refuses"):
        render("{{ nothing.at.all }}")
