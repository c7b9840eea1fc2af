"""The child that becomes LibreOffice: `python -m localmind_app.features.knowledge.parsing.office_child REQUEST`.

REQUEST is JSON: `folder` (its own, to write in), `file` (the copy in it), `name`, `program`, `arguments`, `limits`.
It looks at the archive first, gives up what it does not need (`enclosure.enclose_program`), and is then replaced by the
program. Where it refuses, its one line on stdout is the error as JSON and it ends with `REFUSED`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from localmind_app.core.errors import Unreadable
from localmind_app.core.orphan import die_with_parent

from . import archive
from .enclosure import enclose_program
from .limits import Limits
from .source import Source

REFUSED = 3


def main() -> None:
    """Refuse, or become the program."""
    die_with_parent()
    request: dict[str, Any] = json.loads(sys.argv[1])
    limits = Limits(**request["limits"])
    folder, program = Path(request["folder"]), Path(request["program"])
    source = Source(Path(request["file"]), request["name"], limits=limits)
    try:
        with archive.opened(source) as opened:
            archive.refuse_document_types(source, opened)
        if not enclose_program(folder, program, limits):
            raise Unreadable(
                "{file} is shown as text: this system gives no way to keep LibreOffice from the network.",
                file=source.name,
            )
    except Unreadable as refused:
        sys.stdout.write(json.dumps(refused.body()))
        sys.stdout.flush()
        sys.exit(REFUSED)
    command = [str(program), *request["arguments"]]
    os.chdir(folder)
    if sys.platform == "win32":  # its exec would end this process before the program does
        sys.exit(subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode)
    silence = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(silence, number)
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
