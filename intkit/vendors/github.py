"""GitHub: REST and GraphQL. Facts: docs.github.com, and its public GraphQL schema."""

from __future__ import annotations

from intkit.clients.auth import Bearer
from intkit.clients.connection import Connection
from intkit.clients.paging import LinkHeader

VENDOR = Connection(
    name="github",
    base_url="https://api.github.com",
    auth=Bearer("env:GITHUB_TOKEN"),
    headers={"X-GitHub-Api-Version": "2022-11-28"},
    paging=LinkHeader(size=100, size_param="per_page"),
    graphql="/graphql",
    docs="https://docs.github.com/graphql",
)
