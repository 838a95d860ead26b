"""What a page of a long list costs against one of a short list: the first page, and one in the depth by cursor."""
import contextlib, datetime, sqlite3, statistics, subprocess, uuid

from common import median_of, prepare, server, table_row

ROUNDS = 3
SHORT, LONG, FAILED = 1_000, 1_000_000, 100
LISTS = {'of the workspace': '/workspaces/{workspace}/extractions/sessions',
         'of the template': '/extractions/templates/{template}/sessions',
         'of the workspace, by status': '/workspaces/{workspace}/extractions/sessions?status=failed',
         'of the workspace, by name': '/workspaces/{workspace}/extractions/sessions?sort=name'}
COLUMNS = 'id, workspace_id, template_id, name, name_folded, settings, status, created_at, updated_at'


def measure(arguments):
    prepare('--package', 'api')
    for kind in arguments.databases:
        print(f'\n{kind}: a page of 15 sessions among {LONG:,} against one among {SHORT:,}, median of {ROUNDS} rounds')
        with server(kind) as short, server(kind) as long:
            for it, count in ((short, SHORT), (long, LONG)):
                seed(kind, it, count)
                it.start()
            for name, path in LISTS.items():
                compare(name, path, short, long)


def seed(kind, it, count):
    """Makes workspace and template by the API, and the sessions in the database: a million requests take an hour."""
    it.start()
    workspace = it.json('/workspaces/create', {'name': 'Bench'})['id']
    schema = {'fields': {'total': {'type': 'number'}}}
    template = it.json('/extractions/templates', {'name': 'Bench', 'workspace_id': workspace, 'schema_json': schema})['id']
    it.stop()
    it.place = {'workspace': workspace, 'template': template}
    rows = sessions(workspace, template, count)
    (seed_sqlite if kind == 'SQLite' else seed_postgres)(it, rows, template, count)


def sessions(workspace, template, count):
    start = datetime.datetime(2026, 1, 1)
    for number in range(count):
        time = (start + datetime.timedelta(seconds=number)).isoformat(timespec='microseconds') + 'Z'
        # As many failed in a short list as in a long one: a filter's matches are counted, and that is not compared here.
        status = 'failed' if number % (count // FAILED) == 0 else 'completed'
        # In the order of ids as of times, but names in no order.
        name = f'Invoice {number * 7919 % count:07}'
        id = str(uuid.UUID(int=(0x0198 << 112) | (number << 76) | (7 << 76) | (2 << 62) | number))
        yield (id, workspace, template, name, name.lower(), '{}', status, time, time)


def seed_sqlite(it, rows, template, count):
    with contextlib.closing(sqlite3.connect(it.folder / 'docent.db')) as db, db:
        db.executemany(f'INSERT INTO sessions ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', rows)
        db.execute('UPDATE templates SET session_count = ? WHERE id = ?', (count, template))
        db.execute('ANALYZE')


def seed_postgres(it, rows, template, count):
    url = it.environment['DATABASE_URL']
    copy = subprocess.Popen(['psql', '-q', url, '-c', f"COPY sessions ({COLUMNS}) FROM STDIN"], stdin=subprocess.PIPE, text=True)
    for row in rows:
        copy.stdin.write('\t'.join(str(value) for value in row) + '\n')
    copy.stdin.close()
    if copy.wait():
        raise SystemExit('psql could not copy the sessions')
    update = f"UPDATE templates SET session_count = {count} WHERE id = '{template}'"
    subprocess.run(['psql', '-q', url, '-c', update, '-c', 'VACUUM ANALYZE'], check=True)


def compare(name, path, short, long):
    for where in ('first page', 'deep cursor'):
        costs = {}
        pages = {it: page(it, path, where) for it in (short, long)}
        for _ in range(ROUNDS):
            for it in (short, long):
                costs.setdefault(it, []).append(it.load(pages[it], seconds=2))
        print(table_row(f'{name}, {where}', costs[long]))
        ratio = statistics.median(b.rate / a.rate for a, b in zip(costs[long], costs[short]))
        print(f'  costs {ratio:.2f} times that of the short list in time, '
              f'{median_of(costs[long], "cpu") / median_of(costs[short], "cpu"):.2f} times in CPU')


def page(it, path, where):
    path = path.format(**it.place)
    if where == 'first page':
        return path
    join = '&' if '?' in path else '?'
    meta = it.json(path)['meta']
    middle = max(1, (meta['total'] or 1) // 15 // 2)
    cursor = it.json(f'{path}{join}page={middle}')['meta']['next_cursor']
    return f'{path}{join}cursor={cursor}'
