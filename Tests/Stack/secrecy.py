"""What the logs must not hold."""

from proof import expect, nothing


async def no_secret_in_the_logs(house):
    """No log holds a password, a session, a card, a ticket's code or a key"""
    secrets = {secret.encode() for secret in house.secrets if secret}
    secrets |= {f"sandbox_{card}".encode() for card in (
        "succeed", "decline", "late_succeed", "lost_reply", "duplicate_webhook", "requires_action",
        "reordered_webhook", "very_late_webhook", "refuse_refund", "outage")}
    for path in (house.stack.data / "secrets").iterdir():
        text = path.read_text(errors="replace").strip()
        secrets |= {part.partition(":")[2].encode() or part.encode() for part in text.split(",")} if path.name.endswith(
            "keys") else {text.encode()} if path.suffix != ".conf" else set()
    secrets.discard(b"")
    found, size = [], 0
    for path in house.stack.logs():
        text = path.read_bytes()[house.log_starts.get(path, 0):]
        size += len(text)
        found += [f"{path.name} holds {secret[:12]!r}…" for secret in secrets if secret in text]
    nothing(found, "secrets in logs")
    expect(size > 1000, "logs that were written", size)
    return f"{len(secrets)} secrets looked for in {size // 1000} kB of logs"


async def no_service_failed(house):
    """No service stumbled over a fault of its own"""
    words = (b"Fatal error", b"Precondition failed", b"Assertion failed", b"*** Signal", b"Crash", b"stopped by a failure",
             b'"a route failed"', b'"a service could not be used"')
    found = []
    for path in house.stack.logs():
        text = path.read_bytes()[house.log_starts.get(path, 0):]
        found += [f"{path.name}: {line[:300].decode(errors='replace')}" for line in text.splitlines()
                  if any(word in line for word in words)]
    nothing(found, "lines that tell of a fault")
    return "no crash, no failed route in the logs"


CHECKS = [no_secret_in_the_logs, no_service_failed]
