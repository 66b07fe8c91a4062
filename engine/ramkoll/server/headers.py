"""The headers of every answer: what a browser may do with it."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP_REPORT = "/api/v1/csp-report"

# The pane's scripts and styles are files of ours, and office.js. Fluent gives its components
# stylesheets that are constructed in script: those need no 'unsafe-inline'.
CSP = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' https://appsforoffice.microsoft.com",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self' https://login.microsoftonline.com",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        # Excel on the web shows the pane in a frame, and so does the demo page. Therefore
        # there is no X-Frame-Options, which knows no list.
        "frame-ancestors 'self' https://*.officeapps.live.com https://*.office.com "
        "https://excel.cloud.microsoft",
        f"report-uri {CSP_REPORT}",
    )
)

_ALWAYS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # Dialogs of Office are windows that the pane opens and must be able to speak with.
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), "
    "payment=(), serial=(), usb=()",
    "X-Robots-Tag": "noindex",
}
_ICONS = (".png", ".svg", ".ico")


class Headers:
    """Adds the headers; nothing is cached unless the answer says so itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        # Excel's ribbon fetches icons from an origin of its own.
        icon = scope["path"].endswith(_ICONS)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers[name] = value
                headers["Cross-Origin-Resource-Policy"] = "cross-origin" if icon else "same-origin"
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, with_headers)
