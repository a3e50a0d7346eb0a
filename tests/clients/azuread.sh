#!/bin/sh
# hashicorp/azuread, unmodified, on the emulator, driven by the real Terraform, and a move of its groups to this provider.
# Needs Terraform 1.8 or newer; its argument is the folder of the executable terraform-provider-azuread (see README.md).
set -eu
azuread=$(cd "$1" && pwd)
configurations=$(cd "$(dirname "$0")/azuread" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk -v folder="$azuread" '{ print } /dev_overrides/ { print "    \"hashicorp/azuread\" = \"" folder "\"" }' \
    "$TF_CLI_CONFIG_FILE" >"$work/terraform.rc"
# Microsoft's host names lead to the emulator; nothing else passes its proxy.
export TF_CLI_CONFIG_FILE="$work/terraform.rc" HTTPS_PROXY="$AUTOPILOT_EMULATOR_PROXY" NO_PROXY=
export TF_IN_AUTOMATION=1 TF_INPUT=0 CHECKPOINT_DISABLE=1
cd "$work"

apply() { terraform apply -no-color -auto-approve "$@"; }
destroy() { terraform destroy -no-color -auto-approve "$@"; }
plan_is_empty() { terraform plan -no-color -detailed-exitcode "$@"; }

for kind in groups kinds; do
    cp "$configurations/providers.tf" "$configurations/$kind.tf" .
    apply
    plan_is_empty
    apply -var step=two
    plan_is_empty -var step=two
    if [ "$kind" = kinds ]; then
        destroy -var step=two
    else
        # The groups become this provider's, and nothing else is to be done.
        cp "$configurations/moved.tf" groups.tf
        terraform plan -no-color -var step=two -out=moved.plan | tee moved.txt
        grep -q '^Plan: 0 to add, 0 to change, 0 to destroy\.$' moved.txt
        test "$(grep -c 'azuread_group.* has moved to autopilot_group' moved.txt)" = 3
        terraform apply -no-color moved.plan
        plan_is_empty -var step=two
        destroy -var step=two
        rm groups.tf
    fi
done
test -z "$(terraform state list)"
