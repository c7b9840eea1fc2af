"""LibreOffice in its enclosure: files become PDF; hostile ones end with a reason, and nothing leaves or is left."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pypdfium2
import pytest

from localmind_app.core.dependencies import LIBREOFFICE
from localmind_app.core.errors import Unreadable
from localmind_app.features.knowledge.parsing import office
from localmind_app.features.knowledge.parsing.limits import Limits
from tests.features.knowledge.parsing import files

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(LIBREOFFICE.find() is None, reason=LIBREOFFICE.missing),
]
WORD, SLIDES, SHEET = (
    f"application/vnd.openxmlformats-officedocument.{one}"
    for one in ("wordprocessingml.document", "presentationml.presentation", "spreadsheetml.sheet")
)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    finally:
        document.close()


def leftovers() -> set[str]:
    """Processes of LibreOffice and its sockets."""
    sockets = {str(path) for path in Path("/tmp").glob("OSL_PIPE_*")}
    return sockets | {str(one.pid) for one in psutil.process_iter() if "soffice" in _name(one)}


def _name(process: psutil.Process) -> str:
    try:
        return process.name() if process.status() != psutil.STATUS_ZOMBIE else ""
    except psutil.Error:
        return ""


async def test_each_kind_becomes_a_pdf_with_its_words(tmp_path: Path) -> None:
    before = leftovers()
    for path, kind, words in (
        (files.write_docx(tmp_path / "a.docx"), WORD, files.HARBOUR),
        (files.write_pptx(tmp_path / "a.pptx"), SLIDES, "Kiel lies on the Baltic"),
        (files.write_xlsx(tmp_path / "a.xlsx"), SHEET, "Color Line"),
    ):
        assert words in text_of(await office.to_pdf(path, path.name, kind))
    assert leftovers() <= before


def test_other_kinds_have_no_pages_of_this_sort() -> None:
    assert office.has_pages(WORD) and office.has_pages(SLIDES) and office.has_pages(SHEET)
    assert not any(map(office.has_pages, ("application/pdf", "text/markdown", "application/epub+zip")))


def bomb(path: Path) -> Path:
    with zipfile.ZipFile(files.write_docx(path), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image9.xml", b" " * (300 << 20))
    return path


def entities(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    return path


def truncated(path: Path) -> Path:
    whole = files.write_docx(path).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


@pytest.mark.parametrize(
    ("make", "reason"), [(bomb, "built to harm"), (entities, "built to harm"), (truncated, "damaged")]
)
async def test_a_hostile_file_is_refused_before_libreoffice_sees_it(tmp_path: Path, make, reason: str) -> None:
    path = make(tmp_path / "a.docx")
    with pytest.raises(Unreadable, match=reason):
        await office.to_pdf(path, path.name, WORD)


async def test_what_is_no_document_ends_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w:document>no end")
    with pytest.raises(Unreadable, match=r"could not make pages of a\.docx"):
        await office.to_pdf(path, path.name, WORD)


async def test_limits_stop_it_and_nothing_is_left(tmp_path: Path) -> None:
    path, before = files.write_docx(tmp_path / "a.docx"), leftovers()
    with pytest.raises(Unreadable, match="takes too long"):
        await office.to_pdf(path, path.name, WORD, limits=Limits(seconds=0.3))
    with pytest.raises(Unreadable, match="could not make pages"):  # not enough to load its libraries
        await office.to_pdf(path, path.name, WORD, limits=Limits(memory=64 << 20))
    with pytest.raises(Unreadable, match="could not make pages"):  # no file may be this small
        await office.to_pdf(path, path.name, WORD, limits=Limits(result_bytes=100))
    task = asyncio.create_task(office.to_pdf(path, path.name, WORD))
    await asyncio.sleep(0.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    for _ in range(100):
        if leftovers() <= before:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(leftovers() - before)


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A port on this machine, and the first bytes of everybody who came."""
    server, came = socket.create_server(("127.0.0.1", 0)), []

    def serve() -> None:
        while True:
            try:
                with server.accept()[0] as visitor:
                    visitor.settimeout(2)
                    came.append(visitor.recv(200))
                    visitor.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            except TimeoutError:
                continue
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1], came
    server.shutdown(socket.SHUT_RDWR)
    server.close()


DRAWING = """<w:p><w:r><w:drawing><wp:inline xmlns:wp="{main}/wordprocessingDrawing">
<wp:extent cx="2000000" cy="2000000"/><wp:docPr id="9" name="p"/>
<a:graphic xmlns:a="{main}/main"><a:graphicData uri="{main}/picture">
<pic:pic xmlns:pic="{main}/picture"><pic:nvPicPr><pic:cNvPr id="1" name="x"/><pic:cNvPicPr/></pic:nvPicPr>
<pic:blipFill><a:blip r:link="rIdOut" xmlns:r="{links}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>
<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="2000000" cy="2000000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr>
</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"""
MAIN = "http://schemas.openxmlformats.org/drawingml/2006"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def linked(path: Path, target: str) -> Path:
    """A document that shows a picture from elsewhere, and is made after a template from elsewhere."""
    with zipfile.ZipFile(files.write_docx(path)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    links = "".join(
        f'<Relationship Id="{name}" Type="{LINKS}/{what}" Target="{target}" TargetMode="External"/>'
        for name, what in (("rIdOut", "image"), ("rIdOut2", "attachedTemplate"))
    )
    relations, body = "word/_rels/document.xml.rels", "word/document.xml"
    members[relations] = members[relations].replace(b"</Relationships>", links.encode() + b"</Relationships>")
    text, end, rest = members[body].rpartition(b"<w:sectPr")
    members[body] = text + DRAWING.format(main=MAIN, links=LINKS).encode() + end + rest
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def bare(folder: Path, path: Path, *, profile: bool) -> bytes:
    """The PDF of LibreOffice as anybody starts it, outside of the enclosure; with or without our profile."""
    folder.mkdir()
    if profile:
        office.write_profile(folder / "profile")
    program = LIBREOFFICE.find()
    assert program
    subprocess.run([program, *office.arguments(folder, path, WORD)], check=False, capture_output=True, timeout=120)
    return (folder / "a.pdf").read_bytes()


async def test_a_document_with_links_fetches_nothing(tmp_path: Path, listener: tuple[int, list[bytes]]) -> None:
    port, came = listener
    path = linked(tmp_path / "a.docx", f"http://127.0.0.1:{port}/picture.png")
    assert files.HARBOUR in text_of(await office.to_pdf(path, path.name, WORD))
    assert came == []
    await asyncio.to_thread(bare, tmp_path / "ours", path, profile=True)  # the settings alone hold it back, too
    assert came == []
    await asyncio.to_thread(bare, tmp_path / "plain", path, profile=False)
    assert came, "without either it does fetch, so this test would notice"


async def test_a_document_cannot_take_in_other_files(tmp_path: Path) -> None:
    """A picture beside the document is drawn by an unenclosed LibreOffice, and is not there for the enclosed one."""
    picture = tmp_path / "secret.png"
    files.page_of_text(["secret"], width=300, height=300).save(picture)
    path = linked(tmp_path / "a.docx", picture.as_uri())

    def pictures(pdf: bytes) -> int:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return sum(one.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE for page in document for one in page.get_objects())
        finally:
            document.close()

    assert pictures(await office.to_pdf(path, path.name, WORD)) == 0
    assert pictures(await asyncio.to_thread(bare, tmp_path / "plain", path, profile=False)) == 1


MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:dom="http://www.w3.org/2001/xml-events" xmlns:ooo="http://openoffice.org/2004/office" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.text">
<office:scripts><office:script script:language="ooo:Basic"><ooo:libraries>
<ooo:library-embedded ooo:name="Standard"><ooo:module ooo:name="M"><ooo:source-code>
Sub Run
  Dim f : f = FreeFile
  Open "{marker}" For Output As #f : Print #f, "ran" : Close #f
End Sub
</ooo:source-code></ooo:module></ooo:library-embedded></ooo:libraries></office:script>
<office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="dom:load"
 xlink:href="vnd.sun.star.script:Standard.M.Run?language=Basic&amp;location=document" xlink:type="simple"/>
</office:event-listeners></office:scripts>
<office:body><office:text><text:p>Words beside a macro.</text:p></office:text></office:body></office:document>"""


async def test_a_macro_does_not_run(tmp_path: Path) -> None:
    marker, path = tmp_path / "marker", tmp_path / "a.fodt"
    path.write_text(MACRO.format(marker=marker), encoding="utf-8")
    program = LIBREOFFICE.find()
    assert program

    def convert(folder: Path) -> str:
        folder.mkdir()
        office.write_profile(folder / "profile")
        ours = [one for one in office.arguments(folder, path, WORD) if not one.startswith("--infilter")]
        subprocess.run([program, *ours], check=False, capture_output=True, timeout=120)
        return text_of((folder / "a.pdf").read_bytes())

    def opened(folder: Path) -> bool:
        """Whether the macro runs where macros may: opened as a person would who switched them on."""
        folder.mkdir()
        office.write_profile(folder / "profile")
        registry = folder / "profile" / "user" / "registrymodifications.xcu"
        said = registry.read_text().replace("<value>3<", "<value>0<")
        for name in ("DisableMacrosExecution", "DisableActiveContent"):
            said = said.replace(f"\"{name}\" oor:op='fuse'><value>true", f"\"{name}\" oor:op='fuse'><value>false")
        registry.write_text(said)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        running = subprocess.Popen([program, profile, "--headless", "--norestore", str(path)], start_new_session=True)
        for _ in range(1200):
            if marker.exists():
                break
            time.sleep(0.05)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        office.remove_socket(folder)
        return marker.exists()

    assert "Words beside a macro." in await asyncio.to_thread(convert, tmp_path / "ours")
    assert not marker.exists()
    assert await asyncio.to_thread(opened, tmp_path / "loose"), "it would run, so this test would notice"


async def test_without_libreoffice_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = files.write_docx(tmp_path / "a.docx")
    monkeypatch.setattr(office, "LIBREOFFICE", type(LIBREOFFICE)("LibreOffice", "", "", "option", lambda: None))
    with pytest.raises(Unreadable, match="once LibreOffice is installed"):
        await office.to_pdf(path, path.name, WORD)
