"""The web's part of the settings page: what it holds. That it works in a browser is for e2e."""

from __future__ import annotations

from localmind_app.features.system.page import settings_page
from localmind_app.features.web_pages.components import web_switches
from localmind_app.features.web_pages.state import WebPagesState


def test_the_switches_are_on_the_settings_page() -> None:
    drawn = str(web_switches())
    for id in ("web-search", "web-pages", "search-engine", "searxng"):
        assert f'id:"{id}"' in drawn
    assert drawn.count('"switch"') == 2
    assert 'id:"web-pages"' in str(settings_page())


def test_every_act_of_the_section_is_a_handler() -> None:
    section = web_switches()
    drawn = str(section) + str(section._get_all_hooks())  # what a form does is in its hooks
    for name in ("allow_search", "allow_pages", "choose", "keep_address"):
        assert name in WebPagesState.event_handlers and f"web_pages_state.{name}" in drawn
