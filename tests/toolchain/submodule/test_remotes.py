"""Remotes that do not give what is wanted, and what is said of each."""

import base64
from pathlib import Path

import pytest

from shopcam.errors import ToolError
from shopcam.toolchain.submodule import update
from shopcam.toolchain.submodule.status import status
from tests.toolchain.submodule.servers import Manners, free_port, web
from tests.toolchain.submodule.upstream import Checkout, Upstream, git


def refused(checkout: Checkout, **section: str) -> str:
    """What the refusal says; the folder is as empty as it was."""
    with pytest.raises(ToolError) as caught:
        checkout.update(**section)
    assert list(checkout.sources.iterdir()) == []
    return str(caught.value)


def test_a_tag_that_moved_is_refused_before_anything_comes(
    checkout: Checkout,
) -> None:
    pinned = checkout.upstream.commit_of("v1.15.0")
    moved = checkout.upstream.move("v1.15.0")
    manners = Manners()
    with web(checkout.upstream.folder, manners) as remote:
        said = refused(checkout, remote=remote)
    assert said.splitlines() == [
        "The tag must be the commit that is pinned: a tag that moved is "
        "another program.",
        f"  found: v1.15.0 of {remote}",
        f"         is     {moved}",
        f"         pinned {pinned}",
        "  next:  ask who moved it. To take the new one, set "
        "tensorflow.commit in",
        f"         fabric.yaml to {moved}; to take the",
        '         pinned one in spite of it, set tensorflow.tag to ""',
    ]
    assert manners.packs == 0


def test_either_way_out_of_a_moved_tag_works(checkout: Checkout) -> None:
    pinned = checkout.upstream.commit_of("v1.15.0")
    checkout.update()
    moved = checkout.upstream.move("v1.15.0")
    updated = checkout.update(commit=moved)
    assert (updated.after.head, updated.after.tag) == (moved, "v1.15.0")
    assert checkout.update(tag="").after.head == pinned


def test_a_moved_tag_takes_nothing_from_who_has_the_pinned_commit(
    checkout: Checkout,
) -> None:
    checkout.update()
    checkout.upstream.move("v1.15.0")
    assert not checkout.update().changed


def test_a_tag_that_there_is_not_names_those_near_it(
    checkout: Checkout,
) -> None:
    said = refused(checkout, tag="v1.15.1")
    assert f"no tag v1.15.1 in {checkout.upstream.folder}; near it" in said
    assert "v1.15.0" in said
    assert "next:  correct tensorflow.tag" in said


def test_a_commit_that_there_is_not_is_said(checkout: Checkout) -> None:
    said = refused(checkout, tag="", commit="12" * 20)
    assert said.startswith("The remote must hand out the commit")
    assert "12" * 20 in said


def test_nobody_at_the_address(checkout: Checkout) -> None:
    said = refused(checkout, remote=f"http://127.0.0.1:{free_port()}/up")
    assert said.startswith("The remote of TensorFlow's sources must be reach")
    assert "https_proxy" in said


@pytest.mark.parametrize("remote", ["/no/such/place", "file:///no/such"])
def test_a_path_without_a_repository(remote: str, checkout: Checkout) -> None:
    said = refused(checkout, remote=remote)
    assert "tensorflow.remote in fabric.yaml must name a git repo" in said
    assert "/no/such" in said


def test_a_page_that_is_no_repository(checkout: Checkout) -> None:
    with web(checkout.upstream.folder) as remote:
        said = refused(checkout, remote=f"{remote}-nonesuch")
    assert "tensorflow.remote in fabric.yaml must name a git repo" in said


def test_a_transport_that_runs_programs(checkout: Checkout) -> None:
    said = refused(checkout, remote="ext::sh -c touch% /tmp/never")
    assert "must be https://, ssh://, git:// or a path" in said


def test_who_may_not_read_is_told_to_log_in(checkout: Checkout) -> None:
    with web(checkout.upstream.folder, Manners(login="bmU=")) as remote:
        said = refused(checkout, remote=remote)
    assert said.startswith("The remote must let you read it.")
    assert "could not read Username" in said


def test_a_folder_above_that_cannot_be_written(
    upstream: Upstream, tmp_path: Path
) -> None:
    (tmp_path / "a-file").write_text("")
    checkout = Checkout(tmp_path / "a-file" / "root", upstream)
    commit = upstream.commit_of("v1.15.0")
    with pytest.raises(ToolError, match=r"(?s)can be written.*a-file.*folder"):
        checkout.update(commit=commit)


def secret_url(remote: str) -> str:
    return remote.replace("://", "://anna:geheim@")


def test_a_secret_of_the_address_is_used_and_not_shown(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    from shopcam.console import Console
    from shopcam.toolchain.submodule.report import rows

    login = base64.b64encode(b"anna:geheim").decode()
    with web(checkout.upstream.folder, Manners(login=login)) as remote:
        updated = checkout.update(Console(), remote=secret_url(remote))
    assert updated.after.fits
    shown = capsys.readouterr().out + str(rows(updated.after))
    assert remote in shown
    assert "geheim" not in shown
    assert "geheim" not in git(checkout.root, "config", "--list")


def test_a_refused_secret_is_not_shown_either(checkout: Checkout) -> None:
    with web(checkout.upstream.folder, Manners(login="bmU=")) as remote:
        said = refused(checkout, remote=secret_url(remote))
    assert "Authentication failed" in said
    assert "geheim" not in said


def test_without_a_network_nothing_is_begun(checkout: Checkout) -> None:
    refused(checkout, remote=f"http://127.0.0.1:{free_port()}/up")
    assert not checkout.growing.exists()
    assert status(checkout.pin()).state == "empty"


def test_what_was_fetched_needs_no_network_any_more(
    checkout: Checkout,
) -> None:
    old = checkout.upstream.commit_of("v1.14.0")
    checkout.update(tag="v1.14.0", commit=old)
    checkout.update()
    nowhere = "/no/such/place"
    back = checkout.update(tag="v1.14.0", commit=old, remote=nowhere)
    assert back.after.fits


def test_a_tag_that_moves_while_it_is_fetched_is_refused_too(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update, "refuse_moved_tag", lambda pin: None)
    moved = checkout.upstream.move("v1.15.0")
    said = refused(checkout)
    assert said.startswith("The tag must be the commit that is pinned")
    assert f"is     {moved}\n" in said


def test_a_tag_without_a_text_of_its_own_is_as_good(
    checkout: Checkout,
) -> None:
    commit = checkout.upstream.commit_of("v1.14.0")
    git(checkout.upstream.folder, "tag", "plain", commit)
    assert checkout.update(tag="plain", commit=commit).after.tag == "plain"
