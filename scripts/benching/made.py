"""PDFs of many pages, made here: text, tables with lines, heads and feet. The same number of pages, the same bytes."""
import random, zlib

FONTS = {'F1': 'Helvetica', 'F2': 'Helvetica-Bold', 'F3': 'Times-Roman'}

SYLLABLES = 'ba co de fin ger hal in jo kel lan mer no or pra qui ras sel ter un ver wal yo zen'.split()


def pdf(pages):
    chance = random.Random(pages)
    vocabulary = [''.join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(2000)]
    font_list = ' '.join(f'/{name} {number} 0 R' for number, name in enumerate(FONTS, 3))
    objects = ['<< /Type /Catalog /Pages 2 0 R >>', '']
    objects += [f'<< /Type /Font /Subtype /Type1 /BaseFont /{face} /Encoding /WinAnsiEncoding >>' for face in FONTS.values()]
    kids = []
    for number in range(1, pages + 1):
        content = zlib.compress(page(number, pages, vocabulary, chance).encode())
        kids.append(len(objects) + 1)
        objects.append(f'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects) + 2} 0 R '
                       f'/Resources << /Font << {font_list} >> >> >>')
        objects.append((f'<< /Filter /FlateDecode /Length {len(content)} >>', content))
    objects[1] = f'<< /Type /Pages /Count {pages} /Kids [{" ".join(f"{kid} 0 R" for kid in kids)}] >>'
    return assembled(objects)


def page(number, pages, vocabulary, chance):
    """About 600 words, as many as a page of running text and a table hold."""
    operators = [text('F2', 9, 50, 810, 'Yearly report of the works'), text('F1', 9, 270, 25, f'Page {number} of {pages}'),
                 text('F2', 15, 50, 770, ' '.join(chance.choices(vocabulary, k=4)).title())]
    y = 745
    for _ in range(32):
        operators.append(text('F3', 10, 50, y, ' '.join(chance.choices(vocabulary, k=13))))
        y -= 12.5
    y -= 10
    for row in range(18):
        cells = [f'{row + 1}', ' '.join(chance.choices(vocabulary, k=3)), f'{chance.randint(1, 99)}', f'{chance.uniform(1, 9999):,.2f}']
        operators += [text('F1', 9, x + 3, y, cell) for x, cell in zip((50, 90, 350, 430), cells)]
        operators.append(f'0.5 w 50 {y - 4} m 545 {y - 4} l S')
        y -= 14
    return '\n'.join(operators)


def text(font, size, x, y, words):
    return f'BT /{font} {size} Tf {x} {y:g} Td ({words}) Tj ET'


def assembled(objects):
    file, offsets = bytearray(b'%PDF-1.7\n'), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(file))
        if isinstance(body, tuple):
            body = body[0].encode() + b'\nstream\n' + body[1] + b'\nendstream'
        else:
            body = body.encode()
        file += b'%d 0 obj\n%s\nendobj\n' % (number, body)
    start = len(file)
    file += b'xref\n0 %d\n0000000000 65535 f \n' % (len(objects) + 1)
    file += b''.join(b'%010d 00000 n \n' % offset for offset in offsets)
    file += b'trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n' % (len(objects) + 1, start)
    return bytes(file)
