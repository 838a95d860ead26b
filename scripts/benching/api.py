"""Throughput of two lists against a constant of the same server and size, on both databases."""
import statistics

from common import WRK, median_of, prepare, server, table_row

ROUNDS = 3
TEMPLATES = 45
"""As of the README, with what people add to it: labels, prompts, formats."""
SCHEMA = {
    'config': {'extraction_title_prompt': 'Supplier and number of the invoice in a few words'},
    'groups': {
        'invoice': {
            'search_query': 'invoice number, dates, totals', 'extraction_prompt': 'The head of the invoice and its totals.',
            'fields': {
                'invoice_number': {'type': 'string', 'aliases': ['Invoice no.', 'Rechnungsnummer', 'Facture n']},
                'issue_date': {'type': 'date', 'extraction_prompt': 'The day on which the invoice was issued.'},
                'due_date': {'type': ['date', 'null']},
                'supplier': {'type': 'string', 'format': 'organization'},
                'supplier_vat_id': {'type': 'string', 'format': 'vat-id'},
                'iban': {'type': 'string', 'format': 'iban'},
                'currency': {'type': 'string', 'format': 'currency'},
                'net_total': {'type': 'number', 'minimum': 0}, 'tax_total': {'type': 'number', 'minimum': 0},
                'grand_total': {'type': 'number', 'minimum': 0},
            },
            'checks': {'adds_up': 'net_total + tax_total == grand_total', 'in_order': 'issue_date <= due_date'},
        },
        'line_items': {
            'repeated': True,
            'fields': {'description': {'type': 'string'}, 'quantity': {'type': 'number'}, 'unit_price': {'type': 'number'},
                       'amount': {'type': 'number'}},
        },
    },
}


def measure(_arguments):
    prepare('--package', 'api')
    print('load: wrk, {threads} threads, {connections} connections, {seconds} s, '.format(**WRK)
          + f'median of {ROUNDS} rounds; ratios are those of a round')
    for kind in ('SQLite', 'PostgreSQL'):
        with server(kind) as it:
            it.start()
            compare(kind, it)


def compare(kind, it):
    names = ('Accounting', 'Purchasing', 'Archive')
    workspace = [it.json('/workspaces/create', {'name': name})['id'] for name in names][0]
    for number in range(TEMPLATES):
        it.call('/extractions/templates', {'name': f'Invoices {number}', 'workspace_id': workspace, 'schema_json': SCHEMA})
    print(f'\n{kind}')
    for name, path in (('GET /workspaces', '/workspaces'),
                       ('GET a page of 15 templates', f'/workspaces/{workspace}/extractions/templates')):
        size = len(it.call(path))
        route, constant = [], []
        for _ in range(ROUNDS):
            route.append(it.load(path))
            constant.append(it.load(f'/bench/constant?bytes={size}', with_token=False))
        print(table_row(name, route))
        print(table_row(f'  a constant of {size} bytes', constant))
        ratio = statistics.median(ours.rate / theirs.rate for ours, theirs in zip(route, constant))
        print(f'  ratio {ratio:.3f} in throughput, {median_of(route, "cpu") / median_of(constant, "cpu"):.2f} in CPU')
