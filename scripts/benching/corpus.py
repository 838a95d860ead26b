"""Which documents of the corpus are measured on."""
import json, subprocess


def pdfs(corpus):
    """The PDFs that are there to be read; the hostile ones are not."""
    for path in sorted(corpus.glob('cases/*/*/case.json')):
        case = json.loads(path.read_text())
        if case['kind'] in ('fields', 'text') and case['media_type'] == 'application/pdf':
            yield path.parent / case['document']


def has_text_layer(file):
    text = subprocess.run(['pdftotext', str(file), '-'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return len(text.split()) >= 5
