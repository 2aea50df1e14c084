"""Speak FHIR's RESTful API: read, search, paging, and the pool of samples that checks work on."""
