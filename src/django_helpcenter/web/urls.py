"""Routes of the reader pages; a host includes this module under a prefix of its own."""

from __future__ import annotations

from django.urls import path, register_converter

from django_helpcenter.web import machine_views, previews, view_as_views, views


class UnicodeSlugConverter:
    """A slug in any script, as the slug columns take it."""

    regex = r"[-\w]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class FileNameConverter(UnicodeSlugConverter):
    """What texts call a file: its key, and what kind of file it is."""

    regex = r"[0-9a-f]{32}\.[a-z]+"


register_converter(UnicodeSlugConverter, "help_slug")
register_converter(FileNameConverter, "help_file")

app_name = "help_center"
urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("search/", views.SearchView.as_view(), name="search"),
    path("search/suggest/", views.SuggestView.as_view(), name="suggest"),
    path("c/<help_slug:slug>/", views.CategoryView.as_view(), name="category"),
    path("t/<help_slug:slug>/", views.TagView.as_view(), name="tag"),
    path("a/<help_slug:slug>/", views.ArticleView.as_view(), name="article"),
    path("preview/<str:token>/", previews.PreviewView.as_view(), name="preview"),
    path("files/<help_file:file_name>", views.FileView.as_view(), name="file"),
    path("a/<help_slug:slug>.md", machine_views.MarkdownView.as_view(), name="article-markdown"),
    path("view-as/", view_as_views.ViewAsView.as_view(), name="view-as"),
    path("a/<int:article_id>/vote/", views.VoteView.as_view(), name="vote"),
    path("sitemap.xml", machine_views.SitemapView.as_view(), name="sitemap"),
    path("feed.atom", machine_views.FeedView.as_view(), name="feed"),
    path("llms.txt", machine_views.OverviewView.as_view(), name="llms"),
]
