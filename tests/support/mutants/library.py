"""
The official packages as they are, read without a line of the harness.

What is judged here is `conformance.ig` and `conformance.validation`, so that nothing of theirs may
say what is right: the archives are read anew, and snapshots are taken at their word.
"""

import json
import os
import tarfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

CORE = "hl7.fhir.r4.core#4.0.1"
TERMINOLOGY = "hl7.terminology.r4#7.0.1"
US_CORE = tuple(
    f"hl7.fhir.us.core#{version}"
    for version in ("3.1.1", "4.0.0", "5.0.1", "6.1.0", "7.0.0", "8.0.0")
)


def folder() -> Path | None:
    """Return where the official packages lie, None where they are not at hand."""
    places = [
        Path(os.environ.get("FHIR_PACKAGES", "nowhere")),
        Path.home() / ".fhir" / "packages",
    ]
    for place in places:
        if all(archive(place, name).is_file() for name in (CORE, *US_CORE)):
            return place
    return None


def archive(place: Path, package: str) -> Path:
    """Return where the archive of the package `id#version` lies."""
    return place / f"{package.replace('#', '-')}.tgz"


@dataclass(frozen=True, slots=True)
class Example:
    """One resource of a package, as its JSON text, so that each taker gets a copy of its own."""

    package: str
    name: str
    text: str

    @property
    def key(self) -> str:
        """Its package and its file."""
        return f"{self.package}/{self.name}"

    def read(self) -> dict[str, Any]:
        """Return a fresh copy."""
        return json.loads(self.text)  # type: ignore[no-any-return]


@dataclass(slots=True)
class Package:
    """What one package holds: definitions by canonical, and examples by file name."""

    id: str
    definitions: dict[str, dict[str, Any]] = field(default_factory=dict)
    terminology: dict[str, dict[str, Any]] = field(default_factory=dict)
    resources: list[Example] = field(default_factory=list)
    """Everything of the package itself that is a resource."""
    examples: list[Example] = field(default_factory=list)


@cache
def package(name: str) -> Package:
    """Read a package; the files in the order of their names."""
    place = folder()
    assert place is not None, "the official packages are not at hand"
    found = Package(name)
    with tarfile.open(archive(place, name)) as opened:
        texts = {
            member.name: stream.read().decode()
            for member in opened
            if member.name.endswith(".json") and (stream := opened.extractfile(member))
        }
    for path in sorted(texts):
        top, _, rest = path.removeprefix("package/").rpartition("/")
        if rest in {"package.json", ".index.json"} or top not in {"", "example"}:
            continue
        content = json.loads(texts[path])
        if not isinstance(content, dict) or "resourceType" not in content:
            continue
        example = Example(name, rest, texts[path])
        (found.examples if top else found.resources).append(example)
        if not top and content["resourceType"] == "StructureDefinition":
            found.definitions[content["url"]] = content
        elif not top and content["resourceType"] in {"ValueSet", "CodeSystem"}:
            found.terminology.setdefault(content["url"], content)
            found.terminology[f"{content['resourceType']} {content['url']}"] = content
    return found


@dataclass(frozen=True, slots=True)
class Library:
    """One package over the base: what a canonical means to its examples."""

    package: str

    def definition(self, canonical: str) -> dict[str, Any] | None:
        """Return a structure definition, the package's own before the base's."""
        url, _, version = canonical.partition("|")
        for name in (self.package, CORE):
            found = package(name).definitions.get(url)
            if found and version in {"", found.get("version")}:
                return found
        return None

    def type(self, name: str) -> dict[str, Any] | None:
        """Return the base definition of a type."""
        return package(CORE).definitions.get(f"http://hl7.org/fhir/StructureDefinition/{name}")

    def terminology(self, kind: str, canonical: str) -> dict[str, Any] | None:
        """Return a ValueSet or CodeSystem, the package's own before the base's."""
        url = canonical.partition("|")[0]
        for name in (self.package, CORE):
            found = package(name).terminology.get(f"{kind} {url}")
            if found:
                return found
        return None
