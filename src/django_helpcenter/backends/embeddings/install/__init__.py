"""Install an embedding model: fetch it, build its graph, prove it, put it in place."""
