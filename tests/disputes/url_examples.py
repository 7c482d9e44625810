from tests.security.examples import Example
from tests.security.world import OF_THE_TEAM

EXAMPLES = {
    "disputes:of_case": Example(lambda world: {"ref": str(world.things["own ticket"].pk)}, seen_by=OF_THE_TEAM),
}
