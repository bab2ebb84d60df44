package io.github.ssestarter.starter;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.ssestarter.redis.ConnectionSettings;
import io.github.ssestarter.redis.LettuceConnector;
import io.github.ssestarter.redis.RedisRecords;
import io.github.ssestarter.starter.testsupport.RedisNodes;
import io.github.ssestarter.starter.testsupport.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for records in a real Redis.
 */
class RedisRecordsTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	@TempDir
	private Path folder;

	private RedisServer redis;

	private LettuceConnector connector;

	private RedisRecords records;

	@BeforeEach
	void connect() {
		this.redis = RedisServer.start(RedisServer.Version.newest(), this.folder);
		this.connector = LettuceConnector.to(RedisNodes.node(this.redis.port()),
				new ConnectionSettings(RedisNodes.KEY, 100_000, Duration.ofSeconds(2), Duration.ofSeconds(1), null));
		this.records = this.connector.records();
	}

	@AfterEach
	void close() {
		if (this.redis != null) {
			this.records.close();
			this.connector.close();
			this.redis.close();
		}
	}

	@Test
	void aRecordIsKeptOnceTakenOnceAndGoesByItself() {
		assertThat(answer(this.records.setIfAbsent("a", bytes("1"), LONG))).isTrue();
		assertThat(answer(this.records.setIfAbsent("a", bytes("2"), LONG))).isFalse();
		assertThat(this.redis.commands().get("{sse}:log:a")).isEqualTo("1");
		assertThat(answer(this.records.take("a"))).isEqualTo(bytes("1"));
		assertThat(answer(this.records.take("a"))).isNull();
		assertThat(answer(this.records.setIfAbsent("b", bytes("1"), Duration.ofMillis(50)))).isTrue();
		Awaitility.await().until(() -> this.redis.commands().exists("{sse}:log:b") == 0);
	}

	@Test
	void scriptsAreRunAlsoByARedisThatHasForgottenThem() {
		String script = "return { KEYS[1], ARGV[1], 7 }";
		for (int i = 0; i < 2; i++) {
			assertThat(answer(this.records.run(script, List.of("a"), List.of(bytes("x")))))
				.containsExactly(bytes("{sse}:log:a"), bytes("x"), 7L);
			this.redis.commands().scriptFlush();
		}
	}

	@Test
	void aRedisThatIsAwayFailsCommandsInTimeAndOneThatIsBackIsUsedAgain() {
		answer(this.records.setIfAbsent("a", bytes("1"), LONG));
		this.redis.freeze();
		CompletableFuture<byte[]> unanswered = this.records.take("b");
		assertThatThrownBy(() -> answer(unanswered)).rootCause().hasMessageContaining("timed out");
		this.redis.thaw();
		Awaitility.await().untilAsserted(() -> assertThat(answer(this.records.take("a"))).isEqualTo(bytes("1")));
		this.redis.stop();
		assertThatThrownBy(() -> answer(this.records.take("a"))).hasMessageContaining("Redis");
		this.redis.startAgain();
		Awaitility.await().ignoreExceptions().until(() -> answer(this.records.setIfAbsent("c", bytes("1"), LONG)));
	}

	@Test
	void anErrorThatRedisAnswersLeavesOthersWhatTheyHaveAsked() {
		CompletableFuture<?> refused = this.records.run("return redis.error_reply('OOM no room')", List.of("a"),
				List.of());
		List<CompletableFuture<Boolean>> others = IntStream.range(0, 5_000)
			.mapToObj((i) -> this.records.setIfAbsent("n" + i, bytes("1"), LONG))
			.toList();
		assertThatThrownBy(() -> answer(refused)).hasMessageContaining("OOM");
		assertThat(others).allSatisfy((other) -> assertThat(answer(other)).isTrue());
	}

	@Test
	void allCommandsGoByOneConnection() {
		List<CompletableFuture<Boolean>> all = IntStream.range(0, 100)
			.mapToObj((i) -> this.records.setIfAbsent("n" + i, bytes("1"), LONG))
			.toList();
		all.forEach(RedisRecordsTests::answer);
		// Ours, and the test's own
		assertThat(this.redis.commands().clientList().lines()).hasSize(2);
	}

	private static <T> T answer(CompletableFuture<T> answer) {
		return answer.orTimeout(30, TimeUnit.SECONDS).join();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
