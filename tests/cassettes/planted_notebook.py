"""Notebook cells that show the planted secrets in every way a notebook can show something."""

from tests.cassettes.planted import KINDS

PRIVATE_KEY = (
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n"
    "-----END PRIVATE KEY-----"
)
SECRETS = {f"PLANTED_{kind.upper()}": secret for kind, secret in {"pem": PRIVATE_KEY, **KINDS}.items()}
"""Environment variables, as a key is given to a notebook."""

KNOW = """
import base64, gzip, io, logging, os, sys, threading, warnings, zlib
import httpx, ipywidgets, pandas
from IPython.display import HTML, JSON, Markdown, display, update_display
from intkit.credentials import resolve
from tests.cassettes.planted import SPELLINGS
secrets = [resolve(f"env:{name}") for name in os.environ if name.startswith("PLANTED_")]
spelt = [spell(secret) for secret in secrets for spell in SPELLINGS.values()]
"""

SHOW = {
    "printed": "for each in spelt: print('see', each, 'here')",
    "printed as python": "print(secrets, {each: 1 for each in secrets}, [each.encode() for each in secrets])",
    "to stderr": "sys.stderr.write('\\n'.join(spelt))",
    "logged": "logging.warning('%s', spelt)",
    "warned": "warnings.warn(' '.join(spelt))",
    "from a thread": "thread = threading.Thread(target=print, args=spelt); thread.start(); thread.join()",
    "by another program": '!"{sys.executable}" -c "import os; print(os.environ)"',
    "displayed": "display(*spelt)",
    "html": "display(HTML(''.join(f'<p>{each}</p>' for each in spelt)))",
    "json": "display(JSON({'deep': [{'note': spelt, **dict.fromkeys(secrets)}]}))",
    "markdown": "display(Markdown('\\n\\n'.join(spelt)))",
    "own kind": "display({'application/vnd.shop+json': {'a': [spelt]}, 'text/plain': '…'}, raw=True)",
    "updated": "display(1, display_id='it'); update_display(spelt, display_id='it')",
    "frame": "pandas.options.display.max_colwidth = None; pandas.DataFrame({'key': secrets, 'n': 1})",
    "headers": "[httpx.Headers({'x-note': each.encode()}) for each in secrets]",
    "widget": "ipywidgets.Textarea(value=str(spelt))",
    "result": "spelt",
    "gzip": "[base64.b64encode(gzip.compress(f'a{each}b'.encode())) for each in secrets]",
    "zlib": "print(*[base64.b64encode(zlib.compress(f'a{each}b'.encode())).decode() for each in secrets])",
    "bare error": "raise ValueError(*spelt)",
    "chained error": "try: raise KeyError(str(secrets))\nexcept KeyError as error: raise RuntimeError(spelt) from error",
}
