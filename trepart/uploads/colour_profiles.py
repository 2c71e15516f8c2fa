"""Colour profiles without what else they tell: how colours are shown stays, who made the profile, when and for which
device goes.
"""

import struct

#: What a profile is used for: colours of the screen and the paper, white and black, tables from one to the other.
_USED = frozenset(
    {
        b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"wtpt", b"bkpt", b"chad", b"chrm", b"gamt",
        b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"D2B0", b"D2B1", b"D2B2", b"B2D0", b"B2D1", b"B2D2",
    }
)  # fmt: skip
#: Kinds of content that are numbers alone.
_NUMBERS = frozenset(
    {b"XYZ ", b"curv", b"para", b"sf32", b"mft1", b"mft2", b"mAB ", b"mBA ", b"mpet", b"chrm", b"gbd "}
)
#: More than any profile has.
_MOST_BYTES, _MOST_TAGS = 4 * 1024 * 1024, 200
_HEADER = 128


def cleaned(profile: bytes) -> bytes:
    """Return ``profile`` written anew from what is used of it; nothing where it is no profile."""
    try:
        return _anew(profile)
    except (struct.error, IndexError):
        return b""


def _anew(profile: bytes) -> bytes:
    size, count = struct.unpack_from(">I", profile)[0], struct.unpack_from(">I", profile, _HEADER)[0]
    if profile[36:40] != b"acsp" or not _HEADER < size <= min(len(profile), _MOST_BYTES) or count > _MOST_TAGS:
        return b""
    kept: dict[bytes, bytes] = {}
    for number in range(count):
        name, at, length = struct.unpack_from(">4sII", profile, _HEADER + 4 + 12 * number)
        if name in _USED and at + length <= size and profile[at : at + 4] in _NUMBERS:
            kept[name] = profile[at : at + length]
    if not kept:
        return b""
    header = bytearray(profile[:_HEADER])
    # Which program, when, on which machine, for which device, by whom; its own digest; and what is kept for later.
    for begins, ends in ((4, 8), (24, 36), (40, 44), (48, 64), (80, 128)):
        header[begins:ends] = bytes(ends - begins)
    # Every profile has a name and says whose it is; ours says nothing.
    kept[b"desc"] = b"desc" + bytes(4) + struct.pack(">I", 1) + bytes(1) + bytes(78)
    kept[b"cprt"] = b"text" + bytes(4) + bytes(1)
    if header[8] >= 4:
        kept[b"desc"] = kept[b"cprt"] = b"mluc" + bytes(4) + struct.pack(">II", 0, 12)
    return _written(bytes(header), kept)


def _written(header: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Return a profile of these tags; what two of them share is written once."""
    table, body = [], b""
    first = _HEADER + 4 + 12 * len(tags)
    places: dict[bytes, int] = {}
    for name, content in sorted(tags.items()):
        if content not in places:
            places[content] = first + len(body)
            body += content + bytes(-len(content) % 4)
        table.append(struct.pack(">4sII", name, places[content], len(content)))
    return struct.pack(">I", first + len(body)) + header[4:] + struct.pack(">I", len(tags)) + b"".join(table) + body
