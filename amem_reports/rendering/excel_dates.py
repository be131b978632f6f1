"""Dates as Excel counts them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache


@lru_cache(maxsize=4096)
def serial_number(value: str, date1904: bool = False) -> str | None:
    """The serial number of an ISO date or date and time, in the 1900 or 1904 system; None for other texts and earlier dates."""
    if len(value) < 10 or value[4] != "-" or value[7] != "-":
        return None
    try:
        moment = datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return None
    # In the 1900 system, 29 February 1900 is counted although it never was.
    epoch = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30) if moment >= datetime(1900, 3, 1) else datetime(1899, 12, 31)
    difference = moment - epoch
    if difference.days < (0 if date1904 else 1):
        return None
    days = difference.days + difference.seconds / 86_400
    return str(int(days)) if days == int(days) else repr(round(days, 10))
