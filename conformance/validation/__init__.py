"""Judge a resource by a rule: so far the matching of resources and searches."""
