"""A file as the reply to a request: downloaded, never shown by the browser as a page of this site."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from generation.exports.services import File


def download(file: File) -> HttpResponse:
    return HttpResponse(
        file.content,
        content_type=file.content_type,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=file.name)
            or "attachment"
        },
    )
