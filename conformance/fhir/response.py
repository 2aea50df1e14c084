"""Where answers were once described: they are evidence, and stand there."""

from conformance.evidence.response import DEPTH, Parsed, Response, parse

__all__ = ["DEPTH", "Parsed", "Response", "parse"]
