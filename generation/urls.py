"""The addresses of the product: the API under /api/v1, and /generate-blog at the root too."""

from django.urls import path

from generation.posts.api import OnePost, Posts
from generation.runs.api import GenerateBlog, OneRun, Runs

urlpatterns = [
    path("generate-blog", GenerateBlog.as_view(), name="generate-blog"),
    path("api/v1/generate-blog", GenerateBlog.as_view(), name="generate-blog-v1"),
    path("api/v1/runs", Runs.as_view(), name="runs"),
    path("api/v1/runs/<uuid:run_id>", OneRun.as_view(), name="run"),
    path("api/v1/posts", Posts.as_view(), name="posts"),
    path("api/v1/posts/<uuid:post_id>", OnePost.as_view(), name="post"),
]
