"""Which address stands for a route, and where its picture goes."""

from __future__ import annotations

import pytest

from scripts import screenshots
from scripts.screenshots import Look


@pytest.mark.parametrize(
    ("path", "fits"),
    [
        ("/customers/17/users", True),
        ("/customers/17", False),
        ("/customers/17/users/3", False),
        ("/customersX17/users", False),
    ],
)
def test_a_route_with_a_parameter_fits_addresses_of_its_shape(path, fits):
    assert bool(screenshots.shape("customers/<int:customer_id>/users").fullmatch(path)) is fits


def test_dots_of_a_route_are_dots():
    assert not screenshots.shape("customers/<int:id>.csv").fullmatch("/customers/1xcsv")


def test_each_look_has_a_picture_of_its_own():
    look = Look("sophie@alpenrand.example", "ja", "dark", 390)
    assert (
        look.file("/customers/17").relative_to(screenshots.TARGET).as_posix() == "sophie/customers-17.ja.dark.390.png"
    )
    assert look.file("/").name == "front.ja.dark.390.png"


def test_pages_come_from_the_url_table_without_machine_doors():
    routes = screenshots.routes()
    assert "sign-in" in routes
    assert not [route for route in routes if route.startswith(("api/", "healthz"))]
