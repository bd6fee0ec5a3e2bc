"""Read the tensors of a ``.safetensors`` file.

The format is 8 bytes with the length of a JSON header, the header (name → dtype, shape and byte
range), and the raw little-endian numbers.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django_helpcenter.exceptions import ModelInstallError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

HEADER_LENGTH_BYTES = 8
#: The format's own limit.
HEADER_MAX_BYTES = 100_000_000


def read_safetensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """Return all 32-bit float tensors by name; other types are left out.

    Raises ModelInstallError when the file is not a safetensors file.
    """
    import numpy as np

    data = path.read_bytes()
    length = int.from_bytes(data[:HEADER_LENGTH_BYTES], "little")
    start = HEADER_LENGTH_BYTES + length
    if not 0 < length <= HEADER_MAX_BYTES or start > len(data):
        raise ModelInstallError(f"{path} is not a safetensors file: its header is cut off.")
    tensors: dict[str, NDArray[np.float32]] = {}
    try:
        header: dict[str, dict[str, Any]] = json.loads(data[HEADER_LENGTH_BYTES:start])
        for name, entry in header.items():
            if name == "__metadata__" or entry["dtype"] != "F32":
                continue
            begin, end = entry["data_offsets"]
            flat = np.frombuffer(data, dtype="<f4", count=(end - begin) // 4, offset=start + begin)
            tensors[name] = flat.reshape(entry["shape"])
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise ModelInstallError(f"{path} is not a readable safetensors file: {exc}") from exc
    return tensors
