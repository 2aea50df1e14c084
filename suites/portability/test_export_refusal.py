"""Refusal of exports: nobody begins, watches or fetches one without a token meant for it."""

from conformance.checks import Bulk, Level, Line, Reply, check

_REFUSED = (400, 401, 403, 404)


@check("bulk#kick-off-refused", serial=True)
def test_kick_off_without_a_token_is_refused(bulk: Bulk) -> None:
    """
    An export that is asked for without a token is refused.

    Bulk Data Access 2.0 Privacy and Security Considerations; RFC 6750 3.1.
    """
    bulk.require_accepted()
    _kick_off_refused(bulk, "anonymous", "")


@check("bulk#kick-off-refused", serial=True)
def test_kick_off_with_another_clients_token_is_refused(bulk: Bulk) -> None:
    """
    An export that is asked for with the token of a patient's app is refused.

    Bulk Data Access 2.0 Privacy and Security Considerations: a token needs scopes for all that is
    exported.
    """
    bulk.require_accepted()
    _kick_off_refused(bulk, "foreign", bulk.other_token())


@check("bulk#status-refused", serial=True)
def test_status_without_a_token_is_refused(bulk: Bulk) -> None:
    """
    The status of an export is not shown without a token.

    Bulk Data Access 2.0 Privacy and Security Considerations: the status is protected as the
    kick-off is.
    """
    _status_refused(bulk, "anonymous", "")


@check("bulk#status-refused", serial=True)
def test_status_with_another_clients_token_is_refused(bulk: Bulk) -> None:
    """
    The status of an export is not shown to a patient's app.

    Bulk Data Access 2.0 Privacy and Security Considerations: a token needs scopes for all that is
    exported.
    """
    _status_refused(bulk, "foreign", bulk.other_token())


@check("bulk#files-refused", serial=True)
def test_files_without_a_token_are_refused(bulk: Bulk) -> None:
    """
    Where the manifest says that a token is needed, no file is given without one.

    Bulk Data Access 2.0 Privacy and Security Considerations; Bulk Data Output File Request.
    """
    _files_refused(bulk, "anonymous", "")


@check("bulk#files-refused", serial=True)
def test_files_with_another_clients_token_are_refused(bulk: Bulk) -> None:
    """
    Where the manifest says that a token is needed, no file is given to a patient's app.

    Bulk Data Access 2.0 Privacy and Security Considerations: a token needs scopes for all that is
    exported.
    """
    _files_refused(bulk, "foreign", bulk.other_token())


def _kick_off_refused(bulk: Bulk, name: str, credential: str) -> None:
    export = bulk.begin(f"export:{name}", credential=credential)
    reply = bulk.reply(export.kick_off)
    if reply.status < 300:
        if export.status_url:
            bulk.ask(export, "delete", export.status_url, method="DELETE")
        reply.fail(
            "export.not-refused",
            "An export was begun for someone who is not authorized.",
            expected="status 401 or 403",
            actual=f"status {reply.status}",
        )
    _expect_refusal(reply)


def _status_refused(bulk: Bulk, name: str, credential: str) -> None:
    export, _ = bulk.require_manifest()
    reply = bulk.ask(export, f"status:{name}", export.status_url, credential=credential)
    shown = "output" in reply.response.resource and reply.status == 200
    if shown or reply.status == 202:
        reply.fail(
            "export.status-shown",
            "The status of an export was shown to someone who is not authorized.",
            expected="status 401, 403 or 404",
            actual=f"status {reply.status}" + (" with the manifest" if shown else ""),
        )
    _expect_refusal(reply)


def _expect_refusal(reply: Reply) -> None:
    reply.expect_status(
        *_REFUSED,
        code="refusal.status",
        message="The refusal has another status than the specification asks.",
        level=Level.TOLERATED,
    )


def _files_refused(bulk: Bulk, name: str, credential: str) -> None:
    export = bulk.require_files()
    _, manifest = bulk.require_manifest()
    if manifest.resource.get("requiresAccessToken") is not True:
        bulk.not_applicable("The manifest does not say that files need a token.")
    for file in export.files:
        reply = bulk.fetch(export, file, name, credential=credential)
        if reply.status == 200 and any(map(_is_data, bulk.poured(reply.response.exchange))):
            reply.fail(
                "file.leak",
                "A file was given to someone who is not authorized.",
                expected="status 401, 403 or 404",
                actual="status 200 with resources",
            )
        _expect_refusal(reply)


def _is_data(line: Line) -> bool:
    return bool(line.type and line.id) and line.type != "OperationOutcome"
