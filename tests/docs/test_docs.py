"""Documentation is a test: what exists has its heading, and what is linked exists.

Not covered: whether the prose is true.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from starlette.routing import Route

from localmind_app.bootstrap.commands import COMMANDS
from localmind_app.cli import app
from localmind_app.core.home import Home
from localmind_app.engine.routes import ROUTES
from localmind_app.ui.shortcuts import SHORTCUTS
from localmind_app.web.application import api

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
APP = ROOT / "localmind_app"
MISSING_IMAGES: frozenset[str] = frozenset()  # pictures that are still to be made, by path from the top

FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")


def pages() -> list[Path]:
    """Every Markdown file of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return sorted(path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file())


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def folders(parent: Path) -> list[str]:
    return sorted(path.name for path in parent.iterdir() if (path / "__init__.py").is_file())


def prose(text: str) -> str:
    """The text without code, in which a bracket is no link."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def anchors(text: str) -> set[str]:
    """What GitHub makes of the headings."""
    found = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def commands(group: typer.Typer, before: str = "") -> Iterator[str]:
    for command in group.registered_commands:
        assert command.callback is not None
        yield before + (command.name or command.callback.__name__)
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from commands(inner.typer_instance, f"{before}{inner.name} ")


@pytest.mark.parametrize("folder", folders(APP))
def test_every_floor_has_its_page(folder: str) -> None:
    assert (DOCS / f"{folder}.md").is_file()


@pytest.mark.parametrize("folder", folders(APP / "features"))
def test_every_feature_has_its_page(folder: str) -> None:
    assert (DOCS / "features" / f"{folder}.md").is_file()
    assert f"(features/{folder}.md)" in read("features.md")


@pytest.mark.parametrize("page", sorted(DOCS.glob("features/*.md")), ids=name_of)
def test_no_page_outlives_its_feature(page: Path) -> None:
    assert page.stem in folders(APP / "features")


@pytest.mark.parametrize("command", list(commands(app)))
def test_every_command_has_its_heading(command: str) -> None:
    assert f"\n## `{command}`\n" in read("cli.md")


def test_no_heading_outlives_its_command() -> None:
    assert set(re.findall(r"^## `(.+)`$", read("cli.md"), re.MULTILINE)) == set(commands(app))


@pytest.mark.parametrize("name", [name for name, value in vars(Home).items() if isinstance(value, property)])
def test_every_path_of_the_data_folder_is_described(name: str) -> None:
    root = Path("/home")  # short: the socket of a long path lies elsewhere
    path = getattr(Home(root), name).relative_to(root).as_posix()
    rows = [line for line in read("home.md").splitlines() if line.startswith(f"| `{name}` | `{path}")]
    assert len(rows) == 1


def described() -> list[Route]:
    return [route for route in [*api().routes, *ROUTES] if isinstance(route, Route)]


@pytest.mark.parametrize("route", described(), ids=lambda route: route.path)
def test_every_route_is_described(route: Route) -> None:
    for method in (route.methods or set()) - {"HEAD"}:
        assert f"`{method} {route.path}`" in read("api.md")


def test_no_route_is_described_that_is_not_there() -> None:
    there = {f"{method} {route.path}" for route in described() for method in route.methods or set()}
    assert set(re.findall(r"`((?:GET|POST|PUT|DELETE|PATCH) /[^`]*)`", read("api.md"))) <= there


def test_every_error_code_is_in_the_table() -> None:
    from localmind_app.core.errors import UserError, _tree

    written = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\|(.+?)\| \d{3} \|", read("api.md"), re.MULTILINE))))
    assert written == set(_tree(UserError))


def test_every_shortcut_is_in_the_table() -> None:
    rows = re.findall(r"^\| (?:Ctrl|Shift|Esc)\S* (?:and \S+ )?.*\|$", read("ui.md"), re.MULTILINE)
    keys = " ".join(row.split("|")[1] for row in rows).lower().replace("ctrl", "mod").replace("esc", "escape").split()
    assert set(keys) - {"and"} >= {shortcut.keys for shortcut in SHORTCUTS}


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for picture, target in LINK.findall(prose(page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        led = (page.parent / path).resolve() if path else page
        if picture and led.is_relative_to(ROOT) and name_of(led) in MISSING_IMAGES:
            continue
        assert led.is_relative_to(ROOT) and led.exists(), f"{target} is not there"
        if anchor:
            assert anchor in anchors(led.read_text(encoding="utf-8")), f"{target} has no such heading"


def test_every_picture_says_what_it_shows() -> None:
    for page in pages():
        assert not re.search(r"!\[\s*\]\(", prose(page.read_text(encoding="utf-8"))), name_of(page)


def test_no_picture_is_missing_that_was_made() -> None:
    assert not [name for name in MISSING_IMAGES if (ROOT / name).exists()]


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_python_in_the_pages_is_python(page: Path) -> None:
    for language, code in FENCE.findall(page.read_text(encoding="utf-8")):
        if language == "python":
            compile(code, name_of(page), "exec")


def test_the_readmes_commands_are_the_ones_there_are() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = [code.strip() for language, code in FENCE.findall(readme) if language == "sh"]
    assert shown[:2] == ["python3 -m localmind_app up", "python3 -m localmind_app test"]
    assert 'exec python3 -m localmind_app test "$@"' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_command_in_the_pages_exists(page: Path) -> None:
    known = set(commands(app))
    for words in re.findall(
        r"python3 -m localmind_app ((?:key )?[a-z]+(?:-[a-z]+)*)\b", page.read_text(encoding="utf-8")
    ):
        assert words in known and words.split()[0] in COMMANDS, words


@pytest.mark.parametrize("page", sorted(DOCS.glob("decisions/*.md")), ids=name_of)
def test_a_decision_has_its_three_parts(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.name[:4]}: ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


@pytest.mark.parametrize("page", [page for page in pages() if page.parent in (DOCS, DOCS / "features")], ids=name_of)
def test_a_page_names_its_limits(page: Path) -> None:
    if page.stem != "benchmarks":  # figures only
        assert "\n## Limits\n" in page.read_text(encoding="utf-8")
