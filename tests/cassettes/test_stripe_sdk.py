import pytest

from intkit.cassettes import recorded
from intkit.cassettes.offline import offline

stripe = pytest.importorskip("stripe")


@pytest.mark.sdk
def test_the_official_stripe_sdk_is_recorded_and_replayed(tmp_path):
    from intkit.sandbox import Sandbox

    def charges(key):
        client = stripe.StripeClient(key, max_network_retries=0)
        return [charge.id for charge in client.v1.charges.list({"limit": 100}).auto_paging_iter()]

    with Sandbox(["stripe"]) as sandbox:
        key = sandbox.keys["stripe"]
        with recorded(tmp_path / "sdk.yaml", "record"):
            seen = charges(key)
    with recorded(tmp_path / "sdk.yaml"), offline():
        assert charges("sk_test_another") == seen
    assert len(seen) > 250
    text = (tmp_path / "sdk.yaml").read_text()
    assert key not in text
    assert "uri: https://api.stripe.com/v1/charges" in text
    assert "recorded_from: sandbox" in text
