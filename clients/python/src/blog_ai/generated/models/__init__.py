"""Contains all the data models used in inputs/outputs"""

from .accept_body import AcceptBody
from .accepted import Accepted
from .accepted_status import AcceptedStatus
from .api_key_reply import ApiKeyReply
from .author_enum import AuthorEnum
from .call_reply import CallReply
from .callback_reply import CallbackReply
from .check_reply import CheckReply
from .check_reply_state_enum import CheckReplyStateEnum
from .checkout_body import CheckoutBody
from .conflict_reply import ConflictReply
from .cost_reply import CostReply
from .days_enum import DaysEnum
from .delivery_reply import DeliveryReply
from .delivery_reply_type_enum import DeliveryReplyTypeEnum
from .delivery_state import DeliveryState
from .diff_piece import DiffPiece
from .diff_piece_kind_enum import DiffPieceKindEnum
from .diff_reply import DiffReply
from .error_reply import ErrorReply
from .generate_blog_body import GenerateBlogBody
from .generate_blog_v1_prefer import GenerateBlogV1Prefer
from .import_body import ImportBody
from .interval import Interval
from .me_reply import MeReply
from .meter_enum import MeterEnum
from .model_reply import ModelReply
from .models_reply import ModelsReply
from .month_reply import MonthReply
from .new_api_key_body import NewApiKeyBody
from .new_api_key_reply import NewApiKeyReply
from .outline_reply import OutlineReply
from .paginated_api_key_reply_list import PaginatedApiKeyReplyList
from .paginated_delivery_reply_list import PaginatedDeliveryReplyList
from .paginated_post_summary_list import PaginatedPostSummaryList
from .paginated_proposal_reply_list import PaginatedProposalReplyList
from .paginated_run_reply_list import PaginatedRunReplyList
from .paginated_share_reply_list import PaginatedShareReplyList
from .paginated_usage_record_reply_list import PaginatedUsageRecordReplyList
from .paginated_version_row_list import PaginatedVersionRowList
from .patched_changed_api_key_body import PatchedChangedApiKeyBody
from .patched_outline_body import PatchedOutlineBody
from .patched_post_change import PatchedPostChange
from .permissions_enum import PermissionsEnum
from .post_reply import PostReply
from .post_reply_notes import PostReplyNotes
from .post_status import PostStatus
from .post_summary import PostSummary
from .post_type import PostType
from .posts_export_format import PostsExportFormat
from .posts_list_state import PostsListState
from .posts_proposals_state import PostsProposalsState
from .problem import Problem
from .problem_code import ProblemCode
from .problem_errors import ProblemErrors
from .problem_permission import ProblemPermission
from .problem_status import ProblemStatus
from .proposal_accepted import ProposalAccepted
from .proposal_body import ProposalBody
from .proposal_reply import ProposalReply
from .proposal_reply_kind_enum import ProposalReplyKindEnum
from .proposal_reply_state_enum import ProposalReplyStateEnum
from .question import Question
from .receipt import Receipt
from .receipt_reply import ReceiptReply
from .regenerate_body import RegenerateBody
from .retry_body import RetryBody
from .rotate_body import RotateBody
from .run_ended import RunEnded
from .run_ended_status_enum import RunEndedStatusEnum
from .run_ended_type_enum import RunEndedTypeEnum
from .run_reply import RunReply
from .run_status import RunStatus
from .runs_list_status import RunsListStatus
from .saved_reply import SavedReply
from .scores_reply import ScoresReply
from .section import Section
from .section_body import SectionBody
from .section_reply import SectionReply
from .selection_field import SelectionField
from .seo_reply import SeoReply
from .share_body import ShareBody
from .share_reply import ShareReply
from .step_reply import StepReply
from .step_state import StepState
from .step_sum_reply import StepSumReply
from .stripe_address_reply import StripeAddressReply
from .subscription_reply import SubscriptionReply
from .subscription_reply_status_enum import SubscriptionReplyStatusEnum
from .sum_reply import SumReply
from .taken_reply import TakenReply
from .text_body import TextBody
from .text_change import TextChange
from .text_reply import TextReply
from .tier_enum import TierEnum
from .tier_reply import TierReply
from .tiers_reply import TiersReply
from .tone_enum import ToneEnum
from .trial_error import TrialError
from .unit_enum import UnitEnum
from .usage_record_reply import UsageRecordReply
from .usage_record_reply_kind_enum import UsageRecordReplyKindEnum
from .usage_reply import UsageReply
from .version_reply import VersionReply
from .version_row import VersionRow
from .webhook_test_body import WebhookTestBody
from .webhook_test_reply import WebhookTestReply
from .webhooks_deliveries_state import WebhooksDeliveriesState
from .written_reply import WrittenReply
from .written_reply_notes import WrittenReplyNotes

__all__ = (
    "AcceptBody",
    "Accepted",
    "AcceptedStatus",
    "ApiKeyReply",
    "AuthorEnum",
    "CallbackReply",
    "CallReply",
    "CheckoutBody",
    "CheckReply",
    "CheckReplyStateEnum",
    "ConflictReply",
    "CostReply",
    "DaysEnum",
    "DeliveryReply",
    "DeliveryReplyTypeEnum",
    "DeliveryState",
    "DiffPiece",
    "DiffPieceKindEnum",
    "DiffReply",
    "ErrorReply",
    "GenerateBlogBody",
    "GenerateBlogV1Prefer",
    "ImportBody",
    "Interval",
    "MeReply",
    "MeterEnum",
    "ModelReply",
    "ModelsReply",
    "MonthReply",
    "NewApiKeyBody",
    "NewApiKeyReply",
    "OutlineReply",
    "PaginatedApiKeyReplyList",
    "PaginatedDeliveryReplyList",
    "PaginatedPostSummaryList",
    "PaginatedProposalReplyList",
    "PaginatedRunReplyList",
    "PaginatedShareReplyList",
    "PaginatedUsageRecordReplyList",
    "PaginatedVersionRowList",
    "PatchedChangedApiKeyBody",
    "PatchedOutlineBody",
    "PatchedPostChange",
    "PermissionsEnum",
    "PostReply",
    "PostReplyNotes",
    "PostsExportFormat",
    "PostsListState",
    "PostsProposalsState",
    "PostStatus",
    "PostSummary",
    "PostType",
    "Problem",
    "ProblemCode",
    "ProblemErrors",
    "ProblemPermission",
    "ProblemStatus",
    "ProposalAccepted",
    "ProposalBody",
    "ProposalReply",
    "ProposalReplyKindEnum",
    "ProposalReplyStateEnum",
    "Question",
    "Receipt",
    "ReceiptReply",
    "RegenerateBody",
    "RetryBody",
    "RotateBody",
    "RunEnded",
    "RunEndedStatusEnum",
    "RunEndedTypeEnum",
    "RunReply",
    "RunsListStatus",
    "RunStatus",
    "SavedReply",
    "ScoresReply",
    "Section",
    "SectionBody",
    "SectionReply",
    "SelectionField",
    "SeoReply",
    "ShareBody",
    "ShareReply",
    "StepReply",
    "StepState",
    "StepSumReply",
    "StripeAddressReply",
    "SubscriptionReply",
    "SubscriptionReplyStatusEnum",
    "SumReply",
    "TakenReply",
    "TextBody",
    "TextChange",
    "TextReply",
    "TierEnum",
    "TierReply",
    "TiersReply",
    "ToneEnum",
    "TrialError",
    "UnitEnum",
    "UsageRecordReply",
    "UsageRecordReplyKindEnum",
    "UsageReply",
    "VersionReply",
    "VersionRow",
    "WebhooksDeliveriesState",
    "WebhookTestBody",
    "WebhookTestReply",
    "WrittenReply",
    "WrittenReplyNotes",
)
