"""The hidden bookmarks around a narrative passage in Word: what writes them and what reads them back agree here. Pure."""

from __future__ import annotations

SIGNET = r"_amem_([0-9a-f]{8})_([0-9a-f]{8}|vide)_([df])"
"""The names of the bookmarks around a passage: its key, its fingerprint, beginning (`d`) or end (`f`)."""


def cle(nom: str) -> str:
    """The key of a passage, from its tag without the fingerprint."""
    import hashlib

    return hashlib.sha256(nom.encode()).hexdigest()[:8]
