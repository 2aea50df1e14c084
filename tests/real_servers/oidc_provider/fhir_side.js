// A record as small as a launch needs one: reads and searches by patient, for whoever has a token. It is not what is
// under test; whose a resource is, its id says.

const CAPABILITIES = [
  "launch-standalone", "client-public", "client-confidential-symmetric", "client-confidential-asymmetric",
  "sso-openid-connect", "context-standalone-patient", "permission-offline", "permission-patient", "permission-v2",
];

export function fhirSide(issuer, provider, { token: operator, resources }) {
  const types = [...new Set(resources.map((resource) => resource.resourceType))];
  const statement = {
    resourceType: "CapabilityStatement", status: "active", kind: "instance", date: "2026-01-01",
    fhirVersion: "4.0.1", format: ["json"], software: { name: "a record beside oidc-provider" },
    rest: [{ mode: "server", resource: types.map((type) => ({ type })) }],
  };
  const smart = {
    issuer, jwks_uri: `${issuer}/jwks`,
    authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`,
    introspection_endpoint: `${issuer}/token/introspection`, revocation_endpoint: `${issuer}/token/revocation`,
    grant_types_supported: ["authorization_code", "client_credentials"],
    code_challenge_methods_supported: ["S256"], capabilities: CAPABILITIES,
  };

  // Returns what a request may see: a function that tells it of an id, or nothing.
  async function sight(request) {
    const value = request.headers.authorization?.match(/^Bearer (.+)$/)?.[1] ?? "";
    if (value === operator || (await provider.ClientCredentials.find(value))) return () => true;
    const patient = (await provider.AccessToken.find(value))?.extra?.patient;
    return patient && ((id) => !id.startsWith("patient-") || `${id}-`.startsWith(`${patient}-`));
  }

  return async (request, response) => {
    const url = new URL(request.url, issuer);
    const [type, id] = url.pathname.slice("/fhir/".length).split("/");
    const send = (status, body, more = {}) =>
      response.writeHead(status, { "Content-Type": "application/fhir+json", ...more }).end(JSON.stringify(body));
    const refuse = (status, code, more) =>
      send(status, { resourceType: "OperationOutcome", issue: [{ severity: "error", code }] }, more);
    if (type === ".well-known") return send(200, smart, { "Content-Type": "application/json" });
    if (type === "metadata") return send(200, statement);
    const sees = await sight(request);
    if (!sees) return refuse(401, "login", { "WWW-Authenticate": 'Bearer error="invalid_token"' });
    const visible = resources.filter((resource) => sees(resource.id));
    const ofType = visible.filter((resource) => resource.resourceType === type);
    if (id && id !== "_search") {
      const found = ofType.find((resource) => resource.id === id);
      return found ? send(200, found) : refuse(404, "not-found");
    }
    const asked = url.searchParams;
    if (id) for await (const part of request) new URLSearchParams(String(part)).forEach((v, k) => asked.append(k, v));
    const patient = (asked.get("patient") ?? asked.get("subject"))?.replace("Patient/", "");
    const matches = ofType.filter((resource) =>
      (!patient || `${resource.id}-`.startsWith(`${patient}-`)) && (asked.get("_id") ?? resource.id) === resource.id);
    const named = new Set(matches.map((resource) => `${resource.resourceType}/${resource.id}`));
    const included = asked.get("_revinclude") !== "Provenance:target" ? [] :
      visible.filter((resource) => resource.target?.some((target) => named.has(target.reference)));
    const entry = (mode) => (resource) =>
      ({ fullUrl: `${issuer}/fhir/${resource.resourceType}/${resource.id}`, resource, search: { mode } });
    return send(200, {
      resourceType: "Bundle", type: "searchset", total: matches.length, link: [{ relation: "self", url: url.href }],
      entry: [...matches.map(entry("match")), ...included.map(entry("include"))],
    });
  };
}
