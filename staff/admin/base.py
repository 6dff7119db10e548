"""Lists and screens of models. All of them are read-only: what staff change goes through `staff.actions`."""

from typing import Any, ClassVar

from django.contrib.admin import ShowFacets, SimpleListFilter
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from blogai.core.errors import Malformed, NotFound
from staff.access import may, require
from staff.actions import catalogue
from staff.admin.cells import screen_url

MOST = 10_000
"""Rows that a list counts and can be paged through; whoever looks for more filters."""
MAX_SEARCH = 200
"""Characters of a search that are used."""


def row_for[M: Model](rows: "QuerySet[M]", pk: str) -> M:
    """The row with this primary key, which came in a URL. Raises NotFound."""
    try:
        row = rows.filter(pk=pk).first()
    except (ValueError, ValidationError):  # it cannot be the key of any row
        row = None
    if row is None:
        raise NotFound("There’s nothing at this address.")
    return row


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than MOST + 1, so that a list costs the same however long its table is."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: MOST + 1].count())

    @property
    def num_pages(self) -> int:
        return max(1, -(-min(self.count, MOST) // self.per_page))

    @property
    def has_more(self) -> bool:
        return self.count > MOST


class Filter(SimpleListFilter):
    """A filter with a fixed choice of values. A value that is none of them is refused."""

    offered: ClassVar[dict[str, str]] = {}
    """The values and their labels."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(self.offered.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value:
            return queryset
        if value not in dict(self.lookup_choices):
            raise IncorrectLookupParameters
        return self.narrowed(queryset, str(value))

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        raise NotImplementedError


class BoundedChangeList(ChangeList):  # type: ignore[misc]
    """The newest rows first, and in no other order: only for that one there is an index."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str]:
        return list(self.model_admin.ordering)

    def url_for_result(self, result: Model) -> str:
        return screen_url(result)


class Screens[M: Model](ModelAdmin):  # type: ignore[misc]
    """A model's list at `/admin/<app>/<model>/`, and the screen of each row."""

    actions = None
    list_per_page = 50
    list_max_show_all = 0
    list_fullwidth = True
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    sortable_by = ()
    ordering: tuple[str, ...] = ("-pk",)
    paginator = BoundedPaginator
    change_list_template = "staff/list.html"

    title: str
    search_by: str = ""
    """What a search looks for, as a person would say it. Empty: there is none."""
    screen_template: str = ""
    """Of the screen of a row. Empty: rows have none."""

    @property
    def permission(self) -> str:
        """Who lacks it sees nothing of this model."""
        return f"{self.opts.app_label}.view_{self.opts.model_name}"

    # Rows ----------------------------------------------------------------------------------------

    def rows(self) -> "QuerySet[M]":
        """All rows of the list, with what its columns need."""
        rows: QuerySet[M] = self.model._default_manager.all()
        return rows

    def found(self, rows: "QuerySet[M]", words: str) -> "QuerySet[M]":
        """Those that the words of a search name."""
        raise NotImplementedError

    def one(self, pk: str) -> M:
        """The row with everything that its screen needs. Raises NotFound."""
        return row_for(self.screen_rows(), pk)

    def screen_rows(self) -> "QuerySet[M]":
        return self.rows()

    def screen(self, row: M, request: HttpRequest) -> dict[str, Any]:
        """What the template needs beside the row."""
        return {}

    # What Django's admin asks for ----------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> "QuerySet[M]":
        return self.rows()

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return (self.search_by,) if self.search_by else ()

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[M]", search_term: str
    ) -> "tuple[QuerySet[M], bool]":
        words = search_term.strip()[:MAX_SEARCH]
        return (self.found(queryset, words) if words and self.search_by else queryset), False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only our own filters, or ?password__startswith= would tell one letter after the other."""
        return lookup in {each.parameter_name for each in self.list_filter}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return BoundedChangeList

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        try:
            return super().get_changelist_instance(request)
        except (IncorrectLookupParameters, DisallowedModelAdminLookup) as error:
            raise Malformed("This list has no such filter, or no such page.") from error

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, self.permission)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request.user, self.permission)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    # Pages ---------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        guard = self.admin_site.admin_view
        pages = [path("", guard(require_safe(self.list_page)), name=f"{name}_changelist")]
        if self.screen_template:
            pages.append(path("<str:pk>", guard(require_safe(self.screen_page)), name=f"{name}_change"))
        return pages

    def list_page(self, request: HttpRequest) -> HttpResponseBase:
        require(request.user, self.permission)
        adding = catalogue.adding(self.model, request.user)
        context = {"title": self.title, "search_by": self.search_by, "adding": adding}
        response: HttpResponseBase = super().changelist_view(request, context)
        if isinstance(response, TemplateResponse) and response.context_data:
            response.context_data |= _neighbours(response.context_data["cl"])
        return response

    def screen_page(self, request: HttpRequest, pk: str) -> HttpResponseBase:
        require(request.user, self.permission)
        row = self.one(pk)
        context = {**self.admin_site.each_context(request), "row": row, **self.screen(row, request)}
        return TemplateResponse(request, self.screen_template, context)


def _neighbours(page: ChangeList) -> dict[str, str]:
    """The addresses of the pages before and after this one, if there are any."""
    found = {}
    if page.page_num > 1:
        found["newer"] = page.get_query_string({PAGE_VAR: page.page_num - 1})
    if page.page_num < page.paginator.num_pages:
        found["older"] = page.get_query_string({PAGE_VAR: page.page_num + 1})
    return found
