"""GitHub issues as tickets, recounted from what the practice repository holds."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest

from intkit.sandbox.seeds.github import seed_issues
from tests.mappings.applied import applied, filled, tally

ISSUES = seed_issues()
MILESTONES = {1: "Q1 2026", 2: "Q2 2026", None: None}


def ticket(issue: dict) -> dict:
    """Return the ticket that an issue has to become, its release aside."""
    done = "refused" if issue["stateReason"] == "NOT_PLANNED" else "solved"
    return {
        "key": f"webshop#{issue['number']}",
        "summary": issue["title"],
        "reporter": issue["author"] or "ghost",
        "status": "open" if issue["state"] == "OPEN" else done,
        "priority": "high" if "payments" in issue["labels"] else "normal",
        "labels": issue["labels"],
        "opened_at": datetime.fromisoformat(issue["createdAt"]),
        "closed_at": datetime.fromisoformat(issue["closedAt"]) if issue["closedAt"] else None,
        "release": MILESTONES[issue["milestone"]],
    }


@pytest.fixture(scope="module")
def result():
    return applied("github_tickets")


def test_every_issue_is_a_ticket(result):
    assert len(result.accepted) == len(ISSUES) > 100
    assert result.left_out == 0
    assert result.reasons() == {}


def test_every_field_of_every_ticket_is_what_the_repository_says(result):
    expected = {each["key"]: each for each in map(ticket, ISSUES)}
    assert {each.key: each.model_dump() for each in result.accepted} == expected
    assert filled(result) == tally([ticket(each) for each in ISSUES])


def test_open_solved_and_refused_are_told_apart(result):
    counts = Counter(each.status for each in result.accepted)
    assert counts == Counter(ticket(each)["status"] for each in ISSUES)
    assert len(counts) == 3
