"""Takes in models that are on this machine already: checked first, then linked in place, without a second copy.

A symbolic link in the models folder is all the engine needs. Where the system makes none, the file is copied.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from localmind_app.core.errors import Conflict, Invalid, NotFound
from localmind_app.core.home import Home

from .accepted import PICKLES, TEXTS, is_weights, missing_parts, part_of
from .download import check_room
from .placing import STAGING, check_content, order, slug, target

MOST_FILES = 2000


@dataclass(frozen=True)
class Imported:
    """What an import made: paths in the models folder, and whether they are links or copies."""

    paths: tuple[str, ...]
    linked: bool


def take_in(home: Home, given: str, name: str = "") -> Imported:
    """Make a GGUF file, or a folder of model files, at the path `given` usable; `name` is what it is to be called.

    Blocking: it reads headers, and copies where it cannot link. Raises NotFound, Invalid for what is broken or of
    another kind, Conflict when the name is taken, DiskFull. Nothing is left of an import that failed.
    """
    try:
        place = Path(given).expanduser()
        if not place.is_absolute():
            raise Invalid("Give the whole path of the file or folder, from the root on: {path}", path=given[:300])
        place = place.resolve(strict=True)
        folder = place.is_dir()
    except (OSError, RuntimeError, ValueError) as error:  # no such home folder; a zero byte in the name
        raise NotFound("There is nothing at {path}, or LocalMind may not read it.", path=given[:300]) from error
    if place.is_relative_to(home.models.resolve()):
        raise Conflict("{path} is in the models folder already.", path=str(place)[:300])
    wanted = _of_folder(place, name) if folder else _of_file(place, name)
    for final, source in wanted.items():
        _look(source, final)
    return _show(home, wanted)


def _of_file(place: Path, name: str) -> dict[str, Path]:
    """Where a file, with the other parts of its model, is to be seen."""
    _refuse_pickle(place)
    part = part_of(place.name)
    if part is not None:
        siblings = sorted(path for path in place.parent.iterdir() if (part_of(path.name) or ("",))[0] == part[0])
        lacking = missing_parts([path.name for path in siblings])
        if lacking:
            raise Invalid("{file}, a part of this model, is missing beside it. Nothing was added.", file=lacking[0])
        return {f"{slug(name or part[0])}/{path.name}": path for path in siblings}
    stem = slug(name.removesuffix(".gguf") or place.name.removesuffix(".gguf"))
    return {f"{stem}.gguf": place}


def _of_folder(place: Path, name: str) -> dict[str, Path]:
    inside = slug(name or place.name)
    found: dict[str, Path] = {}
    for seen, path in enumerate(_files(place)):
        if seen >= MOST_FILES:
            raise Invalid("There are too many files in {path}. Choose the folder of one model.", path=str(place)[:300])
        if is_weights(path.name) or path.name in TEXTS:
            found[f"{inside}/{path.relative_to(place).as_posix()}"] = path
    if not any(is_weights(path) for path in found):
        for path in _files(place):
            _refuse_pickle(path)
        raise Invalid("There is no GGUF or safetensors file in {path}.", path=str(place)[:300])
    lacking = missing_parts(list(found))
    if lacking:
        raise Invalid("{file}, a part of this model, is missing beside it. Nothing was added.", file=lacking[0])
    return found


def _files(place: Path) -> list[Path]:
    """Files below a folder; hidden ones are passed by, and linked folders are not entered."""
    found: list[Path] = []
    for root, folders, names in os.walk(place):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        found += [Path(root) / one for one in sorted(names) if not one.startswith(".")]
        if len(found) > 10 * MOST_FILES:
            break
    return found


def _refuse_pickle(path: Path) -> None:
    if path.name.lower().endswith(PICKLES):
        raise Invalid(
            "{file} is in a format that can run code when it is read. LocalMind takes GGUF and safetensors only.",
            file=path.name,
        )


def _look(source: Path, final: str) -> None:
    try:
        check_content(source, final.rpartition("/")[2])
    except OSError as error:
        raise NotFound("There is nothing at {path}, or LocalMind may not read it.", path=str(source)[:300]) from error


def _show(home: Home, wanted: dict[str, Path]) -> Imported:
    paths = order(list(wanted))
    finals = {path: target(home, *_split(path)) for path in paths}
    if all(final.exists() and final.samefile(wanted[path]) for path, final in finals.items()):
        return Imported(tuple(paths), all(final.is_symlink() for final in finals.values()))
    made: list[Path] = []
    linked = True
    try:
        for path in paths:
            final = finals[path]
            final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if os.path.lexists(final):
                raise Conflict("There is already a file {file} in the models folder. It was kept.", file=final.name)
            linked = _link(wanted[path], final, home) and linked
            made.append(final)
    except BaseException:  # whatever stops it: a model of half its parts would be offered, and could not be loaded
        for final in made:
            final.unlink(missing_ok=True)
        _remove_empty(home, finals.values())
        raise
    return Imported(tuple(paths), linked)


def _split(path: str) -> tuple[str, str]:
    folder, _, rest = path.partition("/")
    return (folder, rest) if rest else ("", folder)


def _link(source: Path, final: Path, home: Home) -> bool:
    try:
        final.symlink_to(source)
        return True
    except (OSError, NotImplementedError):  # Windows without the right to, or a file system without links
        check_room(home.models, source.stat().st_size)
        copy = home.models / STAGING / f"{final.name}.part"
        copy.parent.mkdir(exist_ok=True, mode=0o700)
        try:
            shutil.copyfile(source, copy)
            copy.replace(final)
        finally:
            copy.unlink(missing_ok=True)
        return False


def _remove_empty(home: Home, finals: Iterable[Path]) -> None:
    for final in finals:
        for folder in final.relative_to(home.models).parents:
            place = home.models / folder
            if place != home.models and place.is_dir() and not any(place.iterdir()):
                place.rmdir()
