/**
 * The TypeScript client of the published cookbook, with `fetch` instead of axios, and a check that it works against
 * Docent.
 *
 * Written from the published pages, not from Docent's code or its OpenAPI document: only the address and the token are
 * Docent's. contract.py beside it asserts more; this one is typed as the published client is, and used as it is.
 *
 *     DOCENT_URL=http://127.0.0.1:8080 DOCENT_TOKEN=dct_... node contract.js invoice.pdf
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

interface Workspace {
  id: number;
  name: string;
  icon: string;
}

interface Template {
  id: string;
  name: string;
  description?: string | null;
  schema_json: { groups: Record<string, unknown> };
}

interface Session {
  id: string;
  name: string;
  created_at: string;
}

interface SessionDetail extends Session {
  status: "pending" | "processing" | "completed" | "failed";
  documents: SessionDocument[];
  results: { id: string; status: ExtractionResult["status"]; title: string | null }[];
}

interface SessionDocument {
  id: string;
  filename: string;
  status: string;
}

interface Source {
  chunk_id: string;
  text: string;
  page: number;
}

type Audit = Record<string, Record<string, { reasoning: string; sources: Source[] }>>;

interface ExtractionResult {
  id: string;
  status: "created" | "parsing_pending" | "processing" | "completed" | "failed";
  data: Record<string, Record<string, unknown>>;
  audit_data: Audit;
  reasoning?: Audit;
}

interface SignedUrl {
  uuid: string;
  key: string;
  url: string;
  headers: Record<string, string>;
}

interface ErrorBody {
  message: string;
  errors?: Record<string, string[]>;
}

class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
  ) {
    super(`${status}: ${JSON.stringify(body)}`);
  }
}

export class RaydocsClient {
  constructor(
    private readonly apiKey: string,
    private readonly baseUrl: string = "https://api.raydocs.com",
  ) {}

  private async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.baseUrl + path, {
      method,
      headers: {
        Authorization: `Bearer ${this.apiKey}`,
        "Content-Type": "application/json",
        Accept: "application/json",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (!response.ok) throw new ApiError(response.status, answer as ErrorBody);
    return answer as T;
  }

  async listWorkspaces(): Promise<Workspace[]> {
    const body = await this.request<{ data: Workspace[] }>("GET", "/workspaces");
    return body.data;
  }

  createWorkspace(name: string, icon: string = "📊"): Promise<Workspace> {
    return this.request("POST", "/workspaces/create", { name, icon });
  }

  async listTemplates(workspaceId: number): Promise<Template[]> {
    const path = `/workspaces/${workspaceId}/extractions/templates`;
    return (await this.request<{ data: Template[] }>("GET", path)).data;
  }

  getTemplate(templateId: string): Promise<Template> {
    return this.request("GET", `/extractions/templates/${templateId}`);
  }

  createTemplate(workspaceId: number, name: string, schemaJson: object): Promise<Template> {
    const body = { workspace_id: workspaceId, name, schema_json: schemaJson };
    return this.request("POST", "/extractions/templates", body);
  }

  /** The key of the introduction's sample. */
  createTemplateOfOldForm(workspaceId: number, name: string, schema: object): Promise<Template> {
    return this.request("POST", "/extractions/templates", { name, workspace_id: workspaceId, schema });
  }

  async uploadFile(content: Uint8Array): Promise<string> {
    const signed = await this.request<SignedUrl>("POST", "/vapor/signed-storage-url", { visibility: "private" });
    const response = await fetch(signed.url, { method: "PUT", headers: signed.headers, body: content });
    if (response.status !== 200) throw new Error(`the upload was answered with ${response.status}`);
    return signed.key;
  }

  batchCreateSessions(templateId: string, files: string[]): Promise<Session[]> {
    const body = { files, settings: { auto_extract: true } };
    return this.request("POST", `/extractions/templates/${templateId}/sessions/batch`, body);
  }

  createSession(templateId: string, name?: string): Promise<SessionDetail> {
    return this.request("POST", "/extractions/sessions", { extraction_template_id: templateId, name });
  }

  getSession(sessionId: string): Promise<SessionDetail> {
    return this.request("GET", `/extractions/sessions/${sessionId}`);
  }

  async uploadDocuments(sessionId: string, keys: string[]): Promise<SessionDocument[]> {
    const path = `/extractions/sessions/${sessionId}/documents/upload`;
    return (await this.request<{ data: SessionDocument[] }>("POST", path, { keys })).data;
  }

  uploadDocument(sessionId: string, key: string, filename: string): Promise<SessionDocument> {
    return this.request("POST", `/extractions/sessions/${sessionId}/documents`, { key, filename });
  }

  /** The oldest form sends the file itself. */
  async uploadForm(sessionId: string, filename: string, content: Uint8Array): Promise<SessionDocument> {
    const form = new FormData();
    form.append("file", new Blob([content], { type: "application/pdf" }), filename);
    const response = await fetch(`${this.baseUrl}/extractions/sessions/${sessionId}/documents`, {
      method: "POST",
      headers: { Authorization: `Bearer ${this.apiKey}`, Accept: "application/json" },
      body: form,
    });
    if (response.status !== 201) throw new ApiError(response.status, (await response.json()) as ErrorBody);
    return (await response.json()) as SessionDocument;
  }

  async attachDocuments(sessionId: string, documentIds: string[]): Promise<SessionDocument[]> {
    const path = `/extractions/sessions/${sessionId}/documents/attach`;
    return (await this.request<{ data: SessionDocument[] }>("POST", path, { document_ids: documentIds })).data;
  }

  runExtraction(sessionId: string): Promise<ExtractionResult> {
    return this.request("POST", `/extractions/sessions/${sessionId}/results`);
  }

  async listResults(sessionId: string): Promise<ExtractionResult[]> {
    const path = `/extractions/sessions/${sessionId}/results`;
    return (await this.request<{ data: ExtractionResult[] }>("GET", path)).data;
  }

  getResult(resultId: string): Promise<ExtractionResult> {
    return this.request("GET", `/extractions/results/${resultId}`);
  }

  async waitForResult(resultId: string, timeout = 60_000): Promise<ExtractionResult> {
    const deadline = Date.now() + timeout;
    while (Date.now() < deadline) {
      const result = await this.getResult(resultId);
      if (result.status === "completed") return result;
      if (result.status === "failed") throw new Error(`the extraction ${resultId} failed`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the extraction ${resultId} took too long`);
  }
}

const SCHEMA = {
  groups: {
    invoice: {
      search_query: "invoice number, invoice date, total due",
      extraction_prompt: "Read the head and the totals of the invoice.",
      fields: { invoice_number: { type: "string" }, total_due: { type: "number" } },
    },
  },
};

function checkValues(result: ExtractionResult): void {
  assert.equal(result.data.invoice?.invoice_number, "INV-2026-0147");
  assert.equal(result.data.invoice?.total_due, 446.25);
  for (const audit of [result.audit_data, result.reasoning]) {
    const field = audit?.invoice?.invoice_number;
    assert.equal(typeof field?.reasoning, "string");
    assert.equal(field?.sources[0]?.page, 1);
    assert.match(field?.sources[0]?.text ?? "", /INV-2026-0147/);
  }
}

async function quickStart(client: RaydocsClient, template: string, invoice: Uint8Array): Promise<void> {
  const keys = [await client.uploadFile(invoice), await client.uploadFile(invoice)];
  const sessions = await client.batchCreateSessions(template, keys);
  assert.equal(sessions.length, 2);
  for (const session of sessions) {
    let results = await client.listResults(session.id);
    for (let tries = 0; results.length === 0 && tries < 600; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      results = await client.listResults(session.id);
    }
    const [result] = results;
    assert.ok(result, "auto_extract makes a result");
    checkValues(await client.waitForResult(result.id));
    assert.equal((await client.getSession(session.id)).status, "completed");
  }
}

async function fullWorkflow(client: RaydocsClient, invoice: Uint8Array): Promise<string> {
  const workspace = await client.createWorkspace("Contract in TypeScript");
  assert.equal(workspace.icon, "📊");
  assert.ok((await client.listWorkspaces()).some(({ id }) => id === workspace.id));
  const older = await client.createTemplateOfOldForm(workspace.id, "Older", SCHEMA);
  assert.deepEqual(older.schema_json.groups, SCHEMA.groups);
  const template = await client.createTemplate(workspace.id, "Invoices", SCHEMA);
  assert.deepEqual((await client.getTemplate(template.id)).schema_json, SCHEMA);
  const listed = (await client.listTemplates(workspace.id)).map(({ id }) => id);
  assert.deepEqual(listed.sort(), [older.id, template.id].sort());

  const session = await client.createSession(template.id, "Full workflow");
  const [newest] = await client.uploadDocuments(session.id, [await client.uploadFile(invoice)]);
  assert.ok(newest);
  const middle = await client.uploadDocument(session.id, await client.uploadFile(invoice), "middle.pdf");
  const oldest = await client.uploadForm(session.id, "oldest.pdf", invoice);
  // The same bytes are the same document of the workspace.
  assert.deepEqual([middle.id, oldest.id], [newest.id, newest.id]);
  const result = await client.waitForResult((await client.runExtraction(session.id)).id);
  checkValues(result);
  const detail = await client.getSession(session.id);
  assert.deepEqual(detail.documents.map(({ id }) => id), [newest.id]);
  assert.deepEqual(detail.results.map(({ id, status }) => [id, status]), [[result.id, "completed"]]);

  const again = await client.createSession(template.id);
  assert.equal((await client.attachDocuments(again.id, [newest.id]))[0]?.id, newest.id);
  checkValues(await client.waitForResult((await client.runExtraction(again.id)).id));
  return template.id;
}

async function refusals(client: RaydocsClient, stranger: RaydocsClient): Promise<void> {
  const is = (status: number) => (error: unknown) => error instanceof ApiError && error.status === status;
  await assert.rejects(stranger.listWorkspaces(), is(401));
  await assert.rejects(client.getTemplate("00000000-0000-7000-8000-000000000000"), is(404));
  await assert.rejects(client.createWorkspace(""), (error: unknown) => {
    assert.ok(error instanceof ApiError);
    assert.equal(error.status, 422);
    assert.equal(typeof error.body.message, "string");
    assert.equal(typeof error.body.errors?.name?.[0], "string");
    return true;
  });
}

const { DOCENT_URL: url, DOCENT_TOKEN: token } = process.env;
const [file] = process.argv.slice(2);
if (!url || !token || !file) throw new Error("DOCENT_URL and DOCENT_TOKEN, and a file, are needed");
const client = new RaydocsClient(token, url);
const invoice = new Uint8Array(await readFile(file));
const template = await fullWorkflow(client, invoice);
await quickStart(client, template, invoice);
await refusals(client, new RaydocsClient("rd_live_wrong", url));
console.log("the contract in TypeScript: full workflow, quick start, three generations, refusals");
