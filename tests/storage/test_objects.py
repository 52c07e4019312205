import os
import stat
from pathlib import Path

import pytest

from app.domain.errors import DomainError, ErrorCode
from app.storage.objects import FolderStore

NAME = "cap_01jd0000000000000000abcd"


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "objects")


def test_bytes_come_back_and_go(store: FolderStore) -> None:
    store.put(NAME, b"sealed")
    assert store.exists(NAME)
    assert store.get(NAME) == b"sealed"
    store.delete(NAME)
    store.delete(NAME)
    assert not store.exists(NAME)
    with pytest.raises(DomainError) as raised:
        store.get(NAME)
    assert raised.value.code is ErrorCode.NOT_FOUND


def test_files_and_folders_are_for_the_owner_only(store: FolderStore, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store.put(NAME, b"sealed")
    finally:
        os.umask(before)
    paths = list((tmp_path / "objects").rglob("*"))
    assert {stat.S_IMODE(p.stat().st_mode) for p in paths if p.is_file()} == {0o600}
    assert {stat.S_IMODE(p.stat().st_mode) for p in paths if p.is_dir()} == {0o700}


def test_names_of_one_moment_spread_over_folders(store: FolderStore, tmp_path: Path) -> None:
    for end in ("aa01", "ab02", "ac03"):
        store.put(f"cap_01jd00000000{end}", b"x")
    assert len([p for p in (tmp_path / "objects").iterdir() if p.name != "incoming"]) == 3


@pytest.mark.parametrize(
    "name",
    ["../../evil", "cap_../../etc", "cap_", "/etc/passwd", "cap_01JD0000000000", "", NAME + "\n"],
)
def test_a_name_that_is_no_id_is_refused(store: FolderStore, name: str) -> None:
    for call in (store.get, store.exists, store.delete):
        with pytest.raises(ValueError, match="name"):
            call(name)
    with pytest.raises(ValueError, match="name"):
        store.put(name, b"x")


def test_a_link_is_not_followed(store: FolderStore, tmp_path: Path) -> None:
    store.put(NAME, b"sealed")
    (path,) = (tmp_path / "objects").rglob("cap_*")
    path.unlink()
    (tmp_path / "secret").write_bytes(b"secret")
    path.symlink_to(tmp_path / "secret")
    with pytest.raises(DomainError):
        store.get(NAME)
    assert not store.exists(NAME)
    store.put(NAME, b"new")
    assert (tmp_path / "secret").read_bytes() == b"secret"


def test_a_write_that_fails_leaves_nothing(store: FolderStore, tmp_path: Path) -> None:
    target = tmp_path / "objects" / NAME[-2:] / NAME[-4:-2] / NAME
    target.mkdir(parents=True)
    with pytest.raises(DomainError) as raised:
        store.put(NAME, b"sealed")
    assert raised.value.code is ErrorCode.RETRY_LATER
    assert list((tmp_path / "objects" / "incoming").iterdir()) == []


def test_replacing_is_all_or_nothing_for_a_reader(store: FolderStore) -> None:
    store.put(NAME, b"first")
    store.put(NAME, b"second")
    assert store.get(NAME) == b"second"
