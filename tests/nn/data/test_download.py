import gzip
import hashlib
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from nn.data.digits import DataError
from nn.data.download import PublishedFile, data_folder, read_uncompressed

CONTENT = b"some digits"
ARCHIVE = gzip.compress(CONTENT, mtime=0)
NOT_SERVED = "http://127.0.0.1:9/"
# "AAAA" packed by the Unix program compress: the codes 65, 257, 65 of nine bits each.
COMPRESSED_AAAA = bytes.fromhex("1f9d9041020601")


def published(*mirrors: str) -> PublishedFile:
    sha256, archive_sha256 = (hashlib.sha256(each).hexdigest() for each in (CONTENT, ARCHIVE))
    mirrors = mirrors or (NOT_SERVED,)
    return PublishedFile("Set", "digits.bin", ".gz", sha256, archive_sha256, mirrors)


@pytest.fixture(autouse=True)
def no_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither a data folder nor a cache."""
    monkeypatch.delenv("INKLING_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize("name", ["digits.bin", "digits.bin.gz", "set/digits.bin.gz"])
def test_a_file_is_found_in_the_folder_or_its_subfolder_compressed_or_not(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(ARCHIVE if name.endswith(".gz") else CONTENT)
    assert published().read(tmp_path) == CONTENT


def test_the_folder_given_is_used_before_that_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert data_folder(None) is None
    monkeypatch.setenv("INKLING_DATA", str(tmp_path))
    assert data_folder(None) == tmp_path
    assert data_folder(Path("given")) == Path("given")


def test_a_missing_file_is_named_with_where_to_get_it(tmp_path: Path) -> None:
    expected = r"the Set file digits.bin or digits.bin.gz .* copy it there from http:"
    with pytest.raises(DataError, match=expected):
        published().read(tmp_path)


@pytest.mark.parametrize(
    "content", [CONTENT[:-1] + b"!", CONTENT[:-1], CONTENT + b"!", b"", b"PK\x03\x04"], ids=str
)
def test_a_file_that_differs_in_any_byte_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "digits.bin").write_bytes(content)
    expected = r"digits\.bin: is not the Set file: expected SHA-256 .* copy or download it again"
    with pytest.raises(DataError, match=expected):
        published().read(tmp_path)


def test_without_network_the_error_names_the_file_and_says_what_to_do() -> None:
    with pytest.raises(DataError, match=r"digits.bin.gz could not .* folder set .*--data or INK"):
        published().read(None)


def test_the_second_mirror_serves_when_the_first_does_not_and_files_are_kept(
    tmp_path: Path,
) -> None:
    served = tmp_path / "served"
    served.mkdir()
    (served / "digits.bin.gz").write_bytes(ARCHIVE)
    handler = partial(SimpleHTTPRequestHandler, directory=str(served))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        file = published(NOT_SERVED, f"http://127.0.0.1:{server.server_port}/")
        content = file.read(None)
        server.shutdown()
    assert content == CONTENT
    assert file.read(None) == CONTENT  # from the cache: the server is gone


def test_unix_compress_is_uncompressed(tmp_path: Path) -> None:
    (tmp_path / "a.Z").write_bytes(COMPRESSED_AAAA)
    assert read_uncompressed(tmp_path / "a.Z") == b"AAAA"


@pytest.mark.parametrize(
    "content",
    [
        ARCHIVE[:-6],
        ARCHIVE[:12] + b"?" + ARCHIVE[13:],
        b"\x1f\x8b",
        b"\x1f\x8b garbage",
        b"\x1f\x9d",
        b"\x1f\x9d\x1f garbage",
        COMPRESSED_AAAA[:4] + b"\xff\xff",
    ],
    ids=str,
)
def test_a_damaged_archive_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "archive").write_bytes(content)
    with pytest.raises(
        DataError, match=r"archive: expected .* cannot be read .*: copy or download it again"
    ):
        read_uncompressed(tmp_path / "archive")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"expected a file, .* but it cannot be read"):
        read_uncompressed(tmp_path)
