from __future__ import annotations

import sys
from types import ModuleType

import pytest

from intkit.credentials import check_reference, resolve, secret_name, store
from intkit.errors import CredentialError, ExtraMissing
from intkit.redaction import blank, forget_secrets


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("INTKIT_PROJECT", str(tmp_path))
    forget_secrets()
    yield tmp_path
    forget_secrets()


def test_a_key_comes_from_the_environment_and_is_blanked_from_then_on(monkeypatch):
    monkeypatch.setenv("SHOP_KEY", "shop-secret-4711")
    assert blank("shop-secret-4711") == "shop-secret-4711"
    assert resolve("env:SHOP_KEY") == "shop-secret-4711"
    assert blank("the key shop-secret-4711 leaked") == "the key <SHOP_KEY> leaked"


def test_a_key_is_looked_up_at_each_use(monkeypatch):
    monkeypatch.setenv("SHOP_KEY", "first-secret-4711")
    assert resolve("env:SHOP_KEY") == "first-secret-4711"
    monkeypatch.setenv("SHOP_KEY", "second-secret-4711")
    assert resolve("env:SHOP_KEY") == "second-secret-4711"


def test_a_dotenv_line_stands_in_for_the_environment(project, monkeypatch):
    (project / ".env").write_text("SHOP_KEY='quoted secret # 1'\n")
    assert resolve("env:SHOP_KEY") == "quoted secret # 1"
    monkeypatch.setenv("SHOP_KEY", "from-the-environment")
    assert resolve("env:SHOP_KEY") == "from-the-environment"


def test_a_missing_key_says_what_to_set_and_the_nearest_name(monkeypatch):
    monkeypatch.delenv("SHOP_KEY", raising=False)
    monkeypatch.setenv("SHOP_KEYS", "x")
    with pytest.raises(CredentialError) as caught:
        resolve("env:SHOP_KEY")
    assert "SHOP_KEY is not set. Did you mean 'SHOP_KEYS'?" in str(caught.value)
    assert "export SHOP_KEY=" in caught.value.remedy


def test_a_key_file_is_read_from_the_project_without_its_line_end(project):
    (project / "key.txt").write_text("file-secret-4711\n")
    assert resolve("file:key.txt") == "file-secret-4711"


@pytest.mark.parametrize(("content", "said"), [(None, "cannot be read"), ("\n", "is empty")])
def test_a_key_file_that_holds_nothing_is_an_error(project, content, said):
    if content is not None:
        (project / "key.txt").write_text(content)
    with pytest.raises(CredentialError, match=said):
        resolve("file:key.txt")


def test_a_literal_secret_is_refused_unseen_with_the_line_to_write():
    with pytest.raises(CredentialError) as caught:
        check_reference("sk_live_51Habc", "env:STRIPE_API_KEY")
    assert "sk_live" not in str(caught.value)
    assert "'env:STRIPE_API_KEY'" in caught.value.remedy


def test_a_misspelt_kind_names_the_right_one():
    with pytest.raises(CredentialError, match="Did you mean 'keyring'"):
        resolve("keyrng:shop/ada")


def fake_keyring(monkeypatch, kept):
    module, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    errors.KeyringError = type("KeyringError", (Exception,), {})
    module.get_password = lambda service, user: kept.get((service, user))
    module.set_password = lambda service, user, value: kept.update({(service, user): value})
    monkeypatch.setitem(sys.modules, "keyring", module)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return errors.KeyringError


def test_the_key_store_gives_and_takes_secrets(monkeypatch):
    kept = {("shop", "ada"): "store-secret-4711"}
    fake_keyring(monkeypatch, kept)
    assert resolve("keyring:shop/ada") == "store-secret-4711"
    store("keyring:shop/ada", "rotated-secret-4711")
    assert resolve("keyring:shop/ada") == "rotated-secret-4711"
    with pytest.raises(CredentialError, match="has nothing for service 'shop', user 'bob'"):
        resolve("keyring:shop/bob")


def test_a_machine_without_the_keyring_package_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ExtraMissing, match="needs the keyring package"):
        resolve("keyring:shop/ada")


def test_a_rotated_secret_is_written_back_for_the_owner_only(project):
    store("file:secrets/token", "rotated-secret-4711")
    path = project / "secrets" / "token"
    assert path.read_text() == "rotated-secret-4711"
    assert path.stat().st_mode & 0o077 == 0
    assert blank("rotated-secret-4711") == "<TOKEN>"


def test_a_changing_secret_cannot_be_kept_in_the_environment():
    with pytest.raises(CredentialError, match="cannot be kept in the environment variable SHOP_TOKEN"):
        store("env:SHOP_TOKEN", "x")


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("env:STRIPE_API_KEY", "STRIPE_API_KEY"),
        ("file:secrets/exact-token.txt", "EXACT_TOKEN_TXT"),
        ("keyring:shop/ada", "ADA"),
    ],
)
def test_a_secret_goes_by_the_last_word_of_its_reference(reference, name):
    assert secret_name(reference) == name


def test_a_folder_made_for_a_secret_is_kept_out_of_git_and_no_other_is_touched(project):
    store("file:secrets/token", "rotated-secret-4711")
    store("file:token", "rotated-secret-4712")
    assert (project / "secrets" / ".gitignore").read_text() == "*\n"
    assert not (project / ".gitignore").exists()
