// npm's oidc-provider, dressed as far as its options go for SMART App Launch. What it lacks by itself stays lacking:
// nothing here compares `aud`, narrows scopes on the consent page, or begins an EHR launch.
//
// `node server.js settings.json`, with port, token, secret, jwks (by client), patients (by user) and resources.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";
import { fhirSide } from "./fhir_side.js";

const settings = JSON.parse(readFileSync(process.argv[2], "utf8"));
const issuer = `http://127.0.0.1:${settings.port}`;
const app = {
  redirect_uris: [`${issuer}/redirect`],
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
};
const system = {
  redirect_uris: [],
  grant_types: ["client_credentials"],
  response_types: [],
  scope: "system/*.rs",
};
const signs = (name, algorithm) => ({
  jwks: settings.jwks[name],
  token_endpoint_auth_method: "private_key_jwt",
  token_endpoint_auth_signing_alg: algorithm,
});

const provider = new Provider(issuer, {
  clients: [
    { ...app, client_id: "symmetric", client_secret: settings.secret },
    { ...app, client_id: "public", token_endpoint_auth_method: "none" },
    { ...app, client_id: "asymmetric", ...signs("asymmetric", "ES384") },
    { ...system, client_id: "system", ...signs("system", "RS384") },
    { ...system, client_id: "system-es384", ...signs("system-es384", "ES384") },
  ],
  scopes: ["openid", "offline_access", "fhirUser", "launch", "launch/patient", "patient/*.rs", "system/*.rs"],
  claims: { openid: ["sub"], fhirUser: ["fhirUser"] },
  conformIdTokenClaims: false,
  extraParams: ["aud", "launch"],
  extraTokenClaims: (ctx, token) => ({ patient: settings.patients[token.accountId] }),
  findAccount: (ctx, sub) => ({
    accountId: sub,
    claims: () => ({ sub, fhirUser: `${issuer}/fhir/Patient/${settings.patients[sub]}` }),
  }),
  pkce: { required: () => true },
  cookies: { keys: [settings.token] },
  clientAuthMethods: ["none", "client_secret_basic", "private_key_jwt"],
  enabledJWA: { clientAuthSigningAlgValues: ["RS384", "ES384"] },
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    rpInitiatedLogout: { enabled: false },
  },
});

provider.use(async (ctx, next) => {
  // OpenID Connect gives offline access only with a consent that was asked for, and SMART's apps send no prompt.
  if (ctx.path === "/auth" && ctx.method === "GET") ctx.query = { prompt: "consent", ...ctx.query };
  await next();
  const patient = settings.patients[ctx.oidc?.entities.Account?.accountId];
  if (ctx.path === "/token" && ctx.body?.access_token && patient) ctx.body.patient = patient;
});

const login = provider.callback();
const fhir = fhirSide(issuer, provider, settings);
createServer((request, response) =>
  request.url.startsWith("/fhir/") ? fhir(request, response) : login(request, response),
).listen(settings.port, "127.0.0.1");
