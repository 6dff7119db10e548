"""The addresses of the product: pages at the root, the API under /api/v1, and /generate-blog at both."""

from django.urls import path

from generation.posts import api as posts_api
from generation.posts import views as posts
from generation.runs import views as runs
from generation.runs.api import (
    CancelRun,
    ContinueRun,
    GenerateBlog,
    OneOutline,
    OneRun,
    RetryRun,
    RunEvents,
    RunReceipt,
    Runs,
)

urlpatterns = [
    path("new", runs.NewPost.as_view(), name="new-post"),
    path("new/estimate", runs.PostEstimate.as_view(), name="post-estimate"),
    path("posts", posts.Library.as_view(), name="posts"),
    path("posts/<uuid:post_id>", posts.OnePost.as_view(), name="post"),
    path("posts/<uuid:post_id>/markdown", posts.DownloadMarkdown.as_view(), name="post-markdown"),
    path("posts/<uuid:post_id>/figures", runs.LiveFigures.as_view(), name="post-figures"),
    path("posts/<uuid:post_id>/outline", runs.ReviewOutline.as_view(), name="post-outline"),
    path("posts/<uuid:post_id>/stop", runs.Stop.as_view(), name="stop-post"),
    path("posts/<uuid:post_id>/again", runs.WriteAgain.as_view(), name="write-again"),
    path("posts/<uuid:post_id>/delete", posts.DeletePost.as_view(), name="delete-post"),
    path("posts/<uuid:post_id>/restore", posts.RestorePost.as_view(), name="restore-post"),
    path("generate-blog", GenerateBlog.as_view(), name="generate-blog"),
    path("api/v1/generate-blog", GenerateBlog.as_view(), name="generate-blog-v1"),
    path("api/v1/runs", Runs.as_view(), name="runs"),
    path("api/v1/runs/<uuid:run_id>", OneRun.as_view(), name="run"),
    path("api/v1/runs/<uuid:run_id>/events", RunEvents.as_view(), name="run-events"),
    path("api/v1/runs/<uuid:run_id>/cancel", CancelRun.as_view(), name="run-cancel"),
    path("api/v1/runs/<uuid:run_id>/retry", RetryRun.as_view(), name="run-retry"),
    path("api/v1/runs/<uuid:run_id>/receipt", RunReceipt.as_view(), name="run-receipt"),
    path("api/v1/runs/<uuid:run_id>/outline", OneOutline.as_view(), name="run-outline"),
    path("api/v1/runs/<uuid:run_id>/continue", ContinueRun.as_view(), name="run-continue"),
    path("api/v1/posts", posts_api.Posts.as_view(), name="api-posts"),
    path("api/v1/posts/<uuid:post_id>", posts_api.OnePost.as_view(), name="api-post"),
]
