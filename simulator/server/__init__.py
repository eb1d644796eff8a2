"""Listeners and workers."""
