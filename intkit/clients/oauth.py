"""OAuth 2: tokens that are fetched, kept until they expire, and refreshed (RFC 6749, 7636, 7523)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar, Protocol
from urllib.parse import quote

import httpx

from intkit.clients.auth import Auth, placeholder
from intkit.clients.failures import api_error, no_answer
from intkit.clients.network import BorrowedTransport
from intkit.clients.retries import seconds_until
from intkit.credentials import check_reference, check_writable, is_reference, resolve, store
from intkit.errors import ApiError, ExtraMissing
from intkit.redaction import blank, register_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from intkit.clients.clock import Clock

_EARLY_SECONDS = 30.0
_JWT_SECONDS = 300


@dataclass(frozen=True)
class Token:
    """An access token.

    Attributes:
        value: the token itself.
        expires: seconds since 1970; None where the server named no time.
        scope: what it may do, as the server says it.
    """

    value: str = field(repr=False)
    expires: float | None = None
    scope: str = ""


@dataclass(frozen=True)
class TokenCall:
    """A call to the token endpoint as the explanation shows it: secrets blanked."""

    url: str
    grant: str
    status: int
    said: str


class Post(Protocol):
    """Sends a form to the token endpoint and returns its JSON."""

    def __call__(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
        """Send it."""


@dataclass(frozen=True, kw_only=True)
class TokenAuth(Auth):
    """A way to authenticate by a token from a token endpoint.

    Args:
        token_url: the token endpoint.
        client_id: the application's id; a reference or plain text.
        client_secret: its secret, by reference; empty for a public client.
        scope: what to ask for, separated by spaces.
        basic: whether id and secret go as Basic authentication, not in the form.
    """

    token_url: str
    client_id: str = ""
    client_secret: str = ""
    scope: str = ""
    basic: bool = False
    repeatable: ClassVar[bool] = True  # whether asking twice does no harm

    def __post_init__(self) -> None:
        if self.client_secret:
            check_reference(self.client_secret, "env:CLIENT_SECRET")

    def references(self) -> tuple[str, ...]:
        """Return the references of the application's secrets."""
        return tuple(each for each in (self.client_id, self.client_secret) if is_reference(each))

    def form(self, now: float) -> dict[str, str]:
        """Return the grant's own fields.

        Args:
            now: seconds since 1970.
        """
        raise NotImplementedError

    def keep(self, answer: Mapping[str, Any]) -> None:
        """Keep what has to outlive the process, before the token is used."""

    def fetch(self, post: Post, now: float, grant: Mapping[str, str] | None = None) -> Token:
        """Fetch a token.

        Args:
            post: sends a form to the token endpoint.
            now: seconds since 1970.
            grant: the grant's fields, where they are not the usual ones.

        Raises:
            ApiError: the token endpoint said no.
        """
        form = {"scope": self.scope, **(self.form(now) if grant is None else grant)}
        headers: dict[str, str] = {}
        client_id, secret = _value(self.client_id), _value(self.client_secret)
        if self.basic:
            pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": client_id, "client_secret": secret}
        answer = post(self.token_url, {name: value for name, value in form.items() if value}, headers)
        return self._token(answer, now)

    def _token(self, answer: Mapping[str, Any], now: float) -> Token:
        value = str(answer.get("access_token") or "")
        if not value:
            raise ApiError(
                "The token endpoint's answer holds no access_token.",
                f"It holds: {', '.join(sorted(answer)) or 'nothing'}.",
                remedy="Check token_url against the API's documentation.",
            )
        register_secret(value, "ACCESS_TOKEN")
        self.keep(answer)
        lifetime = seconds_until(str(answer.get("expires_in", "")), now)
        expires = now + lifetime if lifetime is not None else None
        return Token(value, expires, str(answer.get("scope") or ""))


@dataclass(frozen=True, kw_only=True)
class ClientCredentials(TokenAuth):
    """The application's own id and secret for a token (RFC 6749, 4.4)."""

    def form(self, now: float) -> dict[str, str]:  # noqa: ARG002 - the same at all times
        """Return the grant."""
        return {"grant_type": "client_credentials"}


@dataclass(frozen=True, kw_only=True)
class RefreshToken(TokenAuth):
    """A refresh token for a token; a new refresh token in the answer takes the old one's place (RFC 6749, 6).

    Args:
        refresh_token: where it is kept, `file:PATH` or `keyring:SERVICE/USER`, which can be written to.
    """

    repeatable: ClassVar[bool] = False  # the first answer may be lost, and has voided the token
    refresh_token: str

    def __post_init__(self) -> None:
        super().__post_init__()
        check_writable(self.refresh_token)

    def references(self) -> tuple[str, ...]:
        """Return the application's references and the token's."""
        return (*super().references(), self.refresh_token)

    def with_key(self, key: str) -> Auth:
        """Return the same with the refresh token kept elsewhere."""
        return replace(self, refresh_token=key)

    def form(self, now: float) -> dict[str, str]:  # noqa: ARG002 - the same at all times
        """Return the grant; the token is read afresh, for another process may have rotated it."""
        return {"grant_type": "refresh_token", "refresh_token": resolve(self.refresh_token)}

    def keep(self, answer: Mapping[str, Any]) -> None:
        """Write a rotated refresh token back; the old one is void from now on."""
        if answer.get("refresh_token"):
            store(self.refresh_token, str(answer["refresh_token"]))


@dataclass(frozen=True, kw_only=True)
class JwtAssertion(TokenAuth):
    """A signed statement for a token (RFC 7523); Google's and Salesforce's service accounts.

    Args:
        key: the signing key, by reference: a PEM text, or a shared secret for HS256.
        issuer: who states it.
        subject: on whose behalf; empty for the issuer's own.
        audience: to whom; empty is the token endpoint.
        algorithm: RS256, ES256 or HS256.
        key_id: the key's id, where the API wants it in the header.
    """

    key: str
    issuer: str
    subject: str = ""
    audience: str = ""
    algorithm: str = "RS256"
    key_id: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_reference(self.key, "file:service-account.pem")

    def references(self) -> tuple[str, ...]:
        """Return the application's references and the key's."""
        return (*super().references(), self.key)

    def with_key(self, key: str) -> Auth:
        """Return the same with another key."""
        return replace(self, key=key)

    def form(self, now: float) -> dict[str, str]:
        """Return the grant with a statement that holds for five minutes."""
        try:
            import jwt
        except ImportError:
            raise ExtraMissing(
                "Signing a JWT needs the PyJWT package.", remedy="pip install 'intkit[jwt]'"
            ) from None
        claims = {
            "iss": self.issuer,
            "sub": self.subject or self.issuer,
            "aud": self.audience or self.token_url,
            "iat": int(now),
            "exp": int(now) + _JWT_SECONDS,
        }
        headers = {"kid": self.key_id} if self.key_id else None
        signed = jwt.encode(claims, resolve(self.key), algorithm=self.algorithm, headers=headers)
        return {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": signed}


class TokenFlow(httpx.Auth):
    """The httpx side of a `TokenAuth`: keeps the token, and after a 401 tries once more with a new one.

    Args:
        auth: how tokens are fetched.
        trusts: says of a scheme and a host whether they may see the token.
        network: carries the token calls, and tries those again that may be; they never pass a cassette.
        clock: tells when a token expires.
        timeout: seconds for connecting, and for each read of an answer.
        dry: replay: a mark stands for the token, and nothing is fetched.
    """

    def __init__(
        self,
        auth: TokenAuth,
        trusts: Callable[[str, str], bool],
        network: httpx.BaseTransport,
        clock: Clock,
        *,
        timeout: float,
        dry: bool,
    ) -> None:
        self._auth = auth
        self._trusts = trusts
        self._network = network
        self._clock = clock
        self._timeout = timeout
        self._dry = dry
        self._token: Token | None = None
        self._lock = Lock()
        self.calls: list[TokenCall] = []

    @property
    def token(self) -> Token | None:
        """The token that is in use, None before the first."""
        return self._token

    def use(self, token: Token) -> None:
        """Use this token from now on."""
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Put the token on the request; after a 401 fetch another and try once more."""
        if not self._trusts(request.url.scheme, request.url.host):
            yield request
            return
        token = self._current(refused=None)
        request.headers["Authorization"] = f"Bearer {token.value}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            request.headers["Authorization"] = f"Bearer {self._current(refused=token).value}"
            yield request

    def _current(self, refused: Token | None) -> Token:
        """Return a token that is not the refused one; threads wait for one fetch, not for one each."""
        if self._dry:
            return Token(placeholder("env:ACCESS_TOKEN"))
        with self._lock:
            if self._token is None or self._token is refused or self._is_over(self._token):
                self._token = self._auth.fetch(self.post, self._clock.now())
            return self._token

    def _is_over(self, token: Token) -> bool:
        return token.expires is not None and self._clock.now() > token.expires - _EARLY_SECONDS

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
        """Send a form to the token endpoint and note the call, secrets blanked.

        Raises:
            ApiError: it said no, or nothing.
        """
        accepted = {"Accept": "application/json", **headers}
        transport, safe = BorrowedTransport(self._network), {"safe": self._auth.repeatable}
        with httpx.Client(transport=transport, headers=accepted, timeout=self._timeout) as client:
            try:
                response = client.post(url, data=dict(form), extensions=safe)
            except httpx.TransportError as error:
                raise no_answer(error, f"POST {url}") from error
        answer = _object(response)
        refused = response.is_error or "error" in answer  # GitHub says no under HTTP 200
        said = blank(response.text)[:300] if refused else "a token"
        self.calls.append(TokenCall(url, form["grant_type"], response.status_code, said))
        if refused:
            raise api_error(response)
        return answer


def _object(response: httpx.Response) -> dict[str, Any]:
    """Return an answer's JSON object; an empty one where it is something else."""
    try:
        answer = response.json()
    except ValueError:
        answer = {}
    return answer if isinstance(answer, dict) else {}


def _value(text: str) -> str:
    """Return what a reference stands for, or the plain text."""
    return resolve(text) if is_reference(text) else text
