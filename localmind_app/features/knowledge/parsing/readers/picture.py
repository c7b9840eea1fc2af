"""Pictures: the text in them by OCR. What they show is for a vision model to say (see `doors.py`)."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageOps, ImageSequence

from localmind_app.core.errors import Unreadable

from .. import layout, scan
from ..draft import Draft
from ..rows import PageSize
from ..source import Source

_MOST_FRAMES = 100  # pages of a TIFF
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, KeyError, AttributeError, OverflowError)


def read(source: Source, draft: Draft) -> None:
    """The text of the picture with boxes; a TIFF may have several pages. Raises Unreadable, Full."""
    draft.parser = scan.name()
    pages, sizes = [], []
    with opened(source) as image:
        count = min(frames(image), _MOST_FRAMES, source.limits.pages)
        draft.pages = count
        for number, frame in enumerate(ImageSequence.Iterator(image)):
            if number >= count:
                break
            check(source, frame)
            upright = _upright(frame)
            sizes.append(PageSize(*map(float, upright.size)))
            pages.append(scan.rows_of(upright, number, *map(float, upright.size)))
            source.progress((number + 1) / count)
    layout.add_blocks(pages, sizes, draft, scan.LARGER)


@contextmanager
def opened(source: Source) -> Iterator[Image.Image]:
    """The picture before its pixels are decoded, its size checked. Raises Unreadable."""
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit here is our own
    try:
        with source.open() as file, Image.open(file) as image:
            check(source, image)
            yield image
    except Image.DecompressionBombError as error:
        raise _too_large(source, 0) from error
    except _BROKEN as error:
        raise source.damaged() from error


def check(source: Source, image: Image.Image) -> None:
    """Raises Unreadable where the picture has too many pixels."""
    if image.width * image.height > source.limits.pixels:
        raise _too_large(source, image.width * image.height)


def frames(image: Image.Image) -> int:
    """How many pages it has; a moving picture has one."""
    return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1


def draw(source: Source, page: int, width: int) -> Image.Image:
    """A page of the picture, upright, at most `width` pixels wide. Raises Unreadable."""
    with opened(source) as image:
        if not 0 <= page < frames(image):
            raise source.damaged()
        image.seek(page)
        check(source, image)
        image.draft("RGB", (width, image.height * width // max(1, image.width)))
        upright = _upright(image).convert("RGB")
        upright.thumbnail((width, 16 * width))
        return upright


def _upright(image: Image.Image) -> Image.Image:
    turned = ImageOps.exif_transpose(image)
    if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
        turned = turned.convert("RGBA")
        ground = Image.new("RGBA", turned.size, "white")
        return Image.alpha_composite(ground, turned).convert("RGB")
    return turned.convert("RGB")


def _too_large(source: Source, pixels: int) -> Unreadable:
    if not pixels:
        return Unreadable(
            "{file} has more than {limit} million pixels. Nothing of it was kept; make it smaller and add it again.",
            file=source.name,
            limit=source.limits.pixels // 1_000_000,
        )
    return Unreadable(
        "{file} has {pixels} million pixels; at most {limit} million are read. "
        "Nothing of it was kept; make it smaller and add it again.",
        file=source.name,
        pixels=pixels // 1_000_000,
        limit=source.limits.pixels // 1_000_000,
    )
