"""The command `conformance`: one module per verb, thin over the rooms below."""
