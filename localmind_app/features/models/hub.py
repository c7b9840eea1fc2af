"""The Hugging Face hub, or a mirror of it: search, and what a repository holds. Nothing is downloaded here.

Source: https://huggingface.co/docs/hub/api. What comes back is untrusted: every field is looked at, none is believed
to be there.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urljoin

import httpx

from localmind_app.core.errors import Invalid, NotAllowed, NotFound, SourceError, TooMany

from .carrier import Carrier, Reply

LARGEST_ANSWER = 32 * 1024 * 1024
MOST_PAGES = 20
_REPO = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SHA1 = re.compile(r"[0-9a-f]{40}")
_NEXT = re.compile(r'<([^>]+)>;\s*rel="next"')


@dataclass(frozen=True)
class HubModel:
    """A repository that a search found. `updated` is the hub's own text; `gated`: its makers want a sign-in there."""

    repo: str
    downloads: int
    likes: int
    updated: str
    license: str
    gated: bool


@dataclass(frozen=True)
class HubFile:
    """A file of a repository. Large files have a `sha256`; small ones the id of their git blob (SHA-1)."""

    path: str
    size: int
    sha256: str | None
    git_oid: str | None


class HubClient:
    """One hub. Every request goes through the carrier, and so into the ledger."""

    def __init__(self, carrier: Carrier, base: str) -> None:
        self._carrier, self._base = carrier, base.rstrip("/")

    async def search(self, words: str, limit: int = 30) -> list[HubModel]:
        """Repositories with GGUF files, most downloaded first."""
        asked = {"search": words.strip()[:200], "filter": "gguf", "sort": "downloads", "direction": "-1",
                 "limit": max(1, min(limit, 100))}  # fmt: skip
        found, _ = await self._json(f"{self._base}/api/models?{urlencode(asked)}", "search for models")
        models = [_model(item) for item in found if isinstance(item, dict)] if isinstance(found, list) else []
        return [model for model in models if model is not None]

    async def revision(self, repo: str) -> str:
        """The commit that `main` of a repository is now, so that all its files are from one moment."""
        found, _ = await self._json(f"{self._base}/api/models/{_checked(repo)}/revision/main", "look at a model")
        commit = found.get("sha") if isinstance(found, dict) else None
        if not isinstance(commit, str) or not _SHA1.fullmatch(commit):
            raise SourceError("The hub did not say which version of {repo} it has.", repo=repo)
        return commit

    async def files(self, repo: str, revision: str = "main") -> list[HubFile]:
        """Every file of a repository, with its size and hash."""
        url: str | None = f"{self._base}/api/models/{_checked(repo)}/tree/{quote(revision, safe='')}?recursive=1"
        files: list[HubFile] = []
        for _ in range(MOST_PAGES):
            if url is None:
                break
            found, following = await self._json(url, "look at a model")
            files += [file for item in found if isinstance(item, dict) and (file := _file(item))]
            url = urljoin(url, following) if following else None
        return files

    def address(self, repo: str, path: str, revision: str = "main") -> str:
        """Where a file is fetched from."""
        return f"{self._base}/{_checked(repo)}/resolve/{quote(revision, safe='')}/{quote(path)}"

    async def _json(self, url: str, purpose: str) -> tuple[Any, str | None]:
        try:
            async with self._carrier.get(url, purpose) as reply:
                _check_status(reply)
                body = bytearray()
                async for chunk in reply.chunks():
                    body += chunk
                    if len(body) > LARGEST_ANSWER:
                        raise SourceError("The hub's answer is too long. Nothing of it was used.")
                following = _NEXT.search(reply.response.headers.get("link", ""))
                return json.loads(bytes(body)), following[1] if following else None
        except httpx.TransportError as error:
            raise unreachable(url, error) from error
        except ValueError as error:
            raise SourceError("The hub's answer cannot be read. Try again later.") from error


def unreachable(url: str, error: Exception) -> SourceError:
    """The error of a machine that cannot be asked."""
    host = httpx.URL(url).host
    return SourceError(
        "{host} cannot be reached ({detail}). Check the network connection and try again.",
        host=host,
        detail=str(error) or type(error).__name__,
    )


def refused(status: int, *, with_token: bool) -> NotAllowed:
    """The error of a model that the hub does not give to everybody; `status` is 401 or 403."""
    if not with_token:
        return NotAllowed(
            "The hub gives this model only to people who accepted its terms. Accept them on the model's page there, "
            "then enter your access token in the catalogue."
        )
    if status == 401:
        return NotAllowed("The hub does not accept your access token. Make a new one there and enter it again.")
    return NotAllowed(
        "Your account at the hub may not have this model. Accept its terms on the model's page there, check that your "
        "access token may read it, and try again."
    )


def _check_status(reply: Reply) -> None:
    response = reply.response
    status = response.status_code
    if status in (401, 403):
        raise refused(status, with_token=reply.with_token)
    if status == 404:
        raise NotFound("The hub has no such model.")
    if status == 429:
        wait = response.headers.get("retry-after", "")
        seconds = int(wait) if wait.isdecimal() else 60
        raise TooMany("The hub wants us to wait {seconds} seconds before we ask again.", retry_after=seconds)
    if status != 200:
        raise SourceError("The hub answered with error {status}. Try again later.", status=status)


def _checked(repo: str) -> str:
    if not _REPO.fullmatch(repo) or ".." in repo:
        raise Invalid("{repo} is not the name of a model on the hub. It looks like owner/name.", repo=repo[:100])
    return repo


def _number(value: Any) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def _model(item: dict[str, Any]) -> HubModel | None:
    repo = item.get("id") or item.get("modelId")
    if not isinstance(repo, str) or not _REPO.fullmatch(repo):
        return None
    tags = [tag for tag in item.get("tags") or [] if isinstance(tag, str)]
    licence = next((tag.removeprefix("license:") for tag in tags if tag.startswith("license:")), "")
    updated = item.get("lastModified") or item.get("createdAt")
    return HubModel(
        repo,
        _number(item.get("downloads")),
        _number(item.get("likes")),
        updated[:30] if isinstance(updated, str) else "",
        licence[:50],
        bool(item.get("gated")),
    )


def _file(item: dict[str, Any]) -> HubFile | None:
    path, size, oid, lfs = item.get("path"), item.get("size"), item.get("oid"), item.get("lfs")
    if item.get("type") != "file" or not isinstance(path, str) or not isinstance(size, int) or size < 0:
        return None
    sha256 = None
    if isinstance(lfs, dict):
        sha256 = lfs.get("oid") if isinstance(lfs.get("oid"), str) else None
        sha256 = sha256 if sha256 and _SHA256.fullmatch(sha256) else None
        size = lfs["size"] if isinstance(lfs.get("size"), int) and lfs["size"] >= 0 else size
    git_oid = oid if sha256 is None and not isinstance(lfs, dict) and isinstance(oid, str) else None
    return HubFile(path, size, sha256, git_oid if git_oid and _SHA1.fullmatch(git_oid) else None)
