package io.github.ssestarter.autoconfigure.redis;

import java.security.SecureRandom;
import java.time.Clock;

import io.lettuce.core.RedisClient;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.util.StringUtils;
import org.springframework.web.servlet.DispatcherServlet;

import io.github.ssestarter.autoconfigure.RedisSettingsMapper;
import io.github.ssestarter.autoconfigure.SseAutoConfiguration;
import io.github.ssestarter.autoconfigure.SseProperties;
import io.github.ssestarter.autoconfigure.TicketSettingsMapper;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.redis.LettuceConnector;
import io.github.ssestarter.redis.RedisBackplane;
import io.github.ssestarter.redis.RedisRecords;
import io.github.ssestarter.redis.RedisRegistry;
import io.github.ssestarter.redis.RedisTickets;
import io.github.ssestarter.redis.TicketRecord;
import io.github.ssestarter.tickets.TicketStore;
import io.github.ssestarter.tickets.TicketUsers;

/**
 * Auto-configuration of the backplane on Redis, with connections of its own to the Redis
 * that Spring Boot knows of.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = SseAutoConfiguration.class, after = DataRedisAutoConfiguration.class)
@ConditionalOnClass({ DispatcherServlet.class, RedisClient.class, DataRedisConnectionDetails.class })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnProperty(name = "sse.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty("sse.redis.enabled")
@ConditionalOnMissingBean(Backplane.class)
@EnableConfigurationProperties(SseProperties.class)
public final class SseRedisAutoConfiguration {

	private static final Log logger = LogFactory.getLog(SseRedisAutoConfiguration.class);

	@Bean
	LettuceConnector sseRedisConnector(SseProperties properties, ObjectProvider<DataRedisConnectionDetails> details,
			ObjectProvider<DataRedisProperties> redis) {
		DataRedisConnectionDetails found = details.getIfAvailable();
		if (found == null) {
			throw RedisSettingsMapper.noConnectionDetails();
		}
		RedisAddresses addresses = new RedisAddresses(found, url(redis.getIfAvailable()));
		return addresses.connector(RedisSettingsMapper.connection(properties, addresses.ssl()));
	}

	private static @Nullable String url(@Nullable DataRedisProperties redis) {
		return (redis != null) ? redis.getUrl() : null;
	}

	@Bean
	RedisRecords sseRedisRecords(LettuceConnector connector) {
		return connector.records();
	}

	@Bean
	@ConditionalOnMissingBean(TicketStore.class)
	RedisTickets sseTicketStore(RedisRecords records, SseProperties properties, ObjectProvider<TicketUsers> users) {
		return new RedisTickets(records, RedisSettingsMapper.connection(properties, null).timeout(),
				new TicketRecord(() -> users.getIfAvailable(() -> TicketUsers.NAMED)),
				TicketSettingsMapper.room(properties), Clock.systemUTC());
	}

	@Bean
	RedisBackplane sseBackplane(LettuceConnector connector, RedisRecords records, SseProperties properties) {
		if (!StringUtils.hasText(properties.getClientId().getSecret())) {
			logger.warn("sse.client-id.secret is not set, so each node signs client ids with a secret of its own, and"
					+ " does not know those of the others: clients that come to another node get a new id. Set it, to"
					+ " the same on all nodes");
		}
		SecureRandom random = new SecureRandom();
		RedisRegistry registry = new RedisRegistry(records, RedisSettingsMapper.nodeTimeout(properties),
				properties.getLimits().getMaxStreamsPerUser(), random, System::nanoTime);
		return new RedisBackplane(connector, registry, RedisSettingsMapper.settings(properties), random,
				System::nanoTime);
	}

	/**
	 * After the bean that keeps what was told last, so that it is told first.
	 */
	@Bean
	RedisReadiness sseRedisReadiness(ApplicationContext context, RedisBackplane backplane,
			ObjectProvider<ApplicationAvailability> availability) {
		availability.getIfAvailable();
		return new RedisReadiness(context, backplane);
	}

}
