package io.github.ssestarter.autoconfigure.redis;

import java.net.URI;
import java.util.List;

import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails.Node;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.util.StringUtils;

import io.github.ssestarter.redis.ConnectionSettings;
import io.github.ssestarter.redis.LettuceConnector;

/**
 * Where Redis is and how to log in there, as Spring Boot knows it.
 */
final class RedisAddresses {

	private static final int DEFAULT_PORT = 6379;

	private final DataRedisConnectionDetails details;

	/** The property {@code spring.data.redis.url}. */
	private final @Nullable String url;

	RedisAddresses(DataRedisConnectionDetails details, @Nullable String url) {
		this.details = details;
		this.url = url;
	}

	LettuceConnector connector(ConnectionSettings settings) {
		List<RedisURI> uris = uris();
		if (this.details.getSentinel() == null && this.details.getCluster() != null) {
			return LettuceConnector.toCluster(uris, settings);
		}
		if (this.details.getSentinel() == null && this.details.getMasterReplica() != null) {
			return LettuceConnector.toMasterOf(uris, settings);
		}
		return LettuceConnector.to(uris.get(0), settings);
	}

	List<RedisURI> uris() {
		DataRedisConnectionDetails.Sentinel sentinel = this.details.getSentinel();
		if (sentinel != null) {
			return List.of(sentinel(sentinel));
		}
		DataRedisConnectionDetails.Cluster cluster = this.details.getCluster();
		if (cluster != null) {
			return nodes(cluster.getNodes());
		}
		DataRedisConnectionDetails.MasterReplica masterReplica = this.details.getMasterReplica();
		if (masterReplica != null) {
			return nodes(masterReplica.getNodes());
		}
		DataRedisConnectionDetails.Standalone standalone = this.details.getStandalone();
		if (standalone == null) {
			throw new IllegalStateException("Spring Boot's connection details name no Redis at all");
		}
		RedisURI.Builder builder = at(standalone.getHost(), standalone.getPort()).withDatabase(standalone.getDatabase())
			.withSsl(isSecured() || isSecuredByUrl(standalone));
		return List.of(uri(builder, this.details.getUsername(), this.details.getPassword()));
	}

	/**
	 * The details do not tell what the scheme of the property was. They may be those of
	 * another Redis, such as that of a container.
	 */
	private boolean isSecuredByUrl(DataRedisConnectionDetails.Standalone standalone) {
		if (!StringUtils.hasText(this.url)) {
			return false;
		}
		URI uri = URI.create(this.url);
		int port = (uri.getPort() >= 0) ? uri.getPort() : DEFAULT_PORT;
		return "rediss".equals(uri.getScheme()) && standalone.getHost().equals(uri.getHost())
				&& standalone.getPort() == port;
	}

	private RedisURI sentinel(DataRedisConnectionDetails.Sentinel sentinel) {
		RedisURI.Builder builder = RedisURI.builder()
			.withSentinelMasterId(sentinel.getMaster())
			.withDatabase(sentinel.getDatabase())
			.withSsl(isSecured());
		for (Node node : sentinel.getNodes()) {
			builder.withSentinel(uri(at(node.host(), node.port()), sentinel.getUsername(), sentinel.getPassword()));
		}
		return uri(builder, this.details.getUsername(), this.details.getPassword());
	}

	private List<RedisURI> nodes(List<Node> nodes) {
		return nodes.stream()
			.map((node) -> uri(at(node.host(), node.port()), this.details.getUsername(), this.details.getPassword()))
			.toList();
	}

	private RedisURI.Builder at(String host, int port) {
		return RedisURI.builder().withHost(host).withPort(port).withSsl(isSecured());
	}

	private static RedisURI uri(RedisURI.Builder builder, @Nullable String username, @Nullable String password) {
		if (StringUtils.hasText(password)) {
			char[] secret = password.toCharArray();
			if (StringUtils.hasText(username)) {
				builder.withAuthentication(username, secret);
			}
			else {
				builder.withPassword(secret);
			}
		}
		return builder.build();
	}

	private boolean isSecured() {
		return this.details.getSslBundle() != null;
	}

	/**
	 * Keys, certificates and ciphers of Spring Boot's bundle.
	 * @return {@code null} if connections are not secured
	 */
	@Nullable SslOptions ssl() {
		SslBundle bundle = this.details.getSslBundle();
		if (bundle == null) {
			return null;
		}
		SslOptions.Builder ssl = SslOptions.builder()
			.keyManager(bundle.getManagers().getKeyManagerFactory())
			.trustManager(bundle.getManagers().getTrustManagerFactory());
		String[] ciphers = bundle.getOptions().getCiphers();
		if (ciphers != null) {
			ssl.cipherSuites(ciphers);
		}
		String[] protocols = bundle.getOptions().getEnabledProtocols();
		if (protocols != null) {
			ssl.protocols(protocols);
		}
		return ssl.build();
	}

}
