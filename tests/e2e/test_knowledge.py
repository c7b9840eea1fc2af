"""The knowledge page with the real product: collections, files on their way in, search, a followed folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from reportlab.pdfgen.canvas import Canvas

from tests.e2e.test_accessibility import axe, violations  # noqa: F401 -- a fixture
from tests.e2e.test_models import only_at
from tests.product import Product, eventually

CONTRACT = """# Contract

## Ending

The notice period is three months to the end of a quarter. Both sides give notice in writing.

## Pay

The salary is paid on the last day of a month.
"""
READ = 60_000  # ms: the embedder may have to be loaded first, on a machine that does other things too
ROWS = 50  # of a page of the list


@pytest.fixture(autouse=True)
def _nothing_there(product: Product) -> None:
    """Every test begins without a collection."""
    product.client.cookies or product.sign_in()
    for one in product.client.get("/api/knowledge/collections").json()["collections"]:
        product.client.delete(f"/api/knowledge/collections/{one['id']}").raise_for_status()


@pytest.fixture
def papers(tmp_path: Path) -> list[Path]:
    """A contract, a PDF of two pages, and a PDF that is none."""
    contract, manual, broken = tmp_path / "contract.md", tmp_path / "kettle manual.pdf", tmp_path / "broken.pdf"
    contract.write_text(CONTRACT)
    canvas = Canvas(str(manual))
    for heading, text in (
        ("First steps", "Welcome to your new kettle, and thank you for buying it."),
        ("Cleaning", "Descale the kettle with vinegar once a month."),
    ):
        canvas.setFont("Helvetica-Bold", 20)
        canvas.drawString(72, 780, heading)
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 740, text)
        canvas.showPage()
    canvas.save()
    broken.write_bytes(b"%PDF-1.4\n1 0 obj garbage")
    return [contract, manual, broken]


def create(product: Product, name: str, description: str = "") -> str:
    """A collection, made past the page."""
    made = product.client.post("/api/knowledge/collections", json={"name": name, "description": description})
    return str(made.raise_for_status().json()["id"])


def add(page: Page, button: str, *paths: Path) -> None:
    """Choose files, or one folder."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button, exact=True).click()
    chooser.value.set_files(list(paths) if len(paths) > 1 else paths[0])


def row(page: Page, name: str) -> Locator:
    """A document in the list."""
    return page.get_by_role("list", name="Documents").get_by_role("listitem").filter(has_text=name)


def search(page: Page, question: str) -> Locator:
    """Search, and return the passages."""
    page.get_by_role("searchbox", name=re.compile("^Search (this|all)")).fill(question)
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    return page.get_by_role("list", name="Passages").get_by_role("listitem")


def no_sideways(page: Page) -> None:
    """Nothing is wider than the window."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_from_nothing_to_a_marked_passage(page: Page, product: Product, papers: list[Path]) -> None:
    page.goto(product.base + "/knowledge")
    expect(page.get_by_role("heading", name="Ask your own documents")).to_be_visible()
    expect(page.get_by_text("What does the contract say about the notice period?")).to_be_visible()
    add(page, "Add files", *papers)
    page.wait_for_url("**collection=*")
    expect(page.get_by_role("heading", name="My documents", level=1)).to_be_visible()
    expect(row(page, "contract.md")).to_have_attribute("data-state", "ready", timeout=READ)
    expect(row(page, "kettle manual.pdf")).to_have_attribute("data-state", "ready", timeout=READ)
    expect(row(page, "kettle manual.pdf")).to_contain_text("Ready")
    expect(row(page, "broken.pdf")).to_contain_text("broken.pdf is damaged")
    page.get_by_role("button", name="Read broken.pdf again").click()
    expect(row(page, "broken.pdf")).to_have_attribute("data-state", "failed", timeout=READ)
    no_sideways(page)

    passages = search(page, "How often is the kettle descaled?")
    expect(passages.first).to_contain_text("kettle manual.pdf")
    expect(passages.first).to_contain_text("page 2")
    expect(passages.first.locator("mark").filter(has_text=re.compile("^Descale$"))).to_be_visible()
    expect(passages.first).to_contain_text(re.compile(r"by words: rank \d"))
    page.reload()
    expect(passages.first).to_contain_text("Descale the kettle with vinegar")
    page.get_by_text("How this was found").click()
    expect(page.get_by_role("region", name="Best passages")).to_be_visible()
    no_sideways(page)
    passages.first.get_by_role("button").click()
    page.wait_for_url("**source=*")
    expect(page.get_by_role("img", name=re.compile("Page 2"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("source="))
    expect(passages.first.get_by_role("button")).to_be_focused()
    page.get_by_role("link", name="Close the search").click()
    expect(row(page, "contract.md")).to_be_visible()

    row(page, "kettle manual.pdf").get_by_role("button", name=re.compile("^kettle")).click()
    details = page.get_by_role("dialog", name="kettle manual.pdf")
    expect(details.get_by_role("img", name="First page of kettle manual.pdf")).to_be_visible()
    with page.expect_download() as download:
        details.get_by_role("link", name="Download the file").click()
    assert Path(download.value.path()).read_bytes() == papers[1].read_bytes()
    page.keyboard.press("Escape")
    expect(details).to_have_count(0)


def test_collections_are_made_changed_and_deleted(page: Page, product: Product) -> None:
    create(product, "Recipes", "What we cook")
    page.goto(product.base + "/knowledge")
    recipes = page.get_by_role("list", name="Collections").get_by_role("listitem").filter(has_text="Recipes")
    expect(recipes).to_contain_text("What we cook")
    expect(recipes).to_contain_text("empty")
    page.get_by_role("button", name="New collection").click()
    page.get_by_role("textbox", name="Name").fill("Work")
    page.keyboard.press("Enter")
    page.wait_for_url("**collection=*")
    expect(page.get_by_role("heading", name="Drop files or a folder here")).to_be_visible()
    page.get_by_role("button", name="Actions for Work").click()
    page.get_by_role("menuitem", name="Name and description").click()
    page.get_by_role("textbox", name="Name").fill("Work and play")
    page.get_by_role("textbox", name="Description").fill("Everything else")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Work and play", level=1)).to_be_visible()
    page.get_by_role("button", name="Actions for Work and play").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.wait_for_url(re.compile("/knowledge/?$"))
    expect(page.get_by_role("link", name="Work and play")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="Work and play").click()
    expect(page.get_by_text("Everything else")).to_be_visible()
    page.go_back()
    expect(recipes).to_be_visible()
    page.goto(product.base + "/knowledge?collection=nothing")
    expect(page.get_by_role("heading", name="This collection is not there")).to_be_visible()


def test_many_files_of_a_folder(page: Page, product: Product, tmp_path: Path) -> None:
    only_at(page, "desktop")
    folder = tmp_path / "notes"
    for at in range(70):
        place = folder / f"year {at % 7}"
        place.mkdir(parents=True, exist_ok=True)
        (place / "note.md" if at < 7 else place / f"note {at}.md").write_text(
            f"# Note {at}\n\nThe number is {at * 37}.\n"
        )
    (folder / ".hidden.md").write_text("Not for searching.")
    page.goto(f"{product.base}/knowledge?collection={create(product, 'Notes')}")
    add(page, "Add a folder", folder)
    progress = page.get_by_text(re.compile(r"\d+ of \d+ documents are ready"))
    expect(progress).to_be_visible()
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_text("Paused:")).to_be_visible()
    page.get_by_role("button", name="Go on", exact=True).click()
    expect(page.get_by_text("Paused:")).to_have_count(0)
    expect(progress).to_have_count(0, timeout=READ)
    expect(page.get_by_role("combobox", name="Show documents by state")).to_contain_text("All (70)")
    rows = page.get_by_role("list", name="Documents").get_by_role("listitem")
    expect(rows).to_have_count(ROWS)
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text("51 to 70 of 70")).to_be_visible()
    expect(rows).to_have_count(20)
    page.get_by_role("searchbox", name="Find documents by name").fill("/note.md")
    expect(rows).to_have_count(7)
    expect(rows.filter(has_text="notes/year 3/note.md")).to_have_count(1)

    page.get_by_role("button", name="Remove notes/year 3/note.md").click()
    expect(rows).to_have_count(6)
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(7)
    page.get_by_role("button", name="Remove notes/year 4/note.md").click()
    expect(rows).to_have_count(6)
    page.goto(product.base + "/settings")  # a removal does not wait for anything
    collection = product.client.get("/api/knowledge/collections").json()["collections"][0]
    eventually(
        lambda: product.client.get(f"/api/knowledge/collections/{collection['id']}").json()["documents"] == 69, 10
    )


def test_a_folder_of_this_machine_is_followed(page: Page, product: Product, tmp_path: Path) -> None:
    only_at(page, "phone")
    folder = tmp_path / "followed"
    folder.mkdir()
    (folder / "first.md").write_text(CONTRACT)
    page.goto(f"{product.base}/knowledge?collection={create(product, 'Followed')}")
    page.get_by_role("button", name="Follow a folder").click()
    page.get_by_role("textbox", name="Folder on this machine").fill("followed")
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.get_by_text("Enter the whole path of a folder")).to_be_visible()
    page.get_by_role("textbox", name="Folder on this machine").fill(str(folder))
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.get_by_text("What is new, changed or removed there follows by itself.")).to_be_visible(timeout=READ)
    expect(row(page, "first.md")).to_have_attribute("data-state", "ready", timeout=READ)
    (folder / "second.md").write_text("# Second\n\nIt came later.\n")
    expect(row(page, "second.md")).to_have_attribute("data-state", "ready", timeout=READ)
    no_sideways(page)
    page.get_by_role("button", name="Follow no longer").click()
    expect(page.get_by_text(str(folder))).to_have_count(0)
    expect(row(page, "first.md")).to_be_visible()


def test_links_are_explained_while_the_web_is_off(page: Page, product: Product) -> None:
    only_at(page, "phone")
    page.goto(f"{product.base}/knowledge?collection={create(product, 'Links')}")
    page.get_by_role("button", name="Add a link").click()
    dialog = page.get_by_role("dialog", name="Add a link")
    expect(dialog).to_contain_text("Reading web pages is switched off")
    dialog.get_by_role("link", name="To the settings").click()
    page.get_by_role("switch", name="Read web pages").click()
    try:
        page.go_back()
        page.get_by_role("button", name="Add a link").click()
        dialog.get_by_role("textbox", name="Address").fill("http://127.0.0.1/private")
        dialog.get_by_role("button", name="Add", exact=True).click()
        refused = row(page, "http://127.0.0.1/private")
        expect(refused).to_contain_text("LocalMind reads only public web pages; nothing was sent.", timeout=READ)
    finally:
        product.client.post("/api/web-pages/settings", json={"pages": False}).raise_for_status()


def test_the_page_by_keyboard_alone(page: Page, product: Product, tmp_path: Path) -> None:
    only_at(page, "desktop")
    collection = create(product, "Keys")
    for name in ("one.md", "two.md", "three.md"):
        file = product.client.post("/api/files", content=CONTRACT + name, headers={"X-File-Name": name}).json()
        product.client.post(f"/api/knowledge/collections/{collection}/documents", json={"files": [file["id"]]})
    page.goto(product.base + "/knowledge")
    keys = page.keyboard
    page.get_by_role("searchbox", name="Search all collections").focus()
    for name in ("Search", "New collection"):
        keys.press("Tab")
        expect(page.get_by_role("button", name=name, exact=True)).to_be_focused()
    keys.press("Tab")
    expect(page.get_by_role("link", name="Keys")).to_be_focused()
    keys.press("Enter")
    page.wait_for_url("**collection=*")
    for name in ("one.md", "two.md", "three.md"):  # one that is being read has a button more
        expect(row(page, name)).to_have_attribute("data-state", "ready", timeout=READ)
    page.get_by_role("button", name=re.compile("^three.md")).focus()
    keys.press("Enter")
    expect(page.get_by_role("dialog", name="three.md")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("button", name=re.compile("^three.md"))).to_be_focused()
    keys.press("Tab")
    expect(page.get_by_role("button", name="Remove three.md")).to_be_focused()
    keys.press("Enter")
    expect(row(page, "three.md")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^two.md"))).to_be_focused()
    passages = search(page, "notice period")
    expect(passages.first).to_be_visible()
    passages.first.get_by_role("button").focus()
    keys.press("Enter")
    page.wait_for_url("**source=*")
    keys.press("Escape")
    expect(passages.first.get_by_role("button")).to_be_focused()
    page.get_by_role("link", name="Close the search").click()
    page.get_by_role("button", name="Ask in a chat").focus()
    keys.press("Enter")
    expect(page.get_by_role("list", name="Collections for this message")).to_contain_text("Keys")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(
    window: BrowserContext,
    page: Page,
    product: Product,
    papers: list[Path],
    axe: str,  # noqa: F811 -- the fixture
    theme: str,
) -> None:
    window.add_init_script(f"localStorage.setItem('localmind.theme', '{theme}')")
    problems: dict[str, list[str]] = {}
    page.goto(product.base + "/knowledge")
    expect(page.get_by_role("heading", name="Ask your own documents")).to_be_visible()
    problems["first look"] = violations(page, axe)
    create(product, "Other")
    page.reload()
    expect(page.get_by_role("link", name="Other")).to_be_visible()
    problems["collections"] = violations(page, axe)
    page.get_by_role("link", name="Other").click()
    expect(page.get_by_role("heading", name="Drop files or a folder here")).to_be_visible()
    problems["empty collection"] = violations(page, axe)
    add(page, "Add files", *papers)
    expect(row(page, "contract.md")).to_be_visible()
    problems["being read"] = violations(page, axe)
    expect(row(page, "contract.md")).to_have_attribute("data-state", "ready", timeout=READ)
    expect(row(page, "broken.pdf")).to_have_attribute("data-state", "failed", timeout=READ)
    problems["documents"] = violations(page, axe)
    row(page, "broken.pdf").get_by_role("button", name=re.compile("^broken")).click()
    expect(page.get_by_role("dialog", name="broken.pdf")).to_contain_text("damaged")
    problems["details"] = violations(page, axe)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add a link").click()
    problems["link"] = violations(page, axe)
    page.keyboard.press("Escape")
    expect(search(page, "notice period").first).to_be_visible()
    page.get_by_text("How this was found").click()
    problems["passages"] = violations(page, axe)
    assert {place: found for place, found in problems.items() if found} == {}
