"""The web process: pages, API and events on one port, served from the built frontend, without Node.

Run as ``python -m localmind_app.web.server``. The supervisor hands over a listening socket, so connections that
arrive while this process restarts wait instead of being refused.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _listening_socket() -> socket.socket:
    """The supervisor's socket (LOCALMIND_WEB_FD), or one of our own on LOCALMIND_PORT."""
    inherited = os.environ.get("LOCALMIND_WEB_FD")
    if inherited:
        return socket.socket(fileno=int(inherited))
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(os.environ.get("LOCALMIND_PORT", "8765"))))
    listener.listen(128)
    return listener


def main() -> None:
    """Serve until stopped."""
    listener = _listening_socket()
    port = listener.getsockname()[1]
    os.chdir(ROOT)
    # Read by Reflex at import. The double underscore marks names that are Reflex's own; tests hold them.
    os.environ.update(
        {
            "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
            "__REFLEX_SKIP_COMPILE": "true",
            "REFLEX_ENV_MODE": "prod",
            "REFLEX_CHECK_LATEST_VERSION": "false",
            "REFLEX_TELEMETRY_ENABLED": "false",
            "REFLEX_CORS_ALLOWED_ORIGINS": f"http://127.0.0.1:{port},http://localhost:{port}",
            # A silent socket is noticed after 20 s instead of 145 s, so a page reconnects soon after sleep.
            "REFLEX_SOCKET_INTERVAL": "10",
            "REFLEX_SOCKET_TIMEOUT": "20",
            "LOCALMIND_PORT": str(port),
        }
    )
    import uvicorn

    from localmind_app.core.home import Home
    from localmind_app.core.orphan import die_with_parent

    from . import logs
    from .application import build

    logs.set_up()
    die_with_parent()
    config = uvicorn.Config(
        build(Home.open(), port),
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws_max_size=2 * 1024 * 1024,
        timeout_graceful_shutdown=1,
        lifespan="on",
        loop="asyncio",
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
