"""Asks public search engines through ddgs. Runs in the child: ddgs brings its own connections, threads and parser.

One engine is asked at a time and redirects are not followed, so that the ledger names every host before anything goes.
"""

from __future__ import annotations

from typing import Any

import primp
from ddgs.engines import ENGINES
from ddgs.exceptions import DDGSException, TimeoutException
from lxml import etree

from localmind_app.core.errors import SourceError

PATIENCE_SECONDS = 12


def ask(engine: str, query: str, count: int, host: str, address: str = "") -> dict[str, Any]:
    """What one engine found. `host` names it in errors, `address` is where it is asked instead of its own place.

    Raises SourceError.
    """
    kind = ENGINES["text"][engine]
    asked: Any = kind(timeout=PATIENCE_SECONDS)
    if address:
        asked.search_url = address
    client = primp.Client(
        timeout=PATIENCE_SECONDS, impersonate="random", follow_redirects=False, https_only=not address
    )
    client.headers_update(dict(kind.headers_update))
    asked.http_client.client = client
    received = _counted(asked.http_client)
    try:
        found = asked.search(query, region="us-en", safesearch="moderate")
    except TimeoutException as error:
        raise SourceError("{host} took too long to answer, so nothing was found.", host=host) from error
    except DDGSException as error:
        raise SourceError(
            "{host} cannot be reached. Check the address and the network connection.", host=host
        ) from error
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise _refused(host) from error
    if found is None:
        raise _refused(host)
    results = [{"title": one.title, "url": one.href, "snippet": one.body} for one in found[:count]]
    return {"results": results, "received": sum(received)}


def _counted(client: Any) -> list[int]:
    """The sizes of the answers that a client of ddgs will get, for the ledger."""
    sizes: list[int] = []
    request = client.request

    def counting(*args: Any, **named: Any) -> Any:
        answer = request(*args, **named)
        sizes.append(len(answer.content))
        return answer

    client.request = counting
    return sizes


def _refused(host: str) -> SourceError:
    return SourceError("{host} did not answer the search. It may be busy, or refuse programs.", host=host)
