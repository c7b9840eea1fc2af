"""The hostile corpus against the Markdown renderer: nothing runs, nothing is loaded, nothing is logged."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

_spec = importlib.util.spec_from_file_location("xss_corpus", Path(__file__).parents[2] / "security" / "xss_corpus.py")
assert _spec
assert _spec.loader
corpus = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(corpus)

FORBIDDEN = (Path(__file__).parent / "forbidden.js").read_text().partition("\n")[2].strip().rstrip(";")


@pytest.fixture
def show(page: Any, origin: str) -> Any:
    page.on("dialog", lambda dialog: page.problems.append(f"dialog {dialog.message}"))
    page.goto(f"{origin}/markdown")
    page.wait_for_selector("#showcase")
    page.evaluate("() => { window.pwned = 0; window.alert = window.confirm = () => { window.pwned = 1 } }")

    def show_(text: str, wait: int = 30) -> Any:
        page.evaluate("(text) => window.show(text)", text)
        page.wait_for_timeout(wait)
        return page

    return show_


def test_the_corpus_is_large() -> None:
    assert len(set(corpus.PAYLOADS)) >= 100


def test_nothing_runs_and_nothing_leaves(show: Any, page: Any, context: Any) -> None:
    address = page.url
    show("$x$ and\n\n```js\n1\n```", 800)  # the lazy parts are there before the hostile texts
    bad = {}
    for payload in corpus.PAYLOADS:
        show(payload, 400 if payload in corpus.MERMAID else 30)
        if found := page.evaluate(FORBIDDEN, "#showcase"):
            bad[payload[:80]] = found
    assert bad == {}
    assert page.url == address
    assert context.outside == []
    assert page.evaluate("document.querySelectorAll('body > div[id^=dlm-], body > #dmermaid').length") == 0


def test_all_at_once_in_one_answer(show: Any, page: Any) -> None:
    show("\n\n".join(corpus.PAYLOADS), 3000)
    assert page.evaluate(FORBIDDEN, "#showcase") == []


def test_it_stays_text_while_it_is_written(open_chat: Any, chat: Any, server: Any, page: Any) -> None:
    page.add_init_script("window.pwned = 0")
    open_chat("/c/c1", wait=".lm-thread-empty")
    server.begin(chat, corpus.HTML[5])
    hostile = "".join([*corpus.HTML[:30], *corpus.LINKS])
    pieces = [hostile[at : at + 4] for at in range(0, len(hostile), 4)]
    server.stream(chat, "a1", pieces, 2000).join()
    server.end(chat)
    page.wait_for_selector("[data-message=a1][data-status=complete]")
    assert page.evaluate(FORBIDDEN, ".lm-thread-list") == []


def test_html_is_shown_as_it_was_written(show: Any) -> None:
    page = show("a <b>bold</b> <script>x</script>\n\n<div onclick=x>\nblock\n</div>")
    words = page.inner_text("#showcase")
    assert "a <b>bold</b> <script>x</script>" in words
    assert "<div onclick=x>" in words


def test_links_tell_where_they_lead(show: Any) -> None:
    page = show("[https://bank.example](https://evil.example/login) and [ok](mailto:a@b.example) https://c.example")
    assert page.locator("a").evaluate_all("(all) => all.map((a) => [a.href, a.dataset.host ?? ''])") == [
        ["https://evil.example/login", "evil.example"],
        ["mailto:a@b.example", "a@b.example"],
        ["https://c.example/", ""],
    ]


def test_images_wait_for_a_click(show: Any) -> None:
    page = show("![A chart](https://evil.example/chart.png) ![inner](data:image/png;base64,AAAA)")
    link = page.get_by_role("link", name="Open image from evil.example")
    assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    assert page.locator("#showcase img").count() == 0
    assert page.locator("span.lm-image").inner_text().split() == ["inner", "(not", "shown)"]


def test_math_and_diagrams_are_drawn_as_they_should(show: Any) -> None:
    page = show("$a^2$ costs \\(b\\) and $5 or $6\n\n```mermaid\ngraph TD\nA-->B\n```", 100)
    page.wait_for_selector(".katex")
    assert page.locator(".katex").count() == 2
    assert "$5 or $6" in page.inner_text("#showcase")
    image = page.locator(".lm-diagram-image img")
    image.wait_for()
    page.until("document.querySelector('.lm-diagram-image img').naturalWidth > 0")
    assert image.get_attribute("src").startswith("blob:")
    page.evaluate("document.fonts.ready")
    loaded = "[...document.fonts].some((font) => font.family.includes('KaTeX') && font.status === 'loaded')"
    assert page.evaluate(loaded)


def test_code_inside_of_lists_and_tables_scroll_on_their_own(show: Any) -> None:
    page = show("1. item\n   ```python\n   " + "x = 1; " * 80 + "\n   ```\n\n|" + "a|" * 60 + "\n|" + "-|" * 60, 200)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.wait_for_selector("li .hljs-number")
