// Microsoft's Go clients, unmodified, on the emulator. Needs azidentity, msgraph-sdk-go-core and kiota-authentication-azure-go; see
// README.md beside this file. Ends with 0 when everything was as the service would have it.
//
// azidentity names "openid offline_access profile" beside the scope, and Kiota sends its bodies gzipped.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	abstractions "github.com/microsoft/kiota-abstractions-go"
	authentication "github.com/microsoft/kiota-authentication-azure-go"
	core "github.com/microsoftgraph/msgraph-sdk-go-core"
)

var scopes = []string{"https://graph.microsoft.com/.default"}

// must ends the program at the first thing that is not as it should be.
func must(err error, what string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}

func expect(is bool, what string) {
	if !is {
		must(fmt.Errorf("it is not so"), what)
	}
}

// control asks the emulator itself, past the proxy.
func control(method, path, body string) []byte {
	client := http.Client{Transport: &http.Transport{Proxy: nil}}
	url := os.Getenv("AUTOPILOT_EMULATOR_PROXY") + "/_emulator/" + path
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	must(err, path)
	answer, err := client.Do(request)
	must(err, path)
	defer answer.Body.Close()
	expect(answer.StatusCode < 300, path)
	read, err := io.ReadAll(answer.Body)
	must(err, path)
	return read
}

// posts is how often POST /v1.0/groups was answered so.
func posts(status int) int {
	var journal struct {
		Requests []struct {
			Method, Path  string
			Status, Count int
		}
	}
	must(json.Unmarshal(control("GET", "requests", ""), &journal), "the journal")
	for _, each := range journal.Requests {
		if each.Method == "POST" && each.Path == "/v1.0/groups" && each.Status == status {
			return each.Count
		}
	}
	return 0
}

func credential(secret string) *azidentity.ClientSecretCredential {
	made, err := azidentity.NewClientSecretCredential(os.Getenv("ARM_TENANT_ID"), os.Getenv("ARM_CLIENT_ID"), secret, nil)
	must(err, "a credential")
	return made
}

func makeGroup(adapter abstractions.RequestAdapter, name string) {
	body, err := json.Marshal(map[string]any{
		"displayName": name, "mailEnabled": false, "mailNickname": name, "securityEnabled": true,
		"description": strings.Repeat("long ", 100),
	})
	must(err, "a body")
	request := abstractions.NewRequestInformation()
	request.Method = abstractions.POST
	request.UrlTemplate = "{+baseurl}/groups"
	request.Headers.Add("Accept", "application/json")
	request.SetStreamContentAndContentType(body, "application/json")
	answer, err := adapter.SendPrimitive(context.Background(), request, "[]byte", nil)
	must(err, "POST /groups")
	expect(bytes.Contains(answer.([]byte), []byte(name)), "the group is in the answer")
}

func main() {
	// Microsoft's host names lead to the emulator; nothing else passes its proxy.
	must(os.Setenv("HTTPS_PROXY", os.Getenv("AUTOPILOT_EMULATOR_PROXY")), "the proxy")

	token, err := credential(os.Getenv("ARM_CLIENT_SECRET")).GetToken(context.Background(), policy.TokenRequestOptions{Scopes: scopes})
	must(err, "a sign-in")
	expect(token.Token != "", "a token")
	_, err = credential("wrong").GetToken(context.Background(), policy.TokenRequestOptions{Scopes: scopes})
	expect(err != nil && strings.Contains(err.Error(), "AADSTS7000215"), "a wrong secret is AADSTS7000215")
	fmt.Println("signed in; a wrong secret is AADSTS7000215")

	provider, err := authentication.NewAzureIdentityAuthenticationProviderWithScopes(credential(os.Getenv("ARM_CLIENT_SECRET")), scopes)
	must(err, "an authentication provider")
	adapter, err := core.NewGraphRequestAdapterBase(provider, core.GraphClientOptions{})
	must(err, "an adapter")

	adapter.SetBaseUrl("https://graph.microsoft.com/v1.0")

	control("DELETE", "requests", "")
	makeGroup(adapter, "packed")
	expect(posts(201) == 1 && posts(415) == 0, "the gzipped body is taken at once")
	control("PATCH", "settings", `{"gzip_bodies_refused": true}`)
	makeGroup(adapter, "plain")
	expect(posts(201) == 2 && posts(415) == 1, "a gzipped body that is refused is sent again plain")
	fmt.Println("a gzipped POST is taken; refused with 415 it is repeated plain")
	fmt.Println("all as the service would have it")
}
