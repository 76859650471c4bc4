"""What the practice GitHub holds: one shop's repositories, with issues and pull requests about its orders."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from intkit.sandbox.times import iso
from intkit.sandbox.world import DEFAULT_SEED, build_world, chance

if TYPE_CHECKING:
    import random

Record = dict[str, Any]

TRAITS = (
    "`first` or `last` is a must on every connection, 1 to 100; a query may name 500,000 nodes at most.",
    "An error comes with HTTP 200, beside the data that could be had.",
    "`author` is null where the account was deleted.",
    "Pull request 13 cannot be read: null among `nodes`, with an error that names its path.",
    "`closedAt`, `milestone`, `stateReason`, `email` and `databaseId` are null or empty as it happens.",
    "Cursors are opaque and hold only for their own connection.",
    "A mutation may take effect although its answer is an error: an issue with an unknown label is made.",
    "Titles name orders by the shop's number, sometimes with a typing error.",
)

OWNER = "praktijkwinkel"
_DEVELOPERS = ("annadv", "daanb", "zoe-mueller", "lwojcik", "o-connor", "yamada-taro")
_LABELS = (("bug", "d73a4a"), ("invoice", "0e8a16"), ("payments", "1d76db"), ("question", "d876e3"))
_BORN = 1_720_000_000


def node_id(kind: str, *names: object) -> str:
    """Return the opaque id of an object."""
    words = ":".join(str(name) for name in names)
    return f"{kind}_{base64.urlsafe_b64encode(words.encode()).decode().rstrip('=')}"


def seed_users(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return the developers."""
    people = build_world(seed).people
    return [_user(login, people[place].name, place) for place, login in enumerate(_DEVELOPERS)]


def seed_repositories() -> list[Record]:
    """Return the shop's repositories: one with everything, one that is archived and bare."""
    return [_repository("webshop", 1, archived=False), _repository("old-shop", 2, archived=True)]


def seed_labels() -> list[Record]:
    """Return the labels of the repository."""
    return [
        {
            "__typename": "Label",
            "id": node_id("LA", name),
            "name": name,
            "color": color,
            "createdAt": iso(_BORN),
            "description": None if name == "question" else f"About {name}",
            "isDefault": name == "bug",
        }
        for name, color in _LABELS
    ]


def seed_issues(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return the issues of the web shop, oldest first; they share numbers with the pull requests."""
    orders = [order for order in build_world(seed).orders if order.number % 4 == 0]
    return [
        _issue(chance(seed, "github", "issue", str(place)), _number(place), order.reference, order.placed)
        for place, order in enumerate(orders)
    ]


def seed_pull_requests(seed: int = DEFAULT_SEED) -> list[Record]:
    """Return the pull requests of the web shop, oldest first."""
    return [_pull_request(chance(seed, "github", "pull", str(place)), 3 * place + 1) for place in range(80)]


def _number(place: int) -> int:
    """Return the number of the n-th issue: every third number is a pull request's."""
    return place // 2 * 3 + place % 2 + 2


def _user(login: str, name: str, place: int) -> Record:
    return {
        "__typename": "User",
        "id": node_id("U", login),
        "databaseId": None if place == 3 else 1000 + place,
        "login": login,
        "name": None if place == 4 else name,
        "bio": None,
        "company": "Praktijkwinkel" if place % 2 else None,
        "createdAt": iso(_BORN - place * 9_000_000),
        "email": "" if place % 2 else f"{login}@shop.example",
        "location": "Amsterdam" if place % 3 else None,
        "url": f"https://github.com/{login}",
    }


def _repository(name: str, number: int, *, archived: bool) -> Record:
    return {
        "__typename": "Repository",
        "id": node_id("R", name),
        "databaseId": number,
        "name": name,
        "nameWithOwner": f"{OWNER}/{name}",
        "description": "The web shop" if not archived else None,
        "createdAt": iso(_BORN - 10**7 * number),
        "updatedAt": iso(_BORN + 10**6),
        "pushedAt": None if archived else iso(_BORN + 10**7),
        "diskUsage": 1204,
        "forkCount": 3,
        "homepageUrl": None,
        "isArchived": archived,
        "isFork": False,
        "isPrivate": True,
        "stargazerCount": 12,
        "url": f"https://github.com/{OWNER}/{name}",
    }


def _issue(rng: random.Random, number: int, reference: str, placed: int) -> Record:
    created, state = placed + 90_000, rng.choice(("OPEN", "CLOSED", "CLOSED"))
    closed = state == "CLOSED"
    named = reference if rng.random() < 0.9 else reference.replace("-", "", 1)
    complaint = rng.choice(
        ("paid twice", "invoice is a cent off", "has no e-mail", "shipped to the old address")
    )
    return {
        "__typename": "Issue",
        "id": node_id("I", number),
        "databaseId": 500_000 + number if rng.random() < 0.9 else None,
        "number": number,
        "title": f"Order {named}: {complaint}",
        "body": "" if rng.random() < 0.2 else f"The customer of {reference} called.\r\n\r\n- [ ] check",
        "author": rng.choice((None, *_DEVELOPERS)),
        "assignees": rng.sample(_DEVELOPERS, rng.randrange(3)),
        "labels": rng.sample([name for name, _ in _LABELS], rng.randrange(3)),
        "comments": _comments(rng, f"issues/{number}", created),
        "milestone": rng.choice((None, None, 1, 2)),
        "locked": False,
        "state": state,
        "stateReason": rng.choice(("COMPLETED", "NOT_PLANNED", None)) if closed else None,
        "createdAt": iso(created),
        "updatedAt": iso(created + 400_000),
        "closedAt": iso(created + 300_000) if closed else None,
        "url": f"https://github.com/{OWNER}/webshop/issues/{number}",
    }


def _pull_request(rng: random.Random, number: int) -> Record:
    created, state = _BORN + number * 200_000, rng.choice(("MERGED", "MERGED", "OPEN", "CLOSED"))
    merged = state == "MERGED"
    return {
        "__typename": "PullRequest",
        "id": node_id("PR", number),
        "databaseId": 700_000 + number,
        "number": number,
        "title": rng.choice(("Round VAT per line", "Retry the bank", "Fix naïve dates", "Bump dependencies")),
        "author": rng.choice((None, *_DEVELOPERS)),
        "labels": rng.sample([name for name, _ in _LABELS], rng.randrange(2)),
        "comments": _comments(rng, f"pull/{number}", created),
        "additions": rng.randrange(400),
        "deletions": rng.randrange(200),
        "changedFiles": rng.randrange(1, 20),
        "isDraft": state == "OPEN" and rng.random() < 0.3,
        "merged": merged,
        "mergedAt": iso(created + 90_000) if merged else None,
        "closedAt": iso(created + 90_000) if state != "OPEN" else None,
        "createdAt": iso(created),
        "state": state,
        "url": f"https://github.com/{OWNER}/webshop/pull/{number}",
    }


def _comments(rng: random.Random, place: str, created: int) -> list[Record]:
    return [
        {
            "__typename": "IssueComment",
            "id": node_id("IC", place, number),
            "author": rng.choice(_DEVELOPERS),
            "body": rng.choice(("Done.", "Zie ook #12", "👍", "Can you check the **bank**?")),
            "createdAt": iso(created + 3600 * (number + 1)),
            "updatedAt": iso(created + 3600 * (number + 1)),
            "url": f"https://github.com/{OWNER}/webshop/{place}#issuecomment-{number}",
        }
        for number in range(rng.choice((0, 0, 1, 2, 7)))
    ]
