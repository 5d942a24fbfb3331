"""URLs of the sign-in by the directory of a city or by GビズID."""

from django.urls import path

from accounts import directory_pages

urlpatterns = [
    path("", directory_pages.sign_in, name="directory_sign_in"),
    path("callback/", directory_pages.callback, name="directory_callback"),
]
