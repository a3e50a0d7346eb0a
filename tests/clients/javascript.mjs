// Microsoft's JavaScript clients, unmodified, on the emulator. Needs @azure/identity, @microsoft/microsoft-graph-client, undici (for
// the proxy), and openssl on the PATH; see README.md beside this file. Ends with 0 when everything was as the service would have it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Microsoft's host names lead to the emulator; nothing else passes its proxy.
const EMULATOR = process.env.AUTOPILOT_EMULATOR_PROXY;
process.env.HTTPS_PROXY = EMULATOR;
process.env.NO_PROXY = "";

const { Agent, EnvHttpProxyAgent, fetch: undiciFetch, setGlobalDispatcher } = await import("undici");
setGlobalDispatcher(new EnvHttpProxyAgent());
const { ClientCertificateCredential, ClientSecretCredential } = await import("@azure/identity");
const graphModule = await import("@microsoft/microsoft-graph-client");
const { BatchRequestContent, BatchResponseContent, Client, GraphError, PageIterator } = graphModule.default ?? graphModule;
const { TokenCredentialAuthenticationProvider } = await import(
  "@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js"
);

const SCOPES = ["https://graph.microsoft.com/.default"];
const { ARM_TENANT_ID: TENANT, ARM_CLIENT_ID: CLIENT, ARM_CLIENT_SECRET: SECRET } = process.env;
const FLEET = 2500;
const DEVICES = "/deviceManagement/windowsAutopilotDeviceIdentities";

// Asks the emulator itself, past the proxy.
async function control(path, body) {
  const answer = await undiciFetch(`${EMULATOR}/_emulator/${path}`, {
    dispatcher: new Agent(),
    method: body === undefined ? "GET" : "POST",
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

function graphOf(credential) {
  const authProvider = new TokenCredentialAuthenticationProvider(credential, { scopes: SCOPES });
  return Client.initWithMiddleware({ authProvider, defaultVersion: "beta" });
}

async function signIn() {
  const secret = new ClientSecretCredential(TENANT, CLIENT, SECRET);
  assert.ok((await secret.getToken(SCOPES)).token);
  const wrong = new ClientSecretCredential(TENANT, CLIENT, "wrong");
  await assert.rejects(wrong.getToken(SCOPES), /AADSTS7000215/);

  const folder = mkdtempSync(join(tmpdir(), "client-"));
  const [key, certificate] = ["key.pem", "certificate.pem"].map((name) => join(folder, name));
  const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=client", "-days", "2", "-keyout", key];
  execFileSync("openssl", [...request, "-out", certificate], { stdio: "ignore" });
  const pem = readFileSync(certificate, "utf8");
  await control("seed", { applications: [{ client_id: CLIENT, certificates: [pem] }] });
  const both = readFileSync(key, "utf8") + pem;
  rmSync(folder, { recursive: true });
  const signed = new ClientCertificateCredential(TENANT, CLIENT, { certificate: both });
  assert.ok((await signed.getToken(SCOPES)).token);
  console.log("signed in by secret and by certificate; a wrong secret is AADSTS7000215");
  return graphOf(signed);
}

async function make(graph) {
  const group = await graph.api("/groups").post({
    displayName: "Autopilot devices",
    mailEnabled: false,
    mailNickname: "autopilot-devices",
    securityEnabled: true,
    groupTypes: [],
  });
  await graph.api(`/groups/${group.id}`).patch({ description: "changed" });
  assert.equal((await graph.api(`/groups/${group.id}`).select("description").get()).description, "changed");
  console.log("a group, made, changed and read");
  return group;
}

async function page(graph) {
  await control("seed", { devices: [{ serialNumber: "FLEET", count: FLEET }] });
  const seen = new Set();
  const each = new PageIterator(graph, await graph.api(DEVICES).get(), (device) => seen.add(device.serialNumber) && true);
  await each.iterate();
  assert.equal(seen.size, FLEET);
  console.log(`${seen.size} devices by PageIterator`);
}

async function batch(graph, group) {
  const json = { "Content-Type": "application/json" };
  const step = (id, method, url, body) => ({
    id,
    request: new Request(`https://graph.microsoft.com${url}`, { method, headers: json, body: body && JSON.stringify(body) }),
  });
  const content = new BatchRequestContent([
    step("1", "GET", `/groups/${group.id}`),
    step("2", "PATCH", `/groups/${group.id}`, { description: "by a batch" }),
    step("3", "GET", "/groups/00000000-0000-4000-8000-000000000000"),
  ]);
  const answer = new BatchResponseContent(await graph.api("/$batch").post(await content.getContent()));
  assert.deepEqual(["1", "2", "3"].map((id) => answer.getResponseById(id).status), [200, 204, 404]);
  assert.equal((await answer.getResponseById("1").json()).id, group.id);
  console.log("a batch of three, each with its own status");
}

async function query(graph) {
  const eventual = (path) => graph.api(path).version("v1.0").header("ConsistencyLevel", "eventual").count(true);
  const ordered = await eventual("/users").orderby("displayName desc").top(5).select("displayName").get();
  const names = ordered.value.map((user) => user.displayName);
  assert.deepEqual(names, [...names].sort().reverse());
  assert.ok(ordered["@odata.count"] >= names.length);
  const found = await eventual("/users").search('"displayName:Adele"').get();
  assert.deepEqual(found.value.map((user) => user.displayName), ["Adele Vance"]);
  console.log("users in order, and by search");
}

async function readErrors(graph) {
  const error = await graph.api("/groups/00000000-0000-4000-8000-000000000000").get().catch((error) => error);
  assert.ok(error instanceof GraphError);
  assert.deepEqual([error.statusCode, error.code], [404, "Request_ResourceNotFound"]);
  assert.ok(error.requestId);
  assert.ok(JSON.parse(error.body).innerError["client-request-id"]);
  const intune = await graph.api("/deviceManagement/assignmentFilters").post({ displayName: "f" }).catch((error) => error);
  assert.equal(intune.statusCode, 400);
  console.log("errors are parsed");
}

const graph = await signIn();
const group = await make(graph);
await page(graph);
await batch(graph, group);
await readErrors(graph);
await query(graph);
console.log("all as the service would have it");
