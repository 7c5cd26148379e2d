"""Zips that contradict themselves: every reader of them could see something else."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from yihe.proof import bundle
from yihe.proof.tests.cases import Attempt, World, case

Change = dict[str, Any]


@dataclass
class Zip:
    """A zip written byte by byte; `changed` is told of one file, `end` of the end record."""

    files: dict[str, bytes]
    changed: Change = field(default_factory=dict)
    end: Change = field(default_factory=dict)
    stored: bool = False
    gap: bytes = b""  # behind each file

    def data(self) -> bytes:
        body, directory = b"", b""
        for name, content in self.files.items():
            change = self.changed if name == bundle.RULES else {}
            packed = content if self.stored else _deflated(content)
            packed = change.get("packed", packed) + change.get("behind", b"")
            told = name.encode() + change.get("named", b"")
            flags, method = change.get("flags", 0), 0 if self.stored else 8
            size = change.get("size", len(content))
            crc = change.get("crc", zlib.crc32(content))
            sizes = struct.pack("<3L", crc, change.get("stated", len(packed)), size)
            common = struct.pack("<5H", 20, flags, method, 0, 33) + sizes
            directory += (
                struct.pack("<4sH", b"PK\1\2", 20)
                + common
                + struct.pack("<5H2L", len(told), 0, 0, 0, 0, 0, len(body))
                + told
            )
            local = change.get("local", told)
            body += (
                b"PK\3\4" + common + struct.pack("<2H", len(local), 0) + local + packed + self.gap
            )
        many = len(self.files)
        end = {"disk": 0, "first": 0, "here": many, "many": many, "size": len(directory)} | self.end
        words = (end["disk"], end["first"], end["here"], end["many"], end["size"], len(body), 0)
        return body + directory + struct.pack("<4s4H2LH", b"PK\5\6", *words)


def _deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def _unfinished(content: bytes) -> bytes:
    """All of the content, but the stream never says that it ends."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)


Spoiler = Callable[[Zip], None]


def _spoilt(spoil: Spoiler) -> Spoiler:
    """Registers the spoiler: the honest bundle, written byte by byte, but for this."""

    def make(world: World) -> Attempt:
        archive = Zip(dict(world.honest.files))
        spoil(archive)
        return Attempt(raw=archive.data())

    make.__name__ = spoil.__name__
    case("bundle")(make)
    return spoil


@case(None)
def a_zip_written_byte_by_byte(world: World) -> Attempt:
    return Attempt(raw=Zip(dict(world.honest.files)).data())


@case(None)
def a_zip_with_stored_files(world: World) -> Attempt:
    return Attempt(raw=Zip(dict(world.honest.files), stored=True).data())


@_spoilt
def a_zip_of_another_disk(archive: Zip) -> None:
    archive.end = {"disk": 1}


@_spoilt
def a_zip_that_begins_on_another_disk(archive: Zip) -> None:
    archive.end = {"first": 1}


@_spoilt
def a_zip_with_two_numbers_of_files(archive: Zip) -> None:
    archive.end = {"here": len(archive.files) - 1}


@_spoilt
def a_zip_that_hides_its_last_file(archive: Zip) -> None:
    archive.end = {"here": len(archive.files) - 1, "many": len(archive.files) - 1}


@_spoilt
def a_zip_that_promises_one_file_more(archive: Zip) -> None:
    archive.end = {"here": len(archive.files) + 1, "many": len(archive.files) + 1}


@_spoilt
def a_zip_that_sends_to_zip64(archive: Zip) -> None:
    archive.end = {"here": 0xFFFF, "many": 0xFFFF}


@_spoilt
def a_directory_longer_than_stated(archive: Zip) -> None:
    archive.end = {"size": 46}


@_spoilt
def a_name_that_ends_for_some_readers(archive: Zip) -> None:
    archive.changed = {"named": b"\0x"}


@_spoilt
def a_file_with_a_masked_header(archive: Zip) -> None:
    archive.changed = {"flags": 0x2000}


@_spoilt
def a_file_with_patches(archive: Zip) -> None:
    archive.changed = {"flags": 0x20}


@_spoilt
def a_file_smaller_than_stated(archive: Zip) -> None:
    archive.changed = {"size": len(archive.files[bundle.RULES]) + 1}


@_spoilt
def a_file_larger_than_stated(archive: Zip) -> None:
    content = archive.files[bundle.RULES][:10]
    archive.changed = {"size": 10, "crc": zlib.crc32(content)}


@_spoilt
def a_stored_file_larger_than_stated(archive: Zip) -> None:
    a_file_larger_than_stated(archive)
    archive.stored = True


@_spoilt
def something_behind_the_packed_bytes(archive: Zip) -> None:
    archive.changed = {"behind": b"junk"}


@_spoilt
def packed_bytes_that_reach_into_the_directory(archive: Zip) -> None:
    archive.changed = {"stated": 0x7FFFFFFF}


@_spoilt
def a_stream_that_never_ends(archive: Zip) -> None:
    archive.changed = {"packed": _unfinished(archive.files[bundle.RULES])}


@_spoilt
def a_wrong_checksum(archive: Zip) -> None:
    archive.changed = {"crc": 5}


@case(None)
def a_zip_with_gaps_and_in_another_order(world: World) -> Attempt:
    """All this is allowed: asked for is only what the directory says."""
    files = dict(reversed(world.honest.files.items()))
    return Attempt(raw=Zip(files, {"flags": 0x0806}, stored=True, gap=b"gap").data())


@_spoilt
def another_name_in_front_of_the_file(archive: Zip) -> None:
    archive.changed = {"local": b"rulez.json"}


@_spoilt
def a_strongly_encrypted_file(archive: Zip) -> None:
    archive.changed = {"flags": 0x40}


@_spoilt
def something_behind_the_stored_bytes(archive: Zip) -> None:
    archive.stored, archive.changed = True, {"behind": b"junk"}


@_spoilt
def a_packed_size_one_too_many(archive: Zip) -> None:
    """One byte of the next file's header; what is unpacked is right."""
    packed = _deflated(archive.files[bundle.RULES])
    archive.changed = {"packed": packed, "stated": len(packed) + 1}


@case("bundle")
def a_file_inside_another(world: World) -> Attempt:
    """Each unpacks as stated: only a reader that sees the overlap refuses."""
    rules = world.honest.files[bundle.RULES]
    files = {name: data for name, data in world.honest.files.items() if name != bundle.RULES}
    inner = Zip({bundle.RULES: rules}, stored=True).data()
    size = 30 + len(bundle.RULES) + len(rules)
    files[bundle.BALLOTS] = files.pop(bundle.BALLOTS) + inner[:size]
    outer = Zip(files, stored=True).data()
    begin = struct.unpack("<L", outer[-6:-2])[0]
    entry = inner[size : -22 - len(bundle.RULES) - 4] + struct.pack("<L", begin - size)
    directory = outer[begin:-22] + entry + bundle.RULES.encode()
    many = len(files) + 1
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, many, many, len(directory), begin, 0)
    return Attempt(raw=outer[:begin] + directory + end)
