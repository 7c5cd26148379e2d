"""A witness's line is taken: checked against the list of witnesses, kept once, counted."""

from datetime import UTC, datetime, timedelta

from django.db import transaction

from yihe.ledger.keys import witnesses
from yihe.ledger.models import Checkpoint, Cosignature, Ledger
from yihe.ledger.queries import latest_lines
from yihe.proof.canonical import Malformed
from yihe.proof.keys import VerifyKey, Witnesses
from yihe.proof.notes import Note, Signature, cosigned_at, parse_note
from yihe.refusal import Refusal

AHEAD = timedelta(minutes=10)  # how far a witness's clock may be before ours
MOST_OF_ONE = 500  # lines of one witness under one checkpoint


class Unknown(Refusal):
    """No such checkpoint here."""


@transaction.atomic
def take_cosignature(*, ledger: Ledger, data: str, at: datetime) -> Cosignature:
    """The line of one witness under one of our checkpoints. The same line again changes nothing.

    Malformed when it is no note; Unknown for a checkpoint that is not ours; Refusal when it is not a
    witness's cosignature.
    """
    note = parse_note(data)
    named = witnesses()
    if named is None:
        raise Refusal("这里还没有登记见证人。")
    if len(note.signatures) != 1:
        raise Refusal("一次只收一行见证签名。")
    key, seconds = _whose(note, named)
    row = Ledger.objects.select_for_update(of=("self",)).get(pk=ledger.pk)
    lines = note.text.split("\n")
    size = int(lines[1]) if len(lines) == 4 and lines[1].isdecimal() and len(lines[1]) < 17 else -1
    checkpoint = Checkpoint.objects.filter(ledger=row, size=size).first()
    if checkpoint is None or parse_note(checkpoint.note).text != note.text:
        raise Unknown("这里没有这个检查点。")
    said = datetime.fromtimestamp(seconds, UTC)
    if said > at + AHEAD:
        raise Refusal("见证的时间在将来，请校准时钟。")
    return _kept(row, checkpoint, key, note.signatures[0], said, at, named)


def _whose(note: Note, named: Witnesses) -> tuple[VerifyKey, int]:
    for key in named.keys:
        try:
            seconds = cosigned_at(note, key)
        except Malformed as error:
            raise Refusal(f"{error}。") from error
        if seconds is not None and seconds < 253_402_300_800:  # the year 10000
            return key, seconds
    raise Refusal("签名的不是这里登记的见证人。")


def _kept(
    ledger: Ledger,
    checkpoint: Checkpoint,
    key: VerifyKey,
    signature: Signature,
    said: datetime,
    at: datetime,
    named: Witnesses,
) -> Cosignature:
    of_one = Cosignature.objects.filter(checkpoint=checkpoint, vkey=str(key))
    known = of_one.filter(line=signature.line()).first()
    if known is not None:
        return known
    if of_one.count() >= MOST_OF_ONE:
        raise Refusal("这个检查点您已经见证过很多次，等下一个再来。")
    made = Cosignature.objects.create(
        checkpoint=checkpoint,
        ledger=ledger,
        vkey=str(key),
        line=signature.line(),
        at=said,
        received_at=at,
    )
    if is_firm(checkpoint, named) and (ledger.firm is None or ledger.firm.size < checkpoint.size):
        ledger.firm = checkpoint
        ledger.save(update_fields=["firm"])
    return made


def is_firm(checkpoint: Checkpoint, named: Witnesses) -> bool:
    """Whether enough of those named have cosigned it."""
    have = {row.vkey for row in latest_lines(checkpoint)}
    return len(have & {str(key) for key in named.keys}) >= named.needed
