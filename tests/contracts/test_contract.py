from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intkit.contracts import Contract, Freshness, Promise, contract_of, read_contract, write_contract
from intkit.contracts.checking import check_records
from intkit.errors import ContractError, ProjectError
from intkit.profiles import profile
from intkit.records import Origin, Records


def charge(number: int) -> dict:
    return {
        "id": f"ch_{number:016x}",
        "amount": 100 + number,
        "status": ["succeeded", "failed"][number % 2],
        "created": f"2024-01-{number % 28 + 1:02d}T10:00:00Z",
        "note": None if number % 3 else f"call {number}",
        "lines": [{"sku": f"S{number}"}],
        **({"coupon": "SPRING"} if number % 5 == 0 else {}),
    }


ROWS = [charge(n) for n in range(60)]
CONTRACT = contract_of(profile(ROWS), "shop/charges")

keys = st.sampled_from(["id", "a b", "x", "[x]"])
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=3))
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3)
)


@given(
    st.lists(st.dictionaries(keys, values, max_size=4), min_size=1), st.sampled_from([(), ("",), (False, "")])
)
def test_records_keep_the_contract_made_from_them(rows, missing):
    checked = contract_of(profile(rows, missing=missing), "x").check(rows)
    assert [each for each in checked.violations if each.path or each.index is None] == []
    assert checked.accepted == rows


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": "12"}, "expected integer, got '12' @ $.amount"),
        ({"amount": None}, "expected integer, got null @ $.amount"),
        ({"amount": -5}, "expected at least 0, got -5 @ $.amount"),
        ({"status": "refunded"}, "expected one of 'failed', 'succeeded', got 'refunded' @ $.status"),
        ({"created": "yesterday"}, "expected datetime, got 'yesterday' @ $.created"),
        ({"lines": [{"sku": "a"}, {"sku": 5}]}, "expected text, got 5 @ $.lines[1].sku"),
        ({"lines": [{}]}, "expected a value, got none @ $.lines[0].sku"),
        ({"lines": {}}, "expected list, got {} @ $.lines"),
        (
            {"id": "ch_0000000000000001"},
            "expected a key that no other record has, got 'ch_0000000000000001' again @ $.id",
        ),
    ],
)
def test_a_broken_promise_says_what_was_expected_and_where(change, said):
    checked = CONTRACT.check([*ROWS, charge(99) | change])
    assert [
        str(each).replace("'succeeded', 'failed'", "'failed', 'succeeded'") for each in checked.violations
    ] == [said]
    assert checked.rejected == [60]
    assert checked.accepted == ROWS


@pytest.mark.parametrize("change", [{"coupon": "x"}, {"note": "other"}, {"new": 1}, {"lines": []}], ids=repr)
def test_what_the_contract_allows_is_accepted(change):
    assert CONTRACT.check([*ROWS, charge(99) | change]).ok


def test_a_required_field_must_be_there():
    row = charge(99)
    del row["amount"]
    (found,) = CONTRACT.check([*ROWS, row]).violations
    assert (found.path, found.index, found.reason) == ("amount", 60, "expected a value, got none")


@pytest.mark.parametrize(
    ("mode", "accepted", "stopped"), [("warn", 61, False), ("reject", 60, False), ("stop", 60, True)]
)
def test_the_mode_says_what_a_violation_means(mode, accepted, stopped):
    checked = contract_of(profile(ROWS), "x", mode).check([*ROWS, charge(99) | {"amount": "x"}])
    assert (len(checked.accepted), checked.stopped, checked.ok) == (accepted, stopped, False)


def test_too_few_records_stop():
    (found,) = CONTRACT.check(ROWS[:3]).violations
    assert (found.reason, found.mode) == ("expected at least 6 records, got 3", "stop")


@pytest.mark.parametrize(
    ("now", "ok"), [(datetime(2024, 1, 30, tzinfo=UTC), True), (datetime(2024, 3, 1, tzinfo=UTC), False)]
)
def test_records_must_be_fresh(now, ok):
    fresh = replace(CONTRACT, fresh=Freshness("created", 5))
    assert check_records(fresh, ROWS, now).ok is ok


def test_a_violation_names_the_exchange_of_its_record():
    rows = Records.of([*ROWS, charge(99) | {"amount": "x"}], origin=Origin("shop/charges#4"))
    (found,) = CONTRACT.check(rows).violations
    assert found.exchange == "shop/charges#4"
    assert "shop/charges#4" in CONTRACT.check(rows).table().text(200)


def test_a_contract_can_be_cut_to_the_paths_that_rules_read():
    cut = CONTRACT.on(["lines[].sku", "amount"])
    assert list(cut.promises) == ["amount", "lines", "lines[]", "lines[].sku"]
    with pytest.raises(ContractError, match=r"Did you mean 'amount'\?"):
        CONTRACT.on(["amuont"])


def test_a_contract_is_read_back_as_it_was_written(tmp_path):
    given = replace(CONTRACT, fresh=Freshness("created", 2.5), missing=("", False))
    path = write_contract(given, tmp_path / "charges.contract.yaml")
    assert read_contract(path) == given
    assert write_contract(read_contract(path), tmp_path / "again.yaml").read_bytes() == path.read_bytes()


def test_the_file_can_be_read_by_people(tmp_path):
    text = write_contract(CONTRACT, tmp_path / "c.yaml").read_text(encoding="utf-8")
    assert '  amount:\n    types:\n    - "integer"\n    at_least: 0\n    mode: "reject"\n' in text
    assert 'evidence: "in 60 of 60: integer 60"' in text


@given(st.text(), st.text(), st.lists(st.text()))
def test_any_text_survives_the_file(name, path, words):
    import tempfile
    from pathlib import Path

    given = Contract(name, {"x": Promise(evidence=path, values=tuple(words))})
    with tempfile.TemporaryDirectory() as folder:
        try:
            written = write_contract(given, Path(folder) / "c.yaml")
        except UnicodeEncodeError:
            return
        assert read_contract(written) == given


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("contract: [", "line 1 is not YAML"),
        ("contract: x\npaths:\n  a: {typs: [text]}", "typs"),
        ("contract: x\npaths:\n  a: {mode: maybe}", "mode"),
        ("paths: {}", "contract"),
        ("", "is no contract"),
    ],
)
def test_a_damaged_file_is_refused_with_the_place(tmp_path, text, said):
    path = tmp_path / "c.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContractError, match=said):
        read_contract(path)
    with pytest.raises(ProjectError, match="no file"):
        read_contract(tmp_path / "missing.yaml")


def test_no_records_make_no_contract():
    with pytest.raises(ContractError, match="No records"):
        contract_of(profile([]), "x")
