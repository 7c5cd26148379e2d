"""Where a row says that it was."""

from collections import Counter, defaultdict
from collections.abc import Callable

from yihe.calls.imports.words import some
from yihe.places.models import Compound, Division
from yihe.places.queries import divisions
from yihe.places.rules import plain_name
from yihe.sheets.importing import Line


class Places:
    """Where a row says that it was: by code, else by name; what is not known here counts as “-”."""

    def __init__(self, district: Division) -> None:
        self.district = district
        self.by_code: dict[str, Division] = {}
        self.by_name: dict[tuple[int, str], list[Division]] = defaultdict(list)
        for level in (4, 5):
            for one in divisions(level):
                self.by_code[one.code] = one
                self.by_name[level, one.name].append(one)
        self.compounds: dict[str, list[Compound]] = defaultdict(list)
        for compound in Compound.objects.defer("outline").order_by("pk"):
            self.compounds[compound.name].append(compound)
            self.compounds[compound.code].append(compound)
        self.unknown: Counter[str] = Counter()
        self.nowhere = 0

    def find(self, line: Line) -> tuple[Division, Compound | None, dict[str, str]]:
        subdistrict = self._one(4, line["subdistrict_code"], line["subdistrict"], None)
        community = self._one(5, line["community_code"], line["community"], subdistrict)
        if community is not None and subdistrict is None:
            subdistrict = self.by_code.get(community.parent_id or "")
        compound = self._compound(line["compound"], community, subdistrict)
        if compound is not None and community is None:
            community = self.by_code.get(compound.community_id)
        if community is not None and subdistrict is None:
            subdistrict = self.by_code.get(community.parent_id or "")
        said = {
            "subdistrict": _as_written(line["subdistrict"], subdistrict),
            "community": _as_written(line["community"], community),
            "compound": _as_written(line["compound"], compound),
        }
        lost = [
            line[name]
            for name, found in (("subdistrict", subdistrict), ("community", community), ("compound", compound))
            if line[name] and found is None
        ]  # fmt: skip
        for word in lost:
            self.unknown[word] += 1
        if not any(line[name] for name in ("subdistrict", "community", "compound")):
            self.nowhere += 1
        said["place"] = " ".join(lost)
        return community or subdistrict or self.district, compound, said

    def _one(
        self, level: int, code: str | None, name: str | None, within: Division | None
    ) -> Division | None:
        found = self.by_code.get((code or "").ljust(12, "0")) if code else None
        if found is not None and found.level == level:
            return found
        if name is None:
            return None
        plain = plain_name(name)
        near = self.by_name.get((level, plain)) or self.by_name.get((level, _ending(plain, level)))
        if near and within is not None:
            near = [one for one in near if one.parent_id == within.pk] or near
        return near[0] if near and len(near) == 1 else None

    def _compound(
        self, name: str | None, community: Division | None, subdistrict: Division | None
    ) -> Compound | None:
        near = self.compounds.get(name, []) if name else []
        for place in (community, subdistrict):
            if place is not None:
                near = [one for one in near if one.path.startswith(f"{place.path}/")]
        return near[0] if len(near) == 1 else None

    def notes(self, note: Callable[[str], None]) -> None:
        if self.unknown:
            words = some(f"“{word}”{n} 件" for word, n in self.unknown.most_common())
            note(f"这里没有的地方：{words}，统计在“-”，原文留着。")
        if self.nowhere:
            note(f"{self.nowhere} 件没有写在哪里，统计在“-”。")


def _ending(name: str, level: int) -> str:
    word = "街道" if level == 4 else "社区"
    if level == 4:
        name = name.removesuffix("街道办事处").removesuffix("办事处")
    return name if name.endswith(word) else name + word


def _as_written(word: str | None, found: Division | Compound | None) -> str:
    """A place that is known, as the source writes it; where it wrote only a code, by its name."""
    if found is None:
        return "-"
    return plain_name(word) if word else found.name
