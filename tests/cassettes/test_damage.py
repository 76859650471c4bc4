"""A file that is not whole is an error when it is opened, and the error says what is wrong."""

import httpx
import pytest

from intkit.cassettes import RecordingTransport, open_cassette
from intkit.cassettes.file import read_cassette
from intkit.errors import CassetteDamaged, CassetteError, CassetteMissing

ANSWERS = [
    httpx.Response(200, json={"a": ["...", "two\nlines", "ü"], "n": 1}),
    httpx.Response(200, text="first\n...\nlast\n"),
    httpx.Response(200, content=b"\x00\xff" * 40),
]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "shop.yaml"
    answers = iter(ANSWERS)
    with open_cassette(path, "record") as cassette:
        app = httpx.MockTransport(lambda _: next(answers))
        http = httpx.Client(transport=RecordingTransport(cassette, app))
        for number in range(len(ANSWERS)):
            http.get(f"https://api.shop.example/{number}")
    return path


def test_a_cassette_cut_at_any_byte_never_loads_short(path):
    whole = path.read_bytes()
    cut = path.with_name("cut.yaml")
    for size in range(len(whole) - 1):  # without the very last line end nothing is missing
        cut.write_bytes(whole[:size])
        with pytest.raises(CassetteDamaged):
            read_cassette(cut)
    assert len(read_cassette(path)[0]) == len(ANSWERS)


VCRPY = """interactions:
- request:
    body: ''
    headers: {}
    method: GET
    uri: https://api.shop.example/
  response:
    body: {string: one}
    headers: {}
    status: {code: 200, message: OK}
version: 1
"""

DAMAGED = {
    "the file is empty": "",
    "Git LFS pointer": "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
    "conflict markers of a merge, the first in line 2": "interactions:\n<<<<<<< HEAD\n- a\n=======\n- b\n>>>>>>> x\n",
    "no line `version: 1`": VCRPY[: VCRPY.index("version")],
    "interaction 0 is not whole: it has no 'response'": VCRPY[: VCRPY.index("  response")] + "version: 1\n",
    "header 'x' has the value False": VCRPY.replace("headers: {}", "headers: {x: [no]}", 1),
    "header 'x' has the value of type int": VCRPY.replace("headers: {}", "headers: {x: 12345678}", 1),
    "there is no list of interactions": "just: text\n",
    "could not determine a constructor": VCRPY.replace(
        "string: one", "string: !!python/object/apply:os.system [ls]"
    ),
    "found undefined alias": VCRPY.replace("string: one", "string: *one"),
    "its body is not text": VCRPY.replace("string: one", "string: {a: 1}"),
}


@pytest.mark.parametrize("complaint", DAMAGED)
def test_what_is_wrong_with_a_file_is_said(tmp_path, complaint):
    path = tmp_path / "shop.yaml"
    path.write_text(DAMAGED[complaint], encoding="utf-8")
    with pytest.raises(CassetteDamaged) as error:
        open_cassette(path)
    assert complaint in str(error.value)
    assert str(path) in str(error.value)
    assert "version control" in str(error.value)


def test_bytes_that_are_not_utf8_are_an_error_whatever_the_locale(tmp_path):
    path = tmp_path / "shop.yaml"
    path.write_bytes(VCRPY.replace("one", "é").encode("latin-1"))
    with pytest.raises(CassetteDamaged, match="not UTF-8"):
        open_cassette(path)


def test_a_file_of_vcrpy_is_read_and_utf8_is_utf8(tmp_path, monkeypatch):
    path = tmp_path / "shop.yaml"
    path.write_bytes(VCRPY.replace("one", "é").encode())
    monkeypatch.setenv("LC_ALL", "C")
    assert open_cassette(path).exchanges[0].response.body == "é".encode()


@pytest.mark.parametrize("hostile", ["[" * 50_000, "- " * 50_000, "{a: " * 50_000])
def test_hostile_nesting_is_an_error_and_no_crash(tmp_path, hostile):
    path = tmp_path / "shop.yaml"
    path.write_text(f"version: 1\ninteractions: \n{hostile}")
    with pytest.raises(CassetteDamaged):
        open_cassette(path)


def test_aliases_cannot_grow_a_small_file_into_a_large_one(tmp_path):
    path = tmp_path / "shop.yaml"
    layers = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12))
    path.write_text(f"l0: &l0 [x]\n{layers}{VCRPY.replace('string: one', 'string: *l11')}")
    with pytest.raises(CassetteDamaged):
        open_cassette(path)


@pytest.mark.parametrize("many", ["chunks", "exchanges"])
def test_one_text_that_is_named_many_times_cannot_fill_the_memory(tmp_path, monkeypatch, many):
    monkeypatch.setattr("intkit.cassettes.vcr_format.LARGEST", 10_000)
    head, _, rest = VCRPY.partition("- request:")
    one, _, end = rest.partition("version:")
    one = one.replace("string: one", f"string: &big {'x' * 4000}")
    again = one.replace(f"&big {'x' * 4000}", "[*big, *big, *big]" if many == "chunks" else "*big")
    path = tmp_path / "shop.yaml"
    path.write_text(
        head + "- request:".join(["", one, *[again] * (1 if many == "chunks" else 3)]) + "version:" + end
    )
    with pytest.raises(CassetteDamaged, match="its bodies are larger than"):
        open_cassette(path)


def test_a_missing_file_is_an_error_when_it_is_opened(tmp_path):
    with pytest.raises(CassetteMissing, match=r"no cassette .*shop.yaml"):
        open_cassette(tmp_path / "shop.yaml")


@pytest.mark.parametrize("mode", ["record", "refresh"])
def test_a_damaged_file_is_not_overwritten_by_recording(tmp_path, mode):
    path = tmp_path / "shop.yaml"
    path.write_text("not: a cassette\n")
    with pytest.raises(CassetteDamaged):
        open_cassette(path, mode)
    assert path.read_text() == "not: a cassette\n"
    assert [each.name for each in tmp_path.iterdir()] == ["shop.yaml"]


def test_an_unknown_mode_is_an_error_with_the_nearest(tmp_path):
    with pytest.raises(CassetteError, match="Did you mean 'record'"):
        open_cassette(tmp_path / "shop.yaml", "recrod")
