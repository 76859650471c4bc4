"""A run checks first, executes, judges, and leaves whole files."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from intkit.cassettes import RecordingTransport, open_cassette
from intkit.errors import ParameterError, ProjectError, RunError
from intkit.runs import run
from intkit.runs.headless import _judge, _new_folder
from tests.cassettes.planted import holds
from tests.cassettes.planted_notebook import KNOW, SECRETS, SHOW
from tests.runs.small_project import PARAMETERS, write_notebook


def test_a_run_leaves_the_notebook_the_results_and_two_summaries(project):
    done = run("orders", {"limit": "2"})
    assert [each.name for each in done.files] == [
        "rejects.jsonl",
        "run_mapping.ipynb",
        "summary.json",
        "summary.md",
    ]
    assert re.fullmatch(r"\d{8}T\d{6}Z-1", done.folder.name)
    assert done.folder.parent == project / "runs" / "orders"
    summary = json.loads((done.folder / "summary.json").read_text())
    assert summary["accepted"] == 2
    assert summary["run"]["parameters"] == {"limit": 2}
    assert "`limit` = `2`" in (done.folder / "summary.md").read_text()


def test_the_executed_notebook_shows_what_it_printed_and_no_path_of_the_machinery(project):
    done = run("orders")
    text = (done.folder / "run_mapping.ipynb").read_text()
    assert f"mapped orders with None in {project}" in text
    assert "intkit-run-" not in text


def test_the_report_says_what_came_in_and_why_records_were_rejected(project):
    text = run("orders", max_rejects=3).text()
    assert "5 records" in text
    assert re.search(r"lines\[\]\.amount +expected a number +3 +0", text)
    assert "Written to runs/orders/" in text


@pytest.mark.parametrize(("rejected", "max_rejects", "code"), [(0, 0, 0), (1, 0, 3), (3, 3, 0), (4, 3, 3)])
def test_the_exit_code_follows_the_rejects(rejected, max_rejects, code):
    assert _judge({"rejected": rejected}, None, max_rejects, {})[0] == code


def record_pages(project, count):
    """Record pages of a list, each of which names the next, and a notebook that reads the list up to a limit."""
    app = httpx.MockTransport(
        lambda request: httpx.Response(
            200, json={"data": [{"id": request.url.params["page"]}], "page": int(request.url.params["page"])}
        )
    )
    with open_cassette("shop/orders", "record") as cassette:
        shop = httpx.Client(transport=RecordingTransport(cassette, app))
        for page in range(1, count + 1):
            shop.get(f"https://api.shop.example/orders?page={page}")
    read = """
import intkit
shop = intkit.connect("https://api.shop.example", cassette="shop/orders")
[shop.get("/orders", params={"page": page}) for page in (1, 2)]
if limit:
    shop.records("/orders", params={"page": 1}, limit=limit, at="data")
"""
    write_notebook(project / "notebooks" / "reading.ipynb", read)


@pytest.mark.parametrize(
    ("pages", "ci", "limit", "code"),
    [(2, "true", None, 0), (3, "", None, 0), (3, "true", None, 1), (3, "true", 1, 0)],
)
def test_what_a_run_leaves_unused_of_a_recording_fails_in_a_pipeline(
    project, monkeypatch, pages, ci, limit, code
):
    record_pages(project, pages)
    monkeypatch.delenv("INTKIT_UNUSED", raising=False)
    monkeypatch.setenv("CI", ci)
    done = run("orders", {"limit": limit}, notebook="reading")
    assert done.exit_code == code
    told = "shop/orders holds exchanges that were not asked for: 1.\n#2 GET https://api.shop.example/orders?page=3"
    assert (told in done.text()) is (pages == 3 and limit is None)


def test_more_rejects_than_allowed_are_said_in_every_summary(project):
    done = run("orders", max_rejects=2)
    assert done.exit_code == 3
    for said in (
        done.text(),
        (done.folder / "summary.md").read_text(),
        (done.folder / "summary.json").read_text(),
    ):
        assert "3 records were rejected; 2 are allowed." in said


def test_a_cell_that_raises_ends_the_run_with_its_own_words_and_a_report(project):
    with pytest.raises(RunError) as caught:
        run("orders", {"fail": True})
    said = str(caught.value)
    assert "run_mapping.ipynb stopped in code cell 3: RuntimeError: the source said no\n  second line" in said
    (folder,) = (project / "runs" / "orders").iterdir()
    assert json.loads((folder / "summary.json").read_text())["run"]["exit_code"] == 1
    assert str(folder / "run_mapping.ipynb") in said


def test_a_secret_that_the_kernel_used_is_in_no_file_and_no_message(project):
    leak = """
from intkit.redaction import register_secret
from pathlib import Path
secret = "-".join(["open", "sesame", "please"])
register_secret(secret, "KEY")
(Path(folder) / "accepted.jsonl").write_text(f'{{"a": "{secret}"}}')
raise ValueError(secret)
"""
    write_notebook(project / "notebooks" / "leaky.ipynb", leak)
    with pytest.raises(RunError, match="ValueError: <KEY>"):
        run("orders", notebook="leaky")
    (folder,) = (project / "runs" / "orders").iterdir()
    texts = {each.name: each.read_text() for each in folder.iterdir()}
    assert [name for name, text in texts.items() if "open-sesame-please" in text] == []
    assert texts["accepted.jsonl"] == '{"a": "<KEY>"}'


def test_planted_secrets_are_in_nothing_that_a_run_leaves_or_says(project, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    early = "import os; print(*[value for name, value in os.environ.items() if name.startswith('PLANTED_')])"
    showing = [source for way, source in SHOW.items() if way != "bare error"]
    write_notebook(project / "notebooks" / "planted.ipynb", early, KNOW, *showing)
    with pytest.raises(RunError, match=r"RuntimeError: \['<PLANTED_") as caught:
        run("orders", notebook="planted")
    (folder,) = (project / "runs" / "orders").iterdir()
    left = b"".join(each.read_bytes() for each in folder.iterdir()) + str(caught.value).encode()
    assert left.count(b"<PLANTED_") > 1000
    assert [kind for kind, secret in SECRETS.items() if holds(left, secret)] == []


@pytest.mark.parametrize(
    ("mapping", "asked", "message"),
    [
        ("ordrs", {}, "Did you mean 'orders'?"),
        ("orders", {"limti": 1}, "Did you mean 'limit'?"),
        ("orders", {"limit": "abc"}, "takes int | None, not 'abc'"),
        ("orders", {"folder": "/etc"}, "no parameter 'folder'"),
        ("orders", {"mapping_name": "x"}, "no parameter 'mapping_name'"),
    ],
)
def test_misuse_is_said_before_anything_is_started_or_written(project, mapping, asked, message):
    with pytest.raises(ParameterError) as caught:
        run(mapping, asked)
    assert message in str(caught.value)
    assert not (project / "runs").exists()


def test_a_name_cannot_leave_the_project(project):
    with pytest.raises(ProjectError, match="cannot name a file"):
        run("../orders")


def test_a_folder_with_an_earlier_result_is_not_mixed_with_a_new_one(project):
    (project / "out").mkdir()
    (project / "out" / "accepted.jsonl").touch()
    with pytest.raises(ParameterError, match="is not an empty folder"):
        run("orders", folder=project / "out")


def test_runs_within_one_second_get_folders_of_their_own(project):
    names = [_new_folder("orders").name for _ in range(3)]
    assert len(set(names)) == 3


@pytest.mark.parametrize(("mode", "blocked"), [("replay", True), ("live", False)])
def test_the_kernel_is_offline_unless_the_network_is_asked_for(project, monkeypatch, mode, blocked):
    monkeypatch.setenv("INTKIT_MODE", mode)
    look = "from intkit.cassettes.offline import _guards; assert bool(_guards) is " + str(blocked)
    write_notebook(project / "notebooks" / "look.ipynb", look)
    assert run("orders", notebook="look").problem == ""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter there")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_run_that_is_ended_from_outside_leaves_no_half_file(project, sent, code):
    sleepy = f"open({str(project / 'started')!r}, 'w').close(); import time; time.sleep(60)"
    write_notebook(project / "notebooks" / "sleepy.ipynb", sleepy, parameters=PARAMETERS)
    command = [Path(sys.executable).with_name("intkit"), "run", "orders", "--notebook", "sleepy"]
    # where tests run in the background SIGINT may be ignored, and a process would inherit that
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    signal.signal(signal.SIGINT, before)
    deadline = time.monotonic() + 60
    while not (project / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(sent)
    assert process.wait(timeout=60) == code
    (folder,) = (project / "runs" / "orders").iterdir()
    kept = [each.name for each in folder.iterdir()]
    assert kept == [] if code == -9 else "summary.json" in kept
    for each in folder.glob("*.ipynb"):
        json.loads(each.read_text())
