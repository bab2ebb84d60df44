package io.github.ssestarter.starter;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Block;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.EventClient;
import io.github.ssestarter.starter.testsupport.EventClients;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A million items to a client of 100 KB/s: they are drawn as the client takes them, and
 * none is kept.
 */
@Tag("stress")
class ManyItemsStressTests {

	private static final int ITEMS = Stress.count(1_000_000, 100_000);

	/** What the sockets hold, and half of the stream's own queue. */
	private static final int MAX_ON_THE_WAY = 60_000;

	@ParameterizedTest
	@ValueSource(strings = { "/publisher", "/items" })
	void memoryStaysFlat(String path) {
		try (TestApplication application = TestApplication.start(Container.TOMCAT, Items.class,
				"sse.stream.send-buffer=16KB"); EventClients clients = new EventClients()) {
			AtomicInteger drawn = application.bean(Items.class).drawn;
			Reader reader = new Reader();
			clients.connect(new EventClient.Request(application.port(), path, "", 8192), reader);
			await().atMost(Duration.ofSeconds(60)).until(() -> reader.count > ITEMS / 50);
			long early = Stress.heap();
			int most = 0;
			for (int tenth = 1; tenth <= 9; tenth++) {
				int count = ITEMS / 10 * tenth;
				await().atMost(Duration.ofMinutes(2)).until(() -> reader.count >= count);
				most = Math.max(most, drawn.get() - reader.count);
			}
			long late = Stress.heap();
			await().atMost(Duration.ofMinutes(2)).until(() -> reader.count == ITEMS);
			clients.check();
			Stress.report("%d items from %s: %d at most on the way, %d bytes of heap more after nine tenths", ITEMS,
					path, most, late - early);
			if (path.equals("/publisher")) {
				// The method's own thread writes to the container, and the system has
				// room
				assertThat(most).isLessThan(MAX_ON_THE_WAY);
			}
			assertThat(late - early).isLessThan(2 * 1024 * 1024);
		}
	}

	/**
	 * Reads 100 KB in each second, and checks the order.
	 */
	private static final class Reader implements EventClient.Listener {

		private volatile int count;

		@Override
		public void opened(EventClient client) {
			client.pace(10_000, Duration.ofMillis(100));
		}

		@Override
		@SuppressWarnings("NonAtomicVolatileUpdate")
		public void block(EventClient client, Block block) {
			if (block.name() == null) {
				if (!Integer.toString(this.count).equals(block.data())) {
					throw new IllegalStateException(block.data() + " instead of " + this.count);
				}
				this.count++;
			}
		}

	}

	@RestController
	static class Items {

		private final AtomicInteger drawn = new AtomicInteger();

		@GetMapping("/publisher")
		void publisher(SseStream stream) {
			stream.sendFrom(Flux.range(0, ITEMS).doOnNext((i) -> this.drawn.incrementAndGet()));
		}

		@GetMapping("/items")
		void items(SseStream stream) {
			stream.sendAll(IntStream.range(0, ITEMS).boxed().peek((i) -> this.drawn.incrementAndGet()));
		}

	}

}
