"""`make` says in one sentence what is missing on the machine, before it does anything."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

OLD = '#!/bin/sh\ncase "$2" in *version_info*) exit 1;; esac\nexit 0\n'
NO_VENV = (
    '#!/bin/sh\ncase "$2" in *ensurepip*) echo "No module named venv" >&2; exit 1;; esac\nexit 0\n'
)


def make(place: Path, target: str, python: str) -> "subprocess.CompletedProcess[str]":
    shutil.copy(ROOT / "Makefile", place)
    for name in ("requirements.lock", "requirements-dev.lock"):
        (place / name).touch()
    fake = place / "python"
    fake.write_text(python)
    fake.chmod(0o755)
    return subprocess.run(
        ["make", "--no-print-directory", target, f"PYTHON={fake}"],  # noqa: S607
        cwd=place, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("target", ["run", "test"])
@pytest.mark.parametrize(
    ("python", "words"), [(OLD, "需要 Python 3.11 或更新的版本"), (NO_VENV, "python3-venv")]
)
def test_a_python_that_will_not_do(tmp_path, target, python, words):
    done = make(tmp_path, target, python)
    assert done.returncode != 0
    assert words in done.stdout
    assert len(done.stdout.splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert "No module" not in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_no_python_at_all(tmp_path):
    done = make(tmp_path, "run", "#!/nowhere/python\n")
    assert done.returncode != 0
    assert "3.11" in done.stdout
