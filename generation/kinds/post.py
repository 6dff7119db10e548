"""The first kind: a post from its brief."""

from collections.abc import Collection

from billing.quotas import Meter
from generation.kinds.base import Kind
from generation.llm.base import Models, Profile
from generation.models import Run
from generation.pipeline import run as pipeline
from generation.pipeline.estimate import Estimate, estimate
from generation.pipeline.run import Step
from generation.pipeline.types import Brief, Draft, Progress, Steps
from generation.posts import services as posts

COMPLETED = """
SELECT format('run %s: completed, and it has no post', id)
FROM runs
WHERE kind = 'post' AND status = 'completed'
    AND NOT EXISTS (SELECT FROM generated_content WHERE generated_content.id = post_id)
UNION ALL
SELECT format('run %s: %s, and it has a post', runs.id, status)
FROM runs JOIN generated_content ON generated_content.id = post_id
WHERE kind <> 'post' OR status <> 'completed'
ORDER BY 1
"""

# What watchers were sent, part by part, against what was accepted in the end.
READ = """
SELECT format('run %s: its watchers have a different text of %s than the post', runs.id, told.name)
FROM runs
JOIN run_steps AS assembly ON assembly.run_id = runs.id AND assembly.name = 'assembly'
CROSS JOIN LATERAL jsonb_array_elements(assembly.output -> 'parts') AS part
JOIN run_steps AS told ON told.run_id = runs.id AND told.name = part ->> 'name'
WHERE kind = 'post' AND told.text <> part ->> 'text'
ORDER BY 1
"""

STOPPED = """
SELECT format('run %s: cancelled with something to read, and its unit was refunded', runs.id)
FROM runs JOIN usage_records ON usage_records.run_id = reservation AND usage_records.kind = 'refund'
WHERE runs.kind = 'post' AND status = 'cancelled' AND EXISTS (
    SELECT FROM run_steps
    WHERE run_id = runs.id AND output IS NOT NULL
    AND coalesce(is_part, name NOT IN ('outline', 'checks', 'assembly'))
)
ORDER BY 1
"""


class PostKind(Kind[Brief, Draft]):
    name = "post"
    noun = "post"
    meter = Meter.POSTS
    brief = Brief
    parts_stay = True
    invariants = (COMPLETED, READ, STOPPED)

    def steps(self, brief: Brief) -> tuple[Step, ...]:
        return pipeline.steps_of(brief)

    def begun_by(self, step: str, brief: Brief, finished: Collection[str]) -> tuple[str, ...]:
        body = pipeline.body_names(brief)
        if step == "outline":
            return body
        return pipeline.closing_names(brief) if step in body and {*body} <= {*finished} else ()

    async def write(self, brief: Brief, models: Models, steps: Steps, progress: Progress) -> Draft:
        return await pipeline.write(brief, models, steps, progress)

    def finish(self, run: Run, made: Draft, written_by: tuple[str, str]) -> str:
        post = posts.store(
            id=run.post_id,
            owner_id=run.owner_id,
            conversation=run.conversation,
            language=Brief.model_validate(run.brief).language,
            draft=made,
            written_by=written_by,
        )
        return post.title

    def estimate(self, brief: Brief, profile: Profile) -> Estimate:
        return estimate(brief, profile)
