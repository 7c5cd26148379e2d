"""What needs no database: law, tally, verify, witness."""

import argparse
import sys

from yihe.cli.printing import print_json
from yihe.refusal import Refusal


def count(words: argparse.Namespace) -> int:
    """0: every motion could be decided; 3: one could not; 2: the file cannot be read."""
    from yihe.law import Unreadable, in_words, parse, read, tally, to_json

    try:
        result = tally(read(parse(_bytes_of(words.file))))
    except (Unreadable, OSError) as error:
        said = _no_file(error) if isinstance(error, OSError) else str(error)
        print(" ".join(said.split()), file=sys.stderr)  # one line, whatever a name holds
        return 2
    if words.json:
        print_json(to_json(result))
    else:
        print(in_words(result), end="")
    return 0 if result.decided else 3


def _bytes_of(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    with open(name, "rb") as file:
        return file.read()


def _no_file(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"没有这个文件：{error.filename}。"
    return f"文件读不了：{error.filename}。"


def law(words: argparse.Namespace) -> int:
    from yihe.law import book, compose, reading, shelf
    from yihe.law.places import place_code

    if words.book and words.at:
        raise Refusal("请写一册的名字，或者写 --at，不要两样都写。")
    if words.place != "CN" and not words.at:
        raise Refusal("写了 --place，请也写 --at：哪一天。")
    if words.at:
        on, place = reading.day(words.at), place_code(words.place)
        if on is None:
            raise Refusal("日期请写成 2024-07-29 这样。")
        if place is None:
            raise Refusal("地方请写 CN 或者行政区划代码，如 440310。")
        law = compose(place, on)
        if words.json:
            print_json(reading.composed_to_json(law))
        else:
            print(reading.composed_in_words(law), end="")
    elif words.book:
        one = book(words.book)
        if words.json:
            print_json(reading.book_to_json(one))
        else:
            print(reading.book_in_words(one), end="")
    elif words.json:
        print_json({"books": [reading.book_to_json(one) for one in shelf()]})
    else:
        print(reading.shelf_in_words(), end="")
    return 0


def verify(words: argparse.Namespace) -> int:
    from yihe.proof.commands import verify_files

    text, trouble, code = verify_files(
        words.bundle, receipt=words.receipt, checkpoint=words.checkpoint, as_json=words.json
    )
    sys.stdout.write(text)
    sys.stderr.write(trouble)
    return code


def witness(words: argparse.Namespace) -> int:
    from yihe.proof.witnessing import new_key, witness_once

    if not (words.url or words.new):
        raise Refusal("请写账本的地址；还没有私钥，请加 --new 名字。")
    if words.new:
        sys.stdout.write(new_key(words.new, words.key))
    if not words.url:
        return 0
    sys.stdout.write(witness_once(words.url, key_file=words.key, state_file=words.state))
    return 0
