"""Time a page of extraction after parsing, on the corpus: 20 fields asked of every document, on one core; and memory over
one run and over three times as many documents."""
import json, os, pathlib, statistics, sys, tempfile

from common import DOCENT, prepare
from parse import cost

SCHEMA = pathlib.Path(__file__).with_name('invoice-schema.json')

BAR = 30  # ms a page


def measure(arguments):
    corpus = os.environ.get('DOCENT_CORPUS')
    if not corpus:
        sys.exit('DOCENT_CORPUS names no folder of documents: nothing to measure on')
    prepare('--package', 'api')
    # The first core that may be used; what is started here stays on it.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        measure_in(pathlib.Path(folder), pathlib.Path(corpus), arguments)


def measure_in(folder, corpus, arguments):
    once, thrice = cases(folder / 'once', corpus, 1), cases(folder / 'thrice', corpus, 3)
    parsed = pathlib.Path(arguments.parsed) if arguments.parsed else folder / 'parsed'
    evaluate(folder, once, parsed)  # parses; further runs only extract
    rounds = [evaluate(folder, once, parsed) for _ in range(arguments.rounds)]
    documents = [per_page(times) for times in zip(*(times for _, times in rounds))]
    documents = [document for document in documents if document]
    parse, extract = ([document[part] for document in documents] for part in (0, 1))
    print(f'{len(documents)} documents with {sum(document[2] for document in documents)} pages, 20 fields, one core, '
          f'{arguments.rounds} rounds')
    print('ms a page                median    mean   90 %      most')
    for name, times in (('parsing, wall time', parse), ('extraction, CPU time', extract)):
        ordered = sorted(times)
        print(f'{name:22} {statistics.median(times):6.2f}  {statistics.mean(times):6.2f} {ordered[len(ordered) * 9 // 10]:6.2f} '
              f'{ordered[-1]:9.2f}')
    ratio = statistics.median(b / a for a, b in zip(parse, extract))
    print(f'extraction to parsing, median of the ratios: {ratio:.2f}')
    by_memory = [run.memory for run, _ in rounds], [evaluate(folder, thrice, parsed)[0].memory for _ in range(arguments.rounds)]
    one, three = (statistics.median(memory) for memory in by_memory)
    print(f'peak memory: {one / 1e6:.0f} MB over the documents, {three / 1e6:.0f} MB over three times as many, ratio {three / one:.2f}')
    if statistics.median(extract) > BAR:
        sys.exit(f'the median is above {BAR} ms a page')


def cases(folder, corpus, times):
    """The cases that can be read, so many times; those that are there to do harm are not."""
    for path in sorted(corpus.glob('cases/*/*/case.json')):
        if json.loads(path.read_text())['kind'] == 'hostile':
            continue
        for copy in range(times):
            source = folder / f'{path.parent.parent.name}-{copy}'
            source.mkdir(parents=True, exist_ok=True)
            (source / path.parent.name).symlink_to(path.parent, target_is_directory=True)
    return folder


def evaluate(folder, corpus, parsed):
    """What a run took, and the times of its documents."""
    times = folder / 'times.json'
    run = cost(DOCENT, 'eval', corpus, '--predictions', folder / 'predictions', '--parsed', parsed, '--schema', SCHEMA,
               '--threads', '1', '--times', times)
    return run, json.loads(times.read_text())


def per_page(times):
    """Milliseconds of parsing and of extraction a page, and pages, of one document, the best of several rounds: others disturb,
    nothing helps. Of those without pages nothing."""
    pages = times[0]['pages']
    if not pages:
        return None
    return times[0]['parse_ms'] / pages, min(time['extract_ms'] for time in times) / pages, pages
