"""What must hold for any numbers."""

import random
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from yihe.law import read, tally
from yihe.law.intervals import Known, corners, met
from yihe.law.shares import threshold
from yihe.law.tests.builders import count, document
from yihe.law.values import Choice, Outcome

EXAMPLES = settings(max_examples=80, deadline=None)
NUMBERS = ["totals", "participation", "agree", "against", "abstain", "invalid"]
HALF, MORE = threshold("1/2", "more_than"), threshold("3/4", "at_least")
QUORUM = threshold("2/3", "at_least")


@st.composite
def complete(draw, small=40):
    """A motion with all its numbers, true together."""
    agree, against, abstain, invalid, absent = (draw(st.integers(0, small)) for _ in range(5))
    hundredths = [draw(st.integers(0, small * 100)) for _ in range(5)]
    areas = [f"{n // 100}.{n % 100:02d}" for n in hundredths]
    part = sum(hundredths[:4])
    whole = part + hundredths[4] + 1
    heads = agree + against + abstain + invalid
    return {
        "matter": draw(st.sampled_from(["other", "rebuild"])),
        "notice_on": draw(st.sampled_from(["2024-07-29", "2018-07-29"])),
        "totals": count(heads + absent + 1, f"{whole // 100}.{whole % 100:02d}"),
        "participation": count(heads, f"{part // 100}.{part % 100:02d}"),
        "agree": count(agree, areas[0]),
        "against": count(against, areas[1]),
        "abstain": count(abstain, areas[2]),
        "invalid": count(invalid, areas[3]),
    }


def outcome(fields):
    return tally(read(document(**fields))).motions[0].outcome


@EXAMPLES
@given(complete(), st.data())
def test_half_known_numbers_never_contradict_full_ones(fields, data):
    """Whatever is left out, the answer is the full one or that it is open."""
    full = outcome(fields)
    hidden = dict(fields)
    for name in NUMBERS:
        hidden[name] = {
            measure: None if data.draw(st.booleans()) else value
            for measure, value in fields[name].items()
        }
    found = outcome(hidden)
    if found is Outcome.NOT_PASSED:
        assert full in (
            Outcome.NOT_PASSED,
            Outcome.NO_QUORUM,
        )  # that the quorum was missed is hidden
    else:
        assert found in (full, Outcome.UNDETERMINED)


@EXAMPLES
@given(complete(), st.data())
def test_nor_do_deemed_votes_of_unknown_size(fields, data):
    side = data.draw(st.sampled_from(["agree", "against", "abstain"]))
    heads = data.draw(st.integers(0, fields[side]["heads"]))
    area = fields[side]["area"]
    rules = {
        "deemed_participation": data.draw(st.booleans()),
        "deemed_to_majority": data.draw(st.booleans()),
    }
    known = {**fields, "rules": rules, "deemed": {**count(heads, area), "side": side}}
    full = outcome(known)
    for hidden in (count(heads, None), count(None, area), count(None, None)):
        for told in (side, None):
            if told is None and hidden == count(None, None):
                continue  # an empty form
            found = outcome({**known, "deemed": {**hidden, "side": told}})
            if heads == 0 and hidden["heads"] == 0:
                continue  # nobody was counted so: another document
            if found is Outcome.NOT_PASSED:
                assert full in (Outcome.NOT_PASSED, Outcome.NO_QUORUM)
            else:
                assert found in (full, Outcome.UNDETERMINED)


@EXAMPLES
@given(complete(), st.integers(1, 5))
def test_one_more_aye_never_defeats_a_motion(fields, more):
    """Somebody who was absent, or against, agrees."""
    if outcome(fields) is not Outcome.PASSED:
        return
    agree, part, whole = fields["agree"], fields["participation"], fields["totals"]
    from_absent = {
        **fields,
        "agree": count(agree["heads"] + more, agree["area"]),
        "participation": count(part["heads"] + more, part["area"]),
        "totals": count(max(whole["heads"], part["heads"] + more), whole["area"]),
    }
    if from_absent["totals"] == whole:
        assert outcome(from_absent) is Outcome.PASSED
    moved = min(more, fields["against"]["heads"])
    from_against = {
        **fields,
        "agree": count(agree["heads"] + moved, agree["area"]),
        "against": count(fields["against"]["heads"] - moved, fields["against"]["area"]),
    }
    assert outcome(from_against) is Outcome.PASSED


@EXAMPLES
@given(complete())
def test_what_carries_with_a_special_majority_carries_with_an_ordinary_one(fields):
    special = outcome({**fields, "matter": "rebuild"})
    ordinary = outcome({**fields, "matter": "other"})
    assert special is not Outcome.PASSED or ordinary is Outcome.PASSED


@EXAMPLES
@given(part=st.integers(0, 10**9), whole=st.integers(1, 10**9))
def test_a_higher_threshold_is_never_met_where_a_lower_one_is_not(part, whole):
    part, whole = Fraction(min(part, whole), 100), Fraction(whole, 100)
    marks = [threshold(share, test)
             for share in ("1/2", "2/3", "3/4", "1") for test in ("at_least", "more_than")]  # fmt: skip
    answers = [mark.met_by(part, whole) for mark in marks]
    assert answers == sorted(answers, reverse=True)
    assert [mark.met_by(part * 7, whole * 7) for mark in marks] == answers


@EXAMPLES
@given(st.integers(1, 10**6), st.integers(1, 10**4))
def test_one_unit_of_the_last_place_decides_at_the_boundary(size, step):
    last = Fraction(1, step)
    for mark, share in ((QUORUM, Fraction(2, 3)), (MORE, Fraction(3, 4))):
        assert mark.met_by(share * size, Fraction(size))
        assert not mark.met_by(share * size - last, Fraction(size))
    assert not HALF.met_by(Fraction(size, 2), Fraction(size))
    assert HALF.met_by(Fraction(size, 2) + last, Fraction(size))


@EXAMPLES
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 10**6),
                          st.sampled_from([*list(Choice), None])), min_size=1, max_size=12),
       st.randoms(use_true_random=False))  # fmt: skip
def test_order_never_matters_and_splitting_ownership_never_changes_area(rows, rng: random.Random):
    roll = [
        {"unit": str(n), "owner": f"业主{owner}", "area": f"{area // 100}.{area % 100:02d}"}
        for n, (owner, area, _) in enumerate(rows)
    ]
    ballots = [
        {"unit": str(n), "motion": "1", "choice": choice.value, "at": f"2024-08-{n + 1:02d}"}
        for n, (_, _, choice) in enumerate(rows)
        if choice is not None
    ]
    base = {"notice_on": "2024-07-29", "motions": [{"id": "1", "matter": "other"}]}
    first = tally(read({**base, "roll": roll, "ballots": ballots})).motions[0]
    shuffled_roll, shuffled = roll[:], ballots[:]
    rng.shuffle(shuffled_roll)
    rng.shuffle(shuffled)
    again = tally(read({**base, "roll": shuffled_roll, "ballots": shuffled})).motions[0]
    assert again == first
    apart = [{**row, "owner": f"业主{n}"} for n, row in enumerate(roll)]
    split = tally(read({**base, "roll": apart, "ballots": ballots})).motions[0].motion
    for name in NUMBERS:
        assert getattr(split, name).area == getattr(first.motion, name).area
    assert split.totals.heads == len(rows)


@EXAMPLES
@given(st.lists(complete(), min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_motions_do_not_know_each_other(rows, rng: random.Random):
    motions = []
    for number, row in enumerate(rows):
        motion = document(**{**row, "id": str(number)})["motions"][0]
        motions.append(motion)
    together = tally(read({"notice_on": "2024-07-29", "motions": motions})).motions
    rng.shuffle(motions)
    again = tally(read({"notice_on": "2024-07-29", "motions": motions})).motions
    assert {m.motion.id: m for m in again} == {m.motion.id: m for m in together}


@EXAMPLES
@given(st.data())
def test_the_corners_are_as_tight_as_trying_everything(data):
    """Against brute force over small whole numbers: proven, refuted and open are each exact."""
    top = 7
    number = st.one_of(st.none(), st.integers(0, top))
    drawn = [data.draw(number) for _ in range(6)]
    side = data.draw(st.sampled_from([None, Choice.AGREE, Choice.AGAINST]))
    deemed = data.draw(st.one_of(st.just(0), number)) if side else 0
    totals, participation, agree, against, abstain, invalid = (
        None if n is None else Fraction(n) for n in drawn
    )
    known = Known(
        totals,
        participation,
        agree,
        (against, abstain, invalid),
        deemed=None if deemed is None else Fraction(deemed),
        side=side,
    )
    if known.impossible or drawn[0] is None:
        return
    if known.participation is not None and known.parts > known.participation:
        return  # a slip, not a truth
    truths = _truths(drawn, deemed, side)
    keep = data.draw(st.booleans())
    found = corners(known, keep_participation=keep, keep_votes=keep)
    for mark, pair in (
        (QUORUM, lambda part, agree, whole: (part, whole)),
        (HALF, lambda part, agree, whole: (agree, part)),
        (HALF, lambda part, agree, whole: (agree, whole)),
    ):
        tried = set()
        for part, agree, whole, gone, gone_agree in truths:
            left = (part, agree) if keep else (part - gone, agree - gone_agree)
            one, of = pair(*left, whole)
            tried.add(mark.met_by(Fraction(one), Fraction(of)))
        pairs = [pair(c.participation, c.agree, c.totals) for c in found]
        answer = met(mark, pairs)
        assert tried == ({True, False} if answer is None else {answer})


def _truths(drawn, deemed, side):
    """All whole numbers that fit: participation, agree, totals, deemed, deemed among those who agree."""
    whole, part, *parts = drawn
    truths = []
    for p in [part] if part is not None else range(whole + 1):
        if p > whole:
            continue
        for a in [parts[0]] if parts[0] is not None else range(p + 1):
            for g in [parts[1]] if parts[1] is not None else range(p - a + 1):
                rest = sum(n for n in parts[2:] if n is not None)
                if a + g + rest > p:
                    continue
                if part is None and None not in parts and a + g + rest != p:
                    continue
                on_side = {None: 0, Choice.AGREE: a, Choice.AGAINST: g}[side]
                for d in [deemed] if deemed is not None else range(on_side + 1):
                    if d <= on_side or side is None:
                        truths.append((p, a, whole, d, d if side is Choice.AGREE else 0))
    return truths


@EXAMPLES
@given(st.integers(1, 10**4), st.integers(0, 6), st.sampled_from(["other", "rebuild"]))
def test_the_boundaries_of_a_whole_decision(size, places, matter):
    """At exactly 2/3 and 1/2 or 3/4, one unit of the last place and one head to either side."""
    heads, units = 12 * size, 12 * size * 10**places
    last = 1

    def decided(*, came_heads=0, came_units=0, yes_heads=0, yes_units=0):
        came, came_area = heads * 2 // 3 + came_heads, units * 2 // 3 + came_units
        base, base_area = heads * 2 // 3, units * 2 // 3
        share = (1, 2) if matter == "other" else (3, 4)
        yes = base * share[0] // share[1] + yes_heads
        yes_area = base_area * share[0] // share[1] + yes_units
        return outcome({
            "matter": matter,
            "totals": count(heads, _text(units, places)),
            "participation": count(came, _text(came_area, places)),
            "agree": count(yes, _text(yes_area, places)),
            "against": None, "abstain": None, "invalid": None,
        })  # fmt: skip

    if matter == "other":  # 过半数: the half itself is not enough
        assert decided() is Outcome.NOT_PASSED
        assert decided(yes_heads=1) is Outcome.NOT_PASSED
        assert decided(yes_units=last) is Outcome.NOT_PASSED
        assert decided(yes_heads=1, yes_units=last) is Outcome.PASSED
    else:  # 以上: it is
        assert decided() is Outcome.PASSED
        assert decided(yes_heads=-1) is Outcome.NOT_PASSED
        assert decided(yes_units=-last) is Outcome.NOT_PASSED
    assert decided(came_heads=-1) is Outcome.NO_QUORUM
    assert decided(came_units=-last) is Outcome.NO_QUORUM


def _text(units, places):
    whole, rest = divmod(units, 10**places)
    return f"{whole}.{rest:0{places}d}" if places else str(whole)


@EXAMPLES
@given(st.integers(2, 6), st.integers(1, 10**6), st.booleans(), st.booleans())
def test_a_unit_split_into_shares_keeps_its_area(parts, hundredths, agrees, same_owner):
    """One flat of the roll as several rows of its owners' shares: heads may change, area never."""
    pieces = [hundredths // parts] * (parts - 1)
    pieces.append(hundredths - sum(pieces))
    others = [{"unit": f"o{n}", "owner": f"户{n}", "area": "50.5"} for n in range(3)]
    whole = [{"unit": "x", "owner": "甲", "area": _text(hundredths, 2)}, *others]
    split = [{"unit": f"x{n}", "owner": "甲" if same_owner else f"甲{n}", "area": _text(piece, 2)}
             for n, piece in enumerate(pieces)] + others  # fmt: skip

    def counted(roll):
        choice = "agree" if agrees else "against"
        ballots = [
            {
                "unit": one["unit"],
                "motion": "1",
                "choice": choice if one["unit"][0] == "x" else "agree",
            }
            for one in roll
        ]
        return tally(read({"notice_on": "2024-07-29", "roll": roll, "ballots": ballots,
                           "motions": [{"id": "1", "matter": "other"}]})).motions[0].motion  # fmt: skip

    one, several = counted(whole), counted(split)
    for name in NUMBERS:
        assert getattr(one, name).area == getattr(several, name).area
    assert (one.totals.heads == several.totals.heads) == same_owner


@EXAMPLES
@given(
    complete(), st.sampled_from([("other", "rebuild"), ("service_company", "repair_fund_raise")])
)
def test_a_higher_threshold_never_passes_what_a_lower_one_does_not(fields, matters):
    lower, higher = (outcome({**fields, "matter": matter}) for matter in matters)
    if lower is not Outcome.PASSED:
        assert higher is not Outcome.PASSED
