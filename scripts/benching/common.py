"""What all benchmarks need: the release build, a server of their own, requests, and load."""
import contextlib, json, os, pathlib, re, signal, statistics, subprocess, sys, tempfile, time, urllib.request

from own_server import ROOT, TARGET, free_address

DOCENT = TARGET / 'release' / 'docent'

WRK = {'threads': 2, 'connections': 32, 'seconds': 5}


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, cwd=ROOT, **options)


def output(*command, **options):
    return run(*command, stdout=subprocess.PIPE, text=True, **options).stdout.strip()


def prepare(*packages):
    run('scripts/install', 'bench')
    run('cargo', 'build', '--release', '--locked', '--quiet', *packages)


def cpu_of(pid):
    """Seconds of user and system time of a process so far."""
    fields = pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def cpu_and_output(*command):
    """Seconds of user and system time of a command and its children, and what it printed."""
    before = os.times()
    printed = output(*command)
    after = os.times()
    return (after.children_user - before.children_user) + (after.children_system - before.children_system), printed


class Server:
    """`docent serve` with a database and a user of its own."""

    def __init__(self, folder, database_url=None):
        address = free_address()
        self.base = f'http://{address}'
        self.folder = pathlib.Path(folder)
        # The limiter counts every request of the measured routes, and never says no.
        self.environment = {**os.environ, 'DOCENT_DATA_DIR': str(folder), 'DOCENT_LISTEN': address, 'DOCENT_LOG': 'warn',
                            'DOCENT_RATE_LIMIT': '1000000000', 'DOCENT_BENCH_ROUTES': 'true'}
        if database_url:
            self.environment['DATABASE_URL'] = database_url
        self.docent('migrate')
        self.docent('user', 'create', 'bench@example.org')
        self.token = self.docent('token', 'create', 'bench@example.org', '--abilities', '*')
        self.process = None

    def docent(self, *arguments):
        return output(DOCENT, *arguments, env=self.environment)

    def start(self):
        self.process = subprocess.Popen([str(DOCENT), 'serve', '--workers', '0'], env=self.environment)
        for _ in range(100):
            try:
                return urllib.request.urlopen(self.base + '/livez').read()
            except OSError:
                time.sleep(0.1)
        sys.exit(f'{self.base} does not answer')

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process = None

    def call(self, path, body=None):
        """The bytes of an answer."""
        headers = {'Authorization': f'Bearer {self.token}', 'Content-Type': 'application/json'}
        request = urllib.request.Request(self.base + path, headers=headers, data=json.dumps(body).encode() if body else None)
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def json(self, path, body=None):
        return json.loads(self.call(path, body))

    def load(self, path, with_token=True, **options):
        """Puts load on a route for some seconds."""
        setting = {**WRK, **options}
        command = ['wrk', '-t', setting['threads'], '-c', setting['connections'], '-d', setting['seconds'], '--latency']
        if with_token:
            command += ['-H', f'Authorization: Bearer {self.token}']
        if script := setting.get('script'):
            command += ['-s', script]
        before = cpu_of(self.process.pid)
        text = output(*command, self.base + path)
        if 'Non-2xx' in text:
            sys.exit(f'{path} answered with errors:\n{text}')
        return Load(text, cpu_of(self.process.pid) - before)


class Load:
    """What came of a load: requests a second, latencies in ms, and the server's CPU a request in us."""

    def __init__(self, text, cpu):
        self.requests = int(re.search(r'(\d+) requests in', text).group(1))
        self.rate = float(re.search(r'Requests/sec:\s+([\d.]+)', text).group(1))
        self.median = milliseconds(text, '50%')
        self.p99 = milliseconds(text, '99%')
        self.cpu = 1e6 * cpu / self.requests


def milliseconds(text, percentile):
    value, unit = re.search(rf'{percentile}\s+([\d.]+)(us|ms|s)', text).groups()
    return float(value) * {'us': 0.001, 'ms': 1, 's': 1000}[unit]


def median_of(loads, name):
    return statistics.median(getattr(load, name) for load in loads)


def table_row(name, loads):
    figures = {figure: median_of(loads, figure) for figure in ('rate', 'median', 'p99', 'cpu')}
    return ('{name:34} {rate:9.0f} requests/s   median {median:6.2f} ms   p99 {p99:6.2f} ms ({times:4.1f} x)   '
            'server {cpu:5.0f} us CPU').format(name=name, times=figures['p99'] / figures['median'], **figures)


@contextlib.contextmanager
def server(kind):
    """A server on 'SQLite' or 'PostgreSQL', not started."""
    with tempfile.TemporaryDirectory() as folder, database(kind) as url:
        it = Server(folder, url)
        try:
            yield it
        finally:
            it.stop()


@contextlib.contextmanager
def database(kind):
    """The address of a new database; none for the embedded one."""
    if kind == 'SQLite':
        yield None
        return
    # Says its address, and goes away when its standard input ends.
    command = ['scripts/with-postgres', 'sh', '-c', 'echo "$DOCENT_TEST_POSTGRES"; cat >/dev/null']
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as postgres:
        lines = iter(postgres.stdout.readline, '')
        yield next(line.strip() for line in lines if line.startswith('postgres://'))
        postgres.stdin.close()
