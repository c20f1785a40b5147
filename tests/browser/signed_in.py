"""Pages of people who are signed in already: the cookie is given, nothing is typed."""

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from accounts.models import User
from tests.access.test_matrix import _has_just_signed_in
from tests.browser.conftest import OpenPage


def page_of(open_page: OpenPage, user: User, *, scripts: bool = True) -> Page:
    """Open the start page as somebody; how signing in works is tested elsewhere."""
    client = Client()
    client.force_login(user)
    _has_just_signed_in(client, str(user.pk))
    page = open_page(scripts=scripts)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": open_page.url}]
    )
    page.goto("/")
    return page
