package io.github.ssestarter.fanout.testsupport;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseClosedException;
import io.github.ssestarter.SseEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One connection of a {@link ModelClient}, from the request to its end.
 */
public final class ModelConnection {

	private final ModelNode node;

	private final ModelLog log;

	private final ModelClient model;

	private final Random random;

	private final Runnable meanwhile;

	private final TestClient client;

	private final boolean isResumed;

	private From from = From.NOW;

	private int last;

	private boolean isBegun;

	private long firstListen = -1;

	private int attachedTaken;

	private int taken;

	private int directs;

	/** Whether the node may read on, since the client may be ahead of it. */
	private boolean mayReadOn;

	private boolean isToBeClosed;

	private boolean mayBeClosed;

	public ModelConnection(ModelNode node, ModelLog log, ModelClient model, Random random, Runnable meanwhile) {
		this.node = node;
		this.meanwhile = meanwhile;
		this.log = log;
		this.model = model;
		this.random = random;
		this.isResumed = !model.lastEventId().isEmpty();
		model.connect(node);
		this.mayReadOn = true;
		node.connections().add(this);
		this.client = node.engine().attach(model.id(), model.user(), model.lastEventId());
		assertThat(this.client.stream().lastEventId()).as("%s", model).isEqualTo(model.ownId());
		if (random.nextInt(4) == 0) {
			sendAttached();
			take(false);
			model.assertThatItKnowsItsPlace(false);
		}
		listen();
		if (this.client.stream().isCommitted()) {
			begin();
			take(false);
			model.assertThatItKnowsItsPlace(true);
		}
		this.mayReadOn = false;
	}

	public ModelNode node() {
		return this.node;
	}

	/**
	 * An order to close is about to be carried out.
	 */
	void closing(SseAudience audience) {
		// What it joins before its method returns it hears from where it left off
		boolean isUndecided = this.mayReadOn || (isAttached() && (this.isResumed || this.from != From.NOW));
		this.mayBeClosed |= isUndecided;
		this.isToBeClosed |= !isUndecided && this.model.listener().isClosed(audience);
	}

	private void sendAttached() {
		String ownId = ownId();
		SseEvent event = SseEvent.of("attached" + ((ownId != null) ? " " + ownId : ""));
		this.client.stream().send((ownId != null) ? event.id(ownId) : event);
	}

	private @Nullable String ownId() {
		return (this.random.nextInt(3) == 0) ? "own-d" + this.random.nextInt(10) : null;
	}

	private void listen() {
		this.firstListen = this.node.tail();
		this.last = 1 + this.random.nextInt(5);
		this.from = From.values()[this.random.nextInt(From.values().length)];
		switch (this.from) {
			case START -> this.client.stream().fromStart();
			case LAST -> this.client.stream().fromLast(this.last);
			case LATEST -> this.client.stream().latest();
			default -> {
			}
		}
		if (this.random.nextInt(8) == 0) {
			this.client.stream().keepOpen();
		}
		else {
			join();
		}
	}

	/**
	 * A topic, or now and then a pattern.
	 */
	private String name() {
		List<String> names = (this.random.nextInt(6) == 0) ? ModelWorld.PATTERNS : ModelWorld.TOPICS;
		return names.get(this.random.nextInt(names.size()));
	}

	public void join() {
		List<String> topics = new ArrayList<>();
		for (int i = this.random.nextInt(3); i >= 0; i--) {
			topics.add(ModelWorld.TOPICS.get(this.random.nextInt(ModelWorld.TOPICS.size())));
		}
		String name = name();
		if (ModelWorld.PATTERNS.contains(name)) {
			topics = List.of(name);
		}
		try {
			if (topics.contains(name)) {
				this.client.stream().joinMatching(name);
				topics = List.of(name);
			}
			else {
				this.client.stream().join(topics.toArray(new String[0]));
			}
			this.model.listener()
				.join(topics, this.node.tail(), isAttached() && (this.isResumed || this.from != From.NOW));
			if (isAttached() && this.isBegun && looksBack()) {
				this.isBegun = false;
				begin();
			}
		}
		catch (IllegalArgumentException ex) {
			// It has as many topics as it may
		}
		catch (SseClosedException ex) {
			// It has ended, and the client is about to see that
		}
	}

	/**
	 * Whether each join while the method runs changes where it begins.
	 */
	private boolean looksBack() {
		return !this.isResumed && (this.from == From.LAST || this.from == From.LATEST);
	}

	public void leave() {
		String topic = name();
		this.client.stream().leave(topic);
		this.model.listener().leave(topic, this.node.tail());
	}

	public boolean isAttached() {
		return this.client.response().transport() == null;
	}

	public boolean hasEnded() {
		return !this.client.closeReasons().isEmpty();
	}

	/**
	 * The controller method commits the response.
	 */
	public void commit() {
		this.mayReadOn = true;
		sendAttached();
		this.mayReadOn = false;
		begin();
	}

	/**
	 * The controller method returns; what is written to then is in one of three like a
	 * socket.
	 */
	public void detach() {
		this.mayReadOn = true;
		this.client.returned();
		this.mayReadOn = false;
		begin();
		if (isAttached()) {
			return;
		}
		this.client.transport().meanwhile(this.meanwhile);
		if (this.random.nextInt(3) == 0) {
			this.client.transport().takePartly();
			this.client.transport().borrowArrays();
		}
	}

	private void begin() {
		if (this.isBegun) {
			return;
		}
		this.isBegun = true;
		this.node.evict();
		long oldest = this.node.evicted();
		Long known = (this.isResumed) ? position(oldest) : null;
		if (known != null) {
			this.model.resume(known);
		}
		else if (this.isResumed && (this.model.listener().isJoined() || !this.model.presentedPosition().isEmpty())) {
			this.model.begin(oldest, true);
		}
		else if (this.isResumed || this.from == From.NOW) {
			this.model.begin(this.firstListen, false);
		}
		else if (this.from == From.LATEST) {
			this.model.beginWithNewest(this.model.listener().newest(this.log, this.node, oldest, this.firstListen),
					this.firstListen);
			this.model.hasNotLostBefore(this.firstListen);
		}
		else {
			this.model.begin((this.from == From.START) ? oldest
					: this.model.listener().beforeLast(this.last, this.log, this.node, oldest, this.firstListen),
					false);
			this.model.hasNotLostBefore(this.firstListen);
		}
	}

	private @Nullable Long position(long oldest) {
		String presented = this.model.presentedPosition();
		if (!presented.isEmpty()) {
			return (this.node.knows(presented)) ? this.log.position(presented) : null;
		}
		return this.log.ownPositions(this.model.lastEventId(), oldest, this.node.tail())
			.filter((own) -> this.node.isHeld(own) && this.log.get(own).isHeard(this.model.listener(), own))
			.boxed()
			.findFirst()
			.orElse(null);
	}

	public void send() {
		if (isAttached()) {
			return;
		}
		String data = "d" + this.directs++ + "x".repeat(this.random.nextInt(100));
		try {
			String ownId = ownId();
			this.client.stream().send((ownId != null) ? SseEvent.of(data).id(ownId) : SseEvent.of(data));
			this.model.expectDirect(data, ownId, this.node.tail());
		}
		catch (SseClosedException ex) {
			// It has ended, and the client is about to see that
		}
	}

	public void changeReadiness() {
		if (isAttached()) {
			return;
		}
		FakeTransport transport = this.client.transport();
		switch (this.random.nextInt(5)) {
			case 0 -> transport.block();
			case 1 -> transport.allow(1 + this.random.nextInt(200));
			case 2 -> transport.allow(1 + this.random.nextInt(20_000));
			case 3 -> transport.refuse(1);
			default -> unblock();
		}
	}

	public void unblock() {
		this.client.transport().refuse(0);
		this.client.transport().allow(Long.MAX_VALUE);
	}

	public void complete() {
		this.client.stream().complete();
	}

	/**
	 * The engine has ended it.
	 */
	public void ended() {
		List<SseCloseReason> reasons = this.client.closeReasons();
		if (reasons.contains(SseCloseReason.CLOSED)) {
			assertThat(this.isToBeClosed || this.mayBeClosed).as("%s: closed without an order", this.model).isTrue();
		}
		FakeTransport transport = this.client.response().transport();
		if (transport == null) {
			cut();
			return;
		}
		take(true);
		this.node.connections().remove(this);
		this.model.disconnect();
	}

	/**
	 * All was done that is to be.
	 */
	public void assertThatItIsServed() {
		assertThat(this.isToBeClosed).as("%s: an order to close it came, and it is open", this.model).isFalse();
		this.model.assertThatItIsServed(this.node.tail());
	}

	/**
	 * The connection breaks, anywhere in what is under way.
	 */
	public void cut() {
		take(true);
		this.client.response().cut();
		FakeTransport transport = this.client.response().transport();
		if (transport == null) {
			this.client.stream().handlerReturned(false);
		}
		else if (this.random.nextBoolean()) {
			transport.cut();
		}
		else {
			transport.fail();
		}
		this.node.connections().remove(this);
		this.model.disconnect();
	}

	/**
	 * The client reads.
	 * @param isLast whether the connection breaks now, and not all may arrive
	 */
	public void take(boolean isLast) {
		byte[] attached = this.client.response().written();
		this.model.take(attached, this.attachedTaken, attached.length - this.attachedTaken);
		this.attachedTaken = attached.length;
		FakeTransport transport = this.client.response().transport();
		if (transport != null) {
			byte[] bytes = (isLast) ? transport.written() : transport.received();
			int fresh = bytes.length - this.taken;
			int length = (isLast && !transport.isCompleted()) ? this.random.nextInt(fresh + 1) : fresh;
			this.model.take(bytes, this.taken, length);
			this.taken += length;
			if (!transport.violations().isEmpty()) {
				throw new AssertionError(this.model + ": " + transport.violations());
			}
		}
	}

	/**
	 * Where a newcomer begins.
	 */
	private enum From {

		NOW, START, LAST, LATEST

	}

}
