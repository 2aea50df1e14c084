"""
The legal variations: servers that do something in another way than the reference EHR, rightly so.

Some do what a specification does not allow and clients live with; each says for which checks.
"""
