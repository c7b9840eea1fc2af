"""One sitemap file: the files and pages that it names. Runs in the child."""

from __future__ import annotations

import io
import re
from typing import Any

from lxml import etree

from localmind_app.core.errors import SourceError


def parse(data: bytes, limit: int) -> dict[str, Any]:
    """The sitemaps and the pages that a sitemap names. Raises SourceError when it is none."""
    head = data[:1000].lstrip(b"\xef\xbb\xbf \r\n\t")
    if not head.startswith(b"<"):
        lines = re.findall(rb"^https?://[^\s<>\"]+$", data, re.MULTILINE)
        return {"files": [], "pages": [line.decode("utf-8", "replace") for line in lines[:limit]]}
    files: list[str] = []
    listed: list[str] = []
    # Nothing that an entity stands for is looked at, and libxml2 ends what grows beyond measure.
    events = etree.iterparse(
        io.BytesIO(data), events=("end",), tag="{*}loc", resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False, recover=True,
    )  # fmt: skip
    try:
        for _, element in events:
            parent = element.getparent()
            if parent is None:
                continue
            into = {"sitemap": files, "url": listed}.get(str(parent.tag).rpartition("}")[2])
            if into is not None and element.text and len(element) == 0:
                into.append(element.text.strip())
            element.clear()
            if len(files) + len(listed) >= limit:
                break
    except etree.XMLSyntaxError as error:
        if not files and not listed:
            raise SourceError("The sitemap is damaged or none at all. Nothing was kept.") from error
    return {"files": files, "pages": listed}
