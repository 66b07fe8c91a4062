"""Who may ask: right Host, Origin and secret, and not too often.

Loopback is no protection by itself. On a terminal server all users share it, and a page on the
web can ask through the browser (DNS rebinding), so each request must show that it comes from our
own pages and knows the secret that was printed when the server started.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from hmac import compare_digest

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ramkoll.server.errors import Refused, error_response
from ramkoll.server.headers import CSP_REPORT
from ramkoll.server.settings import Settings

# The first step of a path. All else is static files, which hold no secret.
SECRET_PATHS = frozenset({"api", "demo"})


def wants_secret(path: str, method: str) -> bool:
    """Whether a path is part of the API. A browser sends reports without any header of ours."""
    if path == CSP_REPORT and method == "POST":
        return False
    return path.lstrip("/").partition("/")[0].casefold() in SECRET_PATHS


class Guard:
    """Refuses requests that do not come from our own pages."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.hosts = settings.hosts
        self.origins = settings.origins
        self.authorization = f"Bearer {settings.secret}".encode()
        limits = settings.limits
        self.ours = Bucket(limits.rate, limits.burst)
        self.strangers = Bucket(limits.stranger_rate, limits.stranger_burst)
        self.pages = Bucket(limits.rate, limits.burst)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        refused = self._refused(scope, Headers(scope=scope))
        if refused is not None:
            return await error_response(refused, refused.status)(scope, receive, send)
        await self.app(scope, receive, send)

    def _refused(self, scope: Scope, headers: Headers) -> Refused | None:
        secret = wants_secret(scope["path"], scope["method"])
        right = self._is_ours(headers, secret)
        known = right is None and (secret or scope["method"] in ("GET", "HEAD"))
        # Counted apart, so that others on the machine cannot use up what is ours.
        bucket = (self.ours if secret else self.pages) if known else self.strangers
        if not bucket.take():
            return Refused(
                429, "Anropen kommer för tätt.", todo="Vänta några sekunder och försök igen."
            )
        return right

    def _is_ours(self, headers: Headers, secret: bool) -> Refused | None:
        if headers.getlist("host") not in ([host] for host in self.hosts):
            return Refused(
                421,
                "Anropet gäller en annan adress än serverns.",
                expected=" eller ".join(sorted(self.hosts)),
                todo="Öppna panelen på adressen som servern skrev när den startade.",
            )
        origins = headers.getlist("origin")
        if origins and origins not in ([origin] for origin in self.origins):
            return _foreign()
        if not secret:
            return None
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return _foreign()
        given = headers.getlist("authorization")
        if len(given) != 1 or not compare_digest(given[0].encode("latin-1"), self.authorization):
            return Refused(
                401,
                "Startkoden saknas eller är fel.",
                todo="Klistra in startkoden som servern skrev när den startade. "
                "Koden är ny för varje start.",
            )
        return None


def _foreign() -> Refused:
    return Refused(
        403,
        "Anropet kommer från en annan webbplats.",
        todo="Öppna panelen på adressen som servern skrev när den startade.",
    )


class Bucket:
    """So many requests a second, and so many at once."""

    def __init__(
        self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.rate, self.burst, self.clock = rate, burst, clock
        self.left, self.at = float(burst), clock()

    def take(self) -> bool:
        """Whether one more is allowed now."""
        now = self.clock()
        self.left = min(self.burst, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True
