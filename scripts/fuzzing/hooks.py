"""What schemathesis cannot know from the document alone."""
import itertools
import os

import schemathesis

KEY = 'Idempotency-Key'
numbers = itertools.count()
# By the parameter of the path: what is not to be deleted, and the id of nothing in its place.
KEPT = {
    'workspaceId': ('/workspaces/{workspaceId}', os.environ.get('DOCENT_FUZZ_WORKSPACE'), 999_999_999),
    'tokenId': ('/tokens/{tokenId}', os.environ.get('DOCENT_FUZZ_TOKEN_ID'), '0198c0de-7e57-7000-8000-000000000001'),
}


@schemathesis.hook
def before_call(context, case, kwargs):
    keep(case)
    tell_apart(case)


def keep(case):
    """Without its token and its workspace the rest of the run would test nothing."""
    for name, (path, kept, nothing) in KEPT.items():
        if case.method.upper() == 'DELETE' and case.path == path and str(case.path_parameters.get(name)) == kept:
            case.path_parameters[name] = nothing


def tell_apart(case):
    """A key stands for one request: the same with another body is refused, as documented. Generated keys repeat."""
    key = (case.headers or {}).get(KEY)
    if isinstance(key, str) and 0 < len(key) <= 200:
        case.headers[KEY] = f'{key}-{next(numbers)}'
