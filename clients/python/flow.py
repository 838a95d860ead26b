"""Docent's main flow, from a file to values with their proof, with a client generated from docs/openapi.json.

README.md beside this folder says how the package `docent_client` is generated.

    DOCENT_URL=http://127.0.0.1:8080 DOCENT_TOKEN=dct_... python3 flow.py invoice.pdf
"""

import os
import pathlib
import sys
import time
import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

import httpx
from docent_client import AuthenticatedClient
from docent_client.api.results import (
    create_result,
    export_result_csv,
    export_result_excel,
    export_result_json,
    get_result,
)
from docent_client.api.sessions import create_session, upload_documents
from docent_client.api.templates import create_template, get_template, list_templates
from docent_client.api.uploads import create_upload_url
from docent_client.api.workspaces import create_workspace, list_workspaces
from docent_client.models import (
    CreateSession,
    CreateTemplate,
    CreateTemplateSchemaJsonType0,
    CreateUploadUrl,
    CreateWorkspace,
    Error,
    ErrorCode,
    Evidence,
    Result,
    ResultStatus,
    UploadByKey,
)
from docent_client.types import Response

T = TypeVar("T")

SCHEMA = {
    "groups": {
        "invoice": {
            "fields": {
                "invoice_number": {"type": "string"},
                "issue_date": {"type": "date"},
                "grand_total": {"type": "number", "aliases": ["Total due"]},
            }
        },
        "line_items": {
            "repeated": True,
            "fields": {
                "description": {"type": "string"},
                "quantity": {"type": "number"},
                "amount": {"type": "number"},
            },
        },
    }
}


class Refused(Exception):
    """An answer that says no. Its body is the same everywhere: message, code, request_id, and errors by field."""

    def __init__(self, status: int, body: Error) -> None:
        super().__init__(f"{status} {body.code}: {body.message}")
        self.status = status
        self.body = body


def done(answer: Response[Error | T]) -> T:
    """What a call answered, or its refusal raised."""
    if isinstance(answer.parsed, Error):
        raise Refused(answer.status_code, answer.parsed)
    if answer.parsed is None:
        raise RuntimeError(f"{answer.status_code} without a body")
    return answer.parsed


def refusal(answer: Response[Error | T]) -> tuple[int, Error]:
    assert isinstance(answer.parsed, Error), answer
    return answer.status_code.value, answer.parsed


def connect(base_url: str, token: str) -> AuthenticatedClient:
    return AuthenticatedClient(base_url=base_url, token=token)


def new_template(workspace: int, name: str, schema: Mapping[str, Any]) -> CreateTemplate:
    schema_json = CreateTemplateSchemaJsonType0.from_dict(schema)
    return CreateTemplate(workspace_id=workspace, name=name, schema_json=schema_json)


def make_template(docent: AuthenticatedClient) -> uuid.UUID:
    workspace = done(create_workspace.sync_detailed(client=docent, body=CreateWorkspace(name="Flow in Python")))
    assert workspace in done(list_workspaces.sync_detailed(client=docent)).data
    body = new_template(workspace.id, "Invoices", SCHEMA)
    template = done(create_template.sync_detailed(client=docent, body=body))
    assert done(list_templates.sync_detailed(workspace.id, client=docent)).data == [template]
    return template.id


def upload(docent: AuthenticatedClient, file: pathlib.Path) -> str:
    """The bytes go to an address of their own, which is the permission: the token is not sent there."""
    address = done(create_upload_url.sync_detailed(client=docent, body=CreateUploadUrl(filename=file.name)))
    headers = address.headers.additional_properties
    httpx.put(address.url, headers=headers, content=file.read_bytes()).raise_for_status()
    return address.key


def extract(docent: AuthenticatedClient, template: uuid.UUID, key: str) -> Result:
    body = CreateSession(extraction_template_id=template)
    session = done(create_session.sync_detailed(client=docent, body=body))
    uploaded = upload_documents.sync_detailed(session.id, client=docent, body=UploadByKey(keys=[key]))
    assert len(done(uploaded).data) == 1
    run = done(create_result.sync_detailed(session.id, client=docent))
    return completed(docent, run.id)


def completed(docent: AuthenticatedClient, result_id: uuid.UUID) -> Result:
    """Asks again, a little later each time, until the run is at its end."""
    deadline, wait = time.monotonic() + 60, 0.1
    while time.monotonic() < deadline:
        result = done(get_result.sync_detailed(result_id, client=docent))
        if result.status is ResultStatus.COMPLETED:
            return result
        if result.status is ResultStatus.FAILED:
            raise RuntimeError(f"the run failed: {result.error}")
        time.sleep(wait)
        wait = min(wait * 1.5, 5)
    raise TimeoutError("the run was not at its end in time")


def show(result: Result) -> None:
    """`audit_data` has the shape of `data`, with an `Evidence` where a value stands there."""
    assert result.data and result.audit_data
    for field, value in result.data["invoice"].items():
        evidence = Evidence.from_dict(result.audit_data["invoice"][field])
        source = evidence.sources[0]
        print(f"{field} = {value}  {evidence.verdict}, {evidence.confidence:.2f}, page {source.page}, {source.bbox}")
        assert source.bbox and source.bbox.x0 < source.bbox.x1 and source.bbox.y0 < source.bbox.y1
    expected = {"invoice_number": "INV-2026-0147", "issue_date": "2026-03-12", "grand_total": 446.25}
    assert result.data["invoice"] == expected
    assert [line["amount"] for line in result.data["line_items"]] == [168, 162, 45]


def export(docent: AuthenticatedClient, result: Result) -> None:
    exported = done(export_result_json.sync_detailed(result.id, client=docent))
    assert exported.data and result.data and exported.data.to_dict() == result.data.to_dict()
    assert "INV-2026-0147" in done(export_result_csv.sync_detailed(result.id, client=docent))
    assert done(export_result_excel.sync_detailed(result.id, client=docent)).payload.read(2) == b"PK"


def refusals(docent: AuthenticatedClient, base_url: str) -> None:
    status, error = refusal(list_workspaces.sync_detailed(client=connect(base_url, "dct_wrong")))
    assert (status, error.code) == (401, ErrorCode.TOKEN_INVALID)

    nobodys = uuid.UUID("00000000-0000-7000-8000-000000000000")
    status, error = refusal(get_template.sync_detailed(nobodys, client=docent))
    assert (status, error.code) == (404, ErrorCode.NOT_FOUND)

    workspace = done(list_workspaces.sync_detailed(client=docent)).data[0]
    body = new_template(workspace.id, "Wrong", {"fields": {"total": {"type": "money"}}})
    status, error = refusal(create_template.sync_detailed(client=docent, body=body))
    assert (status, error.code) == (422, ErrorCode.VALIDATION_FAILED)
    assert error.errors and error.errors["schema_json.fields.total.type"]


def main() -> None:
    base_url = os.environ["DOCENT_URL"]
    file = pathlib.Path(sys.argv[1])
    with connect(base_url, os.environ["DOCENT_TOKEN"]) as docent:
        result = extract(docent, make_template(docent), upload(docent, file))
        show(result)
        export(docent, result)
        refusals(docent, base_url)


if __name__ == "__main__":
    main()
