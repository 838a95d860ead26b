"""What schemathesis cannot know from the document alone."""
import itertools

import schemathesis

KEY = 'Idempotency-Key'
numbers = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    """A key stands for one request: the same with another body is refused, as documented. Generated keys repeat."""
    key = (case.headers or {}).get(KEY)
    if isinstance(key, str) and 0 < len(key) <= 200:
        case.headers[KEY] = f'{key}-{next(numbers)}'
