"""What several defects and variations answer with, whatever was asked."""

from typing import Any

from conformance.ehr.messages import Headers, Response

JSON: Headers = (("Content-Type", "application/fhir+json"),)
HTML: Headers = (("Content-Type", "text/html; charset=utf-8"),)


def a_page(status: int) -> Response:
    """Return a page for people."""
    return Response(status=status, headers=HTML, body=b"<!DOCTYPE html><title>Oops</title>")


def a_document(status: int, document: dict[str, Any], headers: Headers = JSON) -> Response:
    """Return a JSON document."""
    return Response(status=status, headers=headers, document=document)


def a_crash() -> Response:
    """Return what a server answers that did not catch its own fault."""
    return Response(status=500, headers=HTML, body=b"<h1>Internal Server Error</h1>")


def no_results() -> Response:
    """Return a searchset of nothing."""
    return a_document(200, {"resourceType": "Bundle", "type": "searchset", "total": 0})
