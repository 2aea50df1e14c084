"""The person's part of a launch: login, choice of a patient, consent."""
