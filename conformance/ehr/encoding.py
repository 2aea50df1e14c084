"""Compact JSON: the same value gives the same text on every run."""

import json

# json.dumps makes an encoder a call, and a page of a search needs forty
dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
