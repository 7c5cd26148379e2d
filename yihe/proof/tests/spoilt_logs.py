"""What an operator can do who holds the log's key, and witnesses who sign what they are given."""

from yihe.proof import bundle
from yihe.proof.canonical import digest, encode
from yihe.proof.keys import COSIGNATURE, NOTE
from yihe.proof.leaves import posix
from yihe.proof.notes import Checkpoint, Note, checkpoint_of, sign_checkpoint
from yihe.proof.tests.cases import Attempt, Files, World, case
from yihe.proof.tests.generator import ORIGIN, Sealed, Vote, key
from yihe.proof.tree import EMPTY_ROOT, MemoryNodes, leaf_hash, node_hash, places


def renumbered(vote: Vote) -> Vote:
    for n, leaf in enumerate(vote.leaves):
        leaf["n"] = n
    return vote


def without_ballot(vote: Vote, n: int) -> Vote:
    """A ballot that never was: leaf and opening gone, numbers and closing put right."""
    before = sum(leaf["kind"] in ("ballot", "replacement") for leaf in vote.leaves[:n])
    del vote.leaves[n], vote.cast[before]
    vote.find("closing")["ballots"] -= 1
    return renumbered(vote)


def changed(lines: list[bytes], n: int, line: bytes) -> list[bytes]:
    return [*lines[:n], line, *lines[n + 1 :]]


def swapped(lines: list[bytes], n: int) -> list[bytes]:
    return [*lines[: n - 1], lines[n], lines[n - 1], *lines[n + 1 :]]


@case("leaves")
def leaf_dropped_and_all_signed_again(world: World) -> Sealed:
    n = world.ballot()
    return world.vote.sealed(lambda lines: lines[:n] + lines[n + 1 :])


@case("leaves")
def leaves_reordered_and_all_signed_again(world: World) -> Sealed:
    n = world.ballot()
    return world.vote.sealed(lambda lines: swapped(lines, n))


@case("leaves")
def leaf_doubled_and_all_signed_again(world: World) -> Sealed:
    n = world.ballot()
    return world.vote.sealed(lambda lines: [*lines[:n], lines[n], *lines[n:]])


@case("receipt")
def ballot_hidden_without_a_trace(world: World) -> Attempt:
    """Numbers, closing, root, signatures: all right. Only the voter's receipt knows."""
    n = world.ballot()
    receipt = str(world.honest.receipt(n))
    public = without_ballot(world.vote, n).sealed().public()
    return Attempt(public, receipt=receipt)


@case("checkpoint")
def ballot_hidden_from_a_saved_checkpoint(world: World) -> Attempt:
    saved = str(world.honest.notes[-1])
    public = without_ballot(world.vote, world.ballot()).sealed().public()
    return Attempt(public, checkpoint=saved)


@case("checkpoint")
def split_view(world: World) -> Attempt:
    """Two checkpoints of one size, both signed by the log, over different leaves."""
    saved = str(world.honest.notes[-1])
    world.vote.leaves[-1]["office"] = "别的办事处"
    other = world.vote.sealed()
    assert checkpoint_of(other.notes[-1]).size == checkpoint_of(world.honest.notes[-1]).size
    return Attempt(other.files, checkpoint=saved)


@case("checkpoint")
def checkpoint_of_a_longer_log(world: World) -> Attempt:
    longer = Checkpoint(ORIGIN, len(world.honest.files[bundle.LOG]) // 32 + 5, bytes(32))
    return Attempt(world.honest.files, checkpoint=str(sign_checkpoint(longer, world.vote.log_key)))


@case("checkpoint")
def checkpoint_of_another_key(world: World) -> Attempt:
    there = checkpoint_of(world.honest.notes[-1])
    return Attempt(
        world.honest.files, checkpoint=str(sign_checkpoint(there, key(ORIGIN, NOTE, "x")))
    )


@case("checkpoint")
def checkpoint_that_is_no_note(world: World) -> Attempt:
    return Attempt(world.honest.files, checkpoint="12 条\n")


@case("receipt")
def the_whole_log_made_again_with_another_key(world: World) -> Attempt:
    receipt = str(world.honest.receipt(world.ballot()))
    world.vote.log_key = key(ORIGIN, NOTE, "another")
    return Attempt(world.vote.sealed().files, receipt=receipt)


@case("receipt")
def receipt_with_another_place(world: World) -> Attempt:
    receipt = world.honest.receipt(world.ballot())
    text = str(receipt).replace(f"index {receipt.index}\n", f"index {receipt.index + 1}\n")
    return Attempt(world.honest.files, receipt=text)


@case("receipt")
def receipt_of_something_that_is_no_ballot(world: World) -> Attempt:
    return Attempt(world.honest.files, receipt=str(world.honest.receipt(0)))


@case("log_root")
def a_wrong_root(world: World) -> Vote:
    world.vote.root = lambda nodes, size: bytes(32)
    return world.vote


@case("log_root")
def the_root_of_an_empty_log(world: World) -> Vote:
    world.vote.root = lambda nodes, size: EMPTY_ROOT
    return world.vote


@case("log_root")
def odd_nodes_doubled(world: World) -> Vote:
    """The tree of Bitcoin: a last node without a neighbour is hashed with itself."""

    def doubled(nodes: MemoryNodes, size: int) -> bytes:
        level = [nodes.get(0, place) for place in range(size)]
        while len(level) > 1:
            level += level[-1:] * (len(level) & 1)
            level = [node_hash(*pair) for pair in zip(level[::2], level[1::2], strict=True)]
        return level[0]

    if (
        len(places(0, len(world.honest.files[bundle.LOG]) // 32)) == 1
    ):  # a full tree has no odd node
        world.vote.foreign += 1
    world.vote.root = doubled
    return world.vote


@case("growth")
def the_past_rewritten_after_the_notice(world: World) -> Sealed:
    """The checkpoint of the day of the notice stays; one leaf before it is another now."""
    old = world.honest.notes[0]
    world.vote.find("objection")["digest"] = "0" * 64
    sealed = world.vote.sealed()
    sealed.files[bundle.CHECKPOINTS] = encode([str(old), *map(str, sealed.notes[1:])])
    return sealed


@case("leaves")
def a_foreign_leaf_twice_in_the_log(world: World) -> Sealed:
    sealed = world.vote.sealed()
    log = sealed.files[bundle.LOG]
    hashes = [log[n : n + 32] for n in range(0, len(log), 32)]
    hashes.append(hashes[0])
    note = world.vote.checkpoint(MemoryNodes(hashes), len(hashes))
    sealed.files[bundle.LOG] = b"".join(hashes)
    sealed.files[bundle.CHECKPOINTS] = encode([*map(str, sealed.notes), str(note)])
    return sealed


def with_last_note(world: World, note: Note) -> Files:
    notes = [*map(str, world.honest.notes[:-1]), str(note)]
    return {**world.honest.files, bundle.CHECKPOINTS: encode(notes)}


@case("log_signature")
def a_checkpoint_only_witnesses_signed(world: World) -> Files:
    last = world.honest.notes[-1]
    return with_last_note(world, Note(last.text, last.signatures[1:]))


@case("log_signature")
def a_checkpoint_of_another_log(world: World) -> Files:
    there = checkpoint_of(world.honest.notes[-1])
    other = Checkpoint("yihe.example/other", there.size, there.root)
    return with_last_note(world, sign_checkpoint(other, key(other.origin, NOTE, 1)))


@case("witnesses")
def stale_witnesses(world: World) -> Vote:
    world.vote.cosigned_at = posix(world.vote.find("closing")["at"]) - 1
    return world.vote


@case("witnesses")
def witnesses_of_an_older_checkpoint(world: World) -> Files:
    last, older = world.honest.notes[-1], world.honest.notes[-2]
    return with_last_note(world, Note(last.text, (last.signatures[0], *older.signatures[1:])))


@case("witnesses")
def one_witness_too_few(world: World) -> Files:
    last = world.honest.notes[-1]
    return with_last_note(world, Note(last.text, last.signatures[:-1]))


@case("witnesses")
def one_witness_twice(world: World) -> Files:
    last = world.honest.notes[-1]
    again = world.vote.checkpoint(world.honest.nodes, checkpoint_of(last).size)
    return with_last_note(world, Note(last.text, (*last.signatures[:2], again.signatures[1])))


@case("witnesses")
def witnesses_named_after_the_notice(world: World) -> Sealed:
    pinned = world.vote.find("notice")["witnesses"]
    world.vote.witness_keys = [key(f"friend{n}", COSIGNATURE, 5) for n in range(3)]
    assert digest(world.vote.witnesses().as_json()) != pinned
    return world.vote.sealed()


@case("leaves")
def a_leaf_that_is_not_in_the_log(world: World) -> Files:
    files = dict(world.honest.files)
    line = world.honest.lines[world.ballot()]
    position = files[bundle.LOG].index(leaf_hash(line))
    log = bytearray(files[bundle.LOG])
    log[position : position + 32] = bytes(32)
    hashes = [bytes(log[n : n + 32]) for n in range(0, len(log), 32)]
    note = world.vote.checkpoint(MemoryNodes(hashes), len(hashes))
    return {**files, bundle.LOG: bytes(log), bundle.CHECKPOINTS: encode([str(note)])}
