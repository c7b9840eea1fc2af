"""How much a person may bring, and what."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

from localmind_app.core.errors import Invalid, TooLarge

MB = 1024 * 1024
LARGEST_EVER = 64 * 1024 * MB  # what the guard lets in; nobody's limit is above it
PREFERENCE = "file_limits"  # the preference that holds a person's limits

# What LocalMind can do something with. Programs and unknown bytes are none of it.
TYPES = (
    "text/*",
    "image/*",
    "audio/*",
    "video/*",
    "message/*",
    "application/pdf",
    "application/rtf",
    "application/*json*",
    "application/*xml*",
    "application/yaml",
    "application/toml",
    "application/x-subrip",
    "application/epub+zip",
    "application/zip",
    "application/vnd.*",
    "application/msword",
)


@dataclass(frozen=True)
class FileLimits:
    """Limits of one person: bytes of one file, bytes of all files, and patterns of media types."""

    largest: int = 2 * 1024 * MB
    quota: int = 20 * 1024 * MB
    types: tuple[str, ...] = TYPES

    def check_size(self, size: int) -> None:
        """Raises TooLarge for a file of so many bytes."""
        if size > self.largest:
            raise TooLarge("This is larger than {limit} MB. Nothing of it was kept.", limit=_mb(self.largest))

    def check_quota(self, size: int, used: int) -> None:
        """Raises TooLarge when a file does not fit beside what is there."""
        if used + size > self.quota:
            raise TooLarge(
                "Your files take {used} MB of {quota} MB, and this one needs {size} MB. Nothing of it was kept. "
                "Delete files you no longer need, or ask the owner for more room.",
                used=_mb(used),
                quota=_mb(self.quota),
                size=_mb(size),
            )

    def check_type(self, media_type: str) -> None:
        """Raises Invalid for a kind of file that is not taken."""
        if not any(fnmatchcase(media_type, pattern) for pattern in self.types):
            raise Invalid("Files of this kind ({type}) are not taken. Nothing was kept.", type=media_type)

    def body(self) -> dict[str, Any]:
        """The JSON form."""
        return {**asdict(self), "types": list(self.types)}


def read_limits(stored: Any) -> FileLimits:
    """Limits as they were given or stored; what is missing keeps its default. Raises Invalid for anything else."""
    if not isinstance(stored, dict) or not stored.keys() <= FileLimits().body().keys():
        raise Invalid("Limits have the fields largest, quota and types.")
    for name in ("largest", "quota"):
        value = stored.get(name, 1)
        if not isinstance(value, int) or isinstance(value, bool) or not value >= 1:
            raise Invalid("{field} must be a whole number of bytes, 1 or more.", field=name)
    types = stored.get("types", TYPES)
    if not isinstance(types, list | tuple) or not all(isinstance(one, str) and "/" in one for one in types):
        raise Invalid("types must be a list of media types such as text/*.")
    limits = FileLimits(**{**stored, "types": tuple(types)})
    if limits.largest > LARGEST_EVER:
        raise Invalid("No file may be larger than {limit} MB.", limit=_mb(LARGEST_EVER))
    return limits


def _mb(size: int) -> float | int:
    """Bytes in MB, with a digit behind the point where it matters."""
    return round(size / MB, 1) if size % MB and size < 10 * MB else -(-size // MB)
