"""A shop of numbered orders that pages in every way there is; the double of these tests."""

from __future__ import annotations

import httpx

from intkit.clients.client import Client
from intkit.clients.clock import Clock
from intkit.clients.connection import Connection

BASE = "https://shop.example/api"


class StillClock(Clock):
    """Time passes only by sleeping."""

    def __init__(self):
        self.time = 1_800_000_000.0
        self.slept = []

    def now(self):
        return self.time

    def elapsed(self):
        return self.time

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.time += seconds


class ServersClock(StillClock):
    """A clock that the practice server goes by as well, so that its limits pass while nobody waits."""

    def __init__(self, sandbox):
        super().__init__()
        sandbox.clock.wall = self.now


def orders(count, start=1):
    return [{"id": number} for number in range(start, start + count)]


def client_of(app, clock=None, mode="live", **described):
    """A client whose network is this function of a request."""
    described = {"name": "shop", "base_url": BASE, **described}
    return Client(
        Connection(**described), mode=mode, transport=httpx.MockTransport(app), clock=clock or StillClock()
    )


class Shop:
    """Serves `total` orders, `size` at a time; `kind` is how it pages."""

    def __init__(self, kind, total=25, size=10):
        self.kind = kind
        self.total = total
        self.size = size
        self.asked = []

    def __call__(self, request):
        self.asked.append(request)
        return getattr(self, f"by_{self.kind}")(request, dict(request.url.params))

    def page(self, begin):
        return orders(min(self.size, max(self.total - begin, 0)), begin + 1)

    def following(self, begin):
        return begin + self.size if begin + self.size < self.total else None

    def by_link_header(self, request, params):
        begin = int(params.get("begin", 0))
        following = self.following(begin)
        headers = {"link": f'<{BASE}/orders?begin={following}>; rel="next"'} if following else {}
        return httpx.Response(200, json=self.page(begin), headers=headers)

    def by_next_url(self, request, params):
        begin = int(params.get("begin", 0))
        following = self.following(begin)
        address = f"{BASE}/orders?begin={following}" if following else None
        return httpx.Response(200, json={"items": self.page(begin), "next": address})

    def by_relative_url(self, request, params):
        begin = int(params.get("begin", 0))
        following = self.following(begin)
        body = {"items": self.page(begin), "links": {"next": f"?begin={following}"} if following else {}}
        return httpx.Response(200, json=body)

    def by_hal(self, request, params):
        begin = int(params.get("begin", 0))
        following = self.following(begin)
        links = {"next": {"href": f"{BASE}/orders?begin={following}"} if following else None}
        return httpx.Response(200, json={"_embedded": {"orders": self.page(begin)}, "_links": links})

    def by_odata(self, request, params):
        begin = int(params.get("$skiptoken", 0))
        following = self.following(begin)
        more = {"__next": f"{BASE}/orders?$skiptoken={following}"} if following else {}
        return httpx.Response(200, json={"d": {"results": self.page(begin), **more}})

    def by_cursor(self, request, params):
        begin = int(params.get("cursor", 0))
        return httpx.Response(200, json={"items": self.page(begin), "next_cursor": self.following(begin)})

    def by_header_cursor(self, request, params):
        begin = int(request.headers.get("x-cursor", 0))
        following = self.following(begin)
        headers = {"x-next-cursor": str(following)} if following else {}
        return httpx.Response(200, json=self.page(begin), headers=headers)

    def by_body_cursor(self, request, params):
        asked = httpx.Response(200, content=request.content).json()
        begin = int(asked.get("after", 0))
        following = self.following(begin)
        paging = {"paging": {"next": {"after": str(following)}}} if following else {}
        return httpx.Response(200, json={"results": self.page(begin), **paging})

    def by_flag(self, request, params):
        begin = int(params.get("after", 0))
        return httpx.Response(
            200, json={"data": self.page(begin), "has_more": self.following(begin) is not None}
        )

    def by_offset(self, request, params):
        begin = int(params.get("offset", 0))
        return httpx.Response(200, json={"orders": self.page(begin), "total_items": self.total})

    def by_short_page(self, request, params):
        begin = int(params.get("offset", 0))
        return httpx.Response(200, json=self.page(begin))

    def by_page_number(self, request, params):
        begin = (int(params.get("page", 1)) - 1) * self.size
        pages = -(-self.total // self.size)
        return httpx.Response(200, json={"orders": self.page(begin), "total_pages": pages})
