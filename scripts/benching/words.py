"""Words of PDFs against `pdftotext -bbox -cropbox`, on the corpus: which are found, and whether their boxes agree."""
import collections, html, os, pathlib, re, subprocess, sys, unicodedata

from common import TARGET, output, prepare
from corpus import has_text_layer, pdfs

INVOICES = ('einvoice', 'einvoice-embedded', 'invoice2data')

WORD = re.compile(r'<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*)</word>')

# Words printed of each file under --worst.
SHOWN = 40

Word = collections.namedtuple('Word', 'text box')


def measure(arguments):
    folder = os.environ.get('DOCENT_CORPUS')
    if not folder:
        sys.exit('DOCENT_CORPUS names no folder of documents: nothing to measure on')
    prepare('--package', 'parsing', '--example', 'words')
    files = [file for file in pdfs(pathlib.Path(folder)) if arguments.only in str(file) and has_text_layer(file)]
    found = {file: Comparison(ours(file), theirs(file)) for file in files}
    groups = {'invoices': [file for file in files if file.parts[-3] in INVOICES], 'all': files}
    print(f'{len(files)} PDFs with a text layer, {sum(found[file].pages for file in files)} pages')
    print('           files   words of pdftotext   words R / P      characters R / P   boxes')
    for name, members in groups.items():
        print_row(name, [found[file] for file in members])
    for file in sorted(files, key=lambda file: -found[file].differing)[:arguments.worst]:
        found[file].show(file)


def print_row(name, all_found):
    words, characters = (Tally.sum(getattr(found, what) for found in all_found) for what in ('words', 'characters'))
    near, equal = sum(found.near for found in all_found), sum(found.words.both for found in all_found)
    print(f'{name:10} {len(all_found):5} {words.theirs:20}   {words}   {characters}     {share(near, equal):.4f}')


def share(part, whole):
    return part / whole if whole else 1.0


class Tally:
    """How many there are here, there, and in both."""

    def __init__(self, ours, theirs, both):
        self.ours, self.theirs, self.both = ours, theirs, both

    @classmethod
    def of(cls, ours, theirs):
        return cls(ours.total(), theirs.total(), (ours & theirs).total())

    @classmethod
    def sum(cls, tallies):
        tallies = list(tallies)
        return cls(*(sum(getattr(tally, name) for tally in tallies) for name in ('ours', 'theirs', 'both')))

    def __str__(self):
        return f'{share(self.both, self.theirs):.4f} / {share(self.both, self.ours):.4f}'


class Comparison:
    """Two readings of a document, page by page."""

    def __init__(self, ours, theirs):
        self.pages = max(len(ours), len(theirs))
        self.words, self.characters = Tally(0, 0, 0), Tally(0, 0, 0)
        self.near, self.apart = 0, []
        self.missed, self.added = [], []
        for number in range(self.pages):
            self.compare(number + 1, page_of(ours, number), page_of(theirs, number))

    def compare(self, number, ours, theirs):
        our_words, their_words = (collections.Counter(word.text for word in words) for words in (ours, theirs))
        self.words = Tally.sum([self.words, Tally.of(our_words, their_words)])
        our_letters, their_letters = (collections.Counter(''.join(words.elements())) for words in (our_words, their_words))
        self.characters = Tally.sum([self.characters, Tally.of(our_letters, their_letters)])
        pairs, our_rest, their_rest = matched(ours, theirs)
        for our, their in pairs:
            if overlap(our.box, their.box) > 0.5:
                self.near += 1
            else:
                self.apart.append((number, our, their))
        self.added += [(number, word) for word in our_rest]
        self.missed += [(number, word) for word in their_rest]

    @property
    def differing(self):
        return len(self.missed) + len(self.added) + len(self.apart)

    def show(self, file):
        print(f'\n{file.parts[-3]}/{file.parts[-2]}/{file.name}: words {self.words}, characters {self.characters}, '
              f'{len(self.missed)} missed, {len(self.added)} added, {len(self.apart)} boxes apart')
        for name, words in (('missed', self.missed), ('added', self.added)):
            for number, word in words[:SHOWN]:
                print(f'  {name:6} page {number} {place(word.box)} {word.text}')
        for number, our, their in self.apart[:SHOWN]:
            print(f'  apart  page {number} {place(our.box)} theirs {place(their.box)} {our.text}')


def place(box):
    return ' '.join(f'{value:.1f}' for value in box)


def page_of(pages, number):
    return pages[number] if number < len(pages) else []


def matched(ours, theirs):
    """Equal words one to one, the nearest first; and what is left of both."""
    by_text = collections.defaultdict(lambda: ([], []))
    for side, words in enumerate((ours, theirs)):
        for word in words:
            by_text[word.text][side].append(word)
    pairs, rest = [], ([], [])
    for sides in by_text.values():
        near = sorted((distance(our.box, their.box), a, b) for a, our in enumerate(sides[0]) for b, their in enumerate(sides[1]))
        taken = (set(), set())
        for _, a, b in near:
            if a not in taken[0] and b not in taken[1]:
                taken[0].add(a)
                taken[1].add(b)
                pairs.append((sides[0][a], sides[1][b]))
        for side in (0, 1):
            rest[side].extend(word for index, word in enumerate(sides[side]) if index not in taken[side])
    return pairs, *rest


def distance(a, b):
    return abs(a[0] + a[2] - b[0] - b[2]) + abs(a[1] + a[3] - b[1] - b[3])


def overlap(a, b):
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


def ours(file):
    pages = []
    for line in output(TARGET / 'release/examples/words', file).split('\n'):
        if re.fullmatch(r'# page \d+', line):
            pages.append([])
        elif not line.startswith('#'):
            *box, _, text = line.split('\t')
            pages[-1].append(word(text, box))
    return pages


def theirs(file):
    command = ['pdftotext', '-bbox', '-cropbox', str(file), '-']
    text = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode(errors='replace')
    pages = []
    for line in text.split('\n'):
        if '<page ' in line:
            pages.append([])
        elif match := WORD.search(line):
            *box, text = match.groups()
            pages[-1].append(word(html.unescape(text), box))
    return pages


def word(text, box):
    text = ''.join(unicodedata.normalize('NFKC', text).split())
    return Word(text, tuple(float(value) for value in box))
