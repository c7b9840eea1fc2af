"""The frame of a page: landmarks, one heading, the way past the navigation."""

from __future__ import annotations

import reflex as rx

from localmind_app.ui import kit
from localmind_app.ui.shell import Section, shell, toggles_sidebar

SECTIONS = [
    Section(id="chat", label="Chat", icon="message_square", href="/"),
    Section(id="models", label="Models", icon="cpu", href="/models"),
]


def page(**slots: object) -> str:
    return str(shell(rx.el.p("Hello"), title="Models", sections=SECTIONS, active="models", **slots))  # type: ignore[arg-type]


def test_landmarks_and_one_heading() -> None:
    code = page()
    for landmark in ('"main"', '"header"', '"nav"'):
        assert code.count(f"jsx({landmark},") == 1, landmark
    assert code.count('jsx("h1",') == 1
    assert code.index("SkipLink") < code.index("ShellSidebar") < code.index('jsx("main",')


def test_only_the_open_section_is_current() -> None:
    code = page()
    assert code.count('"aria-current":"page"') == 1
    assert code.index('to:"/"') < code.index('"aria-current":"page"')


def test_slots_are_optional() -> None:
    assert "ShellPanel" not in page()
    assert "new-chat" not in page()
    full = page(panel=rx.el.p("x"), panel_title="Details", on_new_chat=kit.opens("x"), account=rx.el.p("Ada"))
    assert "ShellPanel" in full
    assert '"data-tip-keys":"new-chat"' in full


def test_a_page_may_scroll_itself() -> None:
    assert "overflow-y-auto" in page(scroll=True).split('jsx("main"')[1].split("}")[0]
    assert "overflow-hidden" in page(scroll=False).split('jsx("main"')[1].split("}")[0]


def test_folding_is_a_function_of_the_browser() -> None:
    assert str(toggles_sidebar()) == "(() => (toggleSidebar()))"
