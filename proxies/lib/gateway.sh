# What the two Spring Cloud Gateways share: KIND is webmvc or webflux

source "${BASH_SOURCE[0]%/*}/proxy.sh"
VERSION='5.0.4 (Spring Boot 4.0.7)'
src=$work/gateway/src/main/java/gateway
mkdir -p "$src"
cp "$proxies/lib/gateway/pom.xml" "$work/gateway"
cat > "$src/Gateway.java" <<'JAVA'
package gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class Gateway {

	public static void main(String[] args) {
		SpringApplication.run(Gateway.class, args);
	}

}
JAVA
{
	echo 'package gateway;'
	documented java
} > "$src/Away.java"
"$proxies/../mvnw" -q -f "$work/gateway/pom.xml" -Dkind=$KIND package >&2

start() {
	mkdir config
	documented yaml | sed "s/:8080/:$1/" > config/application.yml
	local more=()
	[ -z "$4" ] || more=(--server.compression.enabled=true --server.compression.mime-types=text/event-stream)
	# Without TLS both versions come to one port
	background java -Xmx96m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar "$work"/gateway/target/gateway-0.jar \
		--server.address=127.0.0.1 --server.port="$2" --server.http2.enabled=true "${more[@]}"
	http2=$2
}
