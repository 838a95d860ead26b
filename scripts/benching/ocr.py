"""Character recognition on the corpus' receipts against what people wrote down (words.csv).

Characters are those of all words after NFKC and in capitals, without blanks; words are what blanks part. Both are counted a picture,
as multisets: recall is the part of the truth that was found, precision the part of what was found that is in the
truth; the figures are over all pictures together. Where something stands plays no part.
"""
import collections, json, os, pathlib, re, sys, unicodedata

from common import TARGET, cpu_and_output, prepare

ENGINES = {
    'pp-ocr': 'PP-OCR',
    'pp-ocr-as-read': 'PP-OCR, blanks as read',
    'tesseract': 'Tesseract',
}


def measure(arguments):
    corpus = os.environ.get('DOCENT_CORPUS')
    if not corpus:
        sys.exit('DOCENT_CORPUS names no folder of documents: nothing to measure on')
    models = arguments.models or os.environ.get('DOCENT_MODELS') or f"{os.environ.get('DOCENT_DATA_DIR', 'data')}/models"
    models = pathlib.Path(models).resolve()
    prepare('--package', 'parsing', '--example', 'ocr')
    cases = sorted(pathlib.Path(corpus).glob('cases/sroie/*'))[::arguments.every]
    pictures = [case / json.loads((case / 'case.json').read_text())['document'] for case in cases]
    print(f'{len(cases)} receipts, one thread            characters R / P      words R / P    CPU s a picture')
    for engine in arguments.engines:
        seconds, out = cpu_and_output(TARGET / 'release/examples/ocr', engine, models, *pictures)
        found = [json.loads(line)['words'] for line in out.splitlines()]
        chars, words = Score(), Score()
        for case, of_case in zip(cases, found, strict=True):
            truth = text_of(case / 'words.csv')
            text = normal(' '.join(word['text'] for word in of_case))
            chars.add(re.sub(r'\s', '', truth), re.sub(r'\s', '', text))
            words.add(truth.split(), text.split())
        print(f'{ENGINES[engine]:34}{chars}     {words}    {seconds / len(cases):8.2f}')


class Score:
    def __init__(self):
        self.hits = self.wanted = self.found = 0

    def add(self, wanted, found):
        wanted, found = collections.Counter(wanted), collections.Counter(found)
        self.hits += sum((wanted & found).values())
        self.wanted += sum(wanted.values())
        self.found += sum(found.values())

    def __str__(self):
        return f'{self.hits / max(1, self.wanted):7.4f} / {self.hits / max(1, self.found):.4f}'


def text_of(path):
    """The truth: the text of every line, which may hold commas itself."""
    lines = path.read_text(encoding='utf-8', errors='replace').splitlines()
    return normal(' '.join(line.split(',', 8)[8] for line in lines if line.count(',') >= 8))


def normal(text):
    # The truth is in capitals, whatever is printed.
    return unicodedata.normalize('NFKC', text).upper()
