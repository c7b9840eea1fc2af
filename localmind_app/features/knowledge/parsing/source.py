"""A file that is being read, as its reader sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import BinaryIO

from localmind_app.core.errors import Unreadable

from .encoding import decode
from .limits import MEGABYTE, Limits

_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")


def _no_progress(_done: float) -> None:
    pass


@dataclass(frozen=True)
class Source:
    """The file, the name people know it by, its type found from its content, and what it may cost."""

    path: Path
    name: str
    media_type: str = ""
    limits: Limits = field(default_factory=Limits)
    progress: Callable[[float], None] = _no_progress  # 0..1; called now and then, so that a limit of silence can hold

    def open(self) -> BinaryIO:
        """The file's bytes."""
        return self.path.open("rb")

    def bytes(self) -> bytes:
        """A file that is read whole. Raises Unreadable where it is over the limit for text."""
        with self.open() as file:
            data = file.read(self.limits.text_bytes + 1)
        if len(data) > self.limits.text_bytes:
            raise Unreadable(
                "{file} is larger than {limit} MB, the most that is read of a file of its kind. "
                "Nothing of it was kept; split it and add the parts.",
                file=self.name,
                limit=self.limits.text_bytes // MEGABYTE,
            )
        return data

    def text(self) -> str:
        """The whole file as text, its encoding found out, with \\n at the end of lines."""
        return _BREAKS.sub("\n", decode(self.bytes()))

    @property
    def stem(self) -> str:
        """The name without its ending: the title where the file has none."""
        return PurePath(self.name).stem or self.name

    @property
    def ending(self) -> str:
        """The name's last part with its dot, in lower case: ".py", or "" when there is none."""
        return PurePath(self.name).suffix.lower()

    def damaged(self) -> Unreadable:
        """The error for a file that its reader cannot make sense of."""
        return Unreadable(
            "{file} is damaged or not what it looks like, and could not be read. "
            "Nothing of it was kept; save it again with the program it comes from and add the new file.",
            file=self.name,
        )

    def encrypted(self) -> Unreadable:
        """The error for a file with a password."""
        return Unreadable(
            "{file} is protected by a password. Nothing of it was kept; save it without one and add it again.",
            file=self.name,
        )

    def harmful(self) -> Unreadable:
        """The error for a file built to overload whoever reads it."""
        return Unreadable(
            "{file} is built to harm the program that opens it, and was not read. Nothing of it was kept; "
            "delete it unless you know where it comes from.",
            file=self.name,
        )
