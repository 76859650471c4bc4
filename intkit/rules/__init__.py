"""Rules: an expression language for mappings, compiled to the Python that an export ships."""
