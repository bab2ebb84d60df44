package io.github.ssestarter.autoconfigure.redis;

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

	private final DataRedisConnectionDetails details;

	RedisAddresses(DataRedisConnectionDetails details) {
		this.details = details;
	}

	LettuceConnector connector(ConnectionSettings settings) {
		DataRedisConnectionDetails.Sentinel sentinel = this.details.getSentinel();
		if (sentinel != null) {
			return LettuceConnector.to(sentinel(sentinel), settings);
		}
		DataRedisConnectionDetails.Cluster cluster = this.details.getCluster();
		if (cluster != null) {
			return LettuceConnector.toCluster(nodes(cluster.getNodes()), settings);
		}
		DataRedisConnectionDetails.MasterReplica masterReplica = this.details.getMasterReplica();
		if (masterReplica != null) {
			return LettuceConnector.toMasterOf(nodes(masterReplica.getNodes()), settings);
		}
		DataRedisConnectionDetails.Standalone standalone = this.details.getStandalone();
		if (standalone == null) {
			throw new IllegalStateException("Spring Boot's connection details name no Redis at all");
		}
		return LettuceConnector
			.to(uri(at(standalone.getHost(), standalone.getPort()).withDatabase(standalone.getDatabase()),
					this.details.getUsername(), this.details.getPassword()), settings);
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
