"""The security headers of every response, with the content security policy built from the compiled pages."""

from __future__ import annotations

import json
from pathlib import Path

# Styles are set inline by the page's own libraries; scripts never are, except those whose hash the build recorded.
_POLICY = (
    "default-src 'self'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; frame-src 'none'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def content_policy(hashes_file: Path) -> str:
    """The policy with the script hashes the build wrote; without a build, no inline script runs at all."""
    hashes: list[str] = []
    if hashes_file.exists():
        hashes = json.loads(hashes_file.read_text(encoding="utf-8"))["all"]
    return _POLICY.format(hashes="".join(f" '{value}'" for value in hashes))


def headers(hashes_file: Path) -> list[tuple[bytes, bytes]]:
    """Raw ASGI headers to add to every response."""
    pairs = {**FIXED, "Content-Security-Policy": content_policy(hashes_file)}
    return [(name.lower().encode(), value.encode()) for name, value in pairs.items()]
