"""The mailboxes of the mail server for tests. Nobody lives at `nobody@`."""

from aiosmtpd.handlers import Mailbox


class Mailboxes(Mailbox):
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address.startswith("nobody@"):
            return "550 5.1.1 there is no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"
