"""What was ordered and given, who pays for it, and who is near to the patient."""

from conformance.ehr.cohort.charts import Chart
from conformance.ehr.cohort.terms import Element, built, concept, quantity, refer, table

LAST = 2


def service(chart: Chart) -> Element:
    """Return the order of a laboratory test."""
    return built(
        "ServiceRequest",
        chart.id("order", 1),
        profiles=("us-core-servicerequest",),
        updated=chart.at(LAST, 10),
        status="completed",
        intent="order",
        category=[concept("sct|108252007|Laboratory procedure")],
        code=concept("loinc|2160-0|Creatinine [Mass/volume] in Serum or Plasma"),
        subject=chart.subject,
        encounter=refer(chart.visits[LAST]),
        occurrencePeriod={"start": chart.at(LAST, 8), "end": chart.at(LAST, 9)},
        authoredOn=chart.at(LAST, 8),
        requester=refer(chart.doctor),
        reasonCode=[concept(chart.pick(table("chart")["problems"]))],
    )


def specimen(chart: Chart) -> Element:
    """Return the specimen that was taken for it."""
    return built(
        "Specimen",
        chart.id("specimen", 1),
        profiles=("us-core-specimen",),
        updated=chart.at(LAST, 10, 5),
        identifier=[{"system": "http://hospital.example/specimens", "value": f"S-{chart.number}"}],
        type=concept("sct|119364003|Serum specimen"),
        subject=chart.subject,
        collection={"collectedDateTime": chart.at(LAST, 8, 10)},
    )


def dispense(chart: Chart, prescription: Element) -> Element:
    """Return what the pharmacy gave on a prescription."""
    return built(
        "MedicationDispense",
        chart.id("dispense", 1),
        profiles=("us-core-medicationdispense",),
        updated=chart.at(LAST, 18, 30),
        status="completed",
        medicationCodeableConcept=prescription["medicationCodeableConcept"],
        subject=chart.subject,
        context=refer(chart.visits[0]),
        performer=[{"actor": refer(chart.organization)}],
        authorizingPrescription=[
            {"reference": f"MedicationRequest/{prescription['id']}", "display": "Prescription"}
        ],
        type=concept("act|FF|First Fill"),
        quantity=quantity(30, "1", "1"),
        whenHandedOver=chart.at(0, 15),
        dosageInstruction=prescription["dosageInstruction"],
    )


def implant(chart: Chart) -> Element:
    """Return a device that was put into the patient."""
    identifier = f"0084712345678{chart.number % 10}"
    return built(
        "Device",
        chart.id("implant", 1),
        profiles=("us-core-implantable-device",),
        updated=chart.at(1, 16),
        udiCarrier=[
            {
                "deviceIdentifier": identifier,
                "carrierHRF": f"(01){identifier}(11)220510(17)320510(10)L77(21)S{chart.number}",
            }
        ],
        status="active",
        distinctIdentifier="A9999",
        manufactureDate="2022-05-10",
        expirationDate="2032-05-10",
        lotNumber="L77",
        serialNumber=f"S{chart.number}",
        type=concept("sct|14106009|Cardiac pacemaker"),
        patient=chart.subject,
    )


def coverage(chart: Chart) -> Element:
    """Return the insurance of the patient."""
    return built(
        "Coverage",
        chart.id("coverage", 1),
        profiles=("us-core-coverage",),
        updated=chart.at(0, 8),
        identifier=[
            {
                "type": concept("identifier-type|MB|Member Number"),
                "system": "http://insurer.example/members",
                "value": f"M-{1000 + chart.number}",
            }
        ],
        status="active",
        type=concept("sopt|512|Commercial Managed Care - PPO"),
        subscriberId=f"M-{1000 + chart.number}",
        beneficiary=chart.subject,
        relationship=concept("subscriber|self|Self"),
        period={"start": "2022-01-01"},
        payor=[refer(chart.organization)],
        **{
            "class": [
                {"type": concept(f"coverage-class|{kind}|{word}"), "value": value, "name": name}
                for kind, word, value, name in (
                    ("group", "Group", "G-7", "Town employees"),
                    ("plan", "Plan", "P-2", "Standard plan"),
                )
            ]
        },
    )


def relative(chart: Chart) -> Element:
    """Return a person who is near to the patient."""
    return built(
        "RelatedPerson",
        chart.id("relative", 1),
        profiles=("us-core-relatedperson",),
        updated=chart.at(0, 8, 5),
        active=True,
        patient=chart.subject,
        relationship=[concept("role|SPS|spouse")],
        name=[{"family": "Marrow", "given": ["Robin"]}],
        telecom=[{"system": "phone", "value": "555-0170", "use": "home"}],
        address=[{"line": ["1 Mill Lane"], "city": "Springfield", "state": "IL"}],
    )
