"""Fields, error summaries and whole forms."""

from __future__ import annotations

from django import forms as django_forms

from tenantry.kernel.errors import Refused
from tenantry.kernel.web import forms


class Contact(django_forms.Form):
    organisation = django_forms.CharField(label="Organisation", help_text="As on invoices")
    email = django_forms.EmailField(label="E-mail")
    agreed = django_forms.BooleanField(label="Agreed", required=False)


def test_a_field_is_tied_to_its_label_help_and_error():
    html = forms.text_field("mail", "E-mail", "x", help="Yours", error="It lacks an @")
    assert '<label class="tn-label" for="id_mail">E-mail</label>' in html
    assert 'aria-describedby="id_mail_help id_mail_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_mail_error"' in html


def test_what_was_typed_is_escaped_and_kept():
    html = forms.render_form(Contact({"organisation": '"><b>', "email": "wrong"}))
    assert 'value="&quot;&gt;&lt;b&gt;"' in html
    assert 'value="wrong"' in html


def test_the_summary_links_each_error_to_its_field_and_takes_the_focus():
    html = forms.error_summary(Contact({"organisation": "", "email": "wrong"}))
    assert "2 things to correct" in html
    assert 'href="#id_organisation"' in html
    assert "data-tn-focus" in html


def test_a_form_without_errors_has_no_summary():
    assert forms.error_summary(Contact({"organisation": "A", "email": "a@b.example"})) == ""


def test_a_refusal_names_its_field():
    assert 'href="#id_name"' in forms.refusal(Refused("Taken by {who}.", field="name", who="Jonas"))
    assert "Taken by Jonas." in forms.refusal(Refused("Taken by {who}.", who="Jonas"))
    assert forms.refusal(None) == ""


def test_a_select_marks_its_value_whatever_its_type():
    html = forms.select_field("role", "Role", [(1, "A"), (2, "B")], 2, blank="None")
    assert '<option value="2" selected>B</option>' in html
    assert '<option value="">None</option>' in html


def test_a_password_can_be_looked_at():
    assert "data-tn-eye" in forms.text_field("password", "Password", type="password")
