"""The way in: a plain page without scripts, and one-time links. The session cookie is set here and nowhere else."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import parse_qs, quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from localmind_app.core.errors import UserError
from localmind_app.features.accounts.service import SESSION_MS
from localmind_app.features.services import services
from localmind_app.ui.i18n import negotiate, translate

from .access import COOKIE

_PAGES = re.compile(r"/((c/[0-9A-Z]{26}|settings)/?)?")
_STYLE = """
:root{color-scheme:light dark;--bg:#f4f5f3;--card:#fff;--text:#1a1d1b;--muted:#5a625d;--line:#8a938d;--accent:#0b6b5d;
--on:#fff;--bad:#a3262a}
@media (prefers-color-scheme:dark){:root{--bg:#121413;--card:#1b1e1c;--text:#eceeed;--muted:#a3aca7;--line:#6c756f;
--accent:#5cc9b5;--on:#06231e;--bad:#ff9a94}}
*{box-sizing:border-box}body{margin:0;min-height:100dvh;display:grid;place-items:center;padding:24px;
background:var(--bg);color:var(--text);font:16px/1.5 system-ui,sans-serif}
main{width:100%;max-width:24rem;background:var(--card);border-radius:16px;padding:32px;
box-shadow:0 1px 2px rgb(0 0 0/.08),0 12px 32px rgb(0 0 0/.08)}
img{display:block;width:48px;height:48px;margin:0 0 20px}h1{font-size:1.375rem;line-height:1.25;margin:0 0 8px;
letter-spacing:-.01em}p{margin:0 0 20px;color:var(--muted)}p.bad{color:var(--bad)}label{display:block;
font-weight:550;margin:0 0 6px}input{width:100%;min-height:44px;padding:8px 12px;font:inherit;color:inherit;
background:transparent;border:1px solid var(--line);border-radius:10px}button{width:100%;min-height:44px;
margin-top:16px;font:inherit;font-weight:600;color:var(--on);background:var(--accent);border:0;border-radius:10px;
cursor:pointer}a{color:var(--accent)}code{font:0.9em ui-monospace,monospace;overflow-wrap:anywhere}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
"""


def _page(request: Request, body: str, *, title: str, head: str = "", status: int = 200) -> HTMLResponse:
    locale = negotiate(request.headers.get("accept-language"))
    html = (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8"><title>{escape(title)} · LocalMind</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">'
        '<link rel="icon" href="/icons/icon.svg"><link rel="stylesheet" href="/sign-in.css">'
        f'{head}</head><body><main><img src="/icons/icon.svg" alt=""><h1>{escape(title)}</h1>{body}</main></body>'
        "</html>"
    )
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def _words(request: Request) -> dict[str, str]:
    locale = negotiate(request.headers.get("accept-language"))
    return {
        "title": translate(locale, "Sign in"),
        "how": translate(locale, "Enter your password, or use the link that LocalMind printed when it started."),
        "link": translate(
            locale, "No password has been set yet. Use the link that LocalMind printed in its terminal when it started."
        ),
        "password": translate(locale, "Password"),
        "entering": translate(locale, "Signing in…"),
        "go": translate(locale, "Continue"),
    }


async def sign_in_page(request: Request, error: UserError | None = None) -> Response:
    """GET /sign-in: the form, or where to find the link while there is no password."""
    words = _words(request)
    locale = negotiate(request.headers.get("accept-language"))
    said = ""
    if error is not None:
        said = f'<p class="bad" role="alert" id="said">{escape(translate(locale, error.message, error.params))}</p>'
    if not await services().accounts.has_password():
        return _page(
            request,
            f"<p>{escape(words['link'])}</p>{said}",
            title=words["title"],
            status=error.status if error else 200,
        )
    invalid = ' aria-invalid="true" aria-describedby="said"' if error else ""
    form = (
        f'<p>{escape(words["how"])}</p>{said}<form method="post" action="/sign-in?next={quote(_goal(request))}">'
        '<input type="text" name="username" value="owner" autocomplete="username" hidden>'
        f'<label for="password">{escape(words["password"])}</label><input id="password" name="password" '
        f'type="password" autocomplete="current-password" required autofocus{invalid}>'
        f'<button type="submit">{escape(words["title"])}</button></form>'
    )
    return _page(request, form, title=words["title"], status=error.status if error else 200)


async def sign_in(request: Request) -> Response:
    """POST /sign-in: check the password and open a session."""
    fields = parse_qs((await request.body())[:10_000].decode("utf-8", "replace"))
    try:
        token = await services().accounts.sign_in(
            fields.get("password", [""])[0], request.headers.get("user-agent", "")
        )
    except UserError as error:
        response = await sign_in_page(request, error)
        if "seconds" in error.params:
            response.headers["Retry-After"] = str(error.params["seconds"])
        return response
    return _entered(request, token)


async def open_link(request: Request) -> Response:
    """GET /open/{token}: use a one-time link. A HEAD request (a link preview) does not use it up."""
    if request.method == "HEAD":
        return Response()
    try:
        token = await services().accounts.open_link(request.path_params["token"], request.headers.get("user-agent", ""))
    except UserError as error:
        return await sign_in_page(request, error)
    return _entered(request, token)


def _goal(request: Request) -> str:
    """The page to go on to: only pages of ours, so that a link cannot send anybody elsewhere."""
    wanted = request.query_params.get("next", "")
    return wanted if _PAGES.fullmatch(wanted) else "/"


def _entered(request: Request, token: str) -> Response:
    # A page that moves on by itself, not a redirect: a browser that came from another site would not send a
    # SameSite=Strict cookie along a redirect.
    words = _words(request)
    response = _page(
        request,
        f'<p><a href="{_goal(request)}">{escape(words["go"])}</a></p>',
        title=words["entering"],
        head=f'<meta http-equiv="refresh" content="0;url={_goal(request)}">',
    )
    response.set_cookie(
        COOKIE,
        token,
        max_age=SESSION_MS // 1000,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


async def sign_out(request: Request) -> Response:
    """POST /sign-out: end this session."""
    await services().accounts.sign_out(request.state.session)
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


async def style(request: Request) -> Response:
    """GET /sign-in.css."""
    return Response(_STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600"})


routes = [
    Route("/sign-in", sign_in_page, methods=["GET"]),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-in.css", style, methods=["GET"]),
    Route("/sign-out", sign_out, methods=["POST"]),
    Route("/open/{token}", open_link, methods=["GET"]),
]
