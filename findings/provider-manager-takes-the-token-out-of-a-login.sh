#!/usr/bin/env bash
#
# The guess: a resource server that makes a login of its own of a JWT, in a Converter<Jwt, ...>, and
# keeps the JWT as its credentials, finds the JWT in the credentials of the SecurityContext, as it
# does with the JwtAuthenticationToken that it has without a converter.
#
# What Spring Security 7.1.0 does: ProviderManager has the login erase its credentials once it is
# authenticated. A UsernamePasswordAuthenticationToken does, so nobody can tell any more when the
# token ends. A JwtAuthenticationToken keeps its token. What stands in the details stays in both.
#
# Seen on 2026-11-30, OpenJDK 17.0.15: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'END'
<project><modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>token</artifactId><version>1</version><dependencies>
	<dependency><groupId>org.springframework.security</groupId><artifactId>spring-security-oauth2-resource-server</artifactId><version>7.1.0</version></dependency>
	<dependency><groupId>org.springframework.security</groupId><artifactId>spring-security-oauth2-jose</artifactId><version>7.1.0</version></dependency>
	<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
</dependencies></project>
END
timeout 300 mvn -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >log ||
	{ tail log; exit 1; }

cat >expected <<'END'
JwtAuthenticationToken: credentials Jwt, details Jwt
UsernamePasswordAuthenticationToken: credentials none, details Jwt
END
cat >Run.java <<'END'
import java.time.Instant;
import java.util.List;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.authentication.*;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.*;

class Run {
	public static void main(String[] args) {
		show((jwt) -> {
			JwtAuthenticationToken login = new JwtAuthenticationToken(jwt, List.of());
			login.setDetails(jwt);
			return login;
		});
		show((jwt) -> {
			UsernamePasswordAuthenticationToken login = UsernamePasswordAuthenticationToken.authenticated(jwt.getSubject(), jwt,
					List.of());
			login.setDetails(jwt);
			return login;
		});
	}

	static void show(Converter<Jwt, AbstractAuthenticationToken> converter) {
		Jwt jwt = Jwt.withTokenValue("t").header("alg", "none").subject("somebody").expiresAt(Instant.now().plusSeconds(10)).build();
		JwtAuthenticationProvider provider = new JwtAuthenticationProvider((token) -> jwt);
		provider.setJwtAuthenticationConverter(converter);
		Authentication login = new ProviderManager(provider).authenticate(new BearerTokenAuthenticationToken("t"));
		System.out.println(login.getClass().getSimpleName() + ": credentials " + name(login.getCredentials()) + ", details "
				+ name(login.getDetails()));
	}

	static String name(Object object) {
		return (object != null) ? object.getClass().getSimpleName() : "none";
	}
}
END
timeout 120 java -cp 'lib/*' Run.java | tee output
diff expected output
