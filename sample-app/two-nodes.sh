#!/usr/bin/env bash
# Two nodes of the sample, the Redis that they share, and nginx in front of them where there is one. Needs a JDK alone.
#   sample-app/two-nodes.sh               from port 8080 on
#   PORT=9000 sample-app/two-nodes.sh     from another one on
# Whichever of them is killed is started anew. Ctrl-C ends them all.
set -euo pipefail
cd "$(dirname "$0")/.."

is_taken() {
	(: < "/dev/tcp/127.0.0.1/$1") 2> /dev/null
}

# The first port from this one on that nobody listens to
free_port() {
	local port=$1
	while is_taken "$port"; do
		port=$((port + 1))
	done
	echo "$port"
}

# Signals need not wait for its end
pause() {
	sleep "$1" &
	wait $!
}

# Runs a program, and again whenever it has ended, until told to end
keep() {
	local name=$1
	shift
	trap 'kill $(jobs -p) 2> /dev/null; wait; exit' TERM
	while true; do
		"$@" >> "$work/$name.log" 2>&1 &
		wait $! || true
		echo "$name has ended, and is started anew."
		pause 1
	done 2> /dev/null
}

# Waits until somebody listens to a port
await() {
	local name=$1 port=$2 tries
	for ((tries = 0; tries < 240; tries++)); do
		if is_taken "$port"; then
			return
		fi
		pause 0.5
	done
	echo "$name does not start:"
	tail -n 20 "$work/$name.log"
	exit 1
}

# Redis after the nodes, which publish what still waits
stop() {
	trap '' INT TERM HUP
	end ${nodes[@]+"${nodes[@]}"}
	end ${redis:+"$redis"}
	rm -rf "$work"
}

end() {
	if [ $# -gt 0 ]; then
		kill "$@" 2> /dev/null || true
		wait "$@" || true
	fi
}

# The one in the jar of embedded-redis that runs here, or else the one that is installed
find_redis() {
	local name
	case "$(uname -s) $(uname -m)" in
		'Linux x86_64') name=redis-server-6.2.6-v5-linux-amd64 ;;
		'Linux aarch64') name=redis-server-6.2.7-linux-arm64 ;;
		'Darwin x86_64') name=redis-server-6.2.6-v5-darwin-amd64 ;;
		'Darwin arm64') name=redis-server-6.2.6-v5-darwin-arm64 ;;
		*) name=none ;;
	esac
	if cp "sample-app/target/redis/$name" "$work/redis-server" 2> /dev/null && chmod +x "$work/redis-server" \
		&& "$work/redis-server" --version > /dev/null 2>&1; then
		echo "$work/redis-server"
	else
		command -v redis-server
	fi
}

echo "Building the sample ..."
./mvnw -q -pl sample-app -am package -Ptwo-nodes -Dmaven.test.skip -Dcheckstyle.skip -Dspring-javaformat.skip

work=$(mktemp -d)
nodes=()
redis=
# Each in a process group of its own: what Ctrl-C ends is this script, which ends them in order
set -m
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Whoever builds the sample meanwhile does not take it away from those that run
cp sample-app/target/sample-app-*[!s].jar "$work/sample-app.jar"
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
front_port=$(free_port "${PORT:-8080}")
left_port=$(free_port $((front_port + 1)))
right_port=$(free_port $((left_port + 1)))
redis_port=$(free_port $((right_port + 1)))

if ! redis_server=$(find_redis); then
	echo "The Redis of embedded-redis does not run here: install redis-server."
	exit 1
fi
keep redis "$redis_server" --port "$redis_port" --bind 127.0.0.1 --dir "$work" --save 60 1 &
redis=$!
await redis "$redis_port"
for port in "$left_port" "$right_port"; do
	keep "node-$port" "$java" -jar "$work/sample-app.jar" --spring.profiles.active=redis --server.address=127.0.0.1 \
		--server.port="$port" --spring.data.redis.host=127.0.0.1 --spring.data.redis.port="$redis_port" &
	nodes+=($!)
done

# Debian has it where only root looks
nginx=$(PATH=$PATH:/usr/sbin command -v nginx || true)
if [ -n "$nginx" ]; then
	cat > "$work/nginx.conf" << END
daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {
	worker_connections 1024;
}
http {
	access_log off;
	client_body_temp_path body;
	proxy_temp_path proxy;
	fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi;
	scgi_temp_path scgi;
	# Logins, and the answers of the model, are in the memory of one node: its visitors stay there
	upstream same_node {
		ip_hash;
		server 127.0.0.1:$left_port max_fails=0;
		server 127.0.0.1:$right_port max_fails=0;
	}
	# What nodes.html asks for any node can answer: one request goes here, the next one there
	upstream any_node {
		server 127.0.0.1:$left_port max_fails=0;
		server 127.0.0.1:$right_port max_fails=0;
	}
	server {
		listen 127.0.0.1:$front_port;
		proxy_http_version 1.1;
		proxy_set_header Connection "";
		proxy_set_header Host \$http_host;
		location / {
			proxy_pass http://same_node;
		}
		location /nodes {
			proxy_pass http://any_node;
		}
	}
}
END
	keep nginx "$nginx" -p "$work" -e stderr -c nginx.conf &
	nodes+=($!)
	await nginx "$front_port"
fi
await "node-$left_port" "$left_port"
await "node-$right_port" "$right_port"

echo "Two nodes share a Redis. Open, in two windows:"
if [ -n "$nginx" ]; then
	echo "  http://localhost:$front_port/nodes.html    nginx, which goes to either"
else
	echo "  (nginx is not installed: there is nothing in front of them)"
fi
cat << END
  http://localhost:$left_port/nodes.html    the one node
  http://localhost:$right_port/nodes.html    the other
Logs: $work/*.log. Ctrl-C ends it all.
END
wait
