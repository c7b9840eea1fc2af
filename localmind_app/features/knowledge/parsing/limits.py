"""How much one file may cost while it is read. Every limit is a plain number; whoever reads a file may give others."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Limits of one file.

    What is over a limit of the first group is refused; what is over one of the second is left out, with a remark.
    """

    seconds: float = 900.0  # from the start of reading to its end
    quiet_seconds: float = 120.0  # without a sign of progress: a page, a sheet, a chapter
    cpu_seconds: int = 1800  # of all threads
    memory: int = 3072 * MEGABYTE  # address space; reading scanned text takes 1.8 GB of it, 0.8 GB of them real
    file_bytes: int = 1024 * MEGABYTE
    text_bytes: int = 64 * MEGABYTE  # of a file that is read as text: HTML, Markdown, CSV, source code
    unpacked_bytes: int = 512 * MEGABYTE  # all members of an archive (DOCX, EPUB …) together
    unpacked_ratio: int = 200  # unpacked to packed, where more than `unpacked_free` comes out
    unpacked_free: int = 32 * MEGABYTE
    members: int = 20_000  # files in an archive, parts of an e-mail
    pixels: int = 120_000_000  # of a picture, before it is decoded
    result_bytes: int = 64 * MEGABYTE  # what the child may send back

    pages: int = 5_000
    ocr_pages: int = 500
    characters: int = 20_000_000
    rows: int = 200_000  # of all sheets together
    columns: int = 512
