"""`manage.py vendor`: downloads the third-party files that the VERSIONS files list."""

import filecmp
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

FOLDERS = ("static/vendor", "blogai/tests/vendor")
ESBUILD = "esbuild@0.28.2"


@dataclass(frozen=True)
class Package:
    """A package in a VERSIONS file, with the files to copy, source to target, and the exports to bundle."""

    name: str
    version: str
    files: dict[str, str] = field(default_factory=dict)
    bundles: dict[str, list[str]] = field(default_factory=dict)
    """Target to names. The target is a module of these exports, and of what other packages export to it."""

    @property
    def wanted(self) -> str:
        return f"{self.name}@{self.version}"


class Command(BaseCommand):
    help = "Fetch the packages in static/vendor/VERSIONS with npm, and copy their files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail if a file would come out differently"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not shutil.which("npm"):
            raise CommandError("npm was not found. Install Node.js, which only this command needs.")
        for folder in FOLDERS:
            refresh(Path(settings.BASE_DIR, folder), check=check)
            self.stdout.write(f"{folder} matches its VERSIONS.")


def refresh(folder: Path, *, check: bool) -> None:
    """Replace the contents of the folder with the files that its VERSIONS lists, or only compare them."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch, "fresh")
        bundles: dict[str, list[Package]] = {}
        for package in packages((folder / "VERSIONS").read_text()):
            copy(package, downloaded(package, Path(scratch)), fresh)
            for target in package.bundles:
                bundles.setdefault(target, []).append(package)
        for number, (target, parts) in enumerate(bundles.items()):
            bundle(parts, target, Path(scratch, f"bundle-{number}"), fresh / target)
        shutil.copy(folder / "VERSIONS", fresh)
        if not check:
            shutil.rmtree(folder)
            shutil.copytree(fresh, folder)
        elif changed := differences(folder, fresh):
            names = ", ".join(changed)
            raise CommandError(f"{folder} does not match its VERSIONS: {names}. Run `make vendor`.")


def differences(one: Path, two: Path) -> list[str]:
    """The names of the files that only one of the folders has, or that differ in a byte."""
    names = {str(path.relative_to(side)) for side in (one, two) for path in side.rglob("*") if path.is_file()}
    _, different, missing = filecmp.cmpfiles(one, two, names, shallow=False)
    return sorted([*different, *missing])


def packages(versions: str) -> Iterator[Package]:
    """The packages in a VERSIONS file. Raises CommandError for a line that cannot be parsed."""
    package = None
    for line in versions.splitlines():
        words = line.split()
        match words:
            case [] | ["#", *_]:
                continue
            case ["export", *names, "->", target] if package:
                package.bundles[target] = names
            case [source, "->", target] if package:
                package.files[source] = target
            case [name, version]:
                if package:
                    yield package
                package = Package(name, version)
            case _:
                raise CommandError(f"A line of VERSIONS is neither a package nor a file: {line.strip()}")
    if package:
        yield package


def downloaded(package: Package, scratch: Path) -> Path:
    """The package's archive, from the registry that npm is configured for."""
    packed = npm(package.wanted, "pack", "--silent", "--pack-destination", scratch, package.wanted)
    return scratch / packed.split()[-1]


def copy(package: Package, archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as opened:
        for source, target in package.files.items():
            found = opened.extractfile(str(PurePosixPath("package", source)))
            if found is None:
                raise CommandError(f"{package.name} {package.version} has no file {source}.")
            place = folder / target
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(found.read())


def bundle(parts: list[Package], target: str, scratch: Path, path: Path) -> None:
    """Write one module of what the packages export to `target`, byte for byte the same each time."""
    scratch.mkdir(parents=True)
    (scratch / "package.json").write_text("{}")
    (scratch / "exports.js").write_text(
        "".join(f'export {{ {", ".join(part.bundles[target])} }} from "{part.name}";\n' for part in parts)
    )
    wanted = [part.wanted for part in parts]
    npm(", ".join(wanted), "install", "--silent", "--prefix", scratch, *wanted, ESBUILD)
    options = ("--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none")
    program = scratch / "node_modules/.bin/esbuild"
    done = subprocess.run([program, "exports.js", *options, f"--outfile={path}"], cwd=scratch)
    if done.returncode:
        raise CommandError(f"{target} could not be bundled.")


def npm(what: str, *arguments: str | Path) -> str:
    """What npm printed. Raises CommandError if it failed."""
    done = subprocess.run(["npm", *arguments], capture_output=True, text=True)
    if done.returncode:
        raise CommandError(f"npm could not fetch {what}: {done.stderr.strip()}")
    return done.stdout
