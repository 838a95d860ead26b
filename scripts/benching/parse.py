"""CPU a page of PDF parsing against `pdftotext -bbox`, on the corpus."""
import os, pathlib, statistics, subprocess, sys

from common import TARGET, output, prepare
from corpus import has_text_layer, pdfs


def measure(arguments):
    corpus = os.environ.get('DOCENT_CORPUS')
    if not corpus:
        sys.exit('DOCENT_CORPUS names no folder of documents: nothing to measure on')
    prepare('--package', 'parsing', '--example', 'parse_pages')
    files = [file for file in pdfs(pathlib.Path(corpus)) if has_text_layer(file)]
    pages = int(output(TARGET / 'release/examples/parse_pages', '1', *files))
    ours, yardstick = [], []
    for _ in range(arguments.rounds):
        yardstick.append(sum(cpu('pdftotext', '-bbox', file, '/dev/null') for file in files))
        ours.append(cpu(TARGET / 'release/examples/parse_pages', '1', *files))
    ratio = statistics.median(a / b for a, b in zip(ours, yardstick))
    print(f'{len(files)} PDFs with a text layer, {pages} pages, {arguments.rounds} rounds, OCR off')
    print(f'parsing, in process   {1000 * min(ours) / pages:7.2f} ms CPU a page')
    print(f'pdftotext -bbox       {1000 * min(yardstick) / pages:7.2f} ms CPU a page')
    print(f'ratio                 {ratio:7.3f}')


def cpu(*command):
    """Seconds of user and system time of a command and its children."""
    before = os.times()
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return (after.children_user - before.children_user) + (after.children_system - before.children_system)
