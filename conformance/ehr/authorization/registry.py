"""Who is known: applications and people."""

from hmac import compare_digest
from typing import Any

from conformance.ehr.authorization.answers import Answers
from conformance.ehr.authorization.setup import Client, User


def same(one: str, other: str) -> bool:
    """Tell whether two secrets are equal, in a time that does not tell how much of them is."""
    return compare_digest(one.encode(), other.encode())


class Registry(Answers):
    """Find clients, users and the patients that a user may see."""

    def client_named(self, client_id: str) -> Client | None:
        """Return a registered client, or None."""
        return next((c for c in self.authorization.clients if c.id == client_id), None)

    def user_named(self, username: str) -> User | None:
        """Return a user, or None."""
        return next((u for u in self.authorization.users if u.username == username), None)

    def signed_in(self, username: str, password: str) -> User | None:
        """Return the user whose name and password these are, or None."""
        user = self.user_named(username)
        return user if user is not None and same(user.password, password) else None

    def patients_for(self, user: User) -> list[dict[str, Any]]:
        """Return the patients whose charts a user may see."""
        return [
            patient
            for patient in self.store.all("Patient")
            if user.patients is None or patient["id"] in user.patients
        ]
