"""What is no bundle: a zip with other files, a bomb, a broken one, another format."""

import zipfile
from io import BytesIO

from yihe.proof import bundle
from yihe.proof.tests.cases import Attempt, Files, World, case
from yihe.proof.tests.spoilt_files import edited


def entry(name: str) -> zipfile.ZipInfo:
    """With a fixed date, so that the same seed gives the same bytes."""
    return zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))


@case("bundle")
def a_file_too_many(world: World) -> Attempt:
    target = BytesIO(Attempt(world.honest.files).data())
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(entry("more.txt"), b"")
    return Attempt(raw=target.getvalue())


@case("bundle")
def a_file_too_few(world: World) -> Attempt:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in world.honest.files.items():
            if name != bundle.RULES:
                archive.writestr(entry(name), data)
    return Attempt(raw=target.getvalue())


@case("bundle")
def a_full_bundle_that_calls_itself_public(world: World) -> Attempt:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in world.honest.files.items():
            archive.writestr(entry(name), data.replace(b'"kind":"full"', b'"kind":"public"'))
    return Attempt(raw=target.getvalue())


@case("bundle")
def a_zip_bomb(world: World) -> Attempt:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in world.honest.files.items():
            archive.writestr(
                entry(name),
                data if name != bundle.RULES else bytes(5 << 20),
                zipfile.ZIP_DEFLATED,
            )
    return Attempt(raw=target.getvalue())


@case("bundle")
def a_zip_cut_short(world: World) -> Attempt:
    return Attempt(raw=Attempt(world.honest.files).data()[:-100])


@case("bundle")
def a_byte_of_the_zip_flipped(world: World) -> Attempt:
    data = bytearray(Attempt(world.honest.files).data())
    data[len(data) // 2] ^= 1
    return Attempt(raw=bytes(data))


@case("bundle")
def a_later_format(world: World) -> Files:
    return edited(world, bundle.MANIFEST, b"bundle/1", b"bundle/2")


@case("bundle")
def a_zip_behind_something_else(world: World) -> Attempt:
    return Attempt(raw=b"#!/bin/sh\n" + Attempt(world.honest.files).data())


@case("bundle")
def a_zip_before_something_else(world: World) -> Attempt:
    return Attempt(raw=Attempt(world.honest.files).data() + b"more")


@case("bundle")
def an_empty_zip(world: World) -> Attempt:
    return Attempt(raw=b"PK\x05\x06" + bytes(18))


@case("bundle")
def no_zip_at_all(world: World) -> Attempt:
    return Attempt(raw=b"%PDF-1.7\n")
