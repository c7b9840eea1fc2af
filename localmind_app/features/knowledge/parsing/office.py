"""Office files as they look: a PDF copy made by LibreOffice, where that is installed.

LibreOffice runs in a child of its own (`office_child.py`) with a profile that is thrown away, no macros, no links to
other places, no network, and limits of time, memory and size; one at a time on this machine's event loop. The file was
read by our own parsers before; a copy is only for looking at it. Not covered: what LibreOffice draws otherwise than the
program that wrote the file; on macOS and Windows only LibreOffice's own settings keep it from the network.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from xml.sax.saxutils import quoteattr

from localmind_app.core.dependencies import LIBREOFFICE
from localmind_app.core.errors import Unreadable, from_body

from .limits import MEGABYTE, Limits
from .office_child import REFUSED

MOST_PAGES = 500  # of a copy
LIMITS = Limits(seconds=90.0, cpu_seconds=90, memory=4096 * MEGABYTE, result_bytes=128 * MEGABYTE)
_ROOT = Path(__file__).resolve().parents[4]  # where the package localmind_app is
_MODULE = "localmind_app.features.knowledge.parsing.office_child"
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
_RESTART = (79, 81)  # LibreOffice's own codes: a new profile is ready, start again
_STARTS = 3

_OFFICE = "application/vnd.openxmlformats-officedocument."
# By media type: the ending of the copy that is opened, the filter that reads it, and the one that writes.
_FILTERS = {
    _OFFICE + "wordprocessingml.document": (".docx", "MS Word 2007 XML", "writer_pdf_Export"),
    _OFFICE + "presentationml.presentation": (".pptx", "Impress MS PowerPoint 2007 XML", "impress_pdf_Export"),
    _OFFICE + "spreadsheetml.sheet": (".xlsx", "Calc MS Excel 2007 XML", "calc_pdf_Export"),
}
_EXPORT = {
    "PageRange": {"type": "string", "value": f"1-{MOST_PAGES}"},
    "ExportHiddenSlides": {"type": "boolean", "value": "true"},  # so that a slide's number is its page's
    "ExportBookmarks": {"type": "boolean", "value": "false"},
    "UseTaggedPDF": {"type": "boolean", "value": "false"},
    "MaxImageResolution": {"type": "long", "value": "150"},
    "ReduceImageResolution": {"type": "boolean", "value": "true"},
}
# Path, name and value of settings, as LibreOffice's registry has them.
_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Writer/Content/Update", "Link", "0"),  # never
    ("Office.Calc/Content/Update", "Link", "1"),  # never
    ("Office.Java/VirtualMachine", "Enable", "false"),
    ("Inet/Settings", "ooInetProxyType", "2"),  # what still tries to go out ends at a port where nobody is
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def has_pages(media_type: str) -> bool:
    """Whether files of this type can be shown as pages, LibreOffice given."""
    return media_type in _FILTERS


async def to_pdf(path: Path, name: str, media_type: str, *, limits: Limits = LIMITS) -> bytes:
    """The PDF copy of an office file of one of the types of `has_pages`. Cancelling ends the work at once.

    Raises Unreadable with the reason: LibreOffice is not there, takes too long, or makes nothing of the file.
    """
    program = LIBREOFFICE.find()
    if program is None:
        raise Unreadable("The pages of {file} can be shown once LibreOffice is installed.", file=name)
    with tempfile.TemporaryDirectory(prefix="localmind-office-") as made:
        folder = await asyncio.to_thread(Path(made).resolve)
        ending, _, _ = _FILTERS[media_type]
        file = folder / f"document{ending}"
        await asyncio.to_thread(_prepare, folder, path, file)
        request: dict[str, object] = {
            "folder": str(folder),
            "file": str(file),
            "name": name,
            "program": str(await asyncio.to_thread(_binary, Path(program))),
            "arguments": arguments(folder, file, media_type),
            "limits": asdict(limits),
        }
        code = _RESTART[0]
        for _ in range(_STARTS):
            code = await _run(request, folder, limits)
            if code not in _RESTART:
                break
        copy = file.with_suffix(".pdf")
        if code != 0 or not await asyncio.to_thread(copy.is_file):
            raise Unreadable("LibreOffice could not make pages of {file}; it is shown as text.", file=name)
        return await asyncio.to_thread(copy.read_bytes)


def arguments(folder: Path, file: Path, media_type: str) -> list[str]:
    """What LibreOffice is told: to write the PDF beside the file and to end."""
    _, reads, writes = _FILTERS[media_type]
    return [
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck", "--nofirststartwizard"),
        f"--infilter={reads}",
        *("--convert-to", f"pdf:{writes}:{json.dumps(_EXPORT, separators=(',', ':'))}"),
        *("--outdir", str(folder), str(file)),
    ]


def _prepare(folder: Path, path: Path, file: Path) -> None:
    shutil.copyfile(path, file)
    (folder / "tmp").mkdir()
    write_profile(folder / "profile")


def write_profile(profile: Path) -> None:
    """A profile in which no macro runs and no link is followed."""
    (profile / "user").mkdir(parents=True)
    items = "".join(
        f"<item oor:path={quoteattr('/org.openoffice.' + path)}><prop oor:name={quoteattr(name)} oor:op='fuse'>"
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )


def _binary(program: Path) -> Path:
    """The program itself: the command in front of it only starts it again, and would outlive a kill."""
    inner = program.resolve().with_name("soffice.bin")
    return inner if inner.is_file() else program


async def _run(request: dict[str, object], folder: Path, limits: Limits) -> int:
    """How the child ended. Raises Unreadable where it refused, or was stopped."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    environment |= {"HOME": str(folder), "TMPDIR": str(folder / "tmp"), "XDG_CACHE_HOME": str(folder / "tmp")}
    environment |= {"SAL_USE_VCLPLUGIN": "svp", "SAL_DISABLE_OPENCL": "1", "MALLOC_ARENA_MAX": "2"}
    name = str(request["name"])
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", _MODULE, json.dumps(request),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            env=environment, cwd=os.sep, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unreadable("No process can be started to read files: {reason}.", reason=reason) from error
    async with _ended(process, folder):
        try:
            async with asyncio.timeout(limits.seconds):
                said, _ = await process.communicate()
        except TimeoutError:
            raise _too_long(name) from None
    code = process.returncode or 0
    if code == REFUSED and said:
        raise from_body(json.loads(said))
    if sys.platform != "win32" and code == -signal.SIGXCPU:
        raise _too_long(name)
    return code


def remove_socket(folder: Path) -> None:
    """LibreOffice's socket, which it may make and not remove; named after its profile (MD5 of UTF-16, no zeros)."""
    digest = hashlib.md5((folder / "profile").as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    name = "".join(f"{byte:x}" for byte in digest)
    for socket in Path("/tmp").glob(f"OSL_PIPE_*_SingleOfficeIPC_{name}"):
        socket.unlink(missing_ok=True)


def _too_long(name: str) -> Unreadable:
    return Unreadable("LibreOffice takes too long with {file} and was stopped; it is shown as text.", file=name)


@asynccontextmanager
async def _ended(process: asyncio.subprocess.Process, folder: Path) -> AsyncIterator[None]:
    """At the end nothing of the child is left, also after a time-out and a cancellation."""
    try:
        yield
    finally:
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        await asyncio.to_thread(remove_socket, folder)
