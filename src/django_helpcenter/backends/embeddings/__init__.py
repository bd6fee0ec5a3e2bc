"""Embedding backends: text in, vectors out."""
