"""A server for a script's own use: on a free port, with a data folder of its own, ended with the script."""
import contextlib, os, pathlib, signal, socket, subprocess, sys, time, urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get('CARGO_TARGET_DIR', ROOT / 'target')).resolve()


def build(profile):
    # Taken out: the program refuses variables of its own that it does not know.
    built = os.environ.pop('DOCENT_BINARY', None)
    if built:
        return pathlib.Path(built).resolve()
    flags = ['--release'] if profile == 'release' else []
    subprocess.run(['cargo', 'build', '--locked', '--quiet', '--package', 'api', *flags], check=True, cwd=ROOT)
    return TARGET / profile / 'docent'


class Server:
    """One that runs. `base` is its address; `token` makes a token of its one user."""

    def __init__(self, docent, folder):
        address = free_address()
        self.docent = docent
        self.base = f'http://{address}'
        self.environment = {**os.environ, 'DOCENT_DATA_DIR': str(folder / 'data'), 'DOCENT_LISTEN': address,
                            'DOCENT_LOG': 'error', 'DOCENT_RATE_LIMIT': '0'}
        self.command('user', 'create', 'script@example.org')
        self.process = subprocess.Popen([docent, 'serve'], env=self.environment)

    def command(self, *arguments):
        done = subprocess.run([self.docent, *arguments], env=self.environment, check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout.strip()

    def token(self, abilities='*'):
        return self.command('token', 'create', 'script@example.org', '--abilities', abilities)

    def must_run(self):
        if self.process.poll() is not None:
            sys.exit(f'the server ended by itself with status {self.process.returncode}')

    def wait_until_ready(self):
        for _ in range(200):
            self.must_run()
            try:
                return urllib.request.urlopen(self.base + '/livez').read()
            except OSError:
                time.sleep(0.1)
        sys.exit(f'{self.base} does not answer')

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


@contextlib.contextmanager
def running(docent, folder):
    server = Server(docent, folder)
    try:
        server.wait_until_ready()
        yield server
        server.must_run()
    finally:
        server.stop()


def free_address():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return '127.0.0.1:%d' % probe.getsockname()[1]
