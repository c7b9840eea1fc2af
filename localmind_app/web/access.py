"""Who may reach what without being signed in: the reviewed list of exceptions, and nothing else."""

from __future__ import annotations

from localmind_app.features.files.limits import LARGEST_EVER

# Every path here is open to anybody who can reach the port; each line says why. The walk test holds the list.
OPEN_PATHS = frozenset(
    {
        "/sign-in",  # the way in
        "/sign-in.css",  # its looks
        "/healthz",  # says only that the process lives
        "/readyz",  # says only which process is not ready
        "/manifest.webmanifest",  # browsers fetch it without cookies
        "/sw.js",  # must load when signed out, to show the offline page
        "/offline.html",  # static, names nothing of the owner's
        "/offline.css",
        "/offline.js",
        "/theme.js",
        "/favicon.ico",
    }
)
OPEN_FOLDERS = (
    "/open/",  # one-time links: the token in the path is the proof
    "/icons/",  # the product's own pictures
)
# Programs sign in with an API key there, never with the browser's cookie.
KEY_FOLDER = "/v1/"

# Monitoring asks there with a key, a person's browser with its session.
EITHER = frozenset({"/health", "/metrics"})

MB = 1024 * 1024
# The longest legitimate body is a long prompt sent to /v1.
LARGEST_BODY = 8 * MB
# Routes that take files. They write to disk while they read; the service below counts what each person may send.
LARGER_BODIES = {"/v1/files": 100 * MB, "/api/files": LARGEST_EVER}
UPLOADS = "/api/files/uploads/"

COOKIE = "localmind_session"


def largest_body(path: str) -> int:
    """How many bytes a request to a path may send."""
    return LARGEST_EVER if path.startswith(UPLOADS) else LARGER_BODIES.get(path, LARGEST_BODY)


def is_open(path: str) -> bool:
    """Whether a path is served to anybody."""
    return path in OPEN_PATHS or any(path.startswith(folder) and ".." not in path for folder in OPEN_FOLDERS)


def session_of(cookie_header: str | None) -> str | None:
    """The session token in a Cookie header (RFC 6265); None when there is none."""
    for part in (cookie_header or "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE and value:
            return value
    return None
