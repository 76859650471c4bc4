import asyncio
import json

import httpx
import pytest
from typer.testing import CliRunner

from intkit.cassettes import RecordingTransport, open_cassette
from intkit.cassettes.care import check_cassettes, convert, list_cassettes
from intkit.cassettes.file import read_cassette
from intkit.cassettes.mock import mock_app
from intkit.cassettes.prune import drop_exchanges, unused_by, unused_cassettes
from intkit.cli.cassettes import app as cli
from intkit.errors import CassetteError
from intkit.redaction import forget_secrets

URL = "https://api.shop.example"
FOREIGN = """interactions:
- request:
    body: ''
    headers:
      Authorization: [Bearer abcdefgh12345678]
      X-Trace: [abc]
    method: GET
    uri: https://api.shop.example/?api_key=abcdefgh12345678
  response:
    body: {string: '{"id": 1, "client_secret": "abcdefgh12345678"}'}
    headers: {Set-Cookie: ['sid=abcdefgh12345678; Path=/']}
    status: {code: 200, message: OK}
version: 1
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    (tmp_path / "cassettes" / "shop").mkdir(parents=True)
    yield tmp_path
    forget_secrets()


def record(name, *paths, body=b'{"id": 1}'):
    def app(request):
        return httpx.Response(200, headers={"Content-Type": "application/json", "X-Page": "1"}, content=body)

    with open_cassette(name, "record") as cassette:
        http = httpx.Client(transport=RecordingTransport(cassette, httpx.MockTransport(app)))
        for path in paths:
            http.get(URL + path)


def test_the_list_says_what_there_is_and_where_it_is_used(project):
    record("shop/orders", "/a", "/b", body=b'{"email": "jane@shop.example"}')
    (project / "notebooks").mkdir()
    (project / "notebooks" / "00.ipynb").write_text('"connect(\\"shop\\", cassette=\\"shop/orders\\")"')
    (project / "cassettes" / "shop" / "cut.yaml").write_text("")
    rows = list_cassettes().rows
    assert rows[0][0] == "shop/cut"
    assert rows[0][4] == "damaged"
    assert rows[1][:2] == ("shop/orders", 2)
    assert rows[1][3:] == (0, "api.shop.example", "email 2", "notebooks/00.ipynb")


def test_no_recordings_say_how_to_make_one(project):
    assert "mode='record'" in list_cassettes().text()


def test_what_was_recorded_here_is_whole_and_clean(project):
    record(
        "shop/orders",
        "/a?token=abcdefgh12345678",
        body=b'{"access_token": "abcdefgh12345678", "password": "x"}',
    )
    assert check_cassettes() == []


def test_secrets_in_a_file_from_elsewhere_are_named_but_not_shown(project):
    (project / "cassettes" / "shop" / "old.yaml").write_text(FOREIGN)
    said = "\n".join(map(str, check_cassettes(["shop/old"])))
    for name in ("Authorization", "api_key", "client_secret", "Set-Cookie"):
        assert f"shop/old: exchange 0 shows {name}" in said
    assert "X-Trace" not in said
    assert "abcdefgh12345678" not in said


def test_secrets_of_the_environment_are_looked_for(project, monkeypatch):
    record("shop/orders", "/a", body=b'{"note": "say open-sesame-42 now"}')
    assert check_cassettes() == []
    monkeypatch.setenv("SHOP_API_KEY", "open-sesame-42")
    leak = str(check_cassettes()[0])
    assert leak.startswith("shop/orders: the secret SHOP_API_KEY, plain, line ")


def test_damage_and_left_journals_are_complaints(project):
    record("shop/orders", "/a")
    path = project / "cassettes" / "shop" / "orders.yaml"
    path.with_name("orders.yaml.1-left.journal").write_bytes(b'"record"\n')
    path.write_bytes(path.read_bytes()[:-5])
    said = [each.what for each in check_cassettes()]
    assert "cut short" in said[0]
    assert "journal orders.yaml.1-left.journal was left" in said[1]


def test_a_count_that_does_not_hold_is_a_complaint(project):
    record("shop/orders", "/a")
    path = project / "cassettes" / "shop" / "orders.yaml"
    path.write_text(path.read_text().replace("exchanges: 1", "exchanges: 2"))
    assert "says 2 exchanges and holds 1" in check_cassettes()[0].what


def test_recordings_that_nobody_mentions_are_found(project):
    record("shop/orders", "/a")
    record("shop/forgotten", "/a")
    (project / "README.md").write_text("uses shop/orders here")
    assert [path.name for path in unused_cassettes()] == ["forgotten.yaml"]


def test_one_that_is_being_recorded_is_not_pruned(project):
    record("shop/orders", "/a")
    with open_cassette("shop/orders", "record"):
        assert unused_cassettes() == []
    assert [path.name for path in unused_cassettes()] == ["orders.yaml"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("analysis/deep/look.ipynb", '"connect(\\"shop\\", cassette=\\"shop/orders\\")"'),
        ("mappings/orders.mapping.yaml", "cassette: shop/orders\n"),
        ("README.md", "see `shop/orders`."),
        ("cassettes/record.py", "record('shop/orders')"),
        ("Makefile", "\tintkit profile shop/orders"),
    ],
)
def test_a_mention_anywhere_in_the_project_keeps_a_recording(project, path, text):
    record("shop/orders", "/a")
    (project / path).parent.mkdir(parents=True, exist_ok=True)
    (project / path).write_text(text)
    assert unused_cassettes() == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "see shop/orders_2026 and myshop/orders"),
        ("runs/orders/1/run_mapping.ipynb", '"shop/orders"'),
        (".venv/lib/notes.py", '"shop/orders"'),
    ],
)
def test_other_names_runs_and_installed_packages_are_no_mention(project, path, text):
    record("shop/orders", "/a")
    (project / path).parent.mkdir(parents=True, exist_ok=True)
    (project / path).write_text(text)
    assert [each.name for each in unused_cassettes()] == ["orders.yaml"]


def left_by_run(project, number, unused):
    """Write what a headless run tells, and return its folder."""
    folder = project / "runs" / "orders" / str(number)
    folder.mkdir(parents=True)
    (folder / "summary.json").write_text(json.dumps({"run": {"unused": {"shop/orders": unused}}}))
    return folder


A, B, C = ({str(number): f"GET {URL}/{path}"} for number, path in enumerate("abc"))


def test_what_no_run_asked_for_is_dropped_when_told_to(project):
    record("shop/orders", "/a", "/b", "/c", body=b'{"email": "jane@shop.example"}')
    one, other = left_by_run(project, 1, A | B), left_by_run(project, 2, B | C)
    words = ["prune", "--run", str(one), "--run", str(other)]
    assert f"not used: shop/orders#1 GET {URL}/b" in CliRunner().invoke(cli, words).output
    assert len(open_cassette("shop/orders").exchanges) == 3
    assert f"deleted: shop/orders#1 GET {URL}/b" in CliRunner().invoke(cli, [*words, "--delete"]).output
    assert [each.request.url for each in open_cassette("shop/orders").exchanges] == [f"{URL}/a", f"{URL}/c"]
    metadata = read_cassette(project / "cassettes" / "shop" / "orders.yaml")[1]
    assert (metadata["exchanges"], metadata["personal_data"]) == (2, {"email": 2})


def test_a_run_that_asked_for_all_keeps_all(project):
    record("shop/orders", "/a", "/b")
    assert unused_by([left_by_run(project, 1, A), left_by_run(project, 2, {})]) == {"shop/orders": {}}


@pytest.mark.parametrize(
    "unused", [{0: f"GET {URL}/b"}, {0: f"GET {URL}/a", 1: f"GET {URL}/b"}, {7: f"GET {URL}/h"}]
)
def test_a_recording_that_has_changed_since_the_run_or_would_be_empty_is_left_alone(project, unused):
    record("shop/orders", "/a", "/b")
    before = (project / "cassettes" / "shop" / "orders.yaml").read_bytes()
    with pytest.raises(CassetteError, match="stays as it is"):
        drop_exchanges("shop/orders", unused)
    assert (project / "cassettes" / "shop" / "orders.yaml").read_bytes() == before


def test_nothing_to_prune_is_said(project):
    assert CliRunner().invoke(cli, ["prune"]).output == "Nothing is unused.\n"


def test_what_is_no_run_s_folder_is_refused(project):
    with pytest.raises(CassetteError, match="is not the folder of a run that ended"):
        unused_by([project])


def test_a_converted_recording_replays_under_its_name(project):
    record("shop/orders", "/a")
    before = open_cassette("shop/orders").exchanges
    assert convert("shop/orders").name == "orders.json"
    assert open_cassette("shop/orders").exchanges == before
    with pytest.raises(CassetteError, match="already"):
        convert("shop/orders")


def test_many_exchanges_in_yaml_are_warned_of(project, monkeypatch):
    monkeypatch.setattr("intkit.cassettes.cassette.MANY", 1)
    record("shop/orders", "/a", "/b")
    with pytest.warns(UserWarning, match="intkit cassettes convert shop/orders"):
        open_cassette("shop/orders")


def test_a_recording_is_served_to_other_tools(project):
    record("shop/orders", "/a?x=1", "/b")
    app = httpx.ASGITransport(mock_app("shop/orders"))

    async def ask(path):
        async with httpx.AsyncClient(transport=app, base_url="http://127.0.0.1:8124") as tool:
            return await tool.get(path)

    answer, miss = asyncio.run(ask("/a?x=1")), asyncio.run(ask("/nowhere"))
    assert (answer.json(), answer.headers["x-page"]) == ({"id": 1}, "1")
    assert miss.status_code == 404
    assert "closest recorded request" in miss.json()["error"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 0, "shop/orders"),
        (["check"], 0, "whole and clean"),
        (["check", "cassettes/shop/orders.yaml"], 0, "whole and clean"),
        (["check", "shop/old"], 1, "client_secret"),
        (["prune"], 0, "not used"),
        (["convert", "shop/orders"], 0, "orders.json"),
    ],
)
def test_the_commands(project, words, code, said):
    record("shop/orders", "/a")
    if "shop/old" in words:
        (project / "cassettes" / "shop" / "old.yaml").write_text(FOREIGN)
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == code, done.output
    assert said in done.output
    assert (project / "cassettes" / "shop" / "orders.json").exists() == ("convert" in words)


def test_pruning_deletes_only_when_told(project):
    record("shop/orders", "/a")
    path = project / "cassettes" / "shop" / "orders.yaml"
    CliRunner().invoke(cli, ["prune"])
    assert path.exists()
    CliRunner().invoke(cli, ["prune", "--delete"])
    assert not path.exists()
