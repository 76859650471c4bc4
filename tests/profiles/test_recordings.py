"""Real traffic of real vendors, where the folder that holds it is named by INTKIT_FIELD."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml

from intkit.contracts import contract_of
from intkit.profiles import profile

from .test_profile import check_against_recount

FIELD = Path(os.environ.get("INTKIT_FIELD", "nowhere")) / "recordings"
FILES = sorted(FIELD.glob("*.yaml"))

pytestmark = pytest.mark.skipif(not FILES, reason="no recordings are here: INTKIT_FIELD names their folder")


def bodies(path):
    for interaction in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["interactions"]:
        body = interaction["response"]["body"]
        try:
            yield json.loads(body.get("string") or body.get("base64_string") or "")
        except ValueError:
            continue


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_recording_is_profiled_as_a_naive_recount_has_it(path):
    given = list(bodies(path))
    found = profile(given)
    check_against_recount(found, given)
    assert found.text(200)
    assert found._repr_html_()
    assert found.diff(found) == []
    half = len(given) // 2
    check_against_recount(profile(given[:half]).merge(profile(given[half:])), given)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_recording_keeps_its_own_contract(path):
    given = list(bodies(path))
    assert [
        each for each in contract_of(profile(given), path.stem).check(given).violations if each.path
    ] == []


@pytest.mark.parametrize(
    ("name", "word", "path"),
    [
        ("mailchimp-export_exportRecord", "", "merge_fields.LTV"),
        ("hubspot-export-objects_export-records-contact", "", "results[].properties.number_field"),
    ],
)
def test_words_for_nothing_are_found_where_vendors_write_them(name, word, path):
    found = profile(list(bodies(FIELD / f"{name}.yaml")))
    assert path in found.words_for_nothing[word]
