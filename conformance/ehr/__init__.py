"""
The embedded reference EHR: a sound certified system in one process on loopback.

It is what the demo, the proofs and the seeded defects run against: written to be right, and
to be broken one place at a time. It knows nothing of the harness: its search tables are its own,
written by hand, because a table shared with the judge would hide the same mistake in both.

    cohort/          deterministic patients and their charts, built with fhir.resources
    store            the cohort indexed by type, id and patient, with each resource's bytes
    server           the server: one class, assembled from small methods by topic
    authorization/   SMART launches, tokens, OpenID Connect, the pages a person uses
    bulk/            the export of Groups
    editions         which US Core a persona is of
    personas         what one server is configured to be, from certified to closed
    certificate      a certificate authority and server certificates made at run time
    serve            the server on a real socket, for tests and for the command line

Where the seams are: see `conformance.ehr.server`.
"""
