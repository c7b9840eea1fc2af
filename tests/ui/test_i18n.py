"""Every sentence has its translation, every translation its sentence, and no page holds a bare one."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from localmind_app.core import errors
from localmind_app.features.models import catalogue
from localmind_app.ui import i18n

ROOT = Path(__file__).parents[2]
APP = ROOT / "localmind_app"
PYTHON = sorted(APP.rglob("*.py"))
JAVASCRIPT = sorted(path for path in (APP / "ui" / "web").rglob("*") if path.suffix in (".js", ".jsx"))

# Functions of ours whose first literal is a sentence; the number says how many are.
TRANSLATORS = {"t": 1, "mark": 1, "tn": 2, "said": 1, "shows_toast": 1, "warn": 1, "remark": 1}
STRING = r'"((?:[^"\\]|\\.)*)"'


def called(node: ast.Call) -> str:
    """The last name of what is called: `t` for ``i18n.t(…)``."""
    target = node.func
    return target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def literals(nodes: list[ast.expr]) -> Iterator[str]:
    return (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def error_names(trees: list[ast.AST]) -> set[str]:
    """UserError and everything that derives from it, wherever it is defined."""
    names = {
        name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.UserError)
    }
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    grown = True
    while grown:
        found = {c.name for c in classes for base in c.bases if isinstance(base, ast.Name) and base.id in names}
        grown = not found <= names
        names |= found
    return names


def python_sentences() -> dict[str, str]:
    """Every sentence of the Python sources, with the file it is in."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in PYTHON}
    raised = error_names(list(trees.values()))
    found: dict[str, str] = {}
    for path, tree in trees.items():
        for node in calls(tree):
            count = 1 if called(node) in raised else TRANSLATORS.get(called(node), 0)
            # translate(locale, sentence): the server's own pages name the language first.
            given = node.args[1:2] if called(node) == "translate" else node.args[:count]
            for text in literals(given):
                found[text] = str(path.relative_to(ROOT))
    return found


def javascript_sentences() -> dict[str, str]:
    """Every sentence of the JavaScript sources: t("…"), tn("…", "…"), mark("…"), toast("…"), {message: "…"}."""
    patterns = (
        rf"\b(?:t|translate|mark|toast)\(\s*{STRING}",
        rf"\b(?:tn|translatePlural)\(\s*{STRING}",
        rf"\b(?:tn|translatePlural)\(\s*(?:{STRING})\s*,\s*{STRING}",
        rf"\b(?:message|undoLabel):\s*{STRING}",
        rf"\b(?:t|toast)\([^\"()]*\?\s*{STRING}",  # t(done ? "…" : "…"), its first branch
        rf"\b(?:t|toast)\([^\"()]*\?\s*{STRING}\s*:\s*{STRING}",  # and its second
    )
    found: dict[str, str] = {}
    for path in JAVASCRIPT:
        source = re.sub(r"^\s*(//|\*|/\*).*$", "", path.read_text(encoding="utf-8"), flags=re.M)
        for pattern in patterns:
            for match in re.finditer(pattern, source):
                found[json.loads(f'"{match.group(match.lastindex or 1)}"')] = str(path.relative_to(ROOT))
    return found


def fields(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


# What the catalogue of models says of each is shown on its page.
NOTES = {entry.note: "models/catalogue.toml" for entry in catalogue.entries()}
SENTENCES = {text: path for text, path in {**python_sentences(), **javascript_sentences(), **NOTES}.items() if text}
LOCALES = [locale for locale in i18n.locales() if locale != i18n.SOURCE]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_is_translated(locale: str) -> None:
    missing = {text: path for text, path in SENTENCES.items() if text not in i18n.catalogue(locale)}
    assert not missing, json.dumps(missing, indent=1, ensure_ascii=False)


@pytest.mark.parametrize("locale", LOCALES)
def test_no_translation_is_left_over(locale: str) -> None:
    unused = sorted(set(i18n.catalogue(locale)) - set(SENTENCES))
    assert not unused, json.dumps(unused, indent=1, ensure_ascii=False)


@pytest.mark.parametrize("locale", LOCALES)
def test_both_sides_have_the_same_fields(locale: str) -> None:
    for text, entry in i18n.catalogue(locale).items():
        for translated in entry.values() if isinstance(entry, dict) else [entry]:
            assert fields(translated) == fields(text), text


@pytest.mark.parametrize("locale", LOCALES)
def test_catalogues_are_sorted_and_say_each_sentence_once(locale: str) -> None:
    pairs = json.loads((i18n.LOCALE_DIR / f"{locale}.json").read_text(encoding="utf-8"), object_pairs_hook=list)
    keys = [key for key, _ in pairs]
    assert keys == sorted(set(keys))


# What a person sees or hears; anything else that is a text is a class name, an id, an address …
SPOKEN = {
    "aria_label",
    "placeholder",
    "title",
    "label",
    "hint",
    "alt",
    "text",
    "confirm",
    "trigger_label",
    "description",
}
PAGES = [
    path for path in PYTHON if path.parent.name in ("page", "components") or path.name in ("page.py", "components.py")
]
PAGES += [path for path in (APP / "ui").rglob("*.py") if path.name != "gallery.py"]  # the gallery is for developers
NAMES = {"LocalMind"}  # a name is the same in every language


def bare_literals(tree: ast.AST) -> Iterator[str]:
    for node in calls(tree):
        function = node.func
        element = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Attribute)
        shown = list(node.args) if element and getattr(function.value, "attr", "") == "el" else []  # type: ignore[union-attr]
        shown += [word.value for word in node.keywords if word.arg in SPOKEN]
        if called(node) not in TRANSLATORS:
            yield from (text for text in literals(shown) if re.search(r"[^\W\d_]{2}", text) and text not in NAMES)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(APP)))
def test_no_bare_sentence(path: Path) -> None:
    assert not list(bare_literals(ast.parse(path.read_text(encoding="utf-8"))))


def test_bare_sentences_would_be_found() -> None:
    assert list(bare_literals(ast.parse('rx.el.p("Hello there")'))) == ["Hello there"]
    assert list(bare_literals(ast.parse('kit.button(label="Save")'))) == ["Save"]
    assert not list(bare_literals(ast.parse('rx.el.p(t("Hello"), class_name="flex")')))


def test_translate_fills_fields_and_falls_back() -> None:
    assert i18n.translate("de", "Try again") == "Erneut versuchen"
    assert i18n.translate("en", "There is no chat {chat}.", chat=7) == "There is no chat 7."
    assert i18n.translate("xx", "Not in any catalogue {n}", {"n": 1}) == "Not in any catalogue 1"


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,de;q=0.9", "en"),
        ("fr,de;q=0.5,en;q=0.4", "de"),
        ("de;q=0,en", "en"),
        ("de;q=no", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_negotiate(header: str | None, locale: str) -> None:
    assert i18n.negotiate(header) == locale


def test_t_is_a_lookup_in_the_browser() -> None:
    var = i18n.t("{n} chats", n=3)
    assert str(var) == '(t("{n} chats", ({ ["n"] : 3 })))'
    data = var._get_all_var_data()
    assert data is not None
    assert "const t = useT()" in data.hooks
    assert i18n.LIBRARY in dict(data.imports)
