"""Every answer of Microsoft means one of four errors, with a machine's word for why."""

from __future__ import annotations

import pytest

from tenantry.engines.cloud.problems import of_graph, of_token
from tenantry.kernel.errors import Broken, Later, Missing, Refused

TOKEN = [
    (7000229, "invalid_client", Refused, "no_consent"),
    (700016, "unauthorized_client", Refused, "no_consent"),
    (7000112, "unauthorized_client", Refused, "no_consent"),
    (65001, "invalid_grant", Refused, "no_consent"),
    (7000215, "invalid_client", Refused, "app_credential"),
    (700027, "invalid_client", Refused, "app_credential"),
    (7000222, "invalid_client", Refused, "app_expired"),
    (53003, "invalid_grant", Refused, "ca_blocked"),
    (90002, "invalid_request", Refused, "refused"),
    (900023, "invalid_request", Refused, "refused"),
    (500011, "invalid_resource", Refused, "refused"),
    (700082, "invalid_grant", Refused, "refused"),
    (50173, "invalid_grant", Refused, "refused"),
    (70008, "invalid_grant", Refused, "refused"),
    (54005, "invalid_grant", Refused, "refused"),
    (501481, "invalid_grant", Refused, "refused"),
    (1002012, "invalid_scope", Broken, "unexpected"),
    (70011, "invalid_scope", Broken, "unexpected"),
    (70003, "unsupported_grant_type", Broken, "unexpected"),
    (70016, "authorization_pending", Later, "pending"),
    (70016, "authorization_declined", Refused, "refused"),
    (70016, "bad_verification_code", Refused, "refused"),
    (70016, "expired_token", Refused, "refused"),
    (90033, "temporarily_unavailable", Later, "unavailable"),
    (1, "invalid_client", Refused, "no_consent"),
    (1, "unheard_of", Refused, "refused"),
]
GRAPH = [
    (429, "TooManyRequests", Later, "throttled"),
    (503, "serviceNotAvailable", Later, "unavailable"),
    (500, "InternalServerError", Later, "unavailable"),
    (504, "", Later, "unavailable"),
    (507, "", Later, "unavailable"),
    (403, "Authorization_RequestDenied", Refused, "no_permission"),
    (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", Refused, "no_licence"),
    (404, "Request_ResourceNotFound", Missing, "gone"),
    (410, "syncStateNotFound", Refused, "delta_expired"),
    (400, "syncStateNotFound", Refused, "delta_expired"),
    (410, "resyncRequired", Refused, "delta_expired"),
    (400, "Directory_ExpiredPageToken", Refused, "page_expired"),
    (400, "BadRequest", Broken, "unexpected"),
]


@pytest.mark.parametrize(("number", "error", "kind", "code"), TOKEN)
def test_a_refused_token_is_told_apart_by_its_codes(number, error, kind, code):
    problem = of_token({"error": error, "error_codes": [number], "error_description": "never read"})
    assert (type(problem), problem.code) == (kind, code)


@pytest.mark.parametrize(("status", "name", "kind", "code"), GRAPH)
def test_an_answer_of_graph_is_told_apart_by_status_and_code(status, name, kind, code):
    body = f'{{"error": {{"code": "{name}", "message": "never read"}}}}'.encode()
    problem = of_graph(status, {}, body, "User.Read.All")
    assert (type(problem), problem.code) == (kind, code)


def test_a_missing_permission_is_named():
    problem = of_graph(403, {}, b'{"error": {"code": "Authorization_RequestDenied"}}', "User.Read.All")
    assert problem.values["detail"] == "User.Read.All"


@pytest.mark.parametrize(("sent", "seconds"), [("2.128", 2.128), ("30", 30), ("86400", 900)])
def test_a_named_pause_keeps_its_fraction_and_has_an_upper_limit(sent, seconds):
    problem = of_graph(429, {"Retry-After": sent}, b"", "")
    assert (problem.seconds, problem.values["asked"]) == (seconds, True)


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}, {"Retry-After": "nan"}, {"Retry-After": "-5"}])
def test_without_a_sensible_pause_we_choose_about_two_seconds(headers):
    problem = of_graph(429, headers, b"", "")
    assert 1.6 <= problem.seconds <= 2.4
    assert problem.values["asked"] is False


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": "text"}'])
def test_a_body_that_is_no_error_is_no_reason_to_break(body):
    assert of_graph(403, {}, body, "User.Read.All").code == "no_permission"
