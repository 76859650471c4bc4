"""What a header, a parameter or a field is called, and what its name says about its value."""

from __future__ import annotations

import re
from functools import lru_cache

_SECRET_WORD = re.compile(
    r"auth|token|secret|passw|pwd|cookie|session|signature|credential|api-?_?key|csrf|xsrf|jwt|nonce|bearer"
    r"|access-?_?key|private-?_?key|assertion|(^|[-_])(sig|hmac|otp|pin)($|[-_])|(^|[-_])key$",
    re.IGNORECASE,
)
_INNOCENT_PARAMETER = re.compile(
    r"(next|prev|previous|page|continuation|sync|pagination|start|cursor)[-_]?(page|sync)?[-_]?token"
    r"|idempotency[-_]?key|(sort|order|group|primary|foreign|issue|project|object|partition)[-_]?key|author(?!i[sz]ation).*"
    r"|authorization_url|token_type|session_type",
    re.IGNORECASE,
)
_KEPT_HEADER = re.compile(
    r"accept(-(?!encoding).*)?|age|allow|alt-svc|connection|pragma|strict-transport-security"
    r"|cache-control|content-(type|length|encoding|language|disposition|range"
    r"|location|md5|digest)|date|etag|expires|if-.*|last-modified|link|location|prefer.*|range|retry-after|server"
    r"|transfer-encoding|vary|warning|www-authenticate|deprecation|sunset|digest|repr-digest|server-timing"
    r"|(.*-)?(version|api-?version|request-?id|total(-.*)?|count|pages?|per-?page|cursor|limit|remaining|reset"
    r"|offset|size|locale|language|timezone|environment|mode)"
    r"|(x-)?rate-?limit.*|.*-ratelimit-.*|access-control-.*|x-(content-type|frame|xss|robots).*|referrer-policy"
    r"|x-(next|prev|first|last)(-page)?|stripe-(account|context|should-retry)|x-runtime|x-github-.*|traceresponse",
    re.IGNORECASE,
)
_NOT_RECORDED = {
    "accept-encoding", "baggage", "connection", "content-length", "host", "idempotency-key",
    "traceparent", "tracestate", "user-agent", "x-correlation-id", "x-forwarded-proto",
    "x-idempotency-key", "x-request-id",
}  # fmt: skip
_SECRET_FIELDS = {
    "accesskey", "accesskeyid", "accesstoken", "adminpassword", "apikey", "apikeysecret",
    "apisecret", "apitoken", "appsecret", "assertion", "authheader", "authorization", "authtoken",
    "bearer", "bearertoken", "clientassertion", "clientsecret", "codeverifier", "consumersecret",
    "cookie", "csrftoken", "cvc", "cvv", "devicecode", "encryptionkey", "hmackey",
    "idtoken", "jwt", "masterkey", "newpassword", "oauthtoken", "oauthtokensecret", "oldpassword",
    "onetimepassword", "otp", "passcode", "passphrase", "passwd", "password", "personalaccesstoken",
    "privatekey", "privatetoken", "proxyauthorization", "pwd", "refreshtoken", "sastoken", "secret",
    "secretaccesskey", "secretkey", "secrettoken", "securitytoken", "sessionkey", "sessiontoken",
    "setcookie", "sharedsecret", "signingkey", "signingsecret", "sshkey", "tokensecret", "totp",
    "totpsecret", "userpassword", "webhooksecret", "xapikey", "xauthtoken", "xsrftoken",
}  # fmt: skip
_DOUBTFUL_FIELDS = {
    "auth", "connectionstring", "cookies", "credential", "credentials", "dsn", "hmac", "session", "sessionid", "sid",
    "sig", "signature", "token",
}  # fmt: skip
_CARD_FIELDS = {"cardnumber", "ccnumber", "creditcardnumber", "debitcardnumber", "primaryaccountnumber"}


def is_recorded(header: str) -> bool:
    """Say whether a request header belongs in a recording; those that change on every call do not."""
    return header.lower() not in _NOT_RECORDED


@lru_cache(maxsize=4096)
def may_show(header: str) -> bool:
    """Say whether a header's value may be recorded. Only known, harmless names may."""
    known = _KEPT_HEADER.fullmatch(header)
    return bool(known) and (header.lower() == "www-authenticate" or not is_secret_name(header))


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Say whether a header or a query parameter of this name carries a secret."""
    return bool(_SECRET_WORD.search(name)) and not _INNOCENT_PARAMETER.fullmatch(name)


@lru_cache(maxsize=4096)
def is_secret_field(name: str) -> bool:
    """Say whether a body's field of this name always holds a secret.

    Names are compared whole: an issue's `key`, a `next_page_token` and an `idempotency_key` are none.
    """
    return _plain(name) in _SECRET_FIELDS


@lru_cache(maxsize=4096)
def is_doubtful_field(name: str) -> bool:
    """Say whether a body's field of this name holds a secret when its value looks like one."""
    return _plain(name) in _DOUBTFUL_FIELDS


@lru_cache(maxsize=4096)
def is_card_field(name: str) -> bool:
    """Say whether a body's field of this name holds the number of a payment card, or the end of one."""
    return _plain(name) in _CARD_FIELDS


def may_be_card(name: str) -> bool:
    """Say whether a body's field of this name holds a card's number when its value is one."""
    return name.lower() in ("number", "pan")


@lru_cache(maxsize=4096)
def is_telling_field(name: str) -> bool:
    """Say whether the value of a body's field of this name is worth a look."""
    return is_secret_field(name) or is_doubtful_field(name) or is_card_field(name) or may_be_card(name)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
