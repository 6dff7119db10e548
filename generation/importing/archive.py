"""Looks at a Word document from outside, before anything opens it: its directory, and nothing it holds."""

import zipfile
import zlib
from io import BytesIO

from generation.importing.refusals import refused

MAX_ENTRIES = 2_000
MAX_UNPACKED = 50 << 20
"""Bytes of all entries together, as they say; no reader takes more out of one than it says."""
MAX_RATIO = 200
MAX_TYPES = 1 << 20

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How old Word files begin, and new ones with a password."""
_ENCRYPTED = 0x1
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How a document's entries may be packed, after ECMA-376, part 2."""
_DAMAGED = (zipfile.BadZipFile, zlib.error, KeyError, RuntimeError, ValueError, EOFError, OSError)
"""What zipfile raises for what it can't read."""
_TYPES = "[Content_Types].xml"
_WORD = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_MACROS = b"macroEnabled"

NOT_WORD = "This isn’t a Word document. Save it as .docx, and choose it again."
LOCKED = (
    "This is a Word file with a password, or an old one. Save it as .docx without a password, "
    "and choose it again."
)
MACROS = "This document has macros. Save it as .docx without them, and choose it again."
BOMB = "This document would unpack to more than we accept. Remove large pictures, and save it again."


def check(content: bytes) -> None:
    """Raises ValidationFailed for what isn't a plain Word document of a sensible size."""
    if content.startswith(_OLE):
        raise refused(LOCKED)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            with archive.open(_TYPES) as entry:
                types = entry.read(MAX_TYPES)
    except _DAMAGED:
        raise refused(NOT_WORD) from None
    if _MACROS in types:
        raise refused(MACROS)
    if _WORD not in types:
        raise refused(NOT_WORD)


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 1):
        raise refused(BOMB)
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise refused(LOCKED)
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise refused(MACROS)
    if any(entry.compress_type not in _PACKED for entry in entries):
        raise refused(NOT_WORD)
