"""CPU a page of PDF parsing against `pdftotext -bbox`, on the corpus."""
import json, os, pathlib, statistics, subprocess, sys

from common import TARGET, cpu_and_output, output, prepare


def measure(arguments):
    corpus = os.environ.get('DOCENT_CORPUS')
    if not corpus:
        sys.exit('DOCENT_CORPUS names no folder of documents: nothing to measure on')
    prepare('--package', 'parsing', '--example', 'parse_pages')
    files = [file for file in corpus_pdfs(pathlib.Path(corpus)) if has_text_layer(file)]
    pages = int(output(TARGET / 'release/examples/parse_pages', '1', *files))
    ours, yardstick = [], []
    for _ in range(arguments.rounds):
        yardstick.append(sum(cpu_and_output('pdftotext', '-bbox', file, '/dev/null')[0] for file in files))
        ours.append(cpu_and_output(TARGET / 'release/examples/parse_pages', '1', *files)[0])
    ratio = statistics.median(a / b for a, b in zip(ours, yardstick))
    print(f'{len(files)} PDFs with a text layer, {pages} pages, {arguments.rounds} rounds, OCR off')
    print(f'parsing, in process   {1000 * min(ours) / pages:7.2f} ms CPU a page')
    print(f'pdftotext -bbox       {1000 * min(yardstick) / pages:7.2f} ms CPU a page')
    print(f'ratio                 {ratio:7.3f}')


def corpus_pdfs(corpus):
    for path in sorted(corpus.glob('cases/*/*/case.json')):
        case = json.loads(path.read_text())
        if case['kind'] in ('fields', 'text') and case['media_type'] == 'application/pdf':
            yield path.parent / case['document']


def has_text_layer(file):
    text = subprocess.run(['pdftotext', str(file), '-'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return len(text.split()) >= 5
