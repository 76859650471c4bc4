"""The sandbox's own pages, on the shared port under its own name: a start page, and calls that steer it.

| call | what it does |
|---|---|
| `GET /` | the start page |
| `POST /sandbox/faults` | plans the faults in the body, a line each; `GET` lists, `DELETE` clears them |
| `POST /sandbox/clock/300` | moves the clock on by so many seconds |
| `POST /sandbox/happen/stripe` | lets something happen there: a record changes, its event is pushed |
| `POST /sandbox/webhooks/stripe?url=http://127.0.0.1:9000/` | subscribes; answers with the secret |
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from intkit.errors import SandboxError
from intkit.sandbox.vendor import to_json

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from intkit.sandbox.server import Sandbox
    from intkit.sandbox.vendor import Vendor

_STYLE = """body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color-scheme: light dark } code, pre { font: 13px ui-monospace, monospace } pre { overflow: auto; padding: .6rem;
  background: color-mix(in srgb, currentColor 8%, transparent) } h2 { margin-top: 2.5rem }"""


def control_app(sandbox: Sandbox) -> Starlette:
    """Return the pages and calls of this sandbox."""

    async def start(_: Request) -> Response:
        return HTMLResponse(start_page(sandbox))

    async def faults(request: Request) -> Response:
        if request.method == "POST":
            sandbox.faults.plan((await request.body()).decode())
        elif request.method == "DELETE":
            sandbox.faults.clear()
        return Response(to_json(sandbox.faults.listed()), media_type="application/json")

    async def clock(request: Request) -> Response:
        sandbox.clock.advance(request.path_params["seconds"])
        return PlainTextResponse(f"{sandbox.clock.moment().isoformat()}\n")

    async def happen(request: Request) -> Response:
        sandbox.happen(request.path_params["vendor"])
        return PlainTextResponse("done\n")

    async def webhooks(request: Request) -> Response:
        secret = sandbox.subscribe(request.path_params["vendor"], request.query_params.get("url", ""))
        return PlainTextResponse(f"{secret}\n")

    return Starlette(
        routes=[
            Route("/", start),
            Route("/sandbox/faults", _guarded(faults), methods=["GET", "POST", "DELETE"]),
            Route("/sandbox/clock/{seconds:float}", _guarded(clock), methods=["POST"]),
            Route("/sandbox/happen/{vendor}", _guarded(happen), methods=["POST"]),
            Route("/sandbox/webhooks/{vendor}", _guarded(webhooks), methods=["POST"]),
        ]
    )


def start_page(sandbox: Sandbox) -> str:
    """Return the page that lists vendors, keys, first calls and planted traits."""
    vendors = "\n".join(_section(vendor, sandbox.urls[vendor.name]) for vendor in sandbox.vendors)
    routes = escape(",".join(f"{host}={url}" for host, url in sandbox.routes.items()))
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>intkit sandbox</title><style>{_STYLE}</style></head><body>
<h1>Practice vendors</h1>
<p>All records are made up; the same seed gives the same ones. Keys open nothing but this sandbox.</p>
<p>For the kit in another terminal: <code>export INTKIT_ROUTES={routes}</code></p>
<p>Let things go wrong: <code>curl {escape(sandbox.url)}/sandbox/faults -d 'stripe 429 times=3'</code></p>
{vendors}
</body></html>
"""


def _section(vendor: Vendor, url: str) -> str:
    traits = "\n".join(f"<li>{_marked(trait)}</li>" for trait in vendor.traits)
    return f"""<h2 id="{escape(vendor.name)}">{escape(vendor.name)}</h2>
<p>{escape(", ".join(vendor.hosts))} &middot; key <code>{escape(vendor.key)}</code></p>
<pre>{escape(vendor.curl(url))}</pre>
<p>What is planted in the records:</p><ul>{traits}</ul>"""


def _marked(text: str) -> str:
    """Return the text as HTML, what stands between backquotes as code."""
    parts = [escape(part) for part in text.split("`")]
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts))


def _guarded(
    run: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """Return the call with our errors as text under status 400."""

    async def respond(request: Request) -> Response:
        try:
            return await run(request)
        except SandboxError as error:
            return PlainTextResponse(f"{error}\n", 400)

    return respond
