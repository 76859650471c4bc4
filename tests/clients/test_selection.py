from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intkit.clients.selection import SelectionWarning, candidates, find_list, records_at, value_at
from intkit.errors import RecordsError
from tests.clients.shop import orders

BODIES = {
    "data": {"object": "list", "data": orders(3), "has_more": False},
    "members": {"members": orders(3), "list_id": "a1", "total_items": 3, "_links": [{"rel": "self"}] * 9},
    "_embedded.payments": {
        "count": 3,
        "_embedded": {"payments": orders(3)},
        "_links": {"self": {"href": "/"}},
    },
    "results": {"results": orders(3), "paging": {"next": {"after": "3"}}},
    "d.results": {"d": {"results": orders(3), "__next": "/x"}},
    "result": {"jsonrpc": "2.0", "id": 1, "result": orders(3)},
    "data.repository.issues.nodes": {
        "data": {"repository": {"issues": {"nodes": orders(3), "totalCount": 3}}}
    },
    "": orders(3),
}


@pytest.mark.parametrize("path", BODIES)
def test_the_only_list_of_objects_is_found_without_being_named(path):
    found = find_list(BODIES[path])
    assert found.removesuffix("[]") == path
    assert records_at(BODIES[path], found) == orders(3)


@pytest.mark.parametrize("path", [path for path in BODIES if path])
def test_the_list_is_found_at_its_name_with_and_without_brackets(path):
    assert records_at(BODIES[path], find_list(BODIES[path], path)) == orders(3)
    assert records_at(BODIES[path], find_list(BODIES[path], f"{path}[]")) == orders(3)


def test_an_object_stands_for_the_only_list_in_it():
    assert find_list(BODIES["_embedded.payments"], "_embedded") == "_embedded.payments"


def mutations(path):
    """The selectors that people write by mistake."""
    steps = path.split(".")
    yield from (path[:-1], f"{path}s", f"x.{path}", f"{path}.x", path.upper(), "items", steps[0] + "_list")


@pytest.mark.parametrize("path", [path for path in BODIES if path])
def test_every_wrong_selector_is_an_error_that_names_the_right_one(path):
    for wrong in mutations(path):
        with pytest.raises(RecordsError) as caught:
            find_list(BODIES[path], wrong)
        assert f"{path!r}: 3 object(s)" in str(caught.value)
        assert caught.value.remedy == f"Write at={path!r}."


def test_several_lists_have_to_be_told_apart():
    with pytest.raises(RecordsError) as caught:
        find_list({"orders": orders(2), "refunds": orders(5)})
    assert str(caught.value) == (
        "The answer holds several lists of objects.\n"
        "  The answer holds 'refunds': 5 object(s), 'orders': 2 object(s).\n"
        "Write at='refunds'."
    )


def test_an_empty_list_beside_others_is_doubted():
    with pytest.warns(
        SelectionWarning, match="The list at 'orders' is empty, and the answer holds 'included': 2"
    ):
        assert find_list({"orders": [], "included": orders(2)}, "orders") == "orders"


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"members": [], "total_items": 0, "_links": [{"rel": "self"}]}, ""),
        ({"data": [], "has_more": False}, "data"),
        ({"success": True, "data": None}, "data"),
        ({"count": 0, "_links": {}}, "_embedded"),
        ({"_embedded": {"orders": []}}, ""),
        ([], ""),
    ],
)
def test_an_empty_answer_is_no_error(body, at):
    assert records_at(body, find_list(body, at)) == []


@pytest.mark.parametrize("body", [{"id": 1}, {}, None, "text", 7, [1, 2], {"data": "x"}])
def test_an_answer_without_lists_is_an_error_that_shows_it(body):
    with pytest.raises(RecordsError, match="no list of objects"):
        find_list(body, "data" if isinstance(body, dict) else "")


def test_a_later_page_that_holds_records_elsewhere_is_an_error():
    with pytest.raises(RecordsError, match="'data'"):
        records_at({"items": orders(2)}, "data")


def test_candidates_come_shallow_first_then_long():
    body = {"deep": {"more": orders(9)}, "few": orders(1), "many": orders(4)}
    assert [str(each) for each in candidates(body)] == [
        "'many': 4 object(s)",
        "'few': 1 object(s)",
        "'deep.more': 9 object(s)",
    ]


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_every_candidate_can_be_selected_by_its_path(body):
    for candidate in candidates(body):
        assert len(records_at(body, candidate.path)) == candidate.count


def test_a_value_that_is_not_there_is_none():
    assert value_at({"a": {"b": 1}}, "a.b") == 1
    assert value_at({"a": None}, "a.b") is None
