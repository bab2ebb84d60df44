package io.github.ssestarter.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.ClusterRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The thread of the registry goes on whatever fails.
 */
class RegistryThreadTests {

	private final Answers answers = new Answers();

	private final News news = new News();

	private final RedisRegistry registry = new RedisRegistry(this.answers, Duration.ofMillis(500), null, new Random(1),
			System::nanoTime);

	@AfterEach
	void stop() {
		this.registry.stop();
	}

	@Test
	void whatFailsInTheEngineKeepsNothingBack() {
		this.answers.next.add(() -> answer("online", "broken", "", "online", "ada", ""));
		this.answers.next.add(() -> answer("offline", "ada", ""));
		this.registry.start(this.news);
		awaitNews("online ada", "tell", "offline ada", "tell");
	}

	@Test
	void whatFailsInTheClientOfRedisIsTriedAgain() {
		this.answers.next.add(() -> {
			throw new IllegalStateException("no threads");
		});
		this.answers.next.add(() -> {
			throw new NoClassDefFoundError("io/lettuce/Missing");
		});
		this.answers.next.add(() -> answer("online", "ada", ""));
		this.registry.start(this.news);
		awaitNews("online ada", "tell");
	}

	private void awaitNews(String... expected) {
		Awaitility.await()
			.atMost(30, TimeUnit.SECONDS)
			.untilAsserted(() -> assertThat(this.news.heard).containsExactly(expected));
	}

	private static CompletableFuture<List<@Nullable Object>> answer(String... news) {
		return CompletableFuture.completedFuture(
				List.of(bytes("OK"), 0L, 0L, 0L, Stream.of(news).map(RegistryThreadTests::bytes).toList()));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Answers as a test has it, and then that there is nothing new.
	 */
	private static final class Answers implements RedisRecords {

		private final BlockingQueue<Supplier<CompletableFuture<List<@Nullable Object>>>> next = new LinkedBlockingQueue<>();

		@Override
		public CompletableFuture<List<@Nullable Object>> run(String script, List<String> names,
				List<byte[]> arguments) {
			Supplier<CompletableFuture<List<@Nullable Object>>> answer = this.next.poll();
			return (answer != null) ? answer.get() : answer();
		}

		@Override
		public CompletableFuture<Boolean> setIfAbsent(String name, byte[] value, Duration expiry) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletableFuture<byte @Nullable []> take(String name) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletableFuture<byte @Nullable []> field(String name, String field) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void close() {
		}

	}

	/**
	 * Notes what it hears.
	 */
	private static final class News implements ClusterRegistry.Listener {

		private final List<String> heard = new CopyOnWriteArrayList<>();

		@Override
		public void online(String user) {
			if (user.equals("broken")) {
				throw new IllegalStateException("the engine has failed");
			}
			this.heard.add("online " + user);
		}

		@Override
		public void offline(String user) {
			this.heard.add("offline " + user);
		}

		@Override
		public void tell() {
			this.heard.add("tell");
		}

		@Override
		public void replaces(String clientId, ClusterRegistry.Place older) {
			this.heard.add("replaces " + clientId);
		}

		@Override
		public void replaced(SseAudience.Member stream) {
			this.heard.add("replaced " + stream.clientId());
		}

	}

}
