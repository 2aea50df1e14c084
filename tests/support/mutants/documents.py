"""Mutants of whole resources: narratives, contained resources, and their types."""

from collections.abc import Iterator
from typing import Any

from tests.support.mutants.companions import around
from tests.support.mutants.mutant import Edit, Given, Mutant, Study, adding, removing, replacing
from tests.support.mutants.spots import Place, at

_NS = 'xmlns="http://www.w3.org/1999/xhtml"'

BAD_NARRATIVES: dict[str, str] = {
    "a script": f"<div {_NS}><script>x()</script>x</div>",
    "a script in capitals": f"<div {_NS}><SCRIPT>x()</SCRIPT>x</div>",
    "an event attribute": f'<div {_NS}><p onclick="x()">x</p></div>',
    "an event attribute at the root": f'<div {_NS} onload="x()"><p>x</p></div>',
    "a form": f'<div {_NS}><form action="x"><p>x</p></form></div>',
    "an input": f'<div {_NS}><input type="text"/>x</div>',
    "a frame": f'<div {_NS}><iframe src="http://example.org"></iframe>x</div>',
    "an object": f'<div {_NS}><object data="x">x</object></div>',
    "a link to a style sheet": f'<div {_NS}><link rel="stylesheet" href="x"/>x</div>',
    "a base": f'<div {_NS}><base href="http://example.org"/>x</div>',
    "a head and a body": f"<html {_NS}><head><title>x</title></head><body>x</body></html>",
    "another root": f"<p {_NS}>x</p>",
    "no namespace": "<div><p>x</p></div>",
    "another namespace": '<div xmlns="http://example.org"><p>x</p></div>',
    "nothing in it": f"<div {_NS}></div>",
    "white space only": f"<div {_NS}> \n\t <p> </p></div>",
    "no root": "just text",
    "two roots": f"<div {_NS}>x</div><div {_NS}>y</div>",
    "an end that is missing": f"<div {_NS}><p>x</div>",
    "crossed ends": f"<div {_NS}><b><i>x</b></i></div>",
    "an attribute without quotes": f"<div {_NS}><p class=x>x</p></div>",
    "a bare ampersand": f"<div {_NS}>a & b</div>",
    "a bare less-than": f"<div {_NS}>a < b</div>",
    "an unknown entity": f"<div {_NS}>&zz;</div>",
}
"""R4 Narrative: what the div of a narrative must not be."""

GOOD_NARRATIVES: dict[str, str] = {
    "a picture alone": f'<div {_NS}><img src="#x" alt=""/></div>',
    "style and class": f'<div {_NS}><p style="color: red" class="a" title="b">x</p></div>',
    "a link": f'<div {_NS}><a href="http://example.org">x</a><a name="b">y</a></div>',
    "a table": f'<div {_NS}><table border="1"><tr><td colspan="2">x</td></tr></table></div>',
    "numeric entities": f"<div {_NS}>&#160;&#x41;&amp;&lt;&gt;&quot;</div>",
    "a comment": f"<div {_NS}><!-- c --><p>x</p></div>",
    "languages": f'<div {_NS} lang="en" xml:lang="en" dir="ltr"><p>x</p></div>',
    "lists": f"<div {_NS}><ul><li>x</li></ul><dl><dt>x</dt><dd>y</dd></dl></div>",
}


def narratives(study: Study) -> Iterator[Mutant]:
    """Put into `text.div` what must not be there, and what may."""
    for spot in study.base.spots:
        if spot.type != "xhtml":
            continue
        for table, code in ((BAD_NARRATIVES, "invariant.txt-1"), (GOOD_NARRATIVES, "")):
            for change, written in table.items():
                yield Mutant(
                    kind="narrative" if code else "legal: narrative",
                    rule=f"narrative {change}",
                    change=change,
                    example=study.example,
                    edit=replacing(spot.place, written),
                    code=code,
                    path=study.path(spot.place),
                    companions=Given(
                        {"invariant.txt-2": "R4 has two invariants with the same expression"}
                    ),
                    profiles=study.profiles,
                )


def types_of_resources(study: Study) -> Iterator[Mutant]:
    """Take from a resource its type, or give it one that R4 does not have."""
    root: Place = ()
    inner = [s.place for s in study.base.spots if _is_resource(s.value)]
    for place in (root, *inner):
        named = study.value(place)["resourceType"]
        changes: list[tuple[str, Edit]] = [
            ("without a type", removing((*place, "resourceType"))),
            ("a type that R4 does not have", adding(place, resourceType="Zebra")),
            ("a data type", adding(place, resourceType="HumanName")),
            ("an abstract type", adding(place, resourceType="DomainResource")),
            ("another case", adding(place, resourceType=str(named).lower())),
            ("a number", adding(place, resourceType=5)),
        ]
        for change, edit in changes:
            made = study.example.read()
            edit(made)
            name = made.get("resourceType") if not place else study.resource["resourceType"]
            written = study.path((*place, "resourceType")).partition(".")[2]
            yield Mutant(
                kind="resource type",
                rule=f"{'inner' if place else 'root'} resource type {change}",
                change=change,
                example=study.example,
                edit=edit,
                code="structure.resource-type",
                path=f"{name}.{written}" if isinstance(name, str) else written,
                companions=around(study, (*place, "resourceType"), study.value(place))
                | {"invariant.ref-1": "what is contained is not known any more"},
                profiles=study.profiles,
            )


def _is_resource(value: Any) -> bool:
    return isinstance(value, dict) and "resourceType" in value


def contained(study: Study) -> Iterator[Mutant]:
    """Break the rules of contained resources (R4 References) with a Patient that is put in."""
    references = [
        s for s in study.base.spots if s.type == "Reference" and isinstance(s.value, dict)
    ]
    if "contained" in study.resource or not references or study.profiled:
        return
    inner = {"resourceType": "Organization", "id": "zz", "name": "x"}
    place = references[0].place
    for key, change, made in (
        ("dom-2", "contained in contained", {**inner, "contained": [{**inner, "id": "yy"}]}),
        ("dom-4", "with a version", {**inner, "meta": {"versionId": "1"}}),
        (
            "dom-4",
            "with a time of change",
            {**inner, "meta": {"lastUpdated": "2020-01-01T00:00:00Z"}},
        ),
        ("dom-5", "with a security label", {**inner, "meta": {"security": [{"code": "x"}]}}),
        ("dom-3", "nobody refers to it", {**inner, "id": "ww"}),
    ):

        def edit(resource: Any, made: Any = made, place: Place = place) -> None:
            resource["contained"] = [made]
            at(resource, place)["reference"] = "#zz" if made["id"] == "zz" else "Patient/1"

        yield Mutant(
            kind="contained",
            rule=f"{key} {change}",
            change=change,
            example=study.example,
            edit=edit,
            code=f"invariant.{key}",
            path=study.resource["resourceType"],
            companions=Given(
                {
                    "reference.target": "the reference may not lead to an Organization",
                    "invariant.dom-3": "nobody refers to the inner one",
                }
            ),
            profiles=study.profiles,
        )
