"""What vendors push: signatures that their own verifiers accept, retries, and mishaps on demand."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import httpx
import pytest

from intkit.errors import SandboxError
from intkit.sandbox import Sandbox
from intkit.sandbox.seeds.mollie import seed_payments

VENDORS = ("stripe", "mollie", "resend", "mailchimp", "hubspot", "moneybird")


class Receiver:
    """A small server that keeps what it is sent and answers as told, 200 when not told."""

    def __init__(self):
        self.requests, self.statuses = [], []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append((self.path, dict(self.headers), body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def bodies(self):
        return [json.loads(body) for _, _, body in self.requests]


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def api(sandbox, vendor):
    headers = {"Authorization": f"Bearer {sandbox.keys[vendor]}"}
    return httpx.Client(base_url=sandbox.urls[vendor], headers=headers)


@pytest.mark.sdk
def test_stripes_own_verifier_accepts_ours_and_refuses_a_tampered_one(fresh, receiver):
    stripe = pytest.importorskip("stripe")
    account = stripe.StripeClient(fresh.keys["stripe"], base_addresses={"api": fresh.urls["stripe"]})
    hook = account.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["customer.created"]})
    account.v1.customers.create({"name": "Zoë"})
    fresh.webhooks.flush()
    [(_, headers, body)] = receiver.requests
    event = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], hook.secret)
    assert (event.type, event.data.object["name"]) == ("customer.created", "Zoë")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body + b" ", headers["Stripe-Signature"], hook.secret)


@pytest.mark.sdk
def test_resends_own_verifier_accepts_ours_and_refuses_a_tampered_one(fresh, receiver):
    resend = pytest.importorskip("resend")
    with api(fresh, "resend") as client:
        hook = client.post("/webhooks", json={"endpoint": receiver.url, "events": ["email.sent"]}).json()
        client.post("/emails", json={"from": "a@b.example", "to": "c@d.example", "subject": "x", "text": "y"})
    fresh.webhooks.flush()
    [(_, headers, body)] = receiver.requests
    asked = {
        "payload": body.decode(),
        "headers": {name: headers[f"svix-{name}"] for name in ("id", "timestamp", "signature")},
        "webhook_secret": hook["signing_secret"],
    }
    assert resend.Webhooks.verify(asked)["type"] == "email.sent"
    with pytest.raises(ValueError, match="signature"):
        resend.Webhooks.verify(asked | {"payload": body.decode().replace("x", "z")})


@pytest.mark.sdk
def test_mollies_and_hubspots_verifiers_accept_ours(fresh, receiver):
    validator = pytest.importorskip("mollie.utils.webhooks").SignatureValidator
    signature = pytest.importorskip("hubspot.utils.signature").Signature
    for vendor in ("mollie", "hubspot"):
        fresh.webhooks.subscribe(vendor, receiver.url, "secret")
        fresh.happen(vendor)
    fresh.webhooks.flush()
    (_, mollie, first), (_, hubspot, second) = receiver.requests
    assert validator("secret").validate_payload(first.decode(), mollie["X-Mollie-Signature"])
    assert signature.is_valid(
        signature=hubspot["X-HubSpot-Signature-v3"],
        client_secret="secret",
        request_body=second.decode(),
        http_uri=receiver.url,
        signature_version="v3",
        timestamp=hubspot["X-HubSpot-Request-Timestamp"],
    )


def test_mollies_old_kind_of_webhook_is_an_id_without_a_signature(fresh, receiver):
    payment = next(each for each in seed_payments() if each["status"] == "open")
    with api(fresh, "mollie") as client:
        client.patch(f"/v2/payments/{payment['id']}", json={"webhookUrl": receiver.url})
        fresh.happen("mollie")
        fresh.webhooks.flush()
        read = client.get(f"/v2/payments/{payment['id']}").json()
    [(_, headers, body)] = receiver.requests
    assert parse_qs(body.decode()) == {"id": [payment["id"]]}
    assert "X-Mollie-Signature" not in headers
    assert read["status"] == "paid"


def test_mailchimps_webhook_is_a_form_with_a_time_that_has_no_zone(fresh, receiver):
    fresh.webhooks.subscribe("mailchimp", receiver.url, "")
    fresh.happen("mailchimp")
    fresh.webhooks.flush()
    form = parse_qs(receiver.requests[0][2].decode())
    assert form["type"] == ["unsubscribe"]
    assert len(form["fired_at"][0]) == len("2026-03-31 12:00:01")


def test_a_refused_push_is_sent_again_by_the_vendors_schedule(fresh, receiver):
    receiver.statuses = [500, 503]
    with api(fresh, "moneybird") as client:
        client.post("/api/v2/123456789012345/webhooks.json", json={"url": receiver.url})
    fresh.happen("moneybird")
    sent = []
    for seconds in (0, 30, 31, 200):
        fresh.clock.advance(seconds)
        fresh.webhooks.flush()
        sent.append(len(receiver.requests))
    assert sent == [1, 1, 2, 3]
    assert [each.status for each in fresh.webhooks.attempts] == [500, 503, 200]
    assert len({body for _, _, body in receiver.requests}) == 1


def test_events_are_lost_doubled_and_overtaken_on_demand(fresh, receiver):
    fresh.webhooks.subscribe("stripe", receiver.url, "whsec_x")
    fresh.faults.plan("stripe webhook_lost; stripe webhook_twice skip=1; stripe webhook_late skip=2")
    fresh.happen("stripe", times=4)
    fresh.webhooks.flush()
    fresh.clock.advance(10)
    fresh.webhooks.flush()
    with api(fresh, "stripe") as client:
        happened = [each["id"] for each in client.get("/v1/events").json()["data"][:4]][::-1]
    arrived = [event["id"] for event in receiver.bodies]
    assert arrived == [happened[1], happened[1], happened[3], happened[2]]


def test_nothing_is_pushed_beyond_this_machine(fresh):
    with pytest.raises(SandboxError, match="not sent to"):
        fresh.webhooks.subscribe("stripe", "https://example.com/hook", "whsec_x")
    with api(fresh, "stripe") as client:
        wanted = {"url": "https://example.com/hook", "enabled_events[]": "*"}
        assert client.post("/v1/webhook_endpoints", data=wanted).status_code == 200
        client.post("/v1/customers", data={"name": "A"})
    assert fresh.webhooks.flush() == 0


def test_nothing_happens_at_github_by_itself():
    with Sandbox("github") as sandbox, pytest.raises(SandboxError, match="'github'"):
        sandbox.happen("github")
