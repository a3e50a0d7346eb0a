// Asks the emulator's control endpoints.

async function answer(response) {
  if (response.status === 204) return null;
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? `answered ${response.status}`);
  return body;
}

/** GET, with those parameters that are not empty. */
export async function ask(path, parameters = {}) {
  const given = Object.entries(parameters).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return answer(await fetch(`/_emulator/${path}?${new URLSearchParams(given)}`));
}

/** POST. */
export async function tell(path, body) {
  return answer(await fetch(`/_emulator/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }));
}
