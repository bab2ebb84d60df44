package io.github.ssestarter.autoconfigure.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.ssestarter.autoconfigure.RedisSettingsMapper;
import io.github.ssestarter.autoconfigure.SseAutoConfiguration;
import io.github.ssestarter.autoconfigure.SseProperties;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.LocalBackplane;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.redis.ConnectionSettings;
import io.github.ssestarter.redis.LettuceConnector;
import io.github.ssestarter.redis.OnStart;
import io.github.ssestarter.redis.RedisBackplane;
import io.github.ssestarter.redis.RedisSettings;
import io.github.ssestarter.redis.RedisUnavailableException;
import io.github.ssestarter.servlet.SseStartUpException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SseRedisAutoConfiguration}, without a Redis.
 */
@ExtendWith(OutputCaptureExtension.class)
class SseRedisAutoConfigurationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DispatcherServletAutoConfiguration.class,
				WebMvcAutoConfiguration.class, JacksonAutoConfiguration.class, SslAutoConfiguration.class,
				DataRedisAutoConfiguration.class, SseRedisAutoConfiguration.class, SseAutoConfiguration.class))
		.withPropertyValues("spring.data.redis.port=1");

	private final WebApplicationContextRunner withoutRedis = new WebApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class,
						JacksonAutoConfiguration.class, SseRedisAutoConfiguration.class, SseAutoConfiguration.class))
		.withPropertyValues("sse.redis.enabled=true");

	private final WebApplicationContextRunner enabled = this.runner.withPropertyValues("sse.redis.enabled=true");

	@Test
	void unlessItIsEnabledTheLogIsInMemory() {
		this.runner.run((context) -> {
			assertThat(context).getBean(Backplane.class).isInstanceOf(LocalBackplane.class);
			assertThat(context).doesNotHaveBean(LettuceConnector.class);
		});
	}

	@Test
	void withoutRedisTheApplicationStartsAndSaysThatItIsNotThere(CapturedOutput output) {
		this.enabled.run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Backplane.class)).isInstanceOfSatisfying(RedisBackplane.class, (backplane) -> {
				assertThat(backplane.failure()).hasMessageContaining("Redis cannot be reached");
				assertThat(backplane.ready().toCompletableFuture()).isNotDone();
			});
		});
		assertThat(output).contains("sse.client-id.secret is not set");
	}

	@Test
	void withASecretThereIsNothingToWarnOf(CapturedOutput output) {
		this.enabled.withPropertyValues("sse.client-id.secret=known-to-all-nodes-of-the-application")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("sse.client-id.secret");
	}

	@Test
	void withoutRedisItDoesNotStartIfItIsNotTo() {
		this.enabled.withPropertyValues("sse.redis.on-start=fail").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause().isNotNull();
			RedisUnavailableException failure = cause(context, RedisUnavailableException.class);
			assertThat(new RedisFailureAnalyzer().analyze(failure)).satisfies((analysis) -> {
				assertThat(analysis.getDescription()).contains("cannot be reached");
				assertThat(analysis.getAction()).contains("sse.redis.on-start=wait");
			});
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "io.lettuce", "org.springframework.boot.data.redis" })
	void withoutItsLibraryItDoesNotStartAndNamesTheDependency(String missing) {
		this.withoutRedis.withClassLoader(new FilteredClassLoader(missing)).run((context) -> {
			assertThat(context).hasFailed();
			SseStartUpException failure = cause(context, SseStartUpException.class);
			assertThat(failure.getAction()).contains("spring-boot-starter-data-redis");
		});
	}

	@Test
	void withoutConnectionDetailsItDoesNotStartAndSaysWhatIsMissing() {
		this.withoutRedis.run((context) -> {
			assertThat(context).hasFailed();
			assertThat(cause(context, SseStartUpException.class).getDescription())
				.contains("DataRedisAutoConfiguration");
		});
	}

	@Test
	void aBackplaneOfTheUsersWins() {
		this.enabled.withUserConfiguration(OwnBackplane.class).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(Backplane.class);
			assertThat(context).doesNotHaveBean(LettuceConnector.class);
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			sse.redis.timeout=1s          | between 2s and 60s
			sse.redis.timeout=2m          | between 2s and 60s
			sse.redis.connect-timeout=0   | a time between
			sse.redis.key=events          | {events}:log
			sse.redis.key=                | the name of a key
			sse.redis.max-length=999      | between 1000 and
			sse.redis.max-age=0           | a time between
			sse.redis.rest=2s             | between 1ms and 1s
			sse.redis.backlog=0           | between 1 and
			sse.redis.backlog-size=0B     | a size between
			sse.redis.give-up-after=0     | a time between
			sse.redis.node-timeout=8999ms | a time between 9s and 10m
			sse.redis.node-timeout=11m    | a time between 9s and 10m
			""")
	void aWrongValueIsRefusedAndSaysWhatWouldDo(String property, String remedy) {
		this.enabled.withPropertyValues(property).run((context) -> {
			assertThat(context).hasFailed();
			SseStartUpException failure = cause(context, SseStartUpException.class);
			assertThat(failure.getDescription()).contains(property.substring(0, property.indexOf('=')));
			assertThat(failure.getAction()).contains(remedy);
		});
	}

	@Test
	void aNodeThatLostOneAnswerMustNotCountAsDead() {
		this.enabled.withPropertyValues("sse.redis.timeout=4s").run((context) -> {
			SseStartUpException failure = cause(context, SseStartUpException.class);
			assertThat(failure.getDescription()).contains("'sse.redis.node-timeout' has the invalid value '10s'");
			assertThat(failure.getAction()).contains("between 11s and 10m").contains("make these two shorter");
		});
		this.enabled.withPropertyValues("sse.redis.timeout=4s", "sse.redis.connect-timeout=500ms")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void whatIsSetArrives() {
		this.enabled
			.withPropertyValues("sse.redis.key={a}:b", "sse.redis.timeout=4s", "sse.redis.connect-timeout=2s",
					"sse.redis.max-length=5000", "sse.redis.max-age=3m", "sse.redis.rest=5ms", "sse.redis.backlog=7",
					"sse.redis.backlog-size=1KB", "sse.redis.give-up-after=9s", "sse.redis.on-start=wait",
					"sse.redis.node-timeout=20s")
			.run((context) -> {
				SseProperties properties = context.getBean(SseProperties.class);
				assertThat(RedisSettingsMapper.connection(properties, null)).isEqualTo(
						new ConnectionSettings("{a}:b", 5_000, Duration.ofSeconds(4), Duration.ofSeconds(2), null));
				assertThat(RedisSettingsMapper.settings(properties)).isEqualTo(new RedisSettings(OnStart.WAIT,
						Duration.ofMinutes(3), Duration.ofMillis(5), new RedisSettings.Backlog(7, 1_024),
						Duration.ofSeconds(9), Duration.ofSeconds(4), Duration.ofMillis(200), Duration.ofMillis(500)));
				assertThat(RedisSettingsMapper.nodeTimeout(properties)).isEqualTo(Duration.ofSeconds(20));
			});
	}

	@Test
	void theLogHoldsAsMuchAsANodeUnlessItIsSet() {
		SseProperties properties = new SseProperties();
		properties.getHistory().setMaxEvents(4_000);
		properties.getHistory().setMaxAge(Duration.ofMinutes(2));
		assertThat(RedisSettingsMapper.connection(properties, null).maxLength()).isEqualTo(4_000);
		assertThat(RedisSettingsMapper.settings(properties).maxAge()).isEqualTo(Duration.ofMinutes(2));
		properties.getHistory().setMaxEvents(10);
		assertThat(RedisSettingsMapper.connection(properties, null).maxLength()).isEqualTo(1_000);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					spring.data.redis.sentinel.master=m;spring.data.redis.sentinel.nodes=127.0.0.1:1 | false | redis-sentinel://127.0.0.1:1?sentinelMasterId=m
					spring.data.redis.cluster.nodes=127.0.0.1:1,127.0.0.1:2                          | false | redis://127.0.0.1:1
					spring.data.redis.masterreplica.nodes=127.0.0.1:1                                | false | redis://127.0.0.1:1
					spring.data.redis.url=rediss://user:secret@127.0.0.1:1/3                         | true  | rediss://user:******@127.0.0.1:1/3
					spring.data.redis.url=redis://127.0.0.1:1                                        | false | redis://127.0.0.1:1
					spring.data.redis.ssl.enabled=true                                               | true  | rediss://localhost:1
					""")
	void anyKindOfRedisIsTried(String properties, boolean isSecured, String uri) {
		this.enabled.withPropertyValues(properties.split(";")).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(RedisBackplane.class).failure()).hasMessageContaining("Redis cannot be reached");
			RedisURI first = uris(context.getBean(DataRedisConnectionDetails.class), context).get(0);
			assertThat(first.isSsl()).isEqualTo(isSecured);
			assertThat(first).hasToString(uri);
		});
	}

	@Test
	void aUrlIsNotThatOfTheRedisOfOtherConnectionDetails() {
		this.enabled.withPropertyValues("spring.data.redis.url=rediss://127.0.0.1:2")
			.withBean(DataRedisConnectionDetails.class, () -> new DataRedisConnectionDetails() {

				@Override
				public Standalone getStandalone() {
					return Standalone.of("127.0.0.1", 1);
				}

			})
			.run((context) -> assertThat(uris(context.getBean(DataRedisConnectionDetails.class), context))
				.noneMatch(RedisURI::isSsl));
	}

	private static List<RedisURI> uris(DataRedisConnectionDetails details, AssertableWebApplicationContext context) {
		return new RedisAddresses(details, context.getBean(DataRedisProperties.class).getUrl()).uris();
	}

	private static <T extends Throwable> T cause(AssertableWebApplicationContext context, Class<T> type) {
		Throwable cause = context.getStartupFailure();
		while (cause != null && !type.isInstance(cause)) {
			cause = cause.getCause();
		}
		assertThat(cause).isInstanceOf(type);
		return type.cast(cause);
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnBackplane {

		@Bean
		Backplane backplane() {
			return new Backplane() {

				@Override
				public void start(Receiver receiver) {
					receiver.begin(new EventId(1, 0, "aaaaaa"));
				}

				@Override
				public void stop() {
				}

				@Override
				public CompletableFuture<EventId> publish(Message message) {
					return new CompletableFuture<>();
				}

			};
		}

	}

}
