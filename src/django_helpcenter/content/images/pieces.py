"""What the readers of the formats share."""

from __future__ import annotations


class ImageDamaged(Exception):
    """The bytes are not what their beginning promises."""


class ByteReader:
    """Reads forward; raises ImageDamaged where the bytes end too early."""

    def __init__(self, data: bytes, position: int = 0) -> None:
        self.data = data
        self.position = position

    def take(self, count: int) -> bytes:
        """Return the next bytes."""
        end = self.position + count
        if count < 0 or end > len(self.data):
            raise ImageDamaged
        taken = self.data[self.position : end]
        self.position = end
        return taken

    def number(self, count: int, *, is_little: bool = False) -> int:
        """Return the next bytes as a number, the highest byte first unless said otherwise."""
        return int.from_bytes(self.take(count), "little" if is_little else "big")

    @property
    def is_at_end(self) -> bool:
        """Whether nothing is left."""
        return self.position >= len(self.data)


def checked_size(width: int, height: int) -> tuple[int, int]:
    """Return a size; raises ImageDamaged for one that is no picture."""
    if width < 1 or height < 1:
        raise ImageDamaged
    return width, height
