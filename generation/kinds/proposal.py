"""The second kind: a passage of a post written anew, as a proposal that its owner accepts or drops."""

from billing.quotas import Meter
from generation.kinds.base import Kind
from generation.llm.base import Models, Profile
from generation.models import Post, Proposal, Run
from generation.pipeline import rewriting
from generation.pipeline.estimate import Estimate
from generation.pipeline.run import Step
from generation.pipeline.types import Part, Progress, Rewrite, Steps

COMPLETED = """
SELECT format('run %s: completed, and it has no proposal', id)
FROM runs
WHERE kind = 'proposal' AND status = 'completed'
    AND NOT EXISTS (SELECT FROM proposals WHERE proposals.id = runs.post_id)
UNION ALL
SELECT format('run %s: it is %s, and it has a proposal', runs.id, status)
FROM runs JOIN proposals ON proposals.run_id = runs.id AND proposals.kind = 'model'
WHERE runs.kind <> 'proposal' OR status <> 'completed' OR runs.post_id <> proposals.id
ORDER BY 1
"""

READ = """
SELECT format('run %s: its watchers have a different text than the proposal', runs.id)
FROM runs JOIN run_steps AS step ON step.run_id = runs.id
JOIN proposals ON proposals.run_id = runs.id AND proposals.kind = 'model'
WHERE step.name = 'suggestion' AND step.text <> proposals.body
ORDER BY 1
"""


class ProposalBrief(Rewrite):
    """The passage is `text`, from character `start` to `end` of the body of version `base`."""

    base: int
    part: str = ""
    """The name of the part in which it stands."""
    start: int
    end: int


class ProposalKind(Kind[ProposalBrief, Part]):
    name = "proposal"
    noun = "suggestion"
    meter = Meter.ASSISTS
    brief = ProposalBrief
    invariants = (COMPLETED, READ)

    def steps(self, brief: ProposalBrief) -> tuple[Step, ...]:
        return (Step(rewriting.PART, is_part=True),)

    async def write(self, brief: ProposalBrief, models: Models, steps: Steps, progress: Progress) -> Part:
        return await rewriting.rewrite(brief, models, steps, progress)

    def finish(self, run: Run, made: Part, written_by: tuple[str, str]) -> str:
        brief = ProposalBrief.model_validate(run.brief)
        Proposal.objects.create(
            id=run.post_id,
            owner_id=run.owner_id,
            post_id=run.about_post,
            base=brief.base,
            part=brief.part,
            start=brief.start,
            end=brief.end,
            original=brief.text,
            body=made.text,
            instruction=brief.about,
            run=run,
            kind=Proposal.Kind.MODEL,
        )
        return Post.objects.values_list("title", flat=True).get(pk=run.about_post)

    def estimate(self, brief: ProposalBrief, profile: Profile) -> Estimate:
        return rewriting.estimate(brief, profile)
