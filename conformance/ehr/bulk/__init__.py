"""
Bulk export: all that the members of a Group have in their charts, as files.

    groups      the Groups of a cohort
    jobs        what is remembered of an export
    kickoff     the request that starts one
    content     which resources go into which file
    delivery    status, files, cancelling
"""
