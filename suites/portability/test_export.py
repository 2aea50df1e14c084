"""Export: a Group's data are asked for, watched, listed and given up (Bulk Data Access 2.0)."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from conformance.checks import Bulk, Level, Reply, check, is_absolute, walk

_NOT_THERE = (404, 405, 410, 501)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@check("bulk#export-declared", serial=True)
def test_is_declared(bulk: Bulk) -> None:
    """
    The CapabilityStatement declares the export operation on Group.

    Bulk Data Access 2.0 Server Capability Documentation. Groups with other operations only are
    tolerated, since servers define the export under names of their own.
    """
    reply = bulk.statement()
    operations = _operations(reply.resource)
    if not operations:
        reply.fail(
            "export.not-declared",
            "No operation on Group is declared.",
            expected="the operation export on Group",
            actual="no operation",
        )
    reply.expect(
        any(_is_export(operation) for operation in operations),
        "export.not-declared",
        "None of the operations that are declared on Group is known as its export.",
        expected="the name export, or a definition that ends with group-export",
        actual=f"{len(operations)} other operations",
        path="CapabilityStatement.rest.resource.operation",
        level=Level.SHOULD,
    )


@check("bulk#group-export", serial=True)
def test_is_accepted(bulk: Bulk) -> None:
    """
    A kick-off is answered with 202 and the address of the export's status.

    Bulk Data Access 2.0 Bulk Data Kick-off Request, response. Tolerated: a relative address.
    """
    export = bulk.export()
    reply = bulk.reply(export.kick_off)
    if reply.status in _NOT_THERE:
        _expect_known_group(bulk, reply)
        reply.fail(
            "absent",
            "No export of Groups is found at Group/[id]/$export.",
            expected="status 202",
            actual=f"status {reply.status}",
        )
    if reply.status != 202:
        reply.fail(
            "export.not-accepted",
            "The export of a Group is not accepted.",
            expected="status 202",
            actual=f"status {reply.status}",
        )
    if not export.status_url:
        reply.fail(
            "export.no-location",
            "The answer does not say where the export's status is found.",
            expected="Content-Location",
            actual="none",
        )
    reply.expect(
        is_absolute(export.location),
        "export.relative-location",
        "The address of the status is not an absolute URL.",
        expected="an absolute URL",
        actual="another text",
        level=Level.TOLERATED,
    )


@check("bulk#group-export", serial=True)
def test_comes_to_an_end(bulk: Bulk) -> None:
    """
    The status of an export is 202 while it is under way, and in the end 200 with a JSON manifest.

    Bulk Data Access 2.0 Bulk Data Status Request. Tolerated: another content type. An error that
    the server marks as transient is asked again.
    """
    export = bulk.require_accepted()
    reply = bulk.reply(export.polls[-1])
    if export.cut:
        bulk.bounded("The export took longer than this run waits.")
    if reply.status != 200:
        reply.fail(
            "export.failed",
            "The export does not come to an end.",
            expected="status 202, in the end 200",
            actual=f"status {reply.status}",
        )
    reply.require_json()
    reply.expect(
        reply.response.media_type == "application/json",
        "manifest.content-type",
        "The manifest is labelled with another content type.",
        expected="application/json",
        actual="another",
        level=Level.TOLERATED,
    )


@check("bulk#retry-after", serial=True)
def test_says_when_to_ask_again(bulk: Bulk) -> None:
    """
    While an export is under way, Retry-After says when to ask for its status again.

    Bulk Data Access 2.0 Bulk Data Status Request.
    """
    export = bulk.require_accepted()
    waiting = [poll for poll in export.polls if poll.status == 202]
    if not waiting:
        bulk.not_applicable("The export was complete when its status was first asked for.")
    reply = bulk.reply(waiting[0])
    reply.expect(
        bool(reply.header("retry-after").strip()),
        "export.retry-after",
        "The status does not say when to ask for it again.",
        expected="Retry-After",
        actual="none",
    )


@check("bulk#manifest", serial=True)
def test_manifest_is_complete(bulk: Bulk) -> None:
    """
    The manifest names time, request, need of a token, files and errors.

    Bulk Data Access 2.0 Bulk Data Status Request, output manifest. The request is compared by the
    end of its path, since servers behind a gateway know themselves by another address.
    """
    export, reply = bulk.require_manifest()
    manifest = reply.resource
    time, request = manifest.get("transactionTime"), manifest.get("request")
    _member(
        reply,
        "transactionTime",
        isinstance(time, str) and _INSTANT.fullmatch(time) is not None,
        "an instant with a time zone",
    )
    asked = _path(export.kick_off.request.url)
    _member(
        reply,
        "request",
        isinstance(request, str) and _path(request).endswith(asked[asked.rfind("/Group/") :]),
        "the URL of the kick-off",
    )
    needed = manifest.get("requiresAccessToken")
    _member(reply, "requiresAccessToken", isinstance(needed, bool), "true or false")
    for name in ("output", "error"):
        items = manifest.get(name)
        good = isinstance(items, list) and all(isinstance(item, dict) for item in items)
        _member(reply, name, good, "a list of objects")


@check("bulk#manifest", serial=True)
def test_files_are_described(bulk: Bulk) -> None:
    """
    Each file in the manifest has a type and an absolute URL, and a number as its count if any.

    Bulk Data Access 2.0 Bulk Data Status Request, output manifest.
    """
    export, reply = bulk.require_manifest()
    if not export.output:
        bulk.no_data("The export names no files.")
    for number, item in enumerate(export.output):
        path = f"output[{number}]"
        type_, count = item.get("type"), item.get("count")
        _item(reply, f"{path}.type", isinstance(type_, str) and bool(type_), "a resource type")
        _item(reply, f"{path}.url", is_absolute(item.get("url")), "an absolute URL")
        good = "count" not in item or (type(count) is int and count >= 0)
        _item(reply, f"{path}.count", good, "a number, or none at all")


@check("bulk#delete", serial=True)
def test_delete_is_accepted(bulk: Bulk) -> None:
    """
    A DELETE of the status address of an export is answered with 202.

    Bulk Data Access 2.0 Bulk Data Delete Request.
    """
    cancelled = bulk.cancelled()
    reply = bulk.reply(cancelled.delete)
    reply.expect_status(
        202, code="export.delete", message="An export that was just begun cannot be cancelled."
    )


@check("bulk#delete", serial=True)
def test_a_deleted_export_is_gone(bulk: Bulk) -> None:
    """
    The status of an export that was deleted is 404 with an OperationOutcome.

    Bulk Data Access 2.0 Bulk Data Delete Request.
    """
    cancelled = bulk.cancelled()
    if cancelled.delete.status != 202:
        bulk.prerequisite_failed("No export could be deleted", _HERE + "delete-is-accepted")
    reply = bulk.reply(cancelled.after)
    if reply.expect_status(
        404, code="export.not-gone", message="The status of a deleted export is not 404."
    ):
        reply.expect_outcome(Level.SHALL)


@check("bulk#delete", last=True)
def test_a_finished_export_can_be_deleted(bulk: Bulk) -> None:
    """
    A DELETE of the status address of an export that came to an end is answered with 202.

    Bulk Data Access 2.0 Bulk Data Delete Request. Tolerated: another status, since a server need
    not make use of it. The check cleans up after this run.
    """
    export, _ = bulk.require_manifest()
    reply = bulk.ask(export, "delete", export.status_url, method="DELETE")
    reply.expect_status(
        202,
        code="export.delete-finished",
        message="A client cannot say that it is done with an export.",
        level=Level.TOLERATED,
    )


_HERE = "portability.export."


def _operations(statement: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the operations that are declared on Group."""
    return [
        operation
        for resource in walk(statement, "rest.resource")
        if isinstance(resource, dict) and resource.get("type") == "Group"
        for operation in walk(resource, "operation")
        if isinstance(operation, dict)
    ]


def _is_export(operation: dict[str, Any]) -> bool:
    """Tell whether a declared operation is the export, by its name or its definition."""
    name, definition = (str(operation.get(key, "")) for key in ("name", "definition"))
    defined = definition.partition("|")[0].rpartition("/")[2]
    return name.lstrip("$") in ("export", "group-export") or defined == "group-export"


def _expect_known_group(bulk: Bulk, reply: Reply) -> None:
    """End the check where it is the Group that is not there: then nothing is said of exports."""
    declared = "Group" in set(walk(bulk.statement().resource, "rest.resource.type"))
    if reply.status in (404, 410) and declared and bulk.group().status in (404, 410):
        bulk.not_configured("The server knows no Group of the id that the target file names.")


def _member(reply: Reply, name: str, good: bool, expected: str) -> None:
    reply.expect(
        good,
        "manifest.member",
        f"{name} is missing in the manifest or of another form.",
        expected=expected,
        actual="not so" if name in reply.resource else "missing",
        path=name,
    )


def _item(reply: Reply, path: str, good: bool, expected: str) -> None:
    reply.expect(
        good,
        "manifest.file",
        "A file is not described as it has to be.",
        expected=expected,
        actual="not so",
        path=path,
    )


def _path(url: str) -> str:
    try:
        return unquote(urlsplit(url).path)
    except ValueError:
        return ""
