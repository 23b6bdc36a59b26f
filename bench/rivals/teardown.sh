#!/usr/bin/env bash
# What one writes without the action: stop what has to be stopped, poll every 5 seconds, delete, poll until nothing is left.
# Every step is done for all deployments before the next one begins, which is kinder than one deployment after the other.
# It takes any answer without a status for "gone", as such scripts do.
set -euo pipefail

: "${PROVIDER:?}" "${API_URL:?}"

case $PROVIDER in
  baseten)
    deployments="$API_URL/v1/models/$MODEL_ID/deployments"
    status=.status
    headers=(-H "Authorization: Api-Key $API_KEY")
    ;;
  alibaba-model-studio)
    deployments="$API_URL/api/v1/deployments"
    status=.output.status
    headers=(-H "Authorization: Bearer $API_KEY")
    ;;
  sap-ai-core)
    deployments="$API_URL/v2/lm/deployments"
    status=.status
    token=$(curl -sS "$API_URL/oauth/token" -d grant_type=client_credentials \
      --data-urlencode "client_id=$CLIENT_ID" --data-urlencode "client_secret=$CLIENT_SECRET" | jq -r .access_token)
    headers=(-H "Authorization: Bearer $token" -H "AI-Resource-Group: default")
    ;;
esac

status_of() {
  curl -sS "${headers[@]}" "$deployments/$1" | jq -r "$status // \"GONE\""
}

wait_for() {
  local wanted=$1 id
  shift
  for id in "$@"; do
    until [ "$(status_of "$id")" = "$wanted" ]; do sleep 5; done
  done
}

if [ "$PROVIDER" = sap-ai-core ]; then
  for id in "$@"; do
    curl -sS -X PATCH "${headers[@]}" -H "Content-Type: application/json" \
      -d '{"targetStatus":"STOPPED"}' "$deployments/$id" >/dev/null
  done
  wait_for STOPPED "$@"
fi
for id in "$@"; do
  curl -sS -X DELETE "${headers[@]}" "$deployments/$id" >/dev/null
done
wait_for GONE "$@"
