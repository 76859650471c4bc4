"""The practice server: every vendor behind one loopback port by Host, and behind one port of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import ExitStack
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

import uvicorn

from intkit.cassettes.wire import routed
from intkit.errors import SandboxError, nearest
from intkit.sandbox.clock import Clock
from intkit.sandbox.control import control_app
from intkit.sandbox.faults import Faults
from intkit.sandbox.webhooks import Courier, Outbox
from intkit.sandbox.world import DEFAULT_SEED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from starlette.types import Receive, Scope, Send

    from intkit.sandbox.vendor import Vendor

# vendor: its class, in the module of the vendor's name; loaded when asked for
VENDORS = {
    "stripe": "Stripe",
    "mollie": "Mollie",
    "resend": "Resend",
    "mailchimp": "Mailchimp",
    "hubspot": "HubSpot",
    "moneybird": "Moneybird",
    "odoo": "Odoo",
    "github": "GitHub",
    "exact": "Exact",
    "playground": "Playground",
}
_PATIENCE = 10.0


class Sandbox:
    """Practice vendors on loopback, in a thread, with the kit's wire routed to them while open.

    ```python
    with intkit.Sandbox("stripe") as sandbox:
        os.environ["STRIPE_API_KEY"] = sandbox.keys["stripe"]
        charges = intkit.connect("stripe").records("/v1/charges")
    ```

    Args:
        vendors: a name or names; all when none is given.
        port: of the one address that goes by Host; 0 takes a free one. Each vendor's own port is a free one,
            or with `port` given the next ones.
        seed: the same seed gives the same records, ids and bytes.
        clock: where the records' time starts, UTC where it has no offset; the end of March 2026 if not given.
        faults: what goes wrong, as `intkit/sandbox/faults.py` spells it.
        limits: refuse calls beyond each vendor's rate; without it the headers are those of a fresh window.

    Attributes:
        clock: moved by `sandbox.clock.advance(seconds)`.
        faults: changed by `sandbox.faults.plan("stripe 429 times=2")` and `.clear()`.
        webhooks: what was pushed, `.attempts`; `sandbox.subscribe("stripe", url)` asks for it.
        url: the one address, `http://127.0.0.1:8123`.
        urls: each vendor's own address, for an SDK that cannot send the vendor's Host.
        keys: each vendor's key.
        routes: real host -> address, as the wire transport wants them.
    """

    def __init__(
        self,
        vendors: str | Iterable[str] = (),
        *,
        port: int = 0,
        seed: int = DEFAULT_SEED,
        clock: datetime | None = None,
        faults: str = "",
        limits: bool = False,
    ) -> None:
        names = _known(vendors)
        self.clock = Clock(clock) if clock else Clock()
        self.faults = Faults(names, faults, seed)
        self.webhooks = Outbox(self.clock, self.faults)
        self.vendors = [
            load_vendor(name)(seed, self.clock, self.faults, self.webhooks, limits=limits) for name in names
        ]
        self.keys = {vendor.name: vendor.key for vendor in self.vendors}
        self._port = port
        self._exits = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as exits:
            sockets = self.bind()
            server = _Server(self.app, sockets)
            exits.callback(server.stop)
            server.start()
            courier = Courier(self.webhooks)
            courier.start()
            exits.callback(courier.stop)
            exits.enter_context(routed(self.routes))
            self._exits = exits.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exits.close()

    def happen(self, vendor: str, times: int = 1) -> None:
        """Let something happen at a vendor: a record changes, and its event is pushed to who subscribed.

        Raises:
            SandboxError: the vendor is not served here, or nothing happens there by itself.
        """
        for _ in range(times):
            self._vendor(vendor).happen()

    def subscribe(self, vendor: str, url: str) -> str:
        """Push a vendor's events to an address on this machine, and return the secret that signs them.

        Raises:
            SandboxError: the vendor is not served here, or the address is elsewhere.
        """
        secret = self._vendor(vendor).new_secret()
        self.webhooks.subscribe(vendor, url, secret)
        return secret

    def _vendor(self, name: str) -> Vendor:
        known = {each.name: each for each in self.vendors}
        if name not in known:
            raise SandboxError(
                f"There is no {name!r} in this sandbox.{nearest(name, known)}",
                remedy=f"It serves: {', '.join(known)}.",
            )
        return known[name]

    def bind(self) -> list[socket.socket]:
        """Take the ports, from when on `url`, `urls` and `routes` are known.

        Raises:
            SandboxError: a port is taken.
        """
        with ExitStack() as taken:
            ports = [self._port and self._port + offset for offset in range(len(self.vendors) + 1)]
            sockets = [taken.enter_context(_bound(port)) for port in ports]
            taken.pop_all()
        ports = [each.getsockname()[1] for each in sockets]
        self.url, *own = [f"http://127.0.0.1:{port}" for port in ports]
        self.urls = {vendor.name: url for vendor, url in zip(self.vendors, own, strict=True)}
        self.routes = {host: self.url for vendor in self.vendors for host in vendor.hosts}
        self.app = _ByHost(self.vendors, ports[1:], control_app(self))
        return sockets


def serve(
    vendors: str | Iterable[str] = (),
    *,
    port: int = 8123,
    seed: int = DEFAULT_SEED,
    clock: datetime | None = None,
    faults: str = "",
    limits: bool = True,
) -> None:
    """Serve practice vendors until interrupted, after printing where they are; limits are in force.

    Raises:
        SandboxError: an unknown vendor, or a port that is taken.
    """
    sandbox = Sandbox(vendors, port=port, seed=seed, clock=clock, faults=faults, limits=limits)
    sockets = sandbox.bind()
    print(explain(sandbox), flush=True)  # noqa: T201 - what the person at the terminal waits for
    Courier(sandbox.webhooks).start()
    _Server(sandbox.app, sockets).run()


def explain(sandbox: Sandbox) -> str:
    """Return where the vendors are and a first call to each, as text."""
    lines = [f"The sandbox is at {sandbox.url}; stop it with Ctrl+C.", ""]
    for vendor in sandbox.vendors:
        url = sandbox.urls[vendor.name]
        lines += [
            f"{vendor.name}: {url}  key {vendor.key}",
            f"  {vendor.curl(url)}",
        ]
    routes = ",".join(f"{host}={url}" for host, url in sandbox.routes.items())
    return "\n".join(
        [*lines, "", "In another terminal, for the kit itself:", f"  export INTKIT_ROUTES={routes}"]
    )


def load_vendor(name: str) -> type[Vendor]:
    """Return the class of a practice vendor."""
    found: type[Vendor] = getattr(import_module(f"intkit.sandbox.{name}"), VENDORS[name])
    return found


class _ByHost:
    """The ASGI app of the whole: a vendor's own port, else the Host asked for, chooses the vendor.

    Under its own name the shared port shows the start page and takes the calls that steer the sandbox.
    """

    def __init__(self, vendors: list[Vendor], own_ports: list[int], control: Any) -> None:
        apps = [vendor.app() for vendor in vendors]
        self._by_port = dict(zip(own_ports, apps, strict=True))
        self._by_host = {
            host: app for vendor, app in zip(vendors, apps, strict=True) for host in vendor.hosts
        }
        self._known = ", ".join(self._by_host)
        self._by_host |= dict.fromkeys(("127.0.0.1", "localhost"), control)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1").rsplit(":", 1)[0]
        app = self._by_port.get(scope["server"][1]) or self._by_host.get(host)
        if app:
            await app(scope, receive, send)
        else:
            await _say(send, f"Send the Host of a practice vendor: {self._known}\n")


async def _say(send: Send, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 421, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


class _Server(uvicorn.Server):
    """A uvicorn server over sockets that are bound already, in this thread or one of its own."""

    def __init__(self, app: Any, sockets: list[socket.socket]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                log_level="error",
                proxy_headers=False,
                access_log=False,
                server_header=False,
                date_header=False,  # the sandbox's clock supplies it
                timeout_graceful_shutdown=1,
            )
        )
        self._sockets = sockets
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self.run, name="intkit-sandbox", daemon=True)

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop."""
        asyncio.run(self.serve(sockets=sockets or self._sockets))

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the ports and say so."""
        await super().startup(sockets=sockets)
        self._ready.set()

    def start(self) -> None:
        """Serve in the background; return when calls are answered."""
        self._thread.start()
        if not self._ready.wait(_PATIENCE):
            raise SandboxError("The sandbox did not start.", remedy="Try again; if it stays so, tell us.")

    def stop(self) -> None:
        """Stop the background thread and free the ports."""
        self.should_exit = True
        self._thread.join(_PATIENCE)
        for each in self._sockets:
            each.close()


def _known(vendors: str | Iterable[str]) -> list[str]:
    names = [vendors] if isinstance(vendors, str) else list(vendors)
    for name in names:
        if name not in VENDORS:
            raise SandboxError(
                f"There is no practice vendor {name!r}.{nearest(name, VENDORS)}",
                f"Known: {', '.join(VENDORS)}.",
                remedy="Name one of these, or none for all.",
            )
    return list(dict.fromkeys(names)) or list(VENDORS)


def _bound(port: int) -> socket.socket:
    # With the protocol named, asyncio switches Nagle's algorithm off; else every answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen()  # a call that comes before the server is up waits for it
    except (OSError, OverflowError):
        listener.close()
        raise SandboxError(
            f"Port {port} of 127.0.0.1 cannot be used.",
            remedy="Stop what uses it, or choose another with --port (0 takes a free one).",
        ) from None
    return listener
