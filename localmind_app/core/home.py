"""The data folder: where everything the owner has lives, and nothing of the program does."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .errors import StartError


def default_home() -> Path:
    """The data folder: `LOCALMIND_HOME`, or the platform's place for application data."""
    chosen = os.environ.get("LOCALMIND_HOME")
    if chosen:
        return Path(chosen).expanduser().resolve()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "LocalMind"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "LocalMind"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "localmind"


@dataclass(frozen=True)
class Home:
    """Paths inside the data folder. `docs/home.md` documents each of them."""

    root: Path

    @classmethod
    def open(cls, root: Path | None = None) -> Home:
        """Create the folder tree (0700) where it is missing and return it.

        Raises StartError when the folder cannot be written.
        """
        home = cls(root or default_home())
        try:
            for folder in (
                home.root,
                home.models,
                home.files,
                home.batches,
                home.backups,
                home.secrets,
                home.logs,
                home.cache,
                home.run,
            ):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for private in (home.root, home.secrets, home.run):
                private.chmod(0o700)
        except OSError as error:
            raise StartError(
                f"The data folder {home.root} cannot be written ({error.strerror}). "
                "Make it writable, or set LOCALMIND_HOME to a folder that is."
            ) from error
        return home

    @property
    def database(self) -> Path:
        return self.root / "localmind.db"

    @property
    def jobs(self) -> Path:
        return self.root / "jobs.db"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def files(self) -> Path:
        """What people uploaded, by content (see `core.files.blobs`)."""
        return self.root / "files"

    @property
    def previews(self) -> Path:
        """Small pictures of files (see `features.files.previews`)."""
        return self.cache / "previews"

    @property
    def pages(self) -> Path:
        """Pictures of documents' pages (see `features.knowledge.answering.pictures`)."""
        return self.cache / "pages"

    @property
    def copies(self) -> Path:
        """PDF copies of office files (see `features.knowledge.answering.copies`)."""
        return self.cache / "copies"

    @property
    def batches(self) -> Path:
        return self.root / "batches"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def pins(self) -> Path:
        """Which models stay loaded (see `engine.pins`)."""
        return self.root / "pinned-models.json"

    @property
    def model_sizes(self) -> Path:
        """What models take, as predicted and measured (see `engine.size_book`)."""
        return self.cache / "model-sizes.json"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def lock(self) -> Path:
        return self.run / "lock"

    @property
    def engine_socket(self) -> Path:
        """The engine's Unix socket."""
        return self._socket("engine.sock")

    @property
    def vectors_socket(self) -> Path:
        """The Unix socket of the vector index's process."""
        return self._socket("vectors.sock")

    def _socket(self, name: str) -> Path:
        """A socket's place; in the system's temporary folder where the path would be too long (104 bytes)."""
        wanted = self.run / name
        if len(os.fsencode(wanted)) < 100:
            return wanted
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"localmind-{digest}"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder / name

    @property
    def engine_address(self) -> Path:
        """Where the engine writes its loopback address and token on systems without Unix sockets."""
        return self.secrets / "engine.json"

    @property
    def vectors(self) -> Path:
        """Chroma's files; a cache, since the database has every vector (see `features.knowledge.vectors.folder`)."""
        return self.cache / "vectors"

    @property
    def vectors_address(self) -> Path:
        """Where the vector index's process writes address and token on systems without Unix sockets."""
        return self.secrets / "vectors.json"

    @property
    def seal_key(self) -> Path:
        """The key that seals what the database keeps for other servers (see `features.models.remote.seal`)."""
        return self.secrets / "seal.key"
