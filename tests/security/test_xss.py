"""Hostile text in the real browser on the running product: nothing runs, nothing is asked of another host.

Every payload of `xss_corpus` is shown as a model's answer, as a question, as a title, as an instruction, as the name of
a key and (where a file can have it) as the name of a model; in one case a real model says it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import DESKTOP, Complaints, watch
from tests.models_factory import write_script_llama
from tests.product import Product, eventually, running
from tests.reflex_client import page as event_page
from tests.security.hostile import add_chats, add_key_names, add_models
from tests.security.xss_corpus import EXHAUSTING, PAYLOADS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BATCH = 25  # a page draws fifty messages: as many questions and as many answers

SPY = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(event.violatedDirective + " " + event.blockedURI);
});
for (const name of ["alert", "confirm", "prompt", "print", "open", "pwned"])
  window[name] = () => { window.__xss = name; };
"""
# What ran, and what stands in the document that must not: handlers, script addresses, foreign sources.
FINDINGS = """() => {
  const addresses = ["href", "src", "action", "formaction", "xlink:href"];
  const frames = "main iframe, main object, main embed, main base, main form[action*=evil]";
  const bad = [...window.violations];
  if (window.__xss !== undefined) bad.push("called " + window.__xss);
  if (window.pwned === 1 || window.pwned === "1") bad.push("window.pwned was set");
  for (const node of document.querySelectorAll("main *, aside *, nav *, [role=dialog] *, [role=menu] *"))
    for (const { name, value } of node.attributes) {
      if (name.startsWith("on")) bad.push(`${node.tagName} ${name}=${value}`);
      if (/^\\s*(javascript|vbscript|data:text)/i.test(value) && addresses.includes(name))
        bad.push(`${node.tagName} ${name}=${value}`);
      if (name === "src" && /evil[.]example/.test(value)) bad.push(`${node.tagName} ${name}=${value}`);
    }
  if (document.querySelector(frames)) bad.push("a frame");
  return bad;
}"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Product, list[str]]]:
    with running(tmp_path_factory.mktemp("hostile") / "home") as product:
        product.sign_in()
        names = [text for text in PAYLOADS if text not in EXHAUSTING]
        batches = [PAYLOADS[at : at + BATCH] for at in range(0, len(PAYLOADS), BATCH)]
        chats = add_chats(product, batches)
        add_key_names(product, names)
        assert add_models(product, names) > 20
        yield product, chats


@pytest.fixture
def seen(hostile: tuple[Product, list[str]], browser: Browser) -> Iterator[tuple[Page, Complaints]]:
    """A signed-in page that is watched for everything it may not do."""
    product, _ = hostile
    cookies = [{"name": name, "value": value, "url": product.base} for name, value in product.client.cookies.items()]
    context = browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    context.add_cookies(cookies)  # type: ignore[arg-type]
    context.add_init_script(SPY)
    opened, complaints = context.new_page(), Complaints()
    watch(opened, product, complaints)
    opened.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    opened.on("popup", lambda popup: complaints.append(f"window: {popup.url}"))
    yield opened, complaints
    assert opened.evaluate(FINDINGS) == []
    assert complaints == []
    assert opened.url.startswith(product.base)
    context.close()


def scroll_through(page: Page) -> None:
    """See every message, so that what is drawn only when seen is drawn."""
    messages = page.locator("article")
    for at in range(messages.count() - 1, -1, -6):
        messages.nth(at).scroll_into_view_if_needed()
        page.wait_for_timeout(60)


@pytest.mark.parametrize("number", range(-(-len(PAYLOADS) // BATCH)))
def test_nothing_in_a_chat_runs(hostile: tuple[Product, list[str]], seen: tuple[Page, Complaints], number: int) -> None:
    product, chats = hostile
    page, _ = seen
    page.goto(f"{product.base}/c/{chats[number]}")
    wanted = 2 * min(BATCH, len(PAYLOADS) - number * BATCH)
    expect(page.locator("article")).to_have_count(wanted, timeout=30_000)
    scroll_through(page)
    page.wait_for_timeout(300)
    # Whatever a person may do with it next: hover and focus every link.
    for link in page.locator("article a:visible").all()[:40]:
        link.focus()
    page.get_by_role("button", name="Chat settings").first.click()
    expect(page.get_by_role("textbox", name="Instructions")).not_to_have_value("")


def test_nothing_in_the_lists_runs(hostile: tuple[Product, list[str]], seen: tuple[Page, Complaints]) -> None:
    product, _ = hostile
    page, _ = seen
    page.goto(f"{product.base}/settings")
    expect(page.get_by_role("button", name="Revoke").first).to_be_visible()
    expect(page.locator("#models li").nth(20)).to_be_attached()
    page.goto(product.base)
    page.get_by_role("button", name="Choose a model").click()
    expect(page.get_by_role("menuitemradio").nth(20)).to_be_attached()
    page.keyboard.press("Escape")
    page.keyboard.press("ControlOrMeta+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type("script")
    page.wait_for_timeout(300)


def test_the_watch_would_see_it(hostile: tuple[Product, list[str]], browser: Browser) -> None:
    product, _ = hostile
    page = browser.new_page()
    page.add_init_script(SPY)
    page.goto(f"{product.base}/sign-in")
    page.evaluate("""() => { const main = document.querySelector("main");
        main.innerHTML = '<img src=x onerror="window.pwned=1"><a href="javascript:1">x</a><img src="https://evil.example/">';
        window.pwned = 1; alert(1); }""")
    eventually(lambda: len(page.evaluate(FINDINGS)) >= 6)  # the policy stops the handler and the picture: two more
    page.close()


SCRIPT = [
    "<img src=x ", "onerror=window.pwned=1><script>", "pwned()</script>![x](https://evil.example/", "i.png)[click](",
    "javascript:pwned()) <iframe ", "srcdoc='<svg/onload=pwned()>'></iframe>", "the end",
]  # fmt: skip


def test_nothing_that_a_real_model_says_runs_while_it_is_written(
    hostile: tuple[Product, list[str]], seen: tuple[Page, Complaints]
) -> None:
    product, _ = hostile
    page, _ = seen
    write_script_llama(product.home.models / "evil.gguf", SCRIPT, loop=False)
    with event_page(product) as opened:
        opened.set_up()
        opened.choose("evil")
        opened.set_up(temperature="0", max_tokens="100")
        page.goto(product.base)
        chat = opened.send("Say it")
        page.goto(f"{product.base}/c/{chat}")
        read = f"/api/chats/{chat}/messages"
        eventually(lambda: product.client.get(read).json()["messages"][-1]["status"] == "complete")
        assert product.client.get(read).json()["messages"][-1]["text"] == "".join(SCRIPT)
        expect(page.locator("article").last).to_contain_text("the end")
