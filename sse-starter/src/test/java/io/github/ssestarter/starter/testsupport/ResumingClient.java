package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;

/**
 * A client whose connection is cut at random places and that comes back with the id of
 * what it had, sooner or later.
 */
public final class ResumingClient implements EventClient.Listener {

	private final EventClients clients;

	private final Plan plan;

	private final List<String> topics;

	private final boolean ignoresIdsWithoutData;

	private final Random random;

	private final ReceivedLog received = new ReceivedLog();

	private String cursor = "";

	private int comesBackAt;

	private boolean hasGap;

	/** Whether an event has come. */
	private boolean hasBegun;

	private volatile int last = -1;

	private volatile int cuts;

	private volatile int longCuts;

	private volatile @Nullable String failure;

	public ResumingClient(EventClients clients, Plan plan, List<String> topics, boolean ignoresIdsWithoutData,
			Random random) {
		this.clients = clients;
		this.plan = plan;
		this.topics = topics;
		this.ignoresIdsWithoutData = ignoresIdsWithoutData;
		this.random = random;
	}

	public void connect() {
		this.clients.connect(new EventClient.Request(this.plan.port(),
				"/sse?topic=" + String.join("&topic=", this.topics), this.cursor, 0), this);
	}

	@Override
	public void opened(EventClient client) {
		this.hasGap = false;
		this.hasBegun = false;
	}

	@Override
	public void block(EventClient client, Block block) {
		String id = block.id();
		if (id == null) {
			fail("got no id: " + block);
			return;
		}
		boolean isMoved = block.data() != null || !this.ignoresIdsWithoutData;
		if ("n".equals(block.name())) {
			int number = Integer.parseInt(block.requireData());
			String expected = this.plan.log().id(number);
			if (expected != null && !expected.equals(id)) {
				fail("got " + block + " with another id than " + expected);
			}
			this.hasBegun = true;
			this.received.event(number);
			this.last = number;
		}
		else if ("sse-gap".equals(block.name())) {
			if (!this.hasBegun && !block.requireData().startsWith("{\"lastEventId\":\"" + this.cursor + "\"")) {
				fail("has " + this.cursor + " but is told " + block);
			}
			int oldest = this.plan.log().count() - this.plan.window();
			this.received.gap(id, (this.hasGap) ? Integer.MAX_VALUE : oldest);
			this.hasGap = true;
		}
		else if (isMoved && !id.equals(this.cursor)) {
			this.received.position(id);
		}
		this.cursor = (isMoved) ? id : this.cursor;
	}

	@Override
	public void ended(EventClient client, @Nullable IOException failure) {
		this.cuts++;
		int kind = this.random.nextInt(12);
		int window = this.plan.window();
		this.comesBackAt = this.plan.log().count();
		if (kind <= 1) {
			this.longCuts++;
			this.comesBackAt += window + this.random.nextInt(window / 2);
		}
		else if (kind == 2) {
			// As long as the window, or nearly so
			this.comesBackAt += window * 9 / 10 + this.random.nextInt(window / 5);
		}
		this.clients.later(Duration.ofMillis(this.random.nextInt(100)), this::comeBack);
	}

	private void comeBack() {
		if (this.plan.isOver() || this.plan.log().count() >= this.comesBackAt) {
			connect();
		}
		else {
			this.clients.later(Duration.ofMillis(10), this::comeBack);
		}
	}

	private void fail(String text) {
		if (this.failure == null) {
			this.failure = text;
		}
	}

	/**
	 * The number of the last event.
	 */
	public int last() {
		return this.last;
	}

	public int cuts() {
		return this.cuts;
	}

	public int longCuts() {
		return this.longCuts;
	}

	public List<String> topics() {
		return this.topics;
	}

	public @Nullable String failure() {
		return this.failure;
	}

	public ReceivedLog received() {
		return this.received;
	}

	@Override
	public String toString() {
		return this.topics + ((this.ignoresIdsWithoutData) ? " by events" : " by the standard") + ", has " + this.last
				+ " and " + this.cursor + ((this.failure != null) ? ", " + this.failure : "");
	}

	/**
	 * What the clients have in common.
	 */
	public interface Plan {

		int port();

		PublishedLog log();

		/** How many events the server holds. */
		int window();

		/** Whether nothing is cut any more. */
		boolean isOver();

	}

}
