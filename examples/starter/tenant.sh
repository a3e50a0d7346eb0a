#!/bin/sh
# Runs Terraform for one tenant of tenants/.
#
#   ./tenant.sh contoso plan
#   ./tenant.sh contoso apply -auto-approve
#   ./tenant.sh contoso drift       a plan that ends with 2 where there is something to do, and locks nothing
#
# Words after the command are Terraform's. TERRAFORM=tofu runs OpenTofu. On a machine of a pipeline (CI is set) it needs a
# backend in main.tf; on yours each tenant is a workspace where there is none.

set -eu
cd "$(dirname "$0")"
terraform=${TERRAFORM:-terraform}

if [ $# -lt 2 ] || [ ! -d "tenants/$1" ]; then
  sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2
  echo "The tenants: $(ls tenants | tr '\n' ' ')" >&2
  exit 1
fi
tenant=$1
command=$2
shift 2

if grep -q '^ *backend "' ./*.tf; then
  $terraform init -input=false -reconfigure "-backend-config=key=$tenant.tfstate" >&2
elif [ -n "${CI:-}" ]; then
  echo "main.tf has no backend: what is applied here would be forgotten. Say where the states are kept." >&2
  exit 1
else
  $terraform get >&2
  export TF_WORKSPACE="$tenant"
fi

set -- "-input=false" "-var=tenant=$tenant" "-var-file=tenants/$tenant/terraform.tfvars" "$@"
case $command in
  drift) exec $terraform plan -detailed-exitcode -lock=false "$@" ;;
  *) exec $terraform "$command" "$@" ;;
esac
