"""Pictures as bytes: what kind they are, by their content, and how large."""

from __future__ import annotations

import struct
from typing import NamedTuple

from amem_reports.rendering.filters import UnfitError

_NOT_SIZES = (0xC4, 0xC8, 0xCC)
_ALONE = (0x01, *range(0xD0, 0xD9))


class Picture(NamedTuple):
    """A picture's kind (`png`, `jpeg` or `gif`) and its size in pixels."""

    kind: str
    width: int
    height: int

    def inside(self, width: int, height: int) -> tuple[int, int]:
        """The largest size of the same shape in a box."""
        if self.width * height >= self.height * width:
            return width, max(1, round(width * self.height / self.width))
        return max(1, round(height * self.width / self.height)), height


def read_picture(data: bytes, name: str) -> Picture:
    """What a picture is; UnfitError when it is none that Word shows everywhere."""
    kind, size = "", None
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            kind, size = "png", struct.unpack(">II", data[16:24])
        elif data.startswith(b"\xff\xd8"):
            kind, size = "jpeg", _jpeg_size(data)
        elif data.startswith((b"GIF87a", b"GIF89a")):
            kind, size = "gif", struct.unpack("<HH", data[6:10])
    except (struct.error, IndexError):
        size = (0, 0)
    said = f"image « {name} »" if name else "image"
    if size is None:
        raise UnfitError(f"{said} : ni PNG, ni JPEG, ni GIF ; l’enregistrer sous une de ces formes")
    if not all(size):
        raise UnfitError(f"{said} abîmée : sa taille ne se lit pas")
    return Picture(kind, *size)


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height, which stand after the first of the segments that begin a frame."""
    position = 2
    while data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
        elif marker in _ALONE:
            position += 2
        elif 0xC0 <= marker <= 0xCF and marker not in _NOT_SIZES:
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            return width, height
        else:
            position += 2 + int(struct.unpack(">H", data[position + 2 : position + 4])[0])
    return 0, 0
