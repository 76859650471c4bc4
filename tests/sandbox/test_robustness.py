"""Whatever is sent to whichever endpoint, the vendor answers; it never breaks."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intkit.sandbox.call import Call
from intkit.sandbox.clock import Clock
from intkit.sandbox.server import VENDORS, load_vendor
from intkit.sandbox.vendor import to_json

WORDS = {
    "stripe": "limit amount currency charge customer expand created email metadata enabled_events url source",
    "mollie": "from limit sort amount currency value description redirectUrl email metadata webhookUrl",
    "resend": "limit after before from to subject html email events endpoint name scheduled_at",
    "mailchimp": "count offset members email_address status merge_fields LTV tags name operations path method body",
    "hubspot": "limit after properties inputs id idProperty filterGroups filters operator propertyName value sorts email",
    "moneybird": "page per_page filter contact country firstname sales_invoice contact_id details_attributes price ids",
    "odoo": "params service method args domain fields order limit ids vals vals_list name active",
    "github": "query variables first",
    "exact": "$filter $select $top $inlinecount $skiptoken Name Code Modified guid Status",
    "playground": "limit sensor begin cursor page offset after $skiptoken",
}
SCALARS = (
    st.none() | st.booleans() | st.integers(-5, 10**20) | st.text(max_size=6) | st.floats(allow_nan=False)
)


def bodies(words):
    values = st.recursive(
        SCALARS | words,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
        max_leaves=10,
    )
    objects = st.dictionaries(words, values, max_size=5)
    return (objects | values).map(to_json) | st.binary(max_size=30) | st.just(b"")


def queries(words):
    odata = st.sampled_from(
        ["Name eq 'a'", "Code gt 1 and Name ne null", "guid'1'", "Modified ge datetime'x'"]
    )
    pairs = st.lists(st.tuples(words, st.text("abc019[].-,", max_size=5) | odata), max_size=3)
    return pairs.map(lambda found: "&".join(f"{name}={value}" for name, value in found))


@pytest.fixture(scope="module", params=VENDORS)
def vendor(request):
    return load_vendor(request.param)(1, Clock())


def credentials(vendor):
    if vendor.name != "mailchimp":
        return f"Bearer {vendor.key}"
    return "Basic " + base64.b64encode(f"any:{vendor.key}".encode()).decode()


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_request_breaks_a_vendor(vendor, data):
    words = st.sampled_from(WORDS[vendor.name].split())
    endpoint = data.draw(st.sampled_from([*vendor.endpoints()]))
    names = re.findall(r"\{(\w+)\}", endpoint.path)
    holes = {
        name: data.draw(
            st.sampled_from(["contacts", "123456789012345", "1234567", "res.partner", "bearer", "1"])
        )
        for name in names
    }
    call = Call(
        method=endpoint.method,
        path=endpoint.path.format(**holes),
        query=data.draw(queries(words)),
        headers={"authorization": credentials(vendor)},
        body=data.draw(bodies(words)),
        base="http://127.0.0.1",
        params=holes,
    )
    answer = vendor.answer(endpoint, call)
    assert 200 <= answer.status < 500
    assert isinstance(answer.body, bytes) or to_json(answer.body) is not None
