"""Tell what kind of server the target is, by what it declares, shows and is said to be."""

from conformance.verdict.reading import Results


def is_record_system(results: Results) -> bool:
    """Tell whether the target names itself one, or declares or shows Patient and clinical types."""
    types = results.declared | results.with_data.keys()
    clinical = not types.isdisjoint(results.rule_set.clinical_types)
    return results.target.get("kind") == "ehr" or ("Patient" in types and clinical)


def is_payer_api(results: Results) -> bool:
    """Tell whether it declares or shows what insurers serve, and nothing clinical."""
    types = results.declared | results.with_data.keys()
    rules = results.rule_set
    marked = not types.isdisjoint(rules.payer_types) or types.issuperset(rules.formulary_types)
    return marked and types.isdisjoint(rules.clinical_types)


def silent_where_an_api_may_be(results: Results) -> bool:
    """
    Tell whether a record system without a known API has an address that gave no answer.

    "No API at any address" may be said only when every address answered.
    """
    if results.target.get("kind") != "ehr" or results.target.get("fhir_api") is True:
        return False
    addresses = results.target.get("addresses")
    return isinstance(addresses, list) and any(
        isinstance(entry, dict) and entry.get("answer") == "unreachable" for entry in addresses
    )
