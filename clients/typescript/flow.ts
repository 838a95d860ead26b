/**
 * Docent's main flow, from a file to values with their proof, with a client whose types are generated from
 * docs/openapi.json. README.md beside this folder says how.
 *
 *     DOCENT_URL=http://127.0.0.1:8080 DOCENT_TOKEN=dct_... node built/flow.js invoice.pdf
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./docent.js";

/** Speaks JSON: errors can be had as problem documents, too, and have two types without this word. */
type Docent = Client<paths, "application/json">;
type ErrorBody = components["schemas"]["Error"];
type Evidence = components["schemas"]["Evidence"];
type Result = components["schemas"]["Result"];

/** An answer that says no. Its body is the same everywhere: `message`, `code`, `request_id`, and `errors` by field. */
class Refused extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
  ) {
    super(`${status} ${body.code}: ${body.message}`);
  }
}

/** What a call answered, or its refusal thrown. */
function done<T>(answer: { data?: T; error?: ErrorBody; response: Response }): NonNullable<T> {
  if (answer.error !== undefined) throw new Refused(answer.response.status, answer.error);
  if (answer.data == null) throw new Error(`${answer.response.status} without a body`);
  return answer.data;
}

function connect(baseUrl: string, token: string): Docent {
  return createClient<paths, "application/json">({ baseUrl, headers: { Authorization: `Bearer ${token}` } });
}

const SCHEMA = {
  groups: {
    invoice: {
      fields: {
        invoice_number: { type: "string" },
        issue_date: { type: "date" },
        grand_total: { type: "number", aliases: ["Total due"] },
      },
    },
    line_items: {
      repeated: true,
      fields: { description: { type: "string" }, quantity: { type: "number" }, amount: { type: "number" } },
    },
  },
};

async function createTemplate(docent: Docent): Promise<string> {
  const workspace = done(await docent.POST("/workspaces/create", { body: { name: "Flow in TypeScript" } }));
  const workspaces = done(await docent.GET("/workspaces"));
  assert.ok(workspaces.data.some(({ id }) => id === workspace.id));
  const body = { workspace_id: workspace.id, name: "Invoices", schema_json: SCHEMA };
  const template = done(await docent.POST("/extractions/templates", { body }));
  const path = { workspaceId: workspace.id };
  const templates = done(await docent.GET("/workspaces/{workspaceId}/extractions/templates", { params: { path } }));
  assert.deepEqual(templates.data, [template]);
  return template.id;
}

/** The bytes go to an address of their own, which is the permission: the token is not sent there. */
async function upload(docent: Docent, file: string): Promise<string> {
  const address = done(await docent.POST("/vapor/signed-storage-url", { body: { filename: basename(file) } }));
  const { url, headers, key } = address;
  const response = await fetch(url, { method: "PUT", headers, body: new Uint8Array(await readFile(file)) });
  if (!response.ok) throw new Error(`the upload was answered with ${response.status}`);
  return key;
}

async function extract(docent: Docent, template: string, key: string): Promise<Result> {
  const session = done(await docent.POST("/extractions/sessions", { body: { extraction_template_id: template } }));
  const path = { sessionId: session.id };
  const uploaded = await docent.POST("/extractions/sessions/{sessionId}/documents/upload", {
    params: { path },
    body: { keys: [key] },
  });
  assert.equal(done(uploaded).data.length, 1);
  const run = done(await docent.POST("/extractions/sessions/{sessionId}/results", { params: { path } }));
  return completed(docent, run.id);
}

/** Asks again, a little later each time, until the run is at its end. */
async function completed(docent: Docent, resultId: string): Promise<Result> {
  const deadline = Date.now() + 60_000;
  for (let wait = 100; Date.now() < deadline; wait = Math.min(wait * 1.5, 5_000)) {
    const result = done(await docent.GET("/extractions/results/{resultId}", { params: { path: { resultId } } }));
    if (result.status === "completed") return result;
    if (result.status === "failed") throw new Error(`the run failed: ${result.error}`);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  throw new Error("the run was not at its end in time");
}

/** `audit_data` has the shape of `data`, with an `Evidence` where a value stands there. */
function show({ data, audit_data }: Result): void {
  const invoice = data?.invoice as Record<string, unknown>;
  const proof = audit_data?.invoice as Record<string, Evidence>;
  for (const [field, { verdict, confidence, sources }] of Object.entries(proof)) {
    const source = sources[0];
    console.log(`${field} = ${invoice[field]}  ${verdict}, ${confidence.toFixed(2)}, page ${source?.page},`, source?.bbox);
    assert.ok(source?.bbox && source.bbox.x0 < source.bbox.x1 && source.bbox.y0 < source.bbox.y1);
  }
  assert.deepEqual(invoice, { invoice_number: "INV-2026-0147", issue_date: "2026-03-12", grand_total: 446.25 });
  const lines = data?.line_items as { description: string; quantity: number; amount: number }[];
  assert.deepEqual(lines.map(({ amount }) => amount), [168, 162, 45]);
}

async function exportAs(docent: Docent, result: Result): Promise<void> {
  const params = { path: { resultId: result.id } };
  const json = done(await docent.GET("/extractions/results/{resultId}/export/json", { params }));
  assert.deepEqual(json.data, result.data);
  const csv = done(await docent.GET("/extractions/results/{resultId}/export/csv", { params, parseAs: "text" }));
  assert.match(csv, /INV-2026-0147/);
  const excel = await docent.GET("/extractions/results/{resultId}/export/excel", { params, parseAs: "arrayBuffer" });
  assert.equal(Buffer.from(done(excel)).toString("latin1", 0, 2), "PK");
}

/** Codes are typed, too: one that the server does not have does not compile. */
function refused(answer: { error?: ErrorBody; response: Response }, status: number, code: ErrorBody["code"]): ErrorBody {
  assert.ok(answer.error);
  assert.deepEqual([answer.response.status, answer.error.code], [status, code]);
  return answer.error;
}

async function refusals(docent: Docent, baseUrl: string): Promise<void> {
  refused(await connect(baseUrl, "dct_wrong").GET("/workspaces"), 401, "token_invalid");

  const path = { templateId: "00000000-0000-7000-8000-000000000000" };
  const missing = await docent.GET("/extractions/templates/{templateId}", { params: { path } });
  refused(missing, 404, "not_found");

  const workspace = done(await docent.GET("/workspaces")).data[0];
  assert.ok(workspace);
  const schema_json = { fields: { total: { type: "money" } } };
  const body = { workspace_id: workspace.id, name: "Wrong", schema_json };
  const { errors } = refused(await docent.POST("/extractions/templates", { body }), 422, "validation_failed");
  assert.ok(errors?.["schema_json.fields.total.type"]?.[0]);
}

const { DOCENT_URL: url, DOCENT_TOKEN: token } = process.env;
const [file] = process.argv.slice(2);
if (!url || !token || !file) throw new Error("DOCENT_URL, DOCENT_TOKEN and a file are needed");
const docent = connect(url, token);
const result = await extract(docent, await createTemplate(docent), await upload(docent, file));
show(result);
await exportAs(docent, result);
await refusals(docent, url);
