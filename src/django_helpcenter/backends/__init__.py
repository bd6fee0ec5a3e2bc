"""Exchangeable parts: what a host project may replace by naming another class in its settings."""
