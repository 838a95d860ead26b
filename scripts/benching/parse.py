"""CPU a page of PDF parsing against `pdftotext -bbox`, on the corpus; and whole programs on documents of many pages."""
import os, pathlib, statistics, subprocess, sys, tempfile, time

import made
from common import TARGET, output, prepare
from corpus import has_text_layer, pdfs

WORDS = TARGET / 'release/examples/words'


def measure(arguments):
    corpus = os.environ.get('DOCENT_CORPUS')
    prepare('--package', 'parsing', '--examples')
    if corpus:
        measure_corpus(pathlib.Path(corpus), arguments.rounds)
    else:
        print('DOCENT_CORPUS names no folder of documents: nothing to measure a page on', file=sys.stderr)
    print()
    measure_many_pages(arguments.rounds)
    if corpus:
        print()
        measure_isolation(pathlib.Path(corpus))


def measure_corpus(corpus, rounds):
    files = [file for file in pdfs(corpus) if has_text_layer(file)]
    pages = int(output(TARGET / 'release/examples/parse_pages', '1', *files))
    ours, yardstick = [], []
    for _ in range(rounds):
        yardstick.append(sum(cost('pdftotext', '-bbox', file, '/dev/null').cpu for file in files))
        ours.append(cost(TARGET / 'release/examples/parse_pages', '1', *files).cpu)
    ratio = statistics.median(a / b for a, b in zip(ours, yardstick))
    print(f'{len(files)} PDFs with a text layer, {pages} pages, {rounds} rounds, OCR off')
    print(f'parsing, in process   {1000 * min(ours) / pages:7.2f} ms CPU a page')
    print(f'pdftotext -bbox       {1000 * min(yardstick) / pages:7.2f} ms CPU a page')
    print(f'ratio                 {ratio:7.3f}')


def measure_many_pages(rounds):
    """From start to the last byte of output, which is the words with their boxes."""
    print('whole programs, words with boxes to a file; pages made here')
    print('pages    ours: wall      CPU a page   peak memory   pdftotext: wall   CPU a page   peak memory   wall ratio')
    with tempfile.TemporaryDirectory() as folder:
        for pages in (10, 100, 1000):
            file = pathlib.Path(folder) / f'{pages}.pdf'
            file.write_bytes(made.pdf(pages))
            ours, theirs = pathlib.Path(folder) / 'ours', pathlib.Path(folder) / 'theirs'
            runs = []
            # Short runs are disturbed more easily, and cost less.
            for _ in range(max(rounds, 3000 // pages)):
                # Neither pays for clearing away what was written before.
                ours.unlink(missing_ok=True)
                theirs.unlink(missing_ok=True)
                runs.append((cost(WORDS, file, into=ours), cost('pdftotext', '-bbox', file, theirs)))
            best, yardstick = (min(side, key=lambda run: run.wall) for side in zip(*runs))
            ratio = statistics.median(a.wall / b.wall for a, b in runs)
            print(f'{pages:5}    {best.row(pages)}      {yardstick.row(pages)}      {ratio:.3f}')


def measure_isolation(corpus):
    """Documents of one page in this process, and in a child that is warm and confined."""
    files = [file for file in pdfs(corpus) if has_text_layer(file)]
    count, here, there, ratio = output(TARGET / 'release/examples/isolation', '20', *files).split()
    print(f'{count} documents of one page, wall time each: in process {here} ms, in a warm child {there} ms, ratio {ratio}')


class Cost:
    def __init__(self, wall, cpu, memory):
        self.wall, self.cpu, self.memory = wall, cpu, memory

    def row(self, pages):
        return f'{self.wall:8.3f} s   {1000 * self.cpu / pages:7.2f} ms   {self.memory / 1e6:8.0f} MB'


def cost(*command, into=None):
    """What a command takes: seconds of wall time, of user and system time, and bytes of memory."""
    started = time.perf_counter()
    with open(into or os.devnull, 'wb') as out:
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f'{command[0]} ended with status {process.returncode}')
    return Cost(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)
