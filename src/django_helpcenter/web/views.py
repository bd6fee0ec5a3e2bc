"""The reader pages: parse, ask one service, present."""

from __future__ import annotations

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
    JsonResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_protect

from django_helpcenter.exceptions import NotVisible
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.addresses import article_url
from django_helpcenter.services.file_reading import FileReadingService
from django_helpcenter.services.search import SearchService
from django_helpcenter.web.article_head import article_head
from django_helpcenter.web.links import read_click, wanted_language
from django_helpcenter.web.pages import ReaderView, help_center_name
from django_helpcenter.web.pagination import make_pager
from django_helpcenter.web.search_filters import SearchFilters
from django_helpcenter.web.search_page import (
    PAGE_SIZE,
    clean_query,
    offset_of,
    present_results,
    present_suggestion,
    read_instead,
)

#: How long a picture that everybody may see is kept without asking whether that is still so.
PUBLIC_FILE_SECONDS = 300

#: What the two buttons of the vote send.
ANSWERS = {"yes": True, "no": False}


class HomeView(ReaderView):
    """Search box, category tree, what is read most and what changed last."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page("home.html", page=self.reading.home())


class CategoryView(ReaderView):
    """A category, what is below it, and its articles."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        try:
            page = self.reading.category(slug, number=self.page_number)
        except NotVisible:
            moved = self.reading.find_moved_category(slug)
            return redirect("help_center:category", moved.slug, permanent=True)
        return self.page("category.html", page=page, pager=make_pager(request, page.page))


class TagView(ReaderView):
    """The articles with a tag."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        page = self.reading.tag(slug, number=self.page_number)
        return self.page("tag.html", page=page, pager=make_pager(request, page.page))


class SearchView(ReaderView):
    """Search results, or what to read instead."""

    # A click counts only for the person who searched.
    names_visitor = True

    def get(self, request: HttpRequest) -> HttpResponse:
        query, number = clean_query(request.GET.get("q", "")), self.page_number
        if not query:
            return self.page("search.html", alternatives=self.reading.home())
        filters = SearchFilters(request, self.reading)
        search = SearchService(**self.scope)
        results = search.hybrid_search(
            query,
            limit=PAGE_SIZE,
            offset=offset_of(number),
            preferred_language=get_language(),
            record=self.is_recorded and number == 1,
            with_facets=True,
            **filters.options,
        )
        page = present_results(results, number)
        response = self.page(
            "search.html",
            page=page,
            query=query,
            facets=filters.groups(results),
            did_you_mean=search.did_you_mean(results),
            related_searches=search.related_searches(query),
            suggestions=[] if page.results else read_instead(search, query),
            pager=make_pager(request, page.page),
            alternatives=None if page.results else self.reading.home(),
        )
        if results.history_id is not None:
            self.visitor.remember(response)
        return response


class SuggestView(ReaderView):
    """What may be meant by what is typed in a search field so far, as JSON."""

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = clean_query(request.GET.get("q", ""))
        found = SearchService(**self.scope).suggest(typed, language=get_language())
        response = JsonResponse({"suggestions": [present_suggestion(each) for each in found]})
        response["X-Robots-Tag"] = "noindex"
        patch_cache_control(response, no_store=True)
        return response


@method_decorator(csrf_protect, name="dispatch")
class ArticleView(ReaderView):
    """An article."""

    names_visitor = True
    names_article = True

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        language = wanted_language(request)
        try:
            article = self.reading.find_article(slug, language=language)
        except NotVisible:
            moved = self.reading.find_moved(slug, language=language)
            return redirect(article_url(moved.slug, moved.language), permanent=True)
        own = None if language else self.reading.in_own_language(article)
        if own is not None:
            query = request.GET.urlencode()
            return redirect(f"{article_url(own.slug, own.language)}{query and '?'}{query}")
        page = self.reading.article(article, language=language)
        head = article_head(request, page, site_name=help_center_name(self.tenant))
        response = self.page("article.html", page=page, head=head)
        # Back from the vote it is still the same visit.
        if self.is_recorded and "voted" not in request.GET:
            self.record(article)
            self.visitor.remember(response)
        return response

    def record(self, article: HelpArticle) -> None:
        """Note the view, and the search that led here."""
        self.reading.record_view(article)
        click = read_click(self.request)
        if click is not None:
            history_id, position = click
            SearchService(**self.scope).record_click(history_id, article.pk, position)


class FileView(ReaderView):
    """A picture, for those who may read an article that shows it."""

    def get(self, request: HttpRequest, file_name: str) -> HttpResponseBase:
        found = FileReadingService(**self.scope).find(file_name)
        response = get_conditional_response(request, etag=found.etag)
        if response is None:
            response = HttpResponse(found.read())
        for name, value in found.headers.items():
            response[name] = value
        if found.is_public:
            self.caching = {"public": True, "max_age": PUBLIC_FILE_SECONDS}
        return response


@method_decorator(csrf_protect, name="dispatch")
class VoteView(ReaderView):
    """A vote on an article; leads back to it."""

    http_method_names = ["post"]
    names_visitor = True

    @property
    def is_recorded(self) -> bool:
        """Who votes wants that to be kept."""
        return not self.view_as.is_on

    def post(self, request: HttpRequest, article_id: int) -> HttpResponse:
        is_helpful = ANSWERS.get(request.POST.get("helpful", ""))
        if is_helpful is None:
            return HttpResponseBadRequest("helpful is yes or no", content_type="text/plain")
        if not self.is_recorded:
            return redirect("help_center:home")
        article = self.reading.vote(article_id, is_helpful=is_helpful)
        url = article_url(article.slug, article.language, voted="1", anchor="hc-feedback")
        response = HttpResponseRedirect(url)
        self.visitor.remember(response)
        return response
