# shellcheck shell=bash
# The payment provider: the sandbox in the services themselves, or the stand-in of another one, a process of its own.

# provider_settings: adds what payment has to know of it to service_settings. The sandbox finishes what it began.
provider_settings() {
  local address=http://127.0.0.1:${port_of[provider]:-} secrets=$data/secrets
  case $provider in
  stripe)
    service_settings+=(
      "BOXOFFICE_STRIPE_URL=$address"
      "BOXOFFICE_STRIPE_SCRIPT_URL=$address/v3/"
      "BOXOFFICE_STRIPE_PUBLISHABLE_KEY=pk_test_standin"
      "BOXOFFICE_STRIPE_SECRET_KEYS_FILE=$secrets/provider-key"
      "BOXOFFICE_STRIPE_WEBHOOK_SECRETS_FILE=$secrets/provider-webhooks"
    )
    ;;
  toss)
    service_settings+=(
      "BOXOFFICE_TOSS_URL=$address"
      "BOXOFFICE_TOSS_SECRET_KEYS_FILE=$secrets/provider-key"
      "BOXOFFICE_TOSS_WEBHOOK_TOKENS_FILE=$secrets/provider-webhooks"
    )
    ;;
  *) return ;;
  esac
  service_settings+=(
    "BOXOFFICE_PAYMENT_PROVIDERS=$provider,sandbox"
    "BOXOFFICE_PUBLIC_URL=$(public_scheme)://localhost:$port"
  )
}

start_provider() {
  launch provider TERM env "STAND_IN_SECRET_KEY_FILE=$data/secrets/provider-key" \
    "STAND_IN_WEBHOOK_SECRET_FILE=$data/secrets/provider-webhooks" "$programs/provider-stand-ins" "$provider" \
    --port "${port_of[provider]}" --gateway-port "$port"
}
