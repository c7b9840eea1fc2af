from __future__ import annotations

import pytest

from localmind_app.core.errors import Invalid
from localmind_app.features.files.form import FormFile
from tests.features.files import chunks

pytestmark = pytest.mark.anyio
KIND = "multipart/form-data; boundary=edge"
CONTENT = b"first\r\n--edg\r\n\r\n--edge not quite\r\n--" + bytes(range(256))


def form(content: bytes = CONTENT, name: str = "a.bin", rest: bytes = b"\r\n--edge--\r\n") -> bytes:
    return (
        b'--edge\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nnothing\r\n'
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="' + name.encode() + b'"\r\n'
        b"Content-Type: application/x-anything\r\n\r\n" + content.replace(b"--edge", b"--Edge") + rest
    )


async def read(body: bytes, size: int, kind: str = KIND) -> tuple[str, bytes]:
    file = FormFile(kind, chunks.of(body, size))
    return await file.name(), b"".join([chunk async for chunk in file.chunks()])


@pytest.mark.parametrize("size", [1, 2, 7, 64, 10_000])
async def test_the_file_is_found_however_the_form_is_cut(size: int) -> None:
    name, content = await read(form(), size)
    assert name == "a.bin" and content == CONTENT.replace(b"--edge", b"--Edge")


async def test_a_name_in_any_script_is_kept() -> None:
    assert (await read(form(name="Übersicht 報告書.pdf"), 16))[0] == "Übersicht 報告書.pdf"


@pytest.mark.parametrize("body", [b"", b"--edge--\r\n", form()[:60], b"not a form at all"])
async def test_a_form_without_a_file_says_so(body: bytes) -> None:
    with pytest.raises(Invalid, match="form"):
        await read(body, 64)


async def test_a_form_that_ends_too_soon_is_no_file() -> None:
    with pytest.raises(Invalid, match="ends in the middle"):
        await read(form(rest=b""), 64)


async def test_headers_without_end_are_refused() -> None:
    endless = b"--edge\r\nContent-Disposition: " + b"x" * 100_000
    with pytest.raises(Invalid, match="header size"):
        await read(endless, 1000)


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/mixed; boundary=edge", "multipart/form-data; boundary="]
)
async def test_what_is_no_form_is_refused(kind: str) -> None:
    with pytest.raises(Invalid):
        await read(form(), 64, kind)
