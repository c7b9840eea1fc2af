"""How Reflex compiles and serves LocalMind. The safe values are here; `localmind_app/ui/compile.py` runs the build."""

import os

import reflex as rx

from localmind_app.ui.build import FrontendBuild
from localmind_app.ui.theme import tailwind_theme

PORT = int(os.environ.get("LOCALMIND_PORT", "8765"))

config = rx.Config(
    app_name="localmind_app",
    backend_host="127.0.0.1",
    backend_port=PORT,
    frontend_port=PORT,
    # An empty list would make the socket accept every origin. The web process puts its real origins into
    # REFLEX_CORS_ALLOWED_ORIGINS; these two are the ones of a plain start.
    cors_allowed_origins=[f"http://127.0.0.1:{PORT}", f"http://localhost:{PORT}"],
    telemetry_enabled=False,
    show_built_with_reflex=False,
    state_manager_mode="memory",
    default_color_mode="system",
    frontend_compression_formats=["gzip", "brotli"],
    plugins=[
        rx.plugins.TailwindV4Plugin(
            {
                "content": [
                    "./app/**/*.{js,jsx}",
                    "./app_components/**/*.{js,jsx}",
                    "./utils/**/*.{js,jsx}",
                    "./localmind/**/*.{js,jsx}",
                ],
                "theme": tailwind_theme(),
                "plugins": [],
            }
        ),
        FrontendBuild(),
    ],
    disable_plugins=[rx.plugins.sitemap.SitemapPlugin],
)
