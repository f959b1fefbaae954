"""ditto(1): `ditto -c -k --sequesterRsrc --keepParent FOLDER FILE.zip`."""

import stat
import zipfile
from pathlib import Path

from tests.macos.stand_ins.refusal import options, refuse, wanted

FLAGS = ("-c", "-k", "-V", "-v", "--keepParent", "--sequesterRsrc")


def main(arguments: list[str]) -> int:
    """Makes a zip as the Finder does: links and modes are kept."""
    given, words = options(arguments, FLAGS, ("--zlibCompressionLevel",))
    wanted(given, "-c", "-k")
    refuse(len(words) != 2, f"one folder and one file, not {words}")
    folder, target = map(Path, words)
    if not folder.exists():
        refuse(True, f"Cannot get the real path for source '{folder}'", 1)
    root = folder.parent if "--keepParent" in given else folder
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            add(archive, path, str(path.relative_to(root)))
    return 0


def add(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    """Adds a file, or a link as a link."""
    if path.is_dir() and not path.is_symlink():
        return
    info = zipfile.ZipInfo(name)
    info.external_attr = path.lstat().st_mode << 16
    if stat.S_ISLNK(path.lstat().st_mode):
        archive.writestr(info, str(path.readlink()))
    else:
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, path.read_bytes())
