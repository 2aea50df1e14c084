"""
Say what class a system is of: results plus catalogue in, verdict out.

Everything here is pure: no file, no clock, no network. The rules are told in docs/verdict.md.
"""

from conformance.verdict.judge import judge

__all__ = ["judge"]
