"""slowhttptest (Debian's package) in its three modes, together."""

import asyncio
import re
import shutil

CONNECTIONS, SECONDS = 200, 45
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
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
        program, *MODES[mode], "-c", str(CONNECTIONS), "-r", "100", "-l", str(SECONDS), "-p", "5",
        "-u", base_url + path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )
    text = (await process.communicate())[0].decode(errors="replace")
    found = dict(re.findall(r"(service available|Exit status):\s*(.*)", COLOURS.sub("", text)))
    available, ended = found.get("service available", "not told"), found.get("Exit status", "not told")
    return mode, f"service available {available}, {ended}", available.startswith("YES")


async def slowhttptest(base_url, large_path):
    paths = {"slow heads": "/v1/events", "slow bodies": "/v1/sessions", "slow reading": large_path}
    return await asyncio.gather(*(run_mode(base_url, mode, paths[mode]) for mode in MODES))
