"""intkit: connect to an API, record it, see its records, map them, export the mapping.

The public names are resolved when first used, so that `import intkit` loads neither pandas nor httpx.
"""

from importlib import import_module
from typing import Any

_HOMES: dict[str, str] = {
    "ApiError": "errors",
    "Auth": "clients.auth",
    "AuthorizationCode": "clients.sign_in",
    "Basic": "clients.auth",
    "Bearer": "clients.auth",
    "check_spec": "contracts",
    "ClientCredentials": "clients.oauth",
    "connect": "connections",
    "Connection": "clients.connection",
    "Contract": "contracts",
    "contract_of": "contracts",
    "Cursor": "clients.paging",
    "Environment": "clients.connection",
    "HasMore": "clients.paging",
    "HeaderKey": "clients.auth",
    "HmacSigned": "clients.signing",
    "IntkitError": "errors",
    "JwtAssertion": "clients.oauth",
    "LinkHeader": "clients.paging",
    "Mapping": "mapping",
    "Network": "clients.connection",
    "NextUrl": "clients.paging",
    "Offset": "clients.paging",
    "PageNumber": "clients.paging",
    "Paginator": "clients.paging",
    "profile": "profiles",
    "QueryKey": "clients.auth",
    "Rate": "clients.rates",
    "read_contract": "contracts",
    "read_drift": "drift",
    "read_overrides": "profiles",
    "read_spec": "contracts",
    "recorded": "cassettes",
    "Records": "records",
    "RefreshToken": "clients.oauth",
    "Resilience": "clients.connection",
    "run": "runs",
    "Sandbox": "sandbox",
    "save_connection": "connections",
    "SinglePage": "clients.paging",
    "target_from": "mapping_files.target_source",
    "write_contract": "contracts",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605 - the table above is the one place to add a name


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("intkit")
    if name not in _HOMES:
        raise AttributeError(f"module 'intkit' has no attribute {name!r}")
    return getattr(import_module(f"intkit.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
