"""Runs llama.cpp's own HTTP server out of the xllamacpp wheel: MODEL PORT SLOTS [TEMPLATE-FILE]. Ends with its input."""

import os
import sys

import xllamacpp

model, port, slots, *template = sys.argv[1:]
params = xllamacpp.CommonParams()
params.model.path = model
params.port = int(port)
params.n_parallel = int(slots)
params.n_ctx = 2048 * params.n_parallel
params.cache_ram_mib = 1024
params.cpuparams.n_threads = max(1, (os.cpu_count() or 2) // 2)
params.use_jinja = True
if template:
    with open(template[0], encoding="utf-8") as file:
        params.chat_template = file.read()
server = xllamacpp.Server(params)
print("ready", flush=True)
sys.stdin.read()
os._exit(0)  # Without waiting for texts that nobody reads any more.
