"""What the makers of a chart share: the patient, who treats, and the visits."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from conformance.ehr.cohort.terms import Element, refer


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """The organisations, locations and practitioners of the cohort."""

    organizations: tuple[Element, ...]
    locations: tuple[Element, ...]
    practitioners: tuple[Element, ...]
    roles: tuple[Element, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """
    One patient's chart in the making.

    `number` counts patients from 0. `days` are the days of the visits, `visits` their Encounters.
    """

    number: int
    patient: Element
    staff: Staff
    days: tuple[date, ...]
    visits: tuple[Element, ...] = ()

    @property
    def subject(self) -> Element:
        """The reference to the patient."""
        return refer(self.patient)

    @property
    def doctor(self) -> Element:
        """The practitioner who looks after the patient."""
        return self.staff.practitioners[self.number % 2]

    @property
    def organization(self) -> Element:
        """The organisation that keeps the chart."""
        return self.staff.organizations[self.number % len(self.staff.organizations)]

    def id(self, kind: str, number: int) -> str:
        """Return the id of a resource of this chart."""
        return f"{self.patient['id']}-{kind}-{number}"

    def at(self, visit: int, hour: int, minute: int = 0) -> str:
        """Return the instant of an hour of a visit's day."""
        return instant(self.days[visit], hour, minute)

    def day(self, visit: int) -> str:
        """Return a visit's day."""
        return self.days[visit].isoformat()

    def pick(self, entries: list[str], step: int = 0) -> str:
        """Return the patient's own of several entries, or the one `step` further."""
        return entries[(self.number + step) % len(entries)]


def instant(day: date, hour: int, minute: int = 0, plus_days: int = 0) -> str:
    """Return an instant in UTC."""
    moment = datetime.combine(day, time(hour, minute), UTC) + timedelta(days=plus_days)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
