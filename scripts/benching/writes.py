"""Sessions made one at a time from many connections: how many a second, and whether any is lost."""
import pathlib, tempfile

from common import prepare, server

SECONDS = 10
SCRIPT = '''
local number = 0
function setup(thread) thread:set("number", number); number = number + 1 end
function init() file = io.open("{folder}/" .. number, "w") end
wrk.method, wrk.body = "POST", '{{"extraction_template_id": "{template}"}}'
wrk.headers["Content-Type"] = "application/json"
function response(status, headers, body)
  file:write(status, " ", body:match('^{{"id":"([^"]+)"') or "-", "\\n")
  file:flush()
end
'''


def measure(_arguments):
    prepare('--package', 'api')
    for kind in ('SQLite', 'PostgreSQL'):
        with server(kind) as it, tempfile.TemporaryDirectory() as folder:
            it.start()
            workspace = it.json('/workspaces/create', {'name': 'Bench'})['id']
            body = {'name': 'Bench', 'workspace_id': workspace, 'schema_json': {'fields': {'total': {'type': 'number'}}}}
            template = it.json('/extractions/templates', body)['id']
            script = pathlib.Path(folder) / 'create.lua'
            script.write_text(SCRIPT.format(folder=folder, template=template))
            load = it.load('/extractions/sessions', seconds=SECONDS, script=script)
            answers = [line.split() for part in pathlib.Path(folder).glob('[0-9]*') for line in part.read_text().splitlines()]
            told = [id for status, id in answers if status == '201']
            there = set(every_session(it, workspace))
            print(f'{kind}: {load.rate:.0f} sessions/s from 32 connections, median {load.median:.2f} ms, p99 {load.p99:.2f} ms, '
                  f'{load.cpu:.0f} us CPU each; {len(told)} answered with 201, {len(answers) - len(told)} otherwise, '
                  f'{len(told) - len(set(told))} twice, {len(set(told) - there)} lost')


def every_session(it, workspace):
    path = f'/workspaces/{workspace}/extractions/sessions?per_page=100'
    cursor = ''
    while cursor is not None:
        part = it.json(path + (f'&cursor={cursor}' if cursor else ''))
        yield from (session['id'] for session in part['data'])
        cursor = part['meta']['next_cursor']
