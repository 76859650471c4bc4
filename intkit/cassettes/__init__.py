"""Record and replay: a cassette is one httpx transport, on vcrpy's file format."""

from intkit.cassettes.cassette import Cassette, open_cassette
from intkit.cassettes.names import cassette_path
from intkit.cassettes.sdk import recorded
from intkit.cassettes.transport import RecordingTransport

__all__ = ["Cassette", "RecordingTransport", "cassette_path", "open_cassette", "recorded"]
