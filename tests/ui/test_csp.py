"""The hashes must be exactly those a browser computes."""

from __future__ import annotations

from pathlib import Path

from localmind_app.ui import csp


def test_hash_is_the_one_of_the_specification() -> None:
    # Example of CSP Level 3, section 8.2.
    assert csp.script_hash("alert('Hello, world.');") == "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="


def test_only_inline_scripts_count_and_their_text_is_taken_as_it_is() -> None:
    html = "<script src='/theme.js'></script><script>\n a && b < c; \"&amp;\" </script><script type='module'>x</script>"
    assert csp.inline_hashes(html) == sorted([csp.script_hash('\n a && b < c; "&amp;" '), csp.script_hash("x")])


def test_a_page_without_inline_scripts_needs_no_hash() -> None:
    assert csp.inline_hashes("<p>script</p><style>p{}</style>") == []


def test_pages_and_their_union(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "index.html").write_text("<script>a</script><script>b</script>")
    (tmp_path / "deep" / "page.html").write_text("<script>b</script>")
    a, b = csp.script_hash("a"), csp.script_hash("b")
    assert csp.page_hashes(tmp_path) == {
        "pages": {"deep/page.html": [b], "index.html": sorted([a, b])},
        "all": sorted([a, b]),
    }
