"""The token endpoint's refusals, by the table of token errors."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from simulator.wire import Answer, json_answer

TABLE: dict[str, tuple[int, str, int, str]] = {
    "wrong_secret": (401, "invalid_client", 7000215, "Invalid client secret provided."),
    "secret_expired": (401, "invalid_client", 7000222, "The provided client secret keys are expired."),
    "certificate_bad": (401, "invalid_client", 700027, "The certificate used to sign the assertion is not registered."),
    "app_unknown": (400, "unauthorized_client", 700016, "Application was not found in the directory."),
    "not_consented": (401, "invalid_client", 7000229, "The client application is missing service principal."),
    "principal_disabled": (400, "unauthorized_client", 7000112, "Application is disabled."),
    "tenant_unknown": (400, "invalid_request", 90002, "Tenant not found."),
    "tenant_invalid": (400, "invalid_request", 900023, "Specified tenant identifier is not valid."),
    "scope_invalid": (400, "invalid_scope", 1002012, "The provided value for scope is not valid."),
    "resource_invalid": (400, "invalid_resource", 500011, "The resource principal was not found."),
    "user_consent_missing": (400, "invalid_grant", 65001, "The user or administrator has not consented."),
    "refresh_inactive": (400, "invalid_grant", 700082, "The refresh token has expired due to inactivity."),
    "password_changed": (400, "invalid_grant", 50173, "The provided grant has expired due to it being revoked."),
    "ca_blocked": (400, "invalid_grant", 53003, "Access has been blocked by Conditional Access policies."),
    "code_expired": (400, "invalid_grant", 70008, "The provided authorization code has expired."),
    "code_reused": (400, "invalid_grant", 54005, "OAuth2 Authorization code was already redeemed."),
    "verifier_mismatch": (400, "invalid_grant", 501481, "The Code_Verifier does not match the code_challenge."),
    "device_pending": (400, "authorization_pending", 70016, "The user has not yet signed in."),
    "device_declined": (400, "authorization_declined", 70016, "The user declined."),
    "device_unknown": (400, "bad_verification_code", 70016, "The device code is not known."),
    "device_expired": (400, "expired_token", 70016, "The device code has expired."),
    "login_busy": (503, "temporarily_unavailable", 90033, "The service is temporarily unavailable."),
    "malformed": (400, "invalid_request", 900144, "The request body must contain the required parameters."),
    "grant_type": (400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type."),
}


class TokenError(Exception):
    """A refusal of the token endpoint, by its name in the table."""

    def __init__(self, case: str) -> None:
        super().__init__(case)
        self.case = case

    def answer(self) -> Answer:
        """The body as the login host words it."""
        status, name, code, text = TABLE[self.case]
        now = datetime.now(UTC)
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        stamp = now.strftime("%Y-%m-%d %H:%M:%SZ")
        body: dict[str, Any] = {
            "error": name,
            "error_description": f"AADSTS{code}: {text} Trace ID: {trace} Correlation ID: {correlation} "
            f"Timestamp: {stamp}",
            "error_codes": [code],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={code}",
        }
        if self.case == "user_consent_missing":
            body["suberror"] = "consent_required"
        return json_answer(body, status, {"cache-control": "no-store"})
