"""slowhttptest (Debian's package) in its three modes, together."""

import asyncio
import shutil

CONNECTIONS, SECONDS = 200, 45
MODES = {
    "slow heads": ["-H", "-i", "2"],
    "slow bodies": ["-B", "-i", "2", "-s", "4096", "-x", "10"],
    "slow reading": ["-X", "-w", "512", "-y", "1024", "-n", "5", "-z", "32", "-k", "3"],
}


async def run_mode(base_url, mode, path):
    program = shutil.which("slowhttptest")
    if program is None:
        return mode, "slowhttptest is missing", False
    process = await asyncio.create_subprocess_exec(
        program, *MODES[mode], "-c", str(CONNECTIONS), "-r", "100", "-l", str(SECONDS), "-p", "5", "-u", base_url + path,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )
    text = (await process.communicate())[0].decode(errors="replace")
    lines = {}
    for line in text.splitlines():
        name, _, value = line.partition(":")
        lines[name.strip(" \x1b[0123456789m")] = value.strip(" \x1b[0123456789m")
    available = lines.get("service available", "?")
    ended = next((line.split(":", 1)[1].strip(" \x1b[0m") for line in text.splitlines() if "Exit status" in line), "?")
    return mode, f"service available {available}, {ended}", "YES" in available


async def slowhttptest(base_url, large_path):
    paths = {"slow heads": "/v1/events", "slow bodies": "/v1/sessions", "slow reading": large_path}
    return await asyncio.gather(*(run_mode(base_url, mode, paths[mode]) for mode in MODES))
