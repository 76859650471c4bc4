"""The httpx client and its transports: auth, paging, resilience, GraphQL."""
