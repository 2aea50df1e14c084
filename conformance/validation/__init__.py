"""Judge resources: against the definitions of packages, and against searches."""
