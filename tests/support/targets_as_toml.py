"""Target files as TOML: one that says everything, and parts for tests to put together."""

FULL = """
[target]
url = "https://ehr.example.org/r4"
kind = "ehr"
access = "open-sandbox"
patients = ["a", "b", "a"]
rate = 5
us-core = "7.0.0"
threads = 4
[target.headers]
X-Tenant = "north"
X-Gateway = { env = "EHR_TOKEN" }
[hosts]
allow = ["https://Files.example.org:443/", "https://files.example.org"]
[persona.nurse]
bearer = { env = "EHR_TOKEN" }
[persona.clinic]
api-key = { file = "clinic.key" }
header = "X-Clinic"
[persona.nobody]
"""
TOP = """
[target]
url = "https://ehr.example.org/fhir"
[client.app]
id = "demo-symmetric"
kind = "symmetric"
secret = { env = "EHR_TOKEN" }
redirect-uri = "http://127.0.0.1:8765/callback"
launch-uri = "http://127.0.0.1:8765/launch"
[client.phone]
id = "demo-public"
kind = "public"
redirect-uri = "http://127.0.0.1:8765/callback"
[client.bare]
id = "demo-bare"
kind = "public"
"""
BACKEND = """
[client.backend]
id = "demo-system"
kind = "system"
key = { file = "keys/backend.json" }
"""
PEOPLE = """
[persona.patient-a]
role = "patient"
client = "app"
patient = "patient-1"
scopes = "launch/patient  openid\tpatient/*.rs"
[persona.patient-a.login]
username = { env = "A_USER" }
password = { env = "A_PASSWORD" }
username-field = "login"
password-field = "pin"
approve = "Allow"
[persona.patient-b]
role = "patient"
client = "app"
launch = "ehr"
patient = "patient-2"
[persona.limited]
role = "limited"
client = "phone"
patient = "patient-1"
refuse = ["patient/Observation.rs", "patient/Observation.rs"]
[persona.practitioner]
role = "practitioner"
client = "app"
refresh-token = { env = "EHR_TOKEN" }
token = { env = "EHR_TOKEN" }
"""
