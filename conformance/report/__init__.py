"""Turn results.json into what people and machines read: a page, a terminal, JUnit."""
