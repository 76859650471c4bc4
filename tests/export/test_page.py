"""The mapping by hand that docs/exports.md shows gives what the export gives, which stands beside it."""

import json
import re
from pathlib import Path

from intkit import Mapping

ROOT = Path(__file__).parents[2]


def code_of_page() -> list[str]:
    text = (ROOT / "docs/exports.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def test_what_stands_beside_it_is_the_export_as_it_is():
    assert code_of_page()[1] in (ROOT / "mappings/stripe_payments.py").read_text(encoding="utf-8")


def test_the_mapping_by_hand_gives_the_same_payments_and_lets_bad_addresses_through():
    import stripe_payments as module

    by_hand: dict = {}
    exec(code_of_page()[0], by_hand)
    rejected = 0
    for record in Mapping("stripe_payments").fetch():
        theirs = by_hand["to_payment"](json.dumps(record).encode())
        for ours in module.map_record(record) or [None]:
            if isinstance(ours, module.Reject):
                assert [problem.target for problem in ours.problems] == ["email"]
                assert theirs is not None
                rejected += 1
            else:
                assert ours == theirs
    assert rejected == 8
