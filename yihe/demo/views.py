from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihe.accounts.actions import as_oneself, note_sign_in
from yihe.accounts.models import User
from yihe.demo.queries import demo_people
from yihe.web.demo_mode import is_demo
from yihe.web.requests import PersonRequest, Response


@login_not_required
@require_POST
def sign_in(request: PersonRequest) -> Response:
    """One click, demo only, and only as one of the people that the demo names."""
    if not is_demo():
        raise Http404
    chosen = request.POST.get("person", "")
    role = next((one["role"] for one in demo_people() if str(one["id"]) == chosen), None)
    if role is None:
        raise Http404
    user = get_object_or_404(User, pk=int(chosen))
    login(request, user)
    note_sign_in(user=user, ways=["demo"], acting=as_oneself(user), at=timezone.now())
    response = redirect("/")
    if role == "elder":
        response.set_cookie("y_elder", "1", samesite="Lax", httponly=True)
    return response
