"""Record and replay: a cassette is one httpx transport, on vcrpy's file format."""
