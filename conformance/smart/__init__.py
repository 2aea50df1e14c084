"""SMART App Launch and Backend Services: scopes, proof keys, tokens, launches, logins."""
