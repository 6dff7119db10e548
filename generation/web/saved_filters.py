"""The pages about views of the library that were saved under a name."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from blogai.core.errors import Conflict, ValidationFailed
from generation.posts import saved_filters
from generation.web.library_filters import library_filters, library_url
from generation.web.page import SignedInPage


class SavedFilters(SignedInPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        saved = [
            (each, library_url(library_filters(each.query)))
            for each in saved_filters.saved_filters_of(self.user)
        ]
        context = {"saved": saved, "max_name": saved_filters.MAX_NAME}
        return render(request, "generation/posts/saved_filters.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Saves the filters in the form under its `name`."""
        filters = library_filters(request.POST)
        try:
            saved = saved_filters.save_filter(self.user, request.POST.get("name", ""), filters)
            messages.success(request, f"Saved as “{saved.name}”.")
        except (ValidationFailed, Conflict) as error:
            messages.warning(request, error.detail)
        return redirect(library_url(filters))


class ChangeSavedFilter(SignedInPage):
    """Renames it, or deletes it with `do=delete`."""

    def post(self, request: HttpRequest, filter_id: uuid.UUID) -> HttpResponse:
        try:
            if request.POST.get("do") == "delete":
                saved_filters.delete_filter(self.user, filter_id)
                messages.success(request, "Deleted the saved view. Your posts are still here.")
            else:
                saved_filters.rename_filter(self.user, filter_id, request.POST.get("name", ""))
                messages.success(request, "Renamed the saved view.")
        except (ValidationFailed, Conflict) as error:
            messages.warning(request, error.detail)
        return redirect("saved-filters")
