"""
The authorization server: SMART App Launch, backend services, OpenID Connect.

    setup         what it is given at start: clients, users, clock, chance
    scopes        the grammar of scopes, and what one takes of another
    records       what it remembers
    server        which endpoint a request is for
    answers       JSON, pages and errors as responses
    registry      clients and users
    requests      the authorization request, found right or refused
    sessions      browsers and their walk through the pages
    login         sign in, choose a patient, consent
    clients       client authentication at the token endpoint
    assertions    private_key_jwt
    tokens        the token endpoint and its grants
    issue         what a token response holds
    openid        id_token, discovery, keys
    launching     launches from inside the EHR
    introspection what a token is good for, and its end
    managing      who has access, and its end by the person
    demo          the registry of the demo

Every public method is a seam, as in `conformance.ehr.server`, whose class takes all of this in.
"""
