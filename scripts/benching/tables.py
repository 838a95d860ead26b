"""Tables: are the cells that the corpus names found as cells? Sources icdar-table and office-table.

Scored as the ICDAR 2013 table competition does, by relations of neighbours: for each cell, the next cell that is not
blank to its right in its row, and the next below in its column. A relation is two texts and a direction; lists of
relations are compared as multisets, precision and recall are over relations.

Expected: the rows of case.json, whose fields are columns in printed order. A case may leave out columns and rows of the
table, so what stands between two asked cells is passed over on both sides, as blanks are: the relation of two asked
cells holds if no other asked cell is between.

Found: of the one table that holds most asked values (tables that are marked as going on over pages are one). Each row
asked for is laid on a row found, and each column on a column, so that most cells agree and the order is kept; a value
not found there may be anywhere in the table. A cell that is not an asked value, but holds one that is found nowhere
else, or is a part of one, is a broken cell: it takes part in relations, all of which are wrong. All other cells are not
asked for and count as blank. Tables elsewhere in the document are not counted.

Texts are compared after NFKC, without blanks and case, with one kind of dash and quote; numbers, which are typed in
case.json, by value, whatever separates their thousands.
"""
import collections, decimal, json, os, pathlib, re, subprocess, sys, unicodedata

from common import TARGET, prepare

BARS = {'icdar-table': 0.85, 'office-table': 0.99}
ALIKE = str.maketrans({**dict.fromkeys('‐‑‒–—−', '-'), **dict.fromkeys('‘’‚`´', "'"), **dict.fromkeys('“”„«»', '"'),
                       '\u00ad': None, '\u200b': None})


def measure(arguments):
    corpus = os.environ.get('DOCENT_CORPUS')
    if not corpus:
        sys.exit('DOCENT_CORPUS names no folder of documents: nothing to measure on')
    prepare('--package', 'parsing', '--example', 'words')
    cases = [Case(path) for path in sorted(pathlib.Path(corpus).glob('cases/*-table/*/case.json'))]
    for case in cases:
        case.score()
    for source, bar in BARS.items():
        report(source, bar, [case for case in cases if case.source == source])
    for case in sorted((case for case in cases if not case.refusal), key=Case.f1)[:arguments.worst]:
        case.explain()


def report(source, bar, cases):
    read = [case for case in cases if not case.refusal]
    print(f'{source}: {len(cases)} cases, {len(read)} of kinds that are read')
    for case in cases:
        if case.refusal:
            print(f'  {case.name:28} not read: {case.refusal}')
        else:
            print(f'  {case.name:28} {case.figures()}')
    if read:
        right = sum(case.right() for case in read)
        found, expected = (sum(sum(relations.values()) for relations in side)
                           for side in ([case.found for case in read], [case.expected for case in read]))
        f1 = ratio(2 * right, found + expected)
        print(f'  all relations: precision {ratio(right, found):.3f}, recall {ratio(right, expected):.3f}, F1 {f1:.3f}; '
              f'mean F1 of cases {sum(map(Case.f1, read)) / len(read):.3f}; bar {bar}')


class Case:
    def __init__(self, path):
        about = json.loads(path.read_text())
        self.source, self.name = path.parent.parent.name, path.parent.name
        self.file = path.parent / about['document']
        (group, self.asked), = about['expected'].items()
        self.columns = list(about['schema']['groups'][group]['fields'])
        self.refusal = None
        self.found = self.expected = collections.Counter()

    def score(self):
        grid = Grid()
        for row, values in enumerate(self.asked):
            for column, name in enumerate(self.columns):
                if values.get(name) is not None:
                    grid.put(Cell(values[name], row, column))
        self.expected = grid.relations()
        answer = subprocess.run([TARGET / 'release/examples/words', self.file, 'json'], capture_output=True, text=True)
        if answer.returncode:
            self.refusal = answer.stderr.strip()
            return
        best = max((Matched(grid, table) for table in chains(json.loads(answer.stdout[answer.stdout.index('{'):]))),
                   key=lambda matched: len(matched.cells), default=None)
        if best:
            self.found = best.relations()
        self.best = best

    def right(self):
        return sum((self.found & self.expected).values())

    def f1(self):
        return ratio(2 * self.right(), sum(self.found.values()) + sum(self.expected.values()))

    def figures(self):
        right, found, expected = self.right(), sum(self.found.values()), sum(self.expected.values())
        return (f'precision {ratio(right, found):.3f} ({right} of {found}), recall {ratio(right, expected):.3f} '
                f'({right} of {expected}), F1 {self.f1():.3f}')

    def explain(self):
        print(f'\n{self.source}/{self.name}: {self.figures()}')
        for what, relations in (('missing', self.expected - self.found), ('wrong', self.found - self.expected)):
            for (a, b, direction), times in sorted(relations.items(), key=str):
                print(f'  {what}: {a!r} {"->" if direction == "right" else "v"} {b!r}' + (f' x {times}' if times > 1 else ''))


def ratio(a, b):
    return a / b if b else 0.0


def plain(text):
    return ''.join(unicodedata.normalize('NFKC', text).translate(ALIKE).casefold().split())


def number(text):
    """A number as printed: '1 234 567', '1.234,5', '(5)', '12 %'; nothing for what is more than a number."""
    text = plain(text)
    bracketed = re.fullmatch(r'\((.*)\)', text)
    text = bracketed[1] if bracketed else text
    match = re.fullmatch(r"[^\w.,-]*(-?)[^\w.,-]*(\d[\d.,']*|[.,]\d+)[^\w.,]*", text)
    if not match:
        return None
    digits = match[2].replace("'", '')
    if re.fullmatch(r'\d{1,3}([.,]\d{3})+', digits) and not re.fullmatch(r'\d+\.\d{3}', digits):
        digits = re.sub('[.,]', '', digits)
    elif '.' in digits and ',' in digits:
        last = max(digits.rfind('.'), digits.rfind(','))
        digits = re.sub('[.,]', '', digits[:last]) + '.' + digits[last + 1:]
    elif digits.count(',') == 1 or digits.count('.') == 1:
        digits = digits.replace(',', '.')
    else:
        digits = re.sub('[.,]', '', digits)
    value = decimal.Decimal(digits)
    return -value if match[1] or bracketed else value


class Cell:
    def __init__(self, value, row, column, row_span=1, column_span=1):
        self.value, self.row, self.column, self.row_span, self.column_span = value, row, column, row_span, column_span
        # What two cells with the same value have in common.
        typed = not isinstance(value, str)
        self.key = str(decimal.Decimal(str(value)).normalize() + 0) if typed else plain(value)
        self.typed = typed

    def holds(self, text):
        """Whether a printed text says this value."""
        if not self.typed:
            return plain(text) == self.key
        said = number(text)
        return said is not None and str(said.normalize() + 0) == self.key


class Grid:
    def __init__(self):
        self.cells, self.places = [], {}

    def put(self, cell):
        self.cells.append(cell)
        for row in range(cell.row, cell.row + cell.row_span):
            for column in range(cell.column, cell.column + cell.column_span):
                self.places[row, column] = cell

    def relations(self):
        """Neighbours, blanks between passed over; two cells that share several borders are neighbours once."""
        pairs = set()
        by_row, by_column = collections.defaultdict(list), collections.defaultdict(list)
        for (row, column), cell in self.places.items():
            by_row[row].append((column, cell))
            by_column[column].append((row, cell))
        for lines, direction in ((by_row, 'right'), (by_column, 'below')):
            for line in lines.values():
                line.sort(key=lambda place: place[0])
                for (_, a), (_, b) in zip(line, line[1:]):
                    if a is not b:
                        pairs.add((a, b, direction))
        return collections.Counter((a.key, b.key, direction) for a, b, direction in pairs)


def chains(document):
    """Tables as lists of (text, row, column, row span, column span); those that go on over pages are one."""
    tables = []
    for page in document['pages']:
        words = [word['text'] for word in page['words']]
        for table in page['tables']:
            cells = [(' '.join(words[index] for index in cell['words']) or cell['value'],
                      cell['row'], cell['column'], cell['row_span'], cell['column_span']) for cell in table['cells']]
            if table.get('continues') and tables:
                rows, before = tables.pop()
                tables.append((rows + table['rows'], before + [(text, row + rows, *rest) for text, row, *rest in cells]))
            else:
                tables.append((table['rows'], cells))
    return [cells for _, cells in tables]


class Matched:
    """A found table with the asked cells laid on it."""

    def __init__(self, asked, found):
        self.found = [cell for cell in found if cell[0].strip()]
        self.cells = {}  # index of a found cell -> the asked one
        by_place = {(cell[1], cell[2]): index for index, cell in enumerate(self.found)}
        rows, columns = (1 + max((getattr(cell, side) for cell in asked.cells), default=0) for side in ('row', 'column'))
        found_columns = sorted({cell[2] for cell in self.found})
        found_rows = sorted({cell[1] for cell in self.found})

        def agrees(cell, row, column):
            index = by_place.get((row, column))
            return index is not None and cell.holds(self.found[index][0])

        def held(column, at):
            texts = [cell[0] for cell in self.found if cell[2] == at]
            return sum(any(cell.holds(text) for text in texts) for cell in asked.cells if cell.column == column)

        on_column = dict(align(range(columns), found_columns, held))
        in_row = collections.defaultdict(list)
        for cell in asked.cells:
            in_row[cell.row].append(cell)
        on_row = dict(align(range(rows), found_rows, lambda row, at: sum(
            agrees(cell, at, on_column.get(cell.column)) for cell in in_row[row])))
        missing = []
        for cell in asked.cells:
            row, column = on_row.get(cell.row), on_column.get(cell.column)
            if agrees(cell, row, column):
                self.cells[by_place[row, column]] = cell
            else:
                missing.append(cell)
        self.missing = []
        for cell in missing:
            index = next((index for index, (text, *_) in enumerate(self.found)
                          if index not in self.cells and cell.holds(text)), None)
            if index is None:
                self.missing.append(cell)
            else:
                self.cells[index] = cell

    def relations(self):
        grid = Grid()
        parts = [plain(str(cell.value)) for cell in self.missing]
        for index, (text, *place) in enumerate(self.found):
            asked = self.cells.get(index)
            said = plain(text)
            if asked or any(part in said or said in part for part in parts):
                cell = Cell(text, *place)
                cell.key = asked.key if asked else f'broken: {text}'
                grid.put(cell)
        return grid.relations()


def align(ours, theirs, score):
    """Pairs of both lists, in order, with the highest sum of scores."""
    ours, theirs = list(ours), list(theirs)
    best = [[0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    scores = [[score(a, b) for b in theirs] for a in ours]
    for i in range(len(ours) - 1, -1, -1):
        for j in range(len(theirs) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + scores[i][j])
    i = j = 0
    while i < len(ours) and j < len(theirs):
        if scores[i][j] and best[i][j] == best[i + 1][j + 1] + scores[i][j]:
            yield ours[i], theirs[j]
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
