"""Microsoft's own Python clients, unmodified, on the emulator. Needs azure-identity, msgraph-beta-sdk, deprecated.

They ask https://graph.microsoft.com and https://login.microsoftonline.com; the environment's proxy leads both to the emulator
(see README.md beside this file). Ends with 0 when everything was as the service would have it.
"""

import asyncio
import base64
import csv
import html
import json
import os
import pathlib
import re
import ssl
import threading
import urllib.parse
import urllib.request
import webbrowser

# Microsoft's host names lead to the emulator; nothing else passes its proxy.
os.environ["HTTPS_PROXY"] = os.environ["AUTOPILOT_EMULATOR_PROXY"]
os.environ["NO_PROXY"] = ""

from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential, DeviceCodeCredential, InteractiveBrowserCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph_beta import GraphServiceClient
from msgraph_beta.generated.models.azure_a_d_windows_autopilot_deployment_profile import (
    AzureADWindowsAutopilotDeploymentProfile,
)
from msgraph_beta.generated.models.group import Group
from msgraph_beta.generated.models.group_assignment_target import GroupAssignmentTarget
from msgraph_beta.generated.models.imported_windows_autopilot_device_identity import (
    ImportedWindowsAutopilotDeviceIdentity,
)
from msgraph_beta.generated.models.o_data_errors.o_data_error import ODataError
from msgraph_beta.generated.models.windows_autopilot_deployment_profile_assignment import (
    WindowsAutopilotDeploymentProfileAssignment,
)
from msgraph_beta.generated.users.users_request_builder import UsersRequestBuilder
from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem

SCOPES = ["https://graph.microsoft.com/.default"]
DEVICES_CSV = pathlib.Path(__file__).parents[2] / "examples/scenarios/user-driven-entra-join/devices.csv"
FLEET = 2500


def control(path, body):
    """Asks the emulator itself, past the proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    url = os.environ["AUTOPILOT_EMULATOR_PROXY"] + "/_emulator/" + path
    with opener.open(urllib.request.Request(url, json.dumps(body).encode(), method="POST")) as answer:
        return json.loads(answer.read() or b"null")


def credential(secret=os.environ["ARM_CLIENT_SECRET"]):
    return ClientSecretCredential(os.environ["ARM_TENANT_ID"], os.environ["ARM_CLIENT_ID"], secret)


def sign_in():
    assert credential().get_token(*SCOPES).token
    try:
        credential("wrong").get_token(*SCOPES)
        raise AssertionError("a wrong secret signed in")
    except ClientAuthenticationError as error:
        assert "AADSTS7000215" in str(error), error
    print("signed in; a wrong secret is AADSTS7000215")


class Browser(webbrowser.BaseBrowser):
    """Goes where the sign-in leads, and sends the form that it is given."""

    def open(self, url, new=0, autoraise=True):
        threading.Thread(target=self.go, args=[url]).start()
        return True

    @staticmethod
    def go(url):
        trusted = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=trusted))
        with opener.open(url) as answer:
            page = answer.read().decode()
        action = html.unescape(re.search('action="([^"]*)"', page)[1])
        fields = re.findall('name="([^"]*)" value="([^"]*)"', page)
        form = urllib.parse.urlencode({name: html.unescape(value) for name, value in fields})
        opener.open(action, form.encode()).close()


def sign_in_as_user():
    webbrowser.register("emulator", None, Browser("emulator"), preferred=True)
    who = {"tenant_id": os.environ["ARM_TENANT_ID"], "client_id": "c0a50000-0000-4000-8000-00000000a003"}
    scope = "https://graph.microsoft.com/Policy.ReadWrite.MobilityManagement"
    record = InteractiveBrowserCredential(**who).authenticate(scopes=[scope])
    assert record.username == "nestor.wilke@contoso.com", record.username
    assert DeviceCodeCredential(**who).get_token(scope).token
    print("a user signed in by authorization code and by device code")


async def make(graph):
    group = await graph.groups.post(
        Group(
            display_name="Autopilot devices",
            mail_enabled=False,
            mail_nickname="autopilot-devices",
            security_enabled=True,
            group_types=["DynamicMembership"],
            membership_rule='(device.devicePhysicalIDs -any (_ -contains "[ZTDID]"))',
            membership_rule_processing_state="On",
        )
    )
    profiles = graph.device_management.windows_autopilot_deployment_profiles
    profile = await profiles.post(
        AzureADWindowsAutopilotDeploymentProfile(
            odata_type="#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", display_name="Standard", locale="os-default"
        )
    )
    assert isinstance(profile, AzureADWindowsAutopilotDeploymentProfile), type(profile)
    by_id = profiles.by_windows_autopilot_deployment_profile_id(profile.id)
    target = GroupAssignmentTarget(odata_type="#microsoft.graph.groupAssignmentTarget", group_id=group.id)
    made = await by_id.assignments.post(WindowsAutopilotDeploymentProfileAssignment(target=target))
    assert isinstance(made.target, GroupAssignmentTarget) and made.target.group_id == group.id
    listed = await by_id.assignments.get()
    assert [each.id for each in listed.value] == [made.id]
    print("a group, a profile and an assignment, read back typed")
    return group, profile


async def import_device(graph):
    with DEVICES_CSV.open() as file:
        row = next(csv.DictReader(file))
    imports = graph.device_management.imported_windows_autopilot_device_identities
    made = await imports.post(
        ImportedWindowsAutopilotDeviceIdentity(
            serial_number=row["Device Serial Number"],
            hardware_identifier=base64.b64decode(row["Hardware Hash"]),
            group_tag="SDK",
        )
    )
    # The clock is stepped instead of waiting for the service.
    control("clock", {"advance_seconds": 600})
    done = await imports.by_imported_windows_autopilot_device_identity_id(made.id).get()
    assert done.state.device_import_status == "complete", done.state
    print("a device is imported")


async def page(graph):
    control("seed", {"devices": [{"serialNumber": "FLEET", "count": FLEET}]})
    seen, pages = set(), 0
    request = graph.device_management.windows_autopilot_device_identities
    answer = await request.get()
    while True:
        pages += 1
        seen.update(each.serial_number for each in answer.value)
        if not answer.odata_next_link:
            break
        assert answer.odata_next_link.startswith("https://graph.microsoft.com/beta/"), answer.odata_next_link
        answer = await request.with_url(answer.odata_next_link).get()
    assert len(seen) == FLEET + 1, len(seen)
    print(f"{len(seen)} devices in {pages} pages")


async def batch(graph, group):
    # msgraph-core leaves the whole address in the item, where Graph's documentation asks for a relative one.
    def item(request, number):
        made = BatchRequestItem(request, id=number)
        made.url = made.url.removeprefix("https://graph.microsoft.com/beta")
        return made

    first = item(graph.groups.by_group_id(group.id).to_get_request_information(), "1")
    none = "00000000-0000-4000-8000-000000000000"
    second = item(graph.groups.by_group_id(none).to_get_request_information(), "2")
    content = BatchRequestContent({"1": first, "2": second})
    # Only the statuses: msgraph-core 1.5.2 fails on the body of any item.
    answer = await BatchRequestBuilder(graph.request_adapter).post(content)
    statuses = {key: item.status for key, item in answer.responses.items()}
    assert statuses == {"1": 200, "2": 404}, statuses
    print("a batch of two, each with its own status")


async def query(graph):
    parameters = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters
    async def users(**asked):
        configuration = RequestConfiguration(query_parameters=parameters(count=True, **asked))
        configuration.headers.add("ConsistencyLevel", "eventual")
        return [user.display_name for user in (await graph.users.get(configuration)).value]

    names = await users(orderby=["displayName desc"], top=5)
    assert len(names) == 5 and names == sorted(names, reverse=True), names
    assert await users(search='"displayName:Adele"') == ["Adele Vance"]
    print("users in order, and by search")


async def read_errors(graph, profile):
    try:
        await graph.groups.by_group_id("00000000-0000-4000-8000-000000000000").get()
        raise AssertionError("a group that is not there was read")
    except ODataError as error:
        assert (error.response_status_code, error.error.code) == (404, "Request_ResourceNotFound"), error
        assert error.error.inner_error.request_id, error
    profiles = graph.device_management.windows_autopilot_deployment_profiles
    try:
        await profiles.by_windows_autopilot_deployment_profile_id(profile.id).delete()
        raise AssertionError("a profile that is assigned was deleted")
    except ODataError as error:
        assert error.response_status_code == 400 and '"_version": 3' in error.error.message, error
    print("errors are typed, Intune's own JSON inside the message")


async def main():
    sign_in()
    sign_in_as_user()
    graph = GraphServiceClient(credential(), SCOPES)
    group, profile = await make(graph)
    await import_device(graph)
    await page(graph)
    await batch(graph, group)
    await read_errors(graph, profile)
    await query(graph)
    print("all as the service would have it")


asyncio.run(main())
