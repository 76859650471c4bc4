"""A corpus of planted secrets, the ways to spell them, and every way to look for them in a file."""

import base64
import gzip
import json
import re
import zlib
from contextlib import suppress
from urllib.parse import quote
from xml.sax.saxutils import escape

KINDS = {
    "stripe": "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "restricted": "rk_test_" + "51HAbCdEfGhIjKlMnOpQrStUv",
    "webhook": "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "mollie": "test_" + "dHar4XY7LxsDOtmnkVtjNVWXLSlXsM",
    "resend": "re_" + "c1tpEyD8_NKFusih9vKVQknRAQfmFcWCv",
    "mailchimp": "0123456789abcdef" + "0123456789abcdea-us12",
    "hubspot": "pat-eu1-" + "11111111-2222-3333-4444-555555555555",
    "github": "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a",
    "github_pat": "github_pat_" + "11ABCDEFG0123456789_abcdefghijklmnop",
    "gitlab": "glpat-" + "x1y2z3x1y2z3x1y2z3x1",
    "slack": "xoxb-" + "263594206564-2343594206564-FGqddMF8t08v8N7Oq4i57vs1MBS",
    "aws": "AKIA" + "IOSFODNN7EXAMPLE",
    "aws_secret": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "google": "AIza" + "SyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY",
    "google_token": "ya29." + "a0AfH6SMBx_example-of_a-long.token",
    "sendgrid": "SG." + "ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc",
    "openai": "sk-proj-" + "abcdefghijklmnopqrstuvwxyz012345",
    "twilio": "SK" + "0123456789abcdef0123456789abcdef",
    "npm": "npm_" + "abcdefghijklmnopqrstuvwxyz0123456789",
    "jwt": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0",
    "password": 'pä"ss & wörd/1',
    "phrase": "correct horse battery staple",
    "hex": "9f86d081884c7d659a2feaa0c55ad015",
    "session": "s%3AzX9kQ.wL+T/bV4=",
}

SPELLINGS = {
    "plain": lambda secret: secret,
    "percent": lambda secret: quote(secret, safe=""),
    "json": lambda secret: json.dumps(secret)[1:-1],
    "xml": escape,
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "basic": lambda secret: base64.b64encode(f"user:{secret}".encode()).decode(),
    "base64 inside": lambda secret: base64.urlsafe_b64encode(f"xy{secret}z".encode()).decode(),
}


def views(content):
    """Every way to look at a file: as it is, runs of base64 decoded, what is compressed unpacked."""
    yield content
    for run in re.findall(rb"[A-Za-z0-9+/_\-]{12,}={0,2}", content):
        for cut in range(4):
            piece = run[cut:].rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
            inside = base64.b64decode(piece[: len(piece) // 4 * 4])
            yield inside
            if inside[:2] == b"\x1f\x8b":
                yield gzip.decompress(inside)
            if inside[:1] == b"x":
                with suppress(zlib.error):
                    yield zlib.decompress(inside)


def holds(content, secret):
    wanted = {secret, quote(secret, safe=""), quote(secret), json.dumps(secret)[1:-1], escape(secret)}
    wanted |= {json.dumps(json.dumps(secret))[3:-3], secret.encode().hex()}
    wanted |= {line for line in secret.splitlines() if len(line) > 24 and line[0] != "-"}
    return any(spelt.encode() in view for view in views(content) for spelt in wanted)
