from __future__ import annotations

import pytest

from localmind_app.core.files.names import LONGEST, cleaned


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\a b.docx", "a b.docx"),
        ("a\x00b.txt", "ab.txt"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
        ("  much   room .txt  ", "much room .txt"),
        ("..", "file"),
        ("/", "file"),
        ("", "file"),
        ("\x00", "file"),
        ("name.", "name"),
        (".gitignore", ".gitignore"),
        ("Übersicht – größer.pdf", "Übersicht – größer.pdf"),
        ("U\u0308bersicht.pdf", "Übersicht.pdf"),
        ("報告書.pdf", "報告書.pdf"),
        ("חשבונית.pdf", "חשבונית.pdf"),
        ("می\u200cخواهم.txt", "می\u200cخواهم.txt"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("a\ud800b.txt", "ab.txt"),
        ("👩\u200d💻.md", "👩\u200d💻.md"),
    ],
)
def test_a_name_is_kept_without_what_hides_it(given: str, kept: str) -> None:
    assert cleaned(given) == kept


@pytest.mark.parametrize("letter", ["a", "ü", "報", "👩"])
def test_a_long_name_is_cut_and_keeps_its_ending(letter: str) -> None:
    name = cleaned(letter * 300 + ".pdf")
    assert name.endswith(f"{letter}.pdf") and LONGEST - 4 <= len(name.encode()) <= LONGEST


def test_an_ending_without_end_is_no_ending() -> None:
    assert len(cleaned("a." + "b" * 500).encode()) <= LONGEST
