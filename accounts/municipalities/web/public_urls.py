"""URLs for new staff of a city, who cannot sign in yet, under /start/."""

from django.urls import path

from accounts.municipalities.web import first_sign_in_page

urlpatterns = [
    path("", first_sign_in_page.choose_password, name="first_sign_in"),
    path("code/", first_sign_in_page.give_code, name="first_sign_in_code"),
    # As it was mailed until the secret went behind "#"; good for as long as those links are.
    path("<str:public_id>/<str:secret>/", first_sign_in_page.follow, name="first_sign_in_link"),
]
