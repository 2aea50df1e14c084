"""Value sets and code systems without their texts for people: what expanding them needs."""

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.ig.contents import Contents

Written = Mapping[str, Any]

_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, RecursionError)
_ASKED = ("system", "version", "valueSet", "filter")


def bare_contents(contents: Contents) -> Contents:
    """Return the terminology of a package in its bare form; what is malformed is left out."""
    return Contents(
        definitions={},
        value_sets=dict(_bared(contents.value_sets, bare_value_set)),
        code_systems=dict(_bared(contents.code_systems, bare_code_system)),
    )


def bare_value_set(written: Written) -> dict[str, Any]:
    """Return what a value set is made of, and its expansion."""
    found = _kept(written, ("url", "version"))
    if "compose" in written:
        compose = written["compose"]
        found["compose"] = {
            key: [_part(part) for part in compose[key]]
            for key in ("include", "exclude")
            if key in compose
        }
    if "expansion" in written:
        expansion = written["expansion"]
        found["expansion"] = _kept(expansion, ("total", "offset")) | _contained(expansion)
        if "extension" in expansion:
            marks = [{"url": entry["url"]} for entry in expansion["extension"]]
            found["expansion"]["extension"] = marks
    return found


def bare_code_system(written: Written) -> dict[str, Any]:
    """Return the codes of a code system, their order of rank and what filters may ask of them."""
    found = _kept(written, ("url", "version", "content", "hierarchyMeaning"))
    if written.get("content") != "complete":
        return found
    # Strings are texts for people more often than not, so that no filter can be judged by them.
    asked = [
        entry["code"] for entry in written.get("property", []) if entry.get("type") != "string"
    ]
    if asked:
        found["property"] = [{"code": code} for code in asked]
    found["concept"] = [_concept(entry) for entry in written.get("concept", [])]
    return found


def _bared(resources: Mapping[str, Written], bare: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for url in sorted(resources):
        try:
            yield url, bare(resources[url])
        except _MALFORMED:
            continue


def _part(part: Written) -> dict[str, Any]:
    found = _kept(part, _ASKED)
    if "concept" in part:
        found["concept"] = [{"code": entry["code"]} for entry in part["concept"]]
    return found


def _contained(holder: Written) -> dict[str, Any]:
    if "contains" not in holder:
        return {}
    return {
        "contains": [
            _kept(entry, ("system", "code", "abstract")) | _contained(entry)
            for entry in holder["contains"]
        ]
    }


def _concept(concept: Written) -> dict[str, Any]:
    found = _kept(concept, ("code",))
    properties = [dict(_property(entry)) for entry in concept.get("property", [])]
    kept = [entry for entry in properties if len(entry) > 1]
    if kept:
        found["property"] = kept
    if "concept" in concept:
        found["concept"] = [_concept(entry) for entry in concept["concept"]]
    return found


def _property(written: Written) -> Iterator[tuple[str, Any]]:
    for key, value in written.items():
        if key == "valueCoding":
            yield "valueCode", value["code"]
        elif key != "valueString" and (key == "code" or key.startswith("value")):
            yield key, value


def _kept(written: Written, keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: written[key] for key in keys if key in written}
