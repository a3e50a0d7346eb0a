#!/bin/sh
# Runs Terraform for each tenant of tenants/, several at a time, each with a state of its own.
#
#   ./each-tenant.sh plan
#   ./each-tenant.sh apply -auto-approve
#   ./each-tenant.sh destroy -auto-approve
#
# TENANTS="adatum litware"   only these
# AT_ONCE=8                  so many at a time; 4 where it is not set
# TERRAFORM=tofu             what to run; terraform where it is not set
#
# It tells each tenant as soon as it is done, and at the end which failed and why. All that a run said is in logs/.
# It ends with 1 if one failed.

cd "$(dirname "$0")" || exit 1

# One tenant: called by the lines below.
if [ "$1" = --one ]; then
  name=$2
  shift 2
  TF_WORKSPACE=$name ${TERRAFORM:-terraform} "$@" -input=false -no-color "-var-file=tenants/$name.tfvars" >"logs/$name.log" 2>&1
  code=$?
  said=$(grep -E '^(Plan:|Apply complete!|Destroy complete!|No changes\.)' "logs/$name.log" | tail -n 1)
  case $code in
    0) echo "$name: ${said:-done}" ;;
    # -detailed-exitcode
    2) echo "$name: ${said:-there are changes}" && touch "logs/$name.changes" ;;
    *) echo "$name: FAILED" && touch "logs/$name.failed" ;;
  esac
  exit 0
fi

[ $# -gt 0 ] || { sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; exit 2; }

mkdir -p logs && rm -f logs/*
names=${TENANTS:-$(cd tenants && ls ./*.tfvars | sed 's|^\./||; s|\.tfvars$||')}
total=$(printf '%s\n' $names | wc -l)
n=0
printf '%s\n' $names | xargs -P "${AT_ONCE:-4}" -I '{}' sh "./$(basename "$0")" --one '{}' "$@" | while read -r line; do
  n=$((n + 1))
  printf '%*d of %d  %s\n' "${#total}" "$n" "$total" "$line"
done

failed=$(find logs -name '*.failed' | wc -l)
changed=$(find logs -name '*.changes' | wc -l)
echo
echo "$total tenants: $((total - failed)) worked, $((failed)) failed.$([ "$changed" -eq 0 ] || echo " $((changed)) have changes.")"
for file in logs/*.failed; do
  [ -e "$file" ] || continue
  name=$(basename "$file" .failed)
  echo
  echo "$name, see logs/$name.log:"
  sed -n '/Error: /,$p' "logs/$name.log" | sed 's/^│ \{0,1\}//; /^╵/d' | head -n 12 | sed 's/^/  /'
done
[ "$failed" -eq 0 ] || exit 1
[ "$changed" -eq 0 ] || exit 2
