"""Readers: one format each, from a file to deliveries."""
