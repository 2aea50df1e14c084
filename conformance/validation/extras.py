"""What an element's rule asks of a value beside its type: values, codes, targets, sizes."""

from collections.abc import Iterator

from conformance.ig.definitions import UNSET, Binding, Definition, ElementRule, TypeRule
from conformance.ig.registry import Registry
from conformance.validation.checks import Check, Context
from conformance.validation.codes import code_test, wanted_codes
from conformance.validation.issue import Found
from conformance.validation.leaves import no_longer_than, within
from conformance.validation.references import points_at, stands
from conformance.validation.values import Test, equals, fits, written


def extras(
    rule: ElementRule, type_rule: TypeRule, definition: Definition, registry: Registry
) -> Iterator[Check]:
    """Yield the checks that `rule` adds to those of the type itself."""
    profile = definition.url
    if rule.fixed is not UNSET:
        message = f"This has to be exactly {written(rule.fixed)}."
        yield _tested(equals(rule.fixed), "value.fixed", message, profile)
    if rule.pattern is not UNSET:
        message = f"This has to hold {written(rule.pattern)}."
        yield _tested(fits(rule.pattern), "value.pattern", message, profile)
    if rule.max_length:
        yield no_longer_than(rule.max_length, profile)
    least = None if rule.min_value is UNSET else rule.min_value
    most = None if rule.max_value is UNSET else rule.max_value
    if least is not None or most is not None:
        yield within(least, most, profile)
    if rule.binding is not None:
        yield from _bound(rule.binding, type_rule.code, definition, registry)
    if type_rule.code == "Reference":
        yield from _referring(type_rule, definition, registry)


def _bound(
    binding: Binding, type_: str, definition: Definition, registry: Registry
) -> Iterator[Check]:
    wanted = [(binding.value_set, "binding.required")] if binding.strength == "required" else []
    if binding.max_value_set:
        wanted.append((binding.max_value_set, "binding.max"))
    for canonical, code in wanted:
        found = registry.value_set(canonical, definition.package)
        test = code_test(type_, found)
        if test is not None and found is not None:
            name = canonical.partition("|")[0]
            message = f"A code of the value set {name} is required here{wanted_codes(found)}."
            yield _tested(test, code, message, definition.url)


def _referring(type_rule: TypeRule, definition: Definition, registry: Registry) -> Iterator[Check]:
    targets = [registry.definition(url, definition.package) for url in type_rule.targets]
    types = {target.type for target in targets if target is not None}
    # A target that is not at hand may be of any type; Resource is every type.
    if types and None not in targets and "Resource" not in types:
        yield points_at(types, KnownTypes(registry), definition.url)
    if type_rule.aggregation:
        yield stands(type_rule.aggregation, definition.url)


class KnownTypes:
    """The resource types of the base specification."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str) or not name.isalpha():
            return False
        found = self._registry.type(name)
        return found is not None and found.kind == "resource"


def _tested(test: Test, code: str, message: str, profile: str) -> Check:
    def check(value: object, context: Context) -> list[Found] | None:
        return None if test(value) else [Found(code, message, profile=profile, value=value)]

    return check
