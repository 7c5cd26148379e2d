"""Two verifiers, written apart from the same pages, say the same of every bundle, good and manipulated.

One is `yihe verify`, the other one HTML file, opened from disk here as an owner would open it.
"""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

import yihe
from yihe.cli import main

ROOT = Path(yihe.__file__).parent.parent
TWIN = ROOT / "yihe" / "proof" / "twin" / "verify.html"
VECTORS = ROOT / "docs" / "format" / "vectors"
SEED = 20261201
PHONE, DESK = 390, 1280

ASK = """async ([bundle, receipt, checkpoint]) => {
  const bytes = text => text === null ? null : Uint8Array.from(atob(text), c => c.charCodeAt(0));
  const given = {receipt: bytes(receipt), checkpoint: bytes(checkpoint)}, read = bytes(bundle);
  const started = performance.now();
  const answer = await window.yiheVerify(read, given);
  return {...answer, milliseconds: performance.now() - started};
}"""
PARTS = """([tree, notes, values, ed25519]) => {
  const p = window.yiheParts, bytes = hex => Uint8Array.from(hex.match(/../g) || [], x => parseInt(x, 16));
  const utf8 = text => new TextEncoder().encode(text), wrong = [];
  const same = (what, is, should) => { if (is !== should) wrong.push([what, is, should]); };
  same("sha256", p.hex(p.sha256(utf8("abc"))).slice(0, 32), "ba7816bf8f01cfea414140de5dae2223");
  same("sha512", p.hex(p.sha512(utf8("abc"))).slice(0, 32), "ddaf35a193617abacc417349ae204131");
  const grown = new p.Tree();
  tree.roots.forEach((root, size) => {
    if (size) grown.take(p.leafHash(bytes(tree.leaves[size - 1])));
    same("root " + size, p.hex(grown.root()), root);
  });
  for (const {index, size, proof} of tree.inclusion) {
    const reached = p.provenRoot(p.leafHash(bytes(tree.leaves[index])), index, size, proof.map(bytes));
    same("proof " + index + "/" + size, reached && p.hex(reached), tree.roots[size]);
  }
  const note = p.readCheckpoint(notes.checkpoint);
  same("log", p.signature(note, p.readKey(notes.log_vkey, 1)), "valid");
  same("witness", p.cosignature(note, p.readKey(notes.witness_vkey, 4)).latest, notes.cosigned_at);
  same("bytes", p.canonical(values.canonical.value), values.canonical.bytes);
  same("leaf", p.hex(p.leafHash(utf8(values.ballot_leaf))), values.ballot_leaf_hash);
  same("code", p.shortCode(p.leafHash(utf8(values.ballot_leaf))), values.short_code);
  for (const {key, signature, message, valid, why} of ed25519)
    same(why, p.signedBy(bytes(key), bytes(signature), bytes(message)), valid);
  return wrong;
}"""


class Asked(list[str]):
    """The addresses that a page has asked for."""


@pytest.fixture
def asked(page: Page) -> Asked:
    """The offline file, opened from disk."""
    asked = Asked()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(TWIN.as_uri())
    return asked


def corpus(folder: Path, ballots: int) -> list[dict[str, Any]]:
    """The cases of the corpus, their files as paths."""
    return made("yihe.proof.tests.corpus", folder, str(SEED), str(ballots))


def made(module: str, folder: Path, *words: str) -> list[dict[str, Any]]:
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", module, str(folder), *words],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    cases = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    for case in cases:
        case["files"] = {what: folder / name for what, name in case["files"].items()}
    return list(cases)


def said_by_page(page: Page, files: dict[str, Path]) -> dict[str, Any]:
    texts = [
        base64.b64encode(files[what].read_bytes()).decode() if what in files else None
        for what in ("bundle", "receipt", "checkpoint")
    ]
    return dict(page.evaluate(ASK, texts))


def said_by_program(
    files: dict[str, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> tuple[int, dict[str, Any]]:
    words = ["yihe", "verify", str(files["bundle"]), "--json"]
    for what in ("receipt", "checkpoint"):
        words += [f"--{what}", str(files[what])] if what in files else []
    monkeypatch.setattr(sys, "argv", words)
    capsys.readouterr()
    try:
        code = main() or 0
    except SystemExit as left:
        code = int(left.code or 0)
    return code, json.loads(capsys.readouterr().out)


def failing(answer: dict[str, Any]) -> list[str]:
    return [check["id"] for check in answer["checks"] if not check["ok"]]


def exit_code(answer: dict[str, Any]) -> int:
    if answer["ok"]:
        return 0
    return 2 if failing(answer) == ["bundle"] else 1


def differences(
    name: str, twin: dict[str, Any], code: int, program: dict[str, Any]
) -> list[tuple[Any, ...]]:
    """All that the two say but the sentences, which each says in its own words."""
    found: list[tuple[Any, ...]] = []
    if code != exit_code(twin):
        found.append((name, "exit", exit_code(twin), code))
    for what in program:
        mine, theirs = twin[what], program[what]
        if what == "checks":
            mine, theirs = ([(one["id"], one["ok"]) for one in checks] for checks in (mine, theirs))
        if mine != theirs:
            found.append((name, what, mine, theirs))
    return found


def test_on_bundles_changed_by_chance(page: Page, asked, tmp_path, capsys, monkeypatch):
    """YIHE_MUTANTS=SEED,NUMBER looks further than the few that every run looks at."""
    seed, number = os.environ.get("YIHE_MUTANTS", "20261201,250").split(",")
    module = "yihe.proof.tests.mutants"
    cases = made(module, tmp_path, seed, number)
    disagreements: list[tuple[Any, ...]] = []
    codes = set()
    for case in cases:
        twin = said_by_page(page, case["files"])
        del twin["milliseconds"]
        code, program = said_by_program(case["files"], capsys, monkeypatch)
        codes.add(code)
        disagreements += differences(case["name"], twin, code, program)
    assert len(cases) == int(number)
    assert codes == {0, 1, 2}
    assert not disagreements


@pytest.mark.parametrize("ballots", [6, 60])
def test_on_the_whole_corpus(page: Page, asked, tmp_path, capsys, monkeypatch, ballots):
    disagreements: list[tuple[Any, ...]] = []
    took: list[float] = []
    for case in corpus(tmp_path, ballots):
        twin = said_by_page(page, case["files"])
        code, program = said_by_program(case["files"], capsys, monkeypatch)
        took.append(twin.pop("milliseconds"))
        if code != case["exit"]:
            disagreements.append((case["name"], "exit", case["exit"], exit_code(twin), code))
        if case["must_fail"] and case["must_fail"] not in failing(twin):
            disagreements.append((case["name"], "not found by the page", case["must_fail"]))
        disagreements += differences(case["name"], twin, code, program)
    with capsys.disabled():
        median = sorted(took)[len(took) // 2]
        print(f"\n{len(took)} bundles of {ballots} ballots: median {median:.0f} ms")  # noqa: T201
    assert not disagreements
    assert asked == [TWIN.as_uri()], "nothing but the file itself is ever asked for"


def test_the_published_vectors(page: Page, asked):
    values = [
        json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("tree", "notes", "values", "ed25519")
    ]
    assert page.evaluate(PARTS, values) == []


def choose(page: Page, **files: Path) -> None:
    for what, path in files.items():
        page.set_input_files(f"#{what}", path)
    page.get_by_role("button", name="核对").click()


def fits(page: Page) -> None:
    """Nothing scrolls sideways and axe finds nothing, on a phone and at a desk, in large letters too."""
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        for name in ("大字", "标准字"):
            page.get_by_role("button", name=name).click()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found = Axe().run(page).response["violations"]
            assert not found, [(one["id"], one["nodes"][0]["html"][:120]) for one in found]


def test_a_full_bundle_with_what_an_owner_kept(page: Page, asked):
    fits(page)
    choose(
        page,
        bundle=VECTORS / "full.zip",
        receipt=VECTORS / "receipt.txt",
        checkpoint=VECTORS / "checkpoint.txt",
    )
    now = page.locator("#now")
    now.get_by_text("都对得上").wait_for()
    assert "重新数过，和结果一样" in now.inner_text()
    assert page.locator(".y-list li").count() == 18
    assert "和您自己保存的对上了" in page.locator("#result").inner_text()
    fits(page)
    assert asked == [TWIN.as_uri()]


def test_a_public_bundle_and_a_slip_pasted(page: Page, asked):
    page.get_by_text("回执在纸上").click()
    page.fill("#slip", (VECTORS / "slip.txt").read_text(encoding="utf-8"))
    choose(page, bundle=VECTORS / "public.zip")
    page.locator("#now").get_by_text("都对得上").wait_for()
    assert "没有重新计票：由 3/3 人签字证明。" in page.locator("#now").inner_text()
    assert page.locator(".y-list li code").last.inner_text() == "receipt"


def test_what_does_not_hold_is_said_first_and_in_words(page: Page, asked, tmp_path):
    (tmp_path / "no.zip").write_bytes(b"PK no zip")
    choose(page, bundle=tmp_path / "no.zip")
    page.locator("#now").get_by_text("这不是证据包").wait_for()
    [split] = [case for case in corpus(tmp_path, 6) if case["name"] == "a_result_made_up"]
    choose(page, bundle=split["files"]["bundle"], receipt=VECTORS / "receipt.txt")
    page.locator("#now").get_by_text("处对不上：").wait_for()
    assert "重新数过，和结果不一样" in page.locator("#now").inner_text()
    assert "回执不是这本账签名的" in page.locator("#now").inner_text()
    fits(page)


def test_an_old_browser_is_told_which_one_to_use(page: Page):
    page.add_init_script("delete window.BigInt")
    page.goto(TWIN.as_uri())
    assert "这个浏览器太旧" in page.locator("#now").inner_text()
    assert page.locator("#choose").is_hidden()
