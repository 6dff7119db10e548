"""`manage.py vendor`: downloads the third-party files that the VERSIONS files list."""

import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

FOLDERS = ("static/vendor", "blogai/tests/vendor")
ESBUILD = "esbuild@0.28.2"


@dataclass(frozen=True)
class Package:
    """A package in a VERSIONS file, with the files to copy, source to target, and the exports to bundle."""

    name: str
    version: str
    files: dict[str, str] = field(default_factory=dict)
    bundles: dict[str, list[str]] = field(default_factory=dict)
    """Target to names. The target is a module of these exports, for a package that publishes none."""


class Command(BaseCommand):
    help = "Fetch the packages in static/vendor/VERSIONS with npm, and copy their files."

    def handle(self, *args: Any, **options: Any) -> None:
        if not shutil.which("npm"):
            raise CommandError("npm was not found. Install Node.js, which only this command needs.")
        for folder in FOLDERS:
            refresh(Path(settings.BASE_DIR, folder))
            self.stdout.write(f"{folder} matches its VERSIONS.")


def refresh(folder: Path) -> None:
    """Replace the contents of the folder with the files that its VERSIONS lists."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch, "fresh")
        for package in packages((folder / "VERSIONS").read_text()):
            copy(package, downloaded(package, Path(scratch)), fresh)
            for target, names in package.bundles.items():
                bundle(package, names, Path(scratch, package.name), fresh / target)
        shutil.copy(folder / "VERSIONS", fresh)
        shutil.rmtree(folder)
        shutil.copytree(fresh, folder)


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
    wanted = f"{package.name}@{package.version}"
    return scratch / npm(package, "pack", "--silent", "--pack-destination", scratch, wanted).split()[-1]


def copy(package: Package, archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as opened:
        for source, target in package.files.items():
            found = opened.extractfile(str(PurePosixPath("package", source)))
            if found is None:
                raise CommandError(f"{package.name} {package.version} has no file {source}.")
            place = folder / target
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(found.read())


def bundle(package: Package, names: list[str], scratch: Path, target: Path) -> None:
    scratch.mkdir(parents=True)
    (scratch / "package.json").write_text("{}")
    (scratch / "exports.js").write_text(f'export {{ {", ".join(names)} }} from "{package.name}";\n')
    npm(package, "install", "--silent", "--prefix", scratch, f"{package.name}@{package.version}", ESBUILD)
    options = ("--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none")
    program = scratch / "node_modules/.bin/esbuild"
    done = subprocess.run([program, "exports.js", *options, f"--outfile={target}"], cwd=scratch)
    if done.returncode:
        raise CommandError(f"{package.name} {package.version} could not be bundled.")


def npm(package: Package, *arguments: str | Path) -> str:
    """What npm printed. Raises CommandError if it failed."""
    done = subprocess.run(["npm", *arguments], capture_output=True, text=True)
    if done.returncode:
        raise CommandError(f"npm could not fetch {package.name} {package.version}: {done.stderr.strip()}")
    return done.stdout
