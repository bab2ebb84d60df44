package io.github.ssestarter.autoconfigure;

import java.time.Duration;

import io.lettuce.core.SslOptions;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import io.github.ssestarter.redis.ConnectionSettings;
import io.github.ssestarter.redis.LettuceConnector;
import io.github.ssestarter.redis.RedisSettings;
import io.github.ssestarter.servlet.SseStartUpException;

/**
 * Turns the properties of Redis into settings, and refuses wrong ones.
 *
 * @since 0.1.0
 */
public final class RedisSettingsMapper {

	/** A reader that is late must find out what was trimmed meanwhile. */
	private static final int MIN_LENGTH = 1_000;

	private static final int MAX_LENGTH = 100_000_000;

	private static final int MAX_BACKLOG = 10_000_000;

	private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);

	private static final Duration MAX_REST = Duration.ofSeconds(1);

	private static final Duration MAX_STOP = Duration.ofSeconds(5);

	private static final Duration MIN_RETRY = Duration.ofMillis(200);

	private static final Duration MAX_RETRY = Duration.ofMillis(500);

	private static final Duration MAX_NODE_TIMEOUT = Duration.ofMinutes(10);

	private RedisSettingsMapper() {
	}

	/**
	 * How a node is connected to its log.
	 * @param properties the properties
	 * @param ssl how connections are secured, {@code null} if they are not
	 * @return the settings
	 * @throws SseStartUpException if a property is wrong
	 */
	public static ConnectionSettings connection(SseProperties properties, @Nullable SslOptions ssl) {
		SseProperties.Redis redis = properties.getRedis();
		return new ConnectionSettings(key(redis.getKey()), maxLength(properties), timeout(redis),
				PropertyChecks.positive("sse.redis.connect-timeout", redis.getConnectTimeout()), ssl);
	}

	/**
	 * How a node uses its log.
	 * @param properties the properties
	 * @return the settings
	 * @throws SseStartUpException if a property is wrong
	 */
	public static RedisSettings settings(SseProperties properties) {
		SseProperties.Redis redis = properties.getRedis();
		Duration maxAge = redis.getMaxAge();
		return new RedisSettings(redis.getOnStart(),
				(maxAge != null) ? PropertyChecks.positive("sse.redis.max-age", maxAge)
						: PropertyChecks.positive("sse.history.max-age", properties.getHistory().getMaxAge()),
				PropertyChecks.zeroTo("sse.redis.rest", redis.getRest(), MAX_REST),
				new RedisSettings.Backlog(
						PropertyChecks.between("sse.redis.backlog", redis.getBacklog(), 1, MAX_BACKLOG),
						PropertyChecks.bytes("sse.redis.backlog-size", redis.getBacklogSize())),
				PropertyChecks.positive("sse.redis.give-up-after", redis.getGiveUpAfter()), stopTimeout(redis),
				MIN_RETRY, MAX_RETRY);
	}

	/**
	 * Within which time a node that has died is noticed. One that has lost an answer is
	 * silent until the next renewal, for the time-out, and until it is connected again:
	 * together that must be less than the silence of a dead one.
	 * @param properties the properties
	 * @return the time
	 * @throws SseStartUpException if the property is wrong
	 */
	public static Duration nodeTimeout(SseProperties properties) {
		SseProperties.Redis redis = properties.getRedis();
		Duration timeout = redis.getNodeTimeout();
		Duration min = timeout(redis).plus(redis.getConnectTimeout()).multipliedBy(2).plusSeconds(1);
		if (timeout.compareTo(min) < 0 || timeout.compareTo(MAX_NODE_TIMEOUT) > 0) {
			throw PropertyChecks.invalid("sse.redis.node-timeout", timeout,
					"a time between " + PropertyChecks.text(min) + " and 10m: two times sse.redis.timeout and"
							+ " sse.redis.connect-timeout together, and a second, so that a node that lost one answer"
							+ " of Redis does not count as dead. Or make these two shorter");
		}
		return timeout;
	}

	/**
	 * Spring Boot does not know of any Redis.
	 * @return what is to be thrown
	 */
	public static SseStartUpException noConnectionDetails() {
		return new SseStartUpException(
				"The configuration property 'sse.redis.enabled' is true, but Spring Boot's DataRedisAutoConfiguration"
						+ " is switched off, which knows where Redis is.",
				"Remove it from 'spring.autoconfigure.exclude' and from 'exclude', or make a bean"
						+ " DataRedisConnectionDetails.");
	}

	/**
	 * There is nothing to reach Redis with.
	 */
	static SseStartUpException noLettuce() {
		return new SseStartUpException(
				"The configuration property 'sse.redis.enabled' is true, but Lettuce and Spring Boot's support of"
						+ " Redis are not on the class path.",
				"Add the dependency 'org.springframework.boot:spring-boot-starter-data-redis', or remove"
						+ " 'sse.redis.enabled'.");
	}

	private static String key(String key) {
		if (!StringUtils.hasText(key)) {
			throw PropertyChecks.invalid("sse.redis.key", key, "the name of a key, such as {sse}:log");
		}
		if (!key.matches(".*\\{[^}]+}.*")) {
			throw PropertyChecks.invalid("sse.redis.key", key, "a name with a part in braces, such as {" + key
					+ "}:log: a second key begins with it, and in a cluster both have to be on one node");
		}
		return key;
	}

	private static Duration timeout(SseProperties.Redis redis) {
		Duration timeout = redis.getTimeout();
		if (timeout.compareTo(LettuceConnector.MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
			throw PropertyChecks.invalid("sse.redis.timeout", timeout,
					"a time between 2s and 60s: a read waits for one second for something new");
		}
		return timeout;
	}

	/** A stop waits for Redis as for an answer, but not for a minute. */
	private static Duration stopTimeout(SseProperties.Redis redis) {
		Duration timeout = timeout(redis);
		return (timeout.compareTo(MAX_STOP) > 0) ? MAX_STOP : timeout;
	}

	private static int maxLength(SseProperties properties) {
		Integer maxLength = properties.getRedis().getMaxLength();
		return (maxLength != null) ? PropertyChecks.between("sse.redis.max-length", maxLength, MIN_LENGTH, MAX_LENGTH)
				: Math.max(MIN_LENGTH, properties.getHistory().getMaxEvents());
	}

}
