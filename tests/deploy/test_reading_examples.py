"""The examples of nn/bulk/README.md for shells and schedulers, run as they are written."""

import csv
import json
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from tests.drawing import draw
from tests.local_cluster import local_cluster
from tests.waiting import wait_for

README = Path("nn/bulk/README.md").read_text().split("## Cron, Dask")[1]
(CRON,) = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
(DASK,) = re.findall(r"^dask worker.*\n(inkling .*)", README, re.MULTILINE)
NEW_PICTURES = Path("deploy/read_new_pictures.sh").resolve()
EXAMPLES = Path("static/examples").resolve()
LONG_AGO_S = 1_700_000_000

Row = tuple[str, str]


@pytest.fixture
def environ(installed: Path) -> dict[str, str]:
    """Return an environment in which the command ``inkling`` is installed."""
    return os.environ | {"PATH": f"{installed / 'bin'}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with ``pictures``, whose digits their names begin with."""
    folder = tmp_path / "folder"
    (folder / "pictures" / "more").mkdir(parents=True)
    for number in range(30):
        digit = (1, 7)[number % 2]
        name = f"{digit} {number}.png" if number % 3 else f"more/{digit}-{number}.png"
        draw(digit).resize((80, 80)).save(folder / "pictures" / name)
    return folder


def run(command: str | list[str], folder: Path, environ: dict[str, str]) -> str:
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command] if isinstance(command, str) else command,
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def rows(path: Path) -> list[Row]:
    with path.open(newline="") as file:
        return [(row["file"], row["text"]) for row in csv.DictReader(file)]


def check(found: list[Row], folder: Path) -> None:
    """Check that each picture of a folder was read once, and right."""
    names = sorted(str(path.relative_to(folder)) for path in folder.glob("pictures/**/*.png"))
    assert sorted(name for name, _ in found) == names
    assert all(Path(name).name[0] == text for name, text in found)


def test_dask_reads_pictures_once(folder: Path, environ: dict[str, str], installed: Path) -> None:
    with local_cluster(python=installed / "bin" / "python") as cluster:
        run(DASK.replace("tcp://10.0.0.1:8786", cluster.address), folder, environ)
    lines = (folder / "results.jsonl").read_text().splitlines()
    check([(row["file"], row["text"]) for row in map(json.loads, lines)], folder)


@pytest.fixture
def watched(tmp_path: Path) -> Path:
    """Return a folder that is watched."""
    watched = tmp_path / "watched"
    (watched / "in").mkdir(parents=True)
    return watched


def put(name: str, watched: Path, content: bytes, modified_s: float | None = LONG_AGO_S) -> None:
    path = watched / "in" / name
    path.write_bytes(content)
    if modified_s is not None:
        os.utime(path, (modified_s, modified_s))


def results(watched: Path) -> list[Row]:
    every = [row for path in sorted(watched.glob("results/*.csv")) for row in rows(path)]
    return [(Path(name).name, text) for name, text in every]


def test_cron_reads_what_is_complete_once_and_another_picture_of_the_same_name_too(
    watched: Path, environ: dict[str, str]
) -> None:
    assert f"{NEW_PICTURES.name} /srv/pictures" in CRON
    seven, number = (EXAMPLES / "seven.png").read_bytes(), (EXAMPLES / "number.jpg").read_bytes()
    command = [str(NEW_PICTURES), str(watched)]
    put("a b.png", watched, seven)
    put("bad.png", watched, b"")
    put("incomplete.png", watched, seven[:100], modified_s=None)
    run(command, watched.parent, environ)
    first = [("a b.png", "7"), ("bad.png", "")]
    assert results(watched) == first
    assert [path.name for path in (watched / "in").iterdir()] == ["incomplete.png"]
    put("a b.png", watched, number)
    run(command, watched.parent, environ)
    assert sorted(results(watched)) == sorted([*first, ("a b.png", "5379")])
    run(command, watched.parent, environ)
    assert len(results(watched)) == 3


def test_a_run_of_cron_that_is_killed_is_continued_and_two_do_not_run_at_once(
    watched: Path, environ: dict[str, str]
) -> None:
    with Image.open(EXAMPLES / "number.jpg") as picture:
        picture.resize((400, 300)).save(watched / "small.jpg")
    for number in range(60):
        put(f"{number:02}.jpg", watched, (watched / "small.jpg").read_bytes())
    command = [str(NEW_PICTURES), str(watched)]
    with subprocess.Popen(command, env=environ, start_new_session=True) as process:
        wait_for(lambda: len(results(watched)) > 3, "some results")
        os.killpg(process.pid, signal.SIGSTOP)  # so that it has not ended meanwhile
        run(command, watched.parent, environ)  # ends at once
        os.killpg(process.pid, signal.SIGKILL)
    is_free = ["flock", "--nonblock", str(watched / "lock"), "true"]
    wait_for(lambda: subprocess.run(is_free).returncode == 0, "the end of all its processes")
    assert len(results(watched)) < 60
    assert list((watched / "done").iterdir()) == []
    run(command, watched.parent, environ)
    assert results(watched) == [(f"{number:02}.jpg", "5379") for number in range(60)]
