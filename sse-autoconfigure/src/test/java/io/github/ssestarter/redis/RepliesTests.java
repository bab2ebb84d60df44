package io.github.ssestarter.redis;

import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Replies}.
 */
class RepliesTests {

	private final Replies replies = new Replies(Duration.ofSeconds(10));

	@Test
	void aConnectionThatEndsWithoutATextIsToldByItsKind() {
		assertThatExceptionOfType(RedisLostException.class)
			.isThrownBy(() -> this.replies.await(CompletableFuture.failedFuture(new ClosedChannelException())))
			.withMessageContaining("ClosedChannelException");
	}

}
