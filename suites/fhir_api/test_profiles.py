"""Profiles: the data have the form that US Core gives them."""

from conformance.checks import ProfileRow, Profiles, check, for_each


@for_each(ProfileRow)
@check("us-core#profile-conformance")
def test_data_follow_their_profiles(profiles: Profiles, profile: ProfileRow) -> None:
    """
    Every resource that belongs to a profile has its structure, slices, codes and references.

    US Core profiles and general requirements, conformance; FHIR R4 5.1 Profiling,
    https://hl7.org/fhir/R4/profiling.html. A resource belongs to what its type, category or code
    selects and to what it claims; what is a recommendation only is left out.
    """
    profiles.expect_conformance(profile)
