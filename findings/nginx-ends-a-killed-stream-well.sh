#!/usr/bin/env bash
#
# The guess: when the application behind nginx is killed in the middle of a stream, so is the
# stream: the client's connection closes without the last chunk, and each HTTP client knows that
# it was cut off. It does when it is connected to the application itself.
#
# What it does (Debian's nginx 1.22.1, proxy_pass alone): it asks the backend in HTTP/1.0, where
# an answer ends as its connection does, and chunks the answer itself. A killed backend becomes a
# whole answer, with its last chunk, whatever half an event stands before it. With
# proxy_http_version 1.1 the client is cut off.
#
# Seen on 2026-11-29: the lines of "expected" below (18 is curl's code for a part of an answer).
set -euo pipefail

dir=$(mktemp -d)
trap 'if [ -s "$dir/pid" ]; then kill "$(cat "$dir/pid")" || true; fi; rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"

cat >expected <<'END'
nginx/1.22.1
direct: half of event 2 arrived, curl exits with 18
default: half of event 2 arrived, curl exits with 0
http-1.1: half of event 2 arrived, curl exits with 18
END

cat >run.py <<'END'
import os, signal, socket, subprocess, time

def listener():
    made = socket.create_server(('127.0.0.1', 0))
    return made, made.getsockname()[1]

backend, backend_port = listener()
ports = {}
for name in 'default', 'http-1.1':  # found free, and left to nginx
    made, ports[name] = listener()
    made.close()

with open('nginx.conf', 'w') as file:
    file.write(f'''pid pid; error_log errors; worker_processes 1; events {{}}
http {{
    access_log off; proxy_temp_path proxy; client_body_temp_path body;
    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    server {{ listen 127.0.0.1:{ports['default']}; location / {{ proxy_pass http://127.0.0.1:{backend_port}; }} }}
    server {{ listen 127.0.0.1:{ports['http-1.1']}; location / {{ proxy_pass http://127.0.0.1:{backend_port};
        proxy_http_version 1.1; proxy_set_header Connection ""; }} }}
}}''')
subprocess.run(['nginx', '-p', os.getcwd(), '-e', 'errors', '-c', 'nginx.conf'], check=True, timeout=20)

def serve():
    connection, _ = backend.accept()
    version = connection.recv(65536).split(b'\r\n')[0][-3:]
    chunked = version == b'1.1'
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Accel-Buffering: no\r\n'
        + (b'Transfer-Encoding: chunked\r\n\r\n' if chunked else b'Connection: close\r\n\r\n'))
    for part in b'data: 1\nid: 1\n\n', b'data: half of':
        connection.sendall(b'%x\r\n%s\r\n' % (len(part), part) if chunked else part)
    time.sleep(1)
    os.kill(os.getpid(), signal.SIGKILL)

for name, port in {'direct': backend_port, **ports}.items():
    child = os.fork()
    if child == 0:
        serve()
    curl = subprocess.run(['curl', '-sNm', '20', f'http://127.0.0.1:{port}/'], capture_output=True)
    os.waitpid(child, 0)
    half = 'half of event 2 arrived' if curl.stdout.endswith(b'data: half of') else curl.stdout
    print(f'{name}: {half}, curl exits with {curl.returncode}', flush=True)
END
{
	nginx -v 2>&1 | sed 's/.*: //'
	timeout 90 python3 run.py
} | tee output
diff expected output
