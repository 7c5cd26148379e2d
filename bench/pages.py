"""How pages stand with Lighthouse 12, one of each template: `make bench BENCH=pages` while `make run` is up.

Performance is the median of three runs with simulated throttling (a slow phone on a slow net), asked on the
pages of residents; accessibility and best practices everywhere; SEO where no sign-in is needed. Lighthouse
is a tool for this alone: Node ≥ 18 and once `npm install --global lighthouse@12`, or
`LIGHTHOUSE="npx -y lighthouse@12"`. ROWS is not used; `ONLY=home,raise` takes
some of the pages, `RUNS=1` one run of each.
"""

import html
import http.cookiejar
import json
import os
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BASE = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
OUT = Path(__file__).parent / "out"
CHROMIUM = "/usr/bin/chromium"
GOAL = 95
RUNS = int(os.environ.get("RUNS", "3"))
NOBODY, RESIDENT, CLERK, DISTRICT, KEEPER = None, 0, 7, 10, 12  # places in the list of demo people
UNLISTED = {
    "offline",
    "result",
}  # one is only for devices, the other is kept out of indexes (noindex)
PARTS = ("performance", "accessibility", "best-practices", "seo")


@dataclass(frozen=True)
class Page:
    name: str
    who: int | None
    address: str  # or a pattern of a link on the page before the “|”
    resident: bool = False


PAGES = (
    Page("landing", NOBODY, "/", resident=True),
    Page("sign-in", NOBODY, "/account/code/", resident=True),
    Page("help", NOBODY, "/help/", resident=True),
    Page("privacy", NOBODY, "/privacy/", resident=True),
    Page("checkup", NOBODY, "/checkup/"),
    Page("result", NOBODY, "/checkup/result/?date=2025-03-10&all=620&all_m2=71300.50&came=468"
         "&came_m2=52816.20&what1=service_company&said1=passed&yes1=302&yes1_m2=33904.75"),
    Page("law", NOBODY, "/checkup/law/"),
    Page("days", NOBODY, "/checkup/days/"),
    Page("log", NOBODY, "/log/"),
    Page("offline", NOBODY, "/offline/"),
    Page("home", RESIDENT, "/", resident=True),
    Page("raise", RESIDENT, "/calls/new/", resident=True),
    Page("mine", RESIDENT, "/calls/", resident=True),
    Page("call", RESIDENT, "/calls/|/calls/2[0-9-]+/", resident=True),
    Page("board", RESIDENT, "/|/compounds/[0-9-]+/board/", resident=True),
    Page("compound", RESIDENT, "/|/compounds/[0-9-]+/", resident=True),
    Page("my-home", RESIDENT, "/home/", resident=True),
    Page("inbox", RESIDENT, "/inbox/", resident=True),
    Page("me", RESIDENT, "/me/", resident=True),
    Page("messages", RESIDENT, "/me/messages/", resident=True),
    Page("my-data", RESIDENT, "/me/data/", resident=True),
    Page("my-acts", RESIDENT, "/me/acts/", resident=True),
    Page("more", RESIDENT, "/more/", resident=True),
    Page("desk", CLERK, "/desk/"),
    Page("handle", CLERK, "/desk/|/calls/2[0-9-]+/"),
    Page("all-calls", CLERK, "/all/"),
    Page("requests", CLERK, "/home/requests/"),
    Page("desk-figures", CLERK, "/figures/desk/"),
    Page("district", DISTRICT, "/"),
    Page("figures", DISTRICT, "/figures/"),
    Page("conference", DISTRICT, "/conference/"),
    Page("compounds", DISTRICT, "/compounds/"),
    Page("map", DISTRICT, "/compounds/map/"),
    Page("bodies", DISTRICT, "/bodies/"),
    Page("topics", DISTRICT, "/topics/"),
    Page("deadlines", DISTRICT, "/deadlines/"),
    Page("calendar", DISTRICT, "/calendar/"),
    Page("house", KEEPER, "/house/"),
    Page("outside", KEEPER, "/house/outside/"),
    Page("tables", KEEPER, "/house/tables/"),
)  # fmt: skip


class Browser:
    """Somebody's cookies, and what their pages say."""

    def __init__(self, who: int | None) -> None:
        self.jar = http.cookiejar.CookieJar()
        self.line = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        if who is not None:
            page = self.read("/")
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
            people = re.findall(r'name="person" value="(\d+)"', page)
            if token is None or not people:
                raise SystemExit("这里没有演示数据：先 make run。")
            sent = {"csrfmiddlewaretoken": token[1], "person": people[who]}
            self.read("/demo/sign-in/", urllib.parse.urlencode(sent).encode())

    def read(self, address: str, sent: bytes | None = None) -> str:
        asked = urllib.request.Request(BASE + address, data=sent, headers={"Referer": BASE + "/"})  # noqa: S310
        with self.line.open(asked, timeout=60) as answer:
            return str(answer.read().decode())

    def find(self, address: str) -> str:
        here, _, link = address.partition("|")
        page = self.read(here)  # Lighthouse says less clearly that a page does not open
        if not link:
            return here
        found = re.search(f'href="({link})"', page)
        if found is None:
            raise SystemExit(f"{here}: no link {link}")
        return html.unescape(found[1])

    @property
    def cookies(self) -> str:
        return "; ".join(f"{one.name}={one.value}" for one in self.jar)


def tool() -> list[str]:
    """How Lighthouse is called here."""
    words = shlex.split(os.environ.get("LIGHTHOUSE", "lighthouse"))
    if shutil.which(words[0]) is None or not Path(CHROMIUM).exists():
        raise SystemExit(
            "要 Node 18 以上、Chromium，和：npm install --global lighthouse@12\n"
            '或者：LIGHTHOUSE="npx -y lighthouse@12" make bench BENCH=pages'
        )
    return words


def run(words: list[str], address: str, cookies: str, parts: list[str]) -> dict[str, Any]:
    """One report; the scores 0 to 100, and what was found wanting."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place, "report.json")
        headers = Path(place, "headers.json")  # a file: a command line can be read by others
        headers.write_text(json.dumps({"Cookie": cookies} if cookies else {}))
        subprocess.run(  # noqa: S603
            [
                *words, BASE + address, "--quiet", "--output=json", f"--output-path={file}",
                f"--only-categories={','.join(parts)}", f"--extra-headers={headers}",
                "--throttling-method=simulate", "--max-wait-for-load=60000",
                "--chrome-flags=--headless --no-sandbox --disable-gpu --disable-background-networking",
            ],
            env={**os.environ, "CHROME_PATH": CHROMIUM}, check=True, timeout=300,
        )  # fmt: skip
        report: dict[str, Any] = json.loads(file.read_text())
    return report


def scores(report: dict[str, Any]) -> dict[str, int]:
    return {part: round(100 * (one["score"] or 0)) for part, one in report["categories"].items()}


def wanting(report: dict[str, Any]) -> list[str]:
    """Names of what counted and was not right."""
    audits, found = report["audits"], []
    for one in report["categories"].values():
        for audit in one["auditRefs"]:
            score = audits[audit["id"]]["score"]
            if audit["weight"] and score is not None and score < 0.9:
                found.append(audit["id"])
    return found


def measured(words: list[str], page: Page, browser: Browser) -> dict[str, Any]:
    parts = ["accessibility", "best-practices"]
    if page.resident:
        parts.insert(0, "performance")
    if page.who is NOBODY and page.name not in UNLISTED:
        parts.append("seo")
    address = browser.find(page.address)
    report = run(words, address, browser.cookies, parts)
    found = scores(report)
    # About 1000 on a quiet machine of today; far below, the blocking time is the machine's, not the page's.
    found["machine"] = round(report["environment"]["benchmarkIndex"])
    if page.resident:
        again = [
            scores(run(words, address, browser.cookies, ["performance"]))["performance"]
            for _ in range(RUNS - 1)
        ]
        found["performance"] = round(statistics.median([found["performance"], *again]))
    return {
        "name": page.name,
        "address": address.partition("?")[0],
        **found,
        "wanting": wanting(report),
    }


def main() -> None:
    words, only = tool(), os.environ.get("ONLY", "")
    browsers: dict[int | None, Browser] = {}
    below = 0
    OUT.mkdir(exist_ok=True)
    sys.stdout.write(f"{'':14}" + "".join(f"{part:>16}" for part in [*PARTS, "machine"]) + "\n")
    with (OUT / "pages.jsonl").open("a", encoding="utf-8") as out:
        for page in PAGES:
            if only and page.name not in only.split(","):
                continue
            browser = browsers.get(page.who) or browsers.setdefault(page.who, Browser(page.who))
            row = measured(words, page, browser)
            told = [row.get(part) for part in PARTS]
            low = any(one is not None and one < GOAL for one in told)
            below += low
            said = "".join(f"{'–' if one is None else one:>16}" for one in [*told, row["machine"]])
            sys.stdout.write(f"{page.name:14}{said}  {' '.join(row['wanting']) if low else ''}\n")
            sys.stdout.flush()
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    if below:
        raise SystemExit(f"{below} 页不到 {GOAL}。")


if __name__ == "__main__":
    main()
