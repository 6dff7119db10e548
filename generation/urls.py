"""The URLs of the product: pages at the root, the API under /api/v1, and /generate-blog under both."""

from django.conf import settings
from django.urls import path

from generation.api import posts as posts_api
from generation.api import webhooks as webhooks_api
from generation.api.exports import ExportPost as ExportPostFile
from generation.api.generate_blog import GenerateBlog
from generation.api.importing import ImportPost as ImportPostFile
from generation.api.models import Models
from generation.api.outlines import ContinueRun, OneOutline
from generation.api.post_text import PostText
from generation.api.proposals import AcceptProposal, DropProposal, Proposals
from generation.api.proposing import RegenerateSection
from generation.api.runs import CancelRun, OneRun, RetryRun, RunEvents, RunReceipt, Runs
from generation.api.seo import PostSeo as PostSeoApi
from generation.api.shares import OneShare, Shares
from generation.api.versions import Diff, OneVersion, RestoreVersion, Versions
from generation.web import exports as export_pages
from generation.web import posts, sharing, versions, webhooks
from generation.web.compare_posts import ComparePosts
from generation.web.connect import ConnectModel, DisconnectModel
from generation.web.edit import EditPost, PreviewPost
from generation.web.importing import ImportPost
from generation.web.library import Library
from generation.web.library_actions import DuplicatePost, StarPost
from generation.web.live import LiveFigures, Stop, WriteAgain
from generation.web.new_post import NewPost, PostEstimate
from generation.web.outline_review import ReviewOutline
from generation.web.saved_filters import ChangeSavedFilter, SavedFilters
from generation.web.selected import Selected, Trash
from generation.web.seo import PostSeo
from generation.web.shared import shared_post
from generation.web.start import start
from generation.web.suggestions import (
    DECISIONS,
    AskForSuggestion,
    DecideSuggestion,
    Suggestion,
    Suggestions,
)
from generation.web.writing import Writing

urlpatterns = [
    path("start", start, name="start"),
    path("new", NewPost.as_view(), name="new-post"),
    path("new/estimate", PostEstimate.as_view(), name="post-estimate"),
    path("posts", Library.as_view(), name="posts"),
    path("posts/selected", Selected.as_view(), name="selected-posts"),
    path("posts/compare", ComparePosts.as_view(), name="compare-posts"),
    path("posts/import", ImportPost.as_view(), name="import-post"),
    path("posts/trash", Trash.as_view(), name="trash"),
    path("posts/views", SavedFilters.as_view(), name="saved-filters"),
    path("posts/views/<uuid:filter_id>", ChangeSavedFilter.as_view(), name="saved-filter"),
    path("posts/<uuid:post_id>", posts.OnePost.as_view(), name="post"),
    path("posts/<uuid:post_id>/markdown", posts.PostMarkdown.as_view(), name="post-markdown"),
    path("posts/export", export_pages.ExportPosts.as_view(), name="export-posts"),
    path("posts/<uuid:post_id>/export/<slug:format>", export_pages.ExportPost.as_view(), name="export-post"),
    path("posts/<uuid:post_id>/edit", EditPost.as_view(), name="edit-post"),
    path("posts/<uuid:post_id>/edit/preview", PreviewPost.as_view(), name="preview-post"),
    path("posts/<uuid:post_id>/figures", LiveFigures.as_view(), name="post-figures"),
    path("posts/<uuid:post_id>/outline", ReviewOutline.as_view(), name="post-outline"),
    path("posts/<uuid:post_id>/stop", Stop.as_view(), name="stop-post"),
    path("posts/<uuid:post_id>/again", WriteAgain.as_view(), name="write-again"),
    path("posts/<uuid:post_id>/versions", versions.Versions.as_view(), name="post-versions"),
    path("posts/<uuid:post_id>/versions/<int:number>", versions.OneVersion.as_view(), name="post-version"),
    path(
        "posts/<uuid:post_id>/versions/<int:number>/restore",
        versions.RestoreVersion.as_view(),
        name="restore-version",
    ),
    path("posts/<uuid:post_id>/compare", versions.Compare.as_view(), name="compare-versions"),
    path("posts/<uuid:post_id>/authors", versions.Authors.as_view(), name="post-authors"),
    path("posts/<uuid:post_id>/delete", posts.DeletePost.as_view(), name="delete-post"),
    path("posts/<uuid:post_id>/star", StarPost.as_view(), name="star-post"),
    path("posts/<uuid:post_id>/duplicate", DuplicatePost.as_view(), name="duplicate-post"),
    path("posts/<uuid:post_id>/restore", posts.RestorePost.as_view(), name="restore-post"),
    path("posts/<uuid:post_id>/seo", PostSeo.as_view(), name="post-seo"),
    path("posts/<uuid:post_id>/suggest", AskForSuggestion.as_view(), name="suggest"),
    path("posts/<uuid:post_id>/suggestions", Suggestions.as_view(), name="suggestions"),
    path("posts/<uuid:post_id>/suggestions/<uuid:proposal_id>", Suggestion.as_view(), name="suggestion"),
    *(
        path(
            f"posts/<uuid:post_id>/suggestions/<uuid:proposal_id>/{decision}",
            DecideSuggestion.as_view(),
            {"decision": decision},
            name=f"suggestion-{decision}",
        )
        for decision in DECISIONS
    ),
    path("posts/<uuid:post_id>/share", sharing.SharePost.as_view(), name="share-post"),
    path("shared/<slug:token>", shared_post, name="shared-post"),
    path("settings/sharing", sharing.Sharing.as_view(), name="settings-sharing"),
    path("settings/sharing/<uuid:share_id>/off", sharing.Unshare.as_view(), name="unshare-post"),
    path("settings/writing", Writing.as_view(), name="settings-writing"),
    path("settings/webhooks", webhooks.Webhooks.as_view(), name="settings-webhooks"),
    path("settings/webhooks/secret", webhooks.RenewSecret.as_view(), name="settings-renew-webhook-secret"),
    path("settings/webhooks/test", webhooks.SendTestEvent.as_view(), name="settings-test-webhook"),
    path(
        "settings/webhooks/<uuid:delivery_id>/retry",
        webhooks.RetryDelivery.as_view(),
        name="settings-retry-webhook",
    ),
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
    path("api/v1/webhooks/deliveries", webhooks_api.Deliveries.as_view(), name="webhook-deliveries"),
    path(
        "api/v1/webhooks/deliveries/<uuid:delivery_id>/retry",
        webhooks_api.RetryDelivery.as_view(),
        name="webhook-retry",
    ),
    path("api/v1/webhooks/test", webhooks_api.SendTestEvent.as_view(), name="webhook-test"),
    path("api/v1/models", Models.as_view(), name="models"),
    path("api/v1/posts/import", ImportPostFile.as_view()),
    path("api/v1/posts", posts_api.Posts.as_view(), name="api-posts"),
    path("api/v1/posts/<uuid:post_id>", posts_api.OnePost.as_view(), name="api-post"),
    path("api/v1/posts/<uuid:post_id>/favourite", posts_api.Favourite.as_view(), name="api-post-favourite"),
    path("api/v1/posts/<uuid:post_id>/seo", PostSeoApi.as_view(), name="api-post-seo"),
    path("api/v1/posts/<uuid:post_id>/text", PostText.as_view(), name="api-post-text"),
    path("api/v1/posts/<uuid:post_id>/versions", Versions.as_view(), name="api-post-versions"),
    path("api/v1/posts/<uuid:post_id>/versions/<int:number>", OneVersion.as_view(), name="api-post-version"),
    path(
        "api/v1/posts/<uuid:post_id>/versions/<int:number>/restore",
        RestoreVersion.as_view(),
        name="api-restore-version",
    ),
    path("api/v1/posts/<uuid:post_id>/diff", Diff.as_view(), name="api-post-diff"),
    path("api/v1/posts/<uuid:post_id>/proposals", Proposals.as_view(), name="api-post-proposals"),
    path(
        "api/v1/posts/<uuid:post_id>/proposals/<uuid:proposal_id>/accept",
        AcceptProposal.as_view(),
        name="api-accept-proposal",
    ),
    path(
        "api/v1/posts/<uuid:post_id>/proposals/<uuid:proposal_id>/drop",
        DropProposal.as_view(),
        name="api-drop-proposal",
    ),
    path(
        "api/v1/posts/<uuid:post_id>/sections/<int:number>/regenerate",
        RegenerateSection.as_view(),
        name="api-section-regenerate",
    ),
    path("api/v1/posts/<uuid:post_id>/export", ExportPostFile.as_view(), name="api-export-post"),
    path("api/v1/posts/<uuid:post_id>/shares", Shares.as_view(), name="api-shares"),
    path("api/v1/posts/<uuid:post_id>/shares/<uuid:share_id>", OneShare.as_view(), name="api-share"),
]

if settings.DEVELOPMENT:  # in production, models are configured by the environment alone
    urlpatterns += [
        path("connect", ConnectModel.as_view(), name="connect"),
        path("connect/disconnect", DisconnectModel.as_view(), name="disconnect"),
    ]
