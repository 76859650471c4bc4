"""How vendors sign what they push: each returns the headers for one attempt."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import NamedTuple


class Push(NamedTuple):
    """What is signed: where it goes, which event it is, when it is sent (wall time) and its exact bytes."""

    url: str
    ident: str
    now: float
    body: bytes


# secret, push -> headers
Scheme = Callable[[str, Push], dict[str, str]]


def unsigned(secret: str, push: Push) -> dict[str, str]:  # noqa: ARG001 - one signature for all
    """Return nothing: the receiver has to ask the API what is true."""
    return {}


def stripe(secret: str, push: Push) -> dict[str, str]:
    """Sign time and body; the secret is used as it is written, `whsec_` included."""
    stamp = str(int(push.now))
    return {"Stripe-Signature": f"t={stamp},v1={_hex(secret, f'{stamp}.'.encode() + push.body)}"}


def moneybird(secret: str, push: Push) -> dict[str, str]:
    """Sign time and body as Stripe does, under another name."""
    stamp = str(int(push.now))
    signed = _hex(secret, f"{stamp}.".encode() + push.body)
    return {"Moneybird-Signature": f"t={stamp},v1={signed}", "Idempotency-Key": push.ident}


def svix(secret: str, push: Push) -> dict[str, str]:
    """Sign id, time and body with the secret's decoded bytes, as Resend does by way of Svix."""
    stamp = str(int(push.now))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.digest(key, f"{push.ident}.{stamp}.".encode() + push.body, "sha256")
    signature = f"v1,{base64.b64encode(signed).decode()}"
    return {"svix-id": push.ident, "svix-timestamp": stamp, "svix-signature": signature}


def mollie(secret: str, push: Push) -> dict[str, str]:
    """Sign the body alone; there is no time in it. The old kind of webhook has no secret, so no signature."""
    return {"X-Mollie-Signature": f"sha256={_hex(secret, push.body)}"} if secret else {}


def hubspot(secret: str, push: Push) -> dict[str, str]:
    """Sign method, address, body and milliseconds: HubSpot's version 3."""
    stamp = str(int(push.now * 1000))
    signed = hmac.digest(secret.encode(), f"POST{push.url}".encode() + push.body + stamp.encode(), "sha256")
    signature = base64.b64encode(signed).decode()
    return {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp}


def _hex(secret: str, content: bytes) -> str:
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
