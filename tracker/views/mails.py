"""Every message that the site can send, to look at; on somebody's own machine alone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracker.services import mail_examples


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """List the messages with their plain parts."""
    shown = [mail_examples.example(name) for name in mail_examples.names()]
    return render(request, "tracker/mails.html", {"mails": shown})


@require_safe
def mail(request: HttpRequest, mail_name: str) -> HttpResponse:
    """Show the page of one message as a mail program would."""
    del request
    if mail_name not in mail_examples.names():
        raise Http404
    return HttpResponse(mail_examples.example(mail_name).page)
