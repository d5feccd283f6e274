"""What is in the container image, listed in CycloneDX's JSON.

    podman export CONTAINER | python deploy/sbom.py sbom.cdx.json

The file system comes as a tar archive on standard input, from a container that never ran: nothing
of it is executed. Listed are Debian's packages, Python, its packages, the libraries that these
bring, as they say themselves and by file, and the page's script by others.
"""

import json
import re
import sys
import tarfile
from collections.abc import Iterable, Iterator
from email import message_from_string
from email.message import Message
from hashlib import sha256
from pathlib import Path
from typing import IO

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.exception.factory import InvalidSpdxLicenseException
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

# The paths of the archive that tell what is there, and what each is called here.
_TELLING = {
    "system": r"etc/os-release|usr/lib/os-release",
    "debian": r"var/lib/dpkg/status",
    "copyright": r"usr/share/doc/[^/]+/copyright",
    "python": r"venv/pyvenv\.cfg",
    "distribution": r".*\.dist-info/METADATA",
    "bundled": r".*\.dist-info/sboms/[^/]+\.json",
    "library": r".*\.libs/[^/]+",
    "vendored": r"inkling/static/vendor/[^/]+/[^/]+\.js",
}

Files = dict[str, str]


def main() -> None:
    """Write the list of what the archive on standard input holds to the file that is named."""
    path = Path(sys.argv[1])
    bom = list_contents(sys.stdin.buffer)
    written = path.with_name(path.name + ".partial")
    written.write_text(JsonV1Dot6(bom).output_as_string(indent=2) + "\n")
    written.replace(path)


def list_contents(archive: IO[bytes]) -> Bom:
    """Return what a file system, a tar archive, holds."""
    kinds = _telling_files(archive)
    bom = Bom()
    bom.metadata.component = Component(name="inkling", type=ComponentType.CONTAINER)
    system = _system(kinds["system"])
    bom.components.add(system)
    bom.components.update(_debian_packages(kinds["debian"], kinds["copyright"], system))
    bom.components.update(_python(kinds["python"]))
    bom.components.update(_distributions(kinds["distribution"], kinds["bundled"]))
    bom.components.update(_libraries(kinds["library"]))
    bom.components.update(_vendored(kinds["vendored"]))
    bom.register_dependency(bom.metadata.component, bom.components)
    return bom


def _telling_files(archive: IO[bytes]) -> dict[str, Files]:
    """Return the text of each file that tells, a library's SHA-256, by kind and path."""
    kinds: dict[str, Files] = {kind: {} for kind in _TELLING}
    with tarfile.open(fileobj=archive, mode="r|") as members:
        for member in members:
            path = member.name.removeprefix("./")
            for kind, pattern in _TELLING.items():
                if member.isfile() and re.fullmatch(pattern, path):
                    file = members.extractfile(member)
                    assert file
                    data = file.read()
                    is_text = kind != "library"
                    kinds[kind][path] = data.decode() if is_text else sha256(data).hexdigest()
    return kinds


def _system(files: Files) -> Component:
    """Return the Linux distribution."""
    told = dict(re.findall(r'^(\w+)="?([^"\n]*)', "".join(files.values()), re.MULTILINE))
    return Component(
        name=told["ID"], version=told["VERSION_ID"], type=ComponentType.OPERATING_SYSTEM
    )


def _debian_packages(files: Files, copyrights: Files, system: Component) -> Iterator[Component]:
    for stanza in "".join(files.values()).strip().split("\n\n"):
        told = message_from_string(stanza)
        if told["Status"] == "install ok installed":
            name, version = told["Package"], told["Version"]
            terms = copyrights.get(f"usr/share/doc/{name}/copyright", "")
            distro = f"{system.name}-{system.version}"
            where = {"arch": told["Architecture"], "distro": distro}
            yield _component(
                PackageURL("deb", system.name, name, version, where), _debian_licences(terms)
            )


def _debian_licences(terms: str) -> list[License]:
    """Return the short names in a copyright file, where it is written for programs to read."""
    is_readable = terms.startswith("Format")
    return _named(re.findall(r"^License: *(\S.*)$", terms, re.MULTILINE) if is_readable else [])


def _python(files: Files) -> Iterator[Component]:
    """Return Python itself, which the base image does not have from a package of Debian."""
    for text in files.values():
        version = re.findall(r"^version = (\S+)", text, re.MULTILINE)[0]
        python = _component(PackageURL("generic", None, "python", version), _named(["PSF-2.0"]))
        python.cpe = f"cpe:2.3:a:python:python:{version}:*:*:*:*:*:*:*"
        yield python


def _distributions(files: Files, bundled: Files) -> Iterator[Component]:
    for path, text in files.items():
        told = message_from_string(text)
        name = re.sub(r"[-_.]+", "-", told["Name"]).lower()
        package = _component(PackageURL("pypi", None, name, told["Version"]), _licences(told))
        package.components.update(_bundled(path.removesuffix("METADATA"), bundled))
        yield package


def _component(purl: PackageURL, licences: Iterable[License] = ()) -> Component:
    return Component(
        name=purl.name, version=purl.version, purl=purl, bom_ref=str(purl), licenses=licences
    )


def _licences(told: Message) -> list[License]:
    """Return the licence of a Python package, from the newest of the ways to tell it."""
    if expression := told["License-Expression"]:
        return [LicenseFactory().make_from_string(expression)]
    classifiers = [c for c in told.get_all("Classifier", []) if c.startswith("License ::")]
    if classifiers:
        return _named(classifier.split(" :: ")[-1] for classifier in classifiers)
    return _named([told["License"]] if told["License"] else [])


def _named(names: Iterable[str]) -> list[License]:
    """Return licences by name, those of SPDX as such."""
    return [_license(name) for name in sorted(set(names))]


def _license(name: str) -> License:
    try:
        return LicenseFactory().make_with_id(name)
    except InvalidSpdxLicenseException:
        return LicenseFactory().make_with_name(name)


def _bundled(folder: str, files: Files) -> Iterator[Component]:
    """Return the libraries that a wheel brings, as the lists inside it name them (PEP 770)."""
    for path, text in files.items():
        if path.startswith(folder):
            for told in json.loads(text).get("components", []):
                # Not the wheel itself and its own modules.
                if not told.get("purl", "").startswith("pkg:pypi/"):
                    yield Component.from_json(told)  # type: ignore[attr-defined]


def _libraries(files: Files) -> Iterator[Component]:
    """Return the files of libraries that wheels bring, since not all wheels list them."""
    for path, digest in files.items():
        name = "/".join(Path(path).parts[-2:])
        hashes = [HashType(alg=HashAlgorithm.SHA_256, content=digest)]
        yield Component(name=name, type=ComponentType.FILE, bom_ref=path, hashes=hashes)


def _vendored(files: Files) -> Iterator[Component]:
    """Return the scripts of others, who tell their version at their top."""
    for path, text in files.items():
        version = re.findall(r" v(\d[\w.]*)", text)[0]
        yield _component(PackageURL("npm", None, Path(path).stem, version))


if __name__ == "__main__":
    main()
