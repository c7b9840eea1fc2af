"""A site's own list of its pages, from a site that lies about it."""

from __future__ import annotations

import gzip

import pytest

from localmind_app.core.errors import NotAllowed, NotFound, SourceError
from localmind_app.features.web_pages import sitemap
from localmind_app.features.web_pages.fetch import Fetcher
from tests.features.web_pages.fake_site import FakeSite, answer, redirect

XML = "application/xml"
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urls(*links: str, more: str = "") -> str:
    rows = "".join(f"<url><loc> {link} </loc><lastmod>2024-01-01</lastmod>{more}</url>" for link in links)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {SPACE}>{rows}</urlset>'


def index(*links: str) -> str:
    rows = "".join(f"<sitemap><loc>{link}</loc></sitemap>" for link in links)
    return f'<?xml version="1.0"?><sitemapindex {SPACE}>{rows}</sitemapindex>'


async def test_the_usual_place(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    image = '<image:image xmlns:image="i"><image:loc>http://pages.example/picture.png</image:loc></image:image>'
    listed = urls(f"{base}/a", f"{base}/b?x=1&amp;y=2", f"{base}/a", "https://other.example/c", "file:///d", more=image)
    site.pages["/sitemap.xml"] = answer(listed, kind=XML)
    assert await sitemap.pages(fetcher, f"{base}/some/page", 100) == [f"{base}/a", f"{base}/b?x=1&y=2"]
    assert await sitemap.pages(fetcher, base, 1) == [f"{base}/a"]


async def test_where_robots_say(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    site.pages["/robots.txt"] = answer(f"Sitemap: {base}/map.xml\nSitemap: http://127.0.0.1/map.xml\n")
    site.pages["/map.xml"] = answer(urls(f"{base}/a"), kind=XML)
    assert await sitemap.pages(fetcher, base, 100) == [f"{base}/a"]
    assert site.paths == ["/map.xml"]


async def test_an_index_with_packed_files(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    site.pages["/sitemap.xml"] = answer(
        index(f"{base}/1.xml.gz", f"{base}/2.txt", f"{base}/gone.xml", f"{base}/sitemap.xml")
    )
    site.pages["/1.xml.gz"] = answer(gzip.compress(urls(f"{base}/a").encode()), kind="application/gzip")
    site.pages["/2.txt"] = answer(f"{base}/b\nhttp://other.example/\nno address\n{base}/c\n", kind="text/plain")
    assert await sitemap.pages(fetcher, base, 100) == [f"{base}/a", f"{base}/b", f"{base}/c"]


async def test_indexes_without_end(
    fetcher: Fetcher, site: FakeSite, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "MOST_FILES", 5)
    for number in range(100):
        site.pages[f"/{number}.xml"] = answer(index(f"{base}/{number + 1}.xml", f"{base}/{number}.xml"), kind=XML)
    with pytest.raises(NotFound):
        await sitemap.pages(fetcher, f"{base}/0.xml", 100)
    assert len(site.paths) == 5


async def test_no_sitemap(fetcher: Fetcher, base: str) -> None:
    with pytest.raises(NotFound):
        await sitemap.pages(fetcher, base, 100)


async def test_a_sitemap_elsewhere_is_not_fetched(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    site.pages["/sitemap.xml"] = redirect(f"http://127.0.0.1:{site.port}/secret.xml")
    with pytest.raises(NotAllowed):
        await sitemap.pages(fetcher, base, 100)
    assert site.paths == ["/sitemap.xml"]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "body",
    [
        f'<?xml version="1.0"?><!DOCTYPE u [<!ENTITY l0 "http://pages.example/">{LAUGHS}]>'
        f"<urlset {SPACE}><url><loc>&l11;</loc></url></urlset>",
        f'<?xml version="1.0"?><!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        f"<urlset {SPACE}><url><loc>&x;</loc></url></urlset>",
        f'<?xml version="1.0"?><!DOCTYPE u SYSTEM "http://127.0.0.1:1/x.dtd"><urlset {SPACE}></urlset>',
        "<urlset>" + "<url>" * 100_000,
        "<?xml",
        "<html><body>Not found</body></html>",
        "\x00\x01\x02",
        "",
    ],
    ids=["laughs", "outside", "dtd", "deep", "cut", "html", "noise", "empty"],
)
async def test_bombs_and_noise(fetcher: Fetcher, site: FakeSite, base: str, body: str) -> None:
    site.pages["/sitemap.xml"] = answer(body, kind=XML)
    with pytest.raises((SourceError, NotFound)):
        await sitemap.pages(fetcher, base, 100)


async def test_a_packed_bomb(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    site.pages["/sitemap.xml.gz"] = answer(gzip.compress(bytes(200_000_000)), kind="application/gzip")
    with pytest.raises(Exception, match="larger than 52 MB"):
        await sitemap.pages(fetcher, f"{base}/sitemap.xml.gz", 100)


async def test_what_came_before_the_damage_counts(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    site.pages["/sitemap.xml"] = answer(urls(f"{base}/a", f"{base}/b")[:-30], kind=XML)
    assert (await sitemap.pages(fetcher, base, 100))[0] == f"{base}/a"
