"""A client of the published API that Docent is compatible with, and a check that it works against Docent.

Written after the calls of the published cookbook (client, quick start, full workflow, uploading documents) and the
endpoint pages, not from Docent's code or its OpenAPI document: only the address and the token are Docent's. Where a page
promises something, it is asserted here; nothing else is.

    DOCENT_URL=http://127.0.0.1:8080 DOCENT_TOKEN=dct_... python3 contract.py invoice.pdf

With DOCENT_READER_TOKEN, a token that may only read workspaces, it also checks what a token may not.
"""

from __future__ import annotations

import json
import os
import pathlib
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any

Json = Any


class ApiError(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


class RaydocsClient:
    """The calls of the cookbook, with the standard library instead of `requests`."""

    def __init__(self, api_key: str, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self.headers = {
            "Authorization": f"Bearer {api_key}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }

    def send(self, method: str, url: str, headers: dict[str, str], data: bytes | None) -> tuple[int, bytes, str]:
        request = urllib.request.Request(url, method=method, headers=headers, data=data)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read(), answer.headers.get("Content-Disposition", "")
        except urllib.error.HTTPError as refused:
            content_type = refused.headers.get("Content-Type", "")
            assert content_type.startswith("application/json"), f"an error that is no JSON: {content_type}"
            raise ApiError(refused.code, json.loads(refused.read())) from None

    def call(self, method: str, path: str, body: Json = None, expected: int = 200) -> Json:
        data = None if body is None else json.dumps(body).encode()
        status, answer, _ = self.send(method, self.base_url + path, self.headers, data)
        assert status == expected, f"{method} {path}: {status} instead of {expected}"
        return json.loads(answer) if answer else None

    def download(self, method: str, path: str, body: Json = None) -> tuple[bytes, str]:
        data = None if body is None else json.dumps(body).encode()
        status, answer, disposition = self.send(method, self.base_url + path, self.headers, data)
        assert status == 200, f"{method} {path}: {status}"
        return answer, disposition

    # Workspaces

    def list_workspaces(self) -> list[Json]:
        return list(self.call("GET", "/workspaces")["data"])

    def create_workspace(self, name: str, icon: str = "📊") -> Json:
        return self.call("POST", "/workspaces/create", {"name": name, "icon": icon}, 201)

    # Templates

    def list_templates(self, workspace_id: int, page: int = 1) -> Json:
        return self.call("GET", f"/workspaces/{workspace_id}/extractions/templates?page={page}")

    def create_template(self, body: Json) -> Json:
        return self.call("POST", "/extractions/templates", body, 201)

    def get_template(self, template_id: str) -> Json:
        return self.call("GET", f"/extractions/templates/{template_id}")

    # Uploads

    def signed_url(self, body: Json) -> Json:
        return self.call("POST", "/vapor/signed-storage-url", body)

    def upload(self, content: bytes, body: Json | None = None) -> str:
        """The bytes go to the address with the headers that came with it, and without the token."""
        signed = self.signed_url({"visibility": "private"} if body is None else body)
        status, _, _ = self.send("PUT", signed["url"], dict(signed["headers"]), content)
        assert status == 200, f"PUT to the signed address: {status}"
        return str(signed["key"])

    # Sessions

    def create_session(self, template_id: str, name: str | None = None) -> Json:
        body = {"extraction_template_id": template_id}
        if name is not None:
            body["name"] = name
        return self.call("POST", "/extractions/sessions", body, 201)

    def get_session(self, session_id: str) -> Json:
        return self.call("GET", f"/extractions/sessions/{session_id}")

    def create_sessions_batch(self, template_id: str, files: list[str], auto_extract: bool = True) -> Json:
        body = {"files": files, "settings": {"auto_extract": auto_extract}}
        return self.call("POST", f"/extractions/templates/{template_id}/sessions/batch", body, 201)

    def list_session_documents(self, session_id: str) -> Json:
        return self.call("GET", f"/extractions/sessions/{session_id}/documents")

    # The three generations of giving a session its documents, the newest first, and those that are there already

    def upload_keys(self, session_id: str, keys: list[str]) -> Json:
        return self.call("POST", f"/extractions/sessions/{session_id}/documents/upload", {"keys": keys}, 201)

    def upload_key_with_name(self, session_id: str, key: str, filename: str) -> Json:
        body = {"key": key, "filename": filename}
        return self.call("POST", f"/extractions/sessions/{session_id}/documents", body, 201)

    def upload_multipart(self, session_id: str, filename: str, content: bytes) -> Json:
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n'
        head += "Content-Type: application/pdf\r\n\r\n"
        data = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        headers = {**self.headers, "Content-Type": f"multipart/form-data; boundary={boundary}"}
        url = f"{self.base_url}/extractions/sessions/{session_id}/documents"
        status, answer, _ = self.send("POST", url, headers, data)
        assert status == 201, f"multipart upload: {status}"
        return json.loads(answer)

    def attach(self, session_id: str, document_ids: list[str]) -> Json:
        body = {"document_ids": document_ids}
        return self.call("POST", f"/extractions/sessions/{session_id}/documents/attach", body)

    # Documents

    def get_document(self, document_id: str) -> Json:
        return self.call("GET", f"/extractions/documents/{document_id}")

    def get_chunks(self, document_id: str) -> Json:
        return self.call("GET", f"/extractions/documents/{document_id}/chunks")

    # Results

    def run_extraction(self, session_id: str) -> Json:
        return self.call("POST", f"/extractions/sessions/{session_id}/results", None, 201)

    def list_results(self, session_id: str) -> list[Json]:
        return list(self.call("GET", f"/extractions/sessions/{session_id}/results")["data"])

    def get_result(self, result_id: str) -> Json:
        return self.call("GET", f"/extractions/results/{result_id}")


# The sample of the introduction, under the key that it uses, and the form of the template pages.
PLAIN_SCHEMA = {"groups": {"invoice_details": {"fields": {"invoice_number": {"type": "string"}}}}}
FULL_SCHEMA = {
    "config": {
        "system_message": "Return null for what the document does not say.",
        "reasoning_enabled": True,
        "extraction_title_prompt": "A title of 3 to 5 words.",
    },
    "groups": {
        "invoice": {
            "search_query": "invoice number, invoice date, total due",
            "extraction_prompt": "Read the head and the totals of the invoice.",
            "fields": {
                "invoice_number": {"type": "string", "extraction_prompt": "The number of the invoice"},
                "total_due": {"type": "number"},
                "purchase_reference_of_buyer_bank": {"type": "string"},
            },
        }
    },
    "definitions": {},
}
RESULT_STATUSES = {"created", "parsing_pending", "processing", "completed", "failed"}
DOCUMENT_STATUSES = {"uploaded", "queued", "parsing", "parsed", "processed", "failed"}
NOBODYS = "00000000-0000-7000-8000-000000000000"


def has(thing: Json, *names: str) -> None:
    missing = [name for name in names if name not in thing]
    assert not missing, f"{missing} missing in {json.dumps(thing)[:400]}"


def refused(status: int, call: Callable[[], object]) -> Json:
    """The body of the refusal that must come."""
    try:
        answer = call()
    except ApiError as error:
        assert error.status == status, f"{error.status} instead of {status}: {error.body}"
        assert isinstance(error.body["message"], str)
        return error.body
    raise AssertionError(f"{status} was expected: {answer}")


def until(what: str, look: Callable[[], Json]) -> Json:
    """Polls, as the cookbook does."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within a minute")


def workspaces(client: RaydocsClient) -> int:
    made = client.create_workspace("Contract in Python")
    has(made, "id", "name", "icon", "settings", "created_at", "updated_at")
    assert isinstance(made["id"], int) and made["icon"] == "📊" and isinstance(made["settings"], dict)
    assert made["id"] in [workspace["id"] for workspace in client.list_workspaces()]
    errors = refused(422, lambda: client.call("POST", "/workspaces/create", {"icon": "📊"}))["errors"]
    assert isinstance(errors["name"][0], str), errors
    return int(made["id"])


def templates(client: RaydocsClient, workspace: int) -> str:
    first = client.create_template({"name": "Invoice Extraction", "workspace_id": workspace, "schema": PLAIN_SCHEMA})
    assert first["schema_json"]["groups"] == PLAIN_SCHEMA["groups"], first
    second = client.create_template(
        {
            "name": "Invoices",
            "description": "Supplier invoices",
            "workspace_id": workspace,
            "schema_json": FULL_SCHEMA,
            "settings": {"parsing": {"contextual_embedding": True}},
        }
    )
    for template in (first, second, client.get_template(second["id"])):
        has(template, "id", "name", "schema_json", "settings", "workspace_id", "created_at", "updated_at")
    got = client.get_template(second["id"])
    assert got["schema_json"] == FULL_SCHEMA and got["description"] == "Supplier invoices", got
    assert got["settings"]["parsing"]["contextual_embedding"] is True, got
    page = client.list_templates(workspace)
    assert {item["id"] for item in page["data"]} == {first["id"], second["id"]}, page
    meta = page["meta"]
    assert (meta["current_page"], meta["last_page"], meta["per_page"], meta["total"]) == (1, 1, 15, 2), meta
    beyond = client.list_templates(workspace, page=2)
    assert beyond["data"] == [] and beyond["meta"]["current_page"] == 2, beyond
    refused(404, lambda: client.get_template(NOBODYS))
    return str(second["id"])


def uploads(client: RaydocsClient, invoice: bytes) -> None:
    bodies: list[Json] = [{}, {"visibility": "private"}, {"content_type": "application/pdf", "visibility": "private"}]
    for body in bodies:
        signed = client.signed_url(body)
        assert signed["key"].startswith("tmp/" + signed["uuid"]), signed
        assert signed["url"].startswith("http") and isinstance(signed["headers"], dict), signed
        client.upload(invoice, body)


def batch(client: RaydocsClient, template: str, invoice: bytes) -> str:
    made = client.create_sessions_batch(template, [client.upload(invoice), client.upload(invoice)])
    assert isinstance(made, list) and len(made) == 2, made
    for session in made:
        has(session, "id", "name", "created_at")
    for session in made:
        done = wait_for_session(client, session["id"])
        assert done["name"] != "Pending...", "the name becomes that of the document"
        (result,) = client.list_results(session["id"])
        read_values(client.get_result(result["id"]), client)
    refused(422, lambda: client.create_sessions_batch(template, ["tmp/" + NOBODYS]))
    refused(422, lambda: client.create_sessions_batch(template, []))
    refused(422, lambda: client.create_sessions_batch(template, [client.upload(invoice)] * 51))
    refused(404, lambda: client.create_sessions_batch(NOBODYS, [client.upload(invoice)]))
    return str(made[0]["id"])


def wait_for_session(client: RaydocsClient, session_id: str) -> Json:
    def at_its_end() -> Json:
        session = client.get_session(session_id)
        assert session["status"] in {"pending", "processing", "completed"}, session
        return session if session["status"] == "completed" else None

    return until("a session of a batch", at_its_end)


def three_generations(client: RaydocsClient, template: str, invoice: bytes) -> str:
    session = client.create_session(template, "Three generations")
    has(session, "id", "name", "extraction_template_id", "settings", "created_at", "updated_at")
    assert session["documents"] == [] and session["results"] == [], session
    refused(422, lambda: client.run_extraction(session["id"]))

    # PDF readers stop at its end: what follows makes other documents of the same pages.
    newest = client.upload_keys(session["id"], [client.upload(invoice)])["data"]
    middle = client.upload_key_with_name(session["id"], client.upload(invoice + b"\n% 2\n"), "middle.pdf")
    oldest = client.upload_multipart(session["id"], "oldest.pdf", invoice + b"\n% 3\n")
    assert len(newest) == 1, newest
    assert (middle["filename"], oldest["filename"]) == ("middle.pdf", "oldest.pdf"), (middle, oldest)
    for document in (middle, oldest):
        has(document, "id", "filename", "status", "meta", "created_at")
        assert document["extraction_session_id"] == session["id"], document
    ids = [newest[0]["id"], middle["id"], oldest["id"]]

    listed = client.list_session_documents(session["id"])
    assert [document["id"] for document in listed["data"]] == ids, listed
    assert listed["meta"]["total"] == 3, listed
    for document in listed["data"]:
        is_a_document(document)
    refused(422, lambda: client.upload_keys(session["id"], ["tmp/" + NOBODYS]))
    refused(404, lambda: client.get_session(NOBODYS))

    other = client.create_session(template)
    attached = client.attach(other["id"], ids)["data"]
    assert [document["id"] for document in attached] == ids, attached
    refused(422, lambda: client.attach(other["id"], [NOBODYS]))
    return str(session["id"])


def is_a_document(document: Json) -> None:
    has(document, "id", "workspace_id", "filename", "mime", "size", "sha256", "status", "source_type", "parsings")
    has(document, "created_at", "mime_type", "meta")
    assert document["status"] in DOCUMENT_STATUSES and document["source_type"] == "upload", document
    assert document["mime"] == document["mime_type"] == "application/pdf", document
    assert len(document["sha256"]) == 64 and isinstance(document["size"], int), document
    for parsing in document["parsings"]:
        has(parsing, "id", "config_hash", "status", "parser_version", "updated_at")


def run(client: RaydocsClient, session: str) -> str:
    started = client.run_extraction(session)
    has(started, "id", "extraction_session_id", "status", "created_at")
    assert started["status"] in {"created", "parsing_pending"}, started
    assert started.get("data") is None, "a run that was just started has no values"

    def at_its_end() -> Json:
        result = client.get_result(started["id"])
        assert result["status"] in RESULT_STATUSES and result["status"] != "failed", result
        return result if result["status"] == "completed" else None

    result = until("a run", at_its_end)
    assert len(result["document_refs"]) == 3, "one snapshot of the documents that were attached"
    read_values(result, client)
    session_now = client.get_session(session)
    (short,) = session_now["results"]
    assert (short["id"], short["status"]) == (result["id"], "completed") and "title" in short, short
    for document in session_now["documents"]:
        has(document, "id", "filename", "status", "meta")
    refused(404, lambda: client.get_result(NOBODYS))
    return str(started["id"])


def read_values(result: Json, client: RaydocsClient) -> None:
    has(result, "id", "extraction_session_id", "status", "config_hash", "document_refs", "title", "data", "audit_data")
    has(result, "created_at", "updated_at", "completed_at")
    values = result["data"]["invoice"]
    assert values["invoice_number"] == "INV-2026-0147" and values["total_due"] == 446.25, values
    # A field without a value keeps its key.
    assert values["purchase_reference_of_buyer_bank"] is None, values
    assert result["title"] is None or isinstance(result["title"], str), result["title"]
    for audit in (result["audit_data"], result["reasoning"]):
        field = audit["invoice"]["invoice_number"]
        assert isinstance(field["reasoning"], str), field
        source = field["sources"][0]
        assert source["page"] == 1 and "INV-2026-0147" in source["text"], source
    for reference in result["document_refs"]:
        has(reference, "documentId", "workspaceId", "filename", "mime", "size", "sha256", "source", "createdAt")
        assert reference["kind"] == "documentRef" and isinstance(reference["workspaceId"], int), reference
    chunks = client.get_chunks(source_document(result))
    assert source["chunk_id"] in [chunk["id"] for chunk in chunks], source


def source_document(result: Json) -> str:
    return str(result["document_refs"][0]["documentId"])


def documents(client: RaydocsClient, session: str) -> None:
    document = client.get_document(client.list_session_documents(session)["data"][0]["id"])
    is_a_document(document)
    chunks = client.get_chunks(document["id"])
    assert isinstance(chunks, list) and chunks, chunks
    for chunk in chunks:
        has(chunk, "id", "document_id", "chunk_index", "blocks", "page_range")
        # The older shape of the same chunk.
        has(chunk, "content")
        for block in chunk["blocks"]:
            has(block, "block_id", "type", "content", "page_ref", "meta")
    refused(404, lambda: client.get_document(NOBODYS))


def exports(client: RaydocsClient, template: str, session: str, result: str) -> None:
    for path in ("", "/json"):
        body = {"session_ids": [session]}
        exported = client.call("POST", f"/extractions/templates/{template}/sessions/batch/export{path}", body)
        assert exported[0]["session_id"] == session and "session_name" in exported[0], exported
        assert exported[0]["data"]["invoice"]["invoice_number"] == "INV-2026-0147", exported
    path = f"/extractions/templates/{template}/sessions/batch/export"
    for workbook, _ in (
        client.download("POST", path, {"session_ids": [session], "format": "excel"}),
        client.download("POST", path + "/excel", {"session_ids": [session]}),
    ):
        assert workbook[:2] == b"PK", "no workbook"
    table, _ = client.download("POST", path, {"session_ids": [session], "format": "csv"})
    assert b"INV-2026-0147" in table
    workbook, disposition = client.download("GET", f"/extractions/results/{result}/export/excel")
    assert workbook[:2] == b"PK" and disposition == 'attachment; filename="extraction_result.xlsx"', disposition


def tokens(base_url: str, template: str) -> None:
    refused(401, lambda: RaydocsClient("rd_live_wrong", base_url).list_workspaces())
    reader = os.environ.get("DOCENT_READER_TOKEN")
    if reader is None:
        return
    client = RaydocsClient(reader, base_url)
    client.list_workspaces()
    refused(403, lambda: client.create_workspace("Not allowed"))
    refused(403, lambda: client.get_template(template))


def main() -> None:
    base_url = os.environ["DOCENT_URL"]
    client = RaydocsClient(os.environ["DOCENT_TOKEN"], base_url)
    invoice = pathlib.Path(sys.argv[1]).read_bytes()
    template = templates(client, workspaces(client))
    uploads(client, invoice)
    batch(client, template, invoice)
    session = three_generations(client, template, invoice)
    result = run(client, session)
    documents(client, session)
    exports(client, template, session, result)
    tokens(base_url, template)
    print("the contract in Python: workspaces, templates, uploads, batch, three generations, run, export, tokens")


if __name__ == "__main__":
    main()
