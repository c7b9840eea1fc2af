import pytest

from localmind_app.web.access import is_open, session_of


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/c/1",
        "/api/chats",
        "/_event",
        "/open",
        "/icons",
        "/sign-in/",
        "/icons/../api",
        "/SIGN-IN",
        "//sign-in",
        "/v1/models",
        "/_upload",
        "/assets/x.js",
    ],
)
def test_everything_else_is_closed(path: str) -> None:
    assert not is_open(path)


@pytest.mark.parametrize(
    ("header", "token"),
    [
        (None, None),
        ("", None),
        ("a=b", None),
        ("localmind_session=x", "x"),
        ("a=b; localmind_session=y; c=d", "y"),
        ("localmind_session=", None),
        ("xlocalmind_session=z", None),
    ],
)
def test_the_session_is_read_from_its_own_cookie_only(header: str | None, token: str | None) -> None:
    assert session_of(header) == token
