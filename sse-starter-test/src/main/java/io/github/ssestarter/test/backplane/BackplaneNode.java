package io.github.ssestarter.test.backplane;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;

/**
 * A backplane that is started, with what it has brought.
 *
 * @since 0.1.0
 */
public final class BackplaneNode implements Backplane.Receiver {

	private final Backplane backplane;

	private final List<EventId> begins = new CopyOnWriteArrayList<>();

	private final List<Received> received = new ArrayList<>();

	private final AtomicBoolean isCalled = new AtomicBoolean();

	private final AtomicInteger overlaps = new AtomicInteger();

	/**
	 * Starts a backplane.
	 * @param backplane the backplane
	 */
	public BackplaneNode(Backplane backplane) {
		this.backplane = backplane;
		backplane.start(this);
	}

	/**
	 * The backplane.
	 * @return the backplane
	 */
	public Backplane backplane() {
		return this.backplane;
	}

	/**
	 * Publishes an event to everyone.
	 * @param text what it has as its body
	 * @return its place
	 */
	public CompletableFuture<EventId> publish(String text) {
		return this.backplane
			.publish(new Message.Event(SseAudience.everyone(), text.getBytes(StandardCharsets.UTF_8), null));
	}

	/**
	 * Where logs began.
	 * @return the positions, in order
	 */
	public List<EventId> begins() {
		return this.begins;
	}

	/**
	 * What was brought.
	 * @return the messages, in order
	 */
	public List<Received> received() {
		synchronized (this.received) {
			return List.copyOf(this.received);
		}
	}

	/**
	 * How much was brought.
	 * @return the number of messages
	 */
	public int count() {
		synchronized (this.received) {
			return this.received.size();
		}
	}

	/**
	 * The bodies of the events that were brought.
	 * @return the texts, in order
	 */
	public List<String> texts() {
		return received().stream()
			.filter((entry) -> entry.message() instanceof Message.Event)
			.map((entry) -> new String(((Message.Event) entry.message()).body(), StandardCharsets.UTF_8))
			.toList();
	}

	/**
	 * How often the receiver was called while it was at work.
	 * @return the number, 0 if all is well
	 */
	public int overlaps() {
		return this.overlaps.get();
	}

	@Override
	public void begin(EventId start) {
		enter();
		this.begins.add(start);
		this.isCalled.set(false);
	}

	@Override
	public void receive(EventId id, Message message) {
		enter();
		synchronized (this.received) {
			this.received.add(new Received(id, message));
		}
		this.isCalled.set(false);
	}

	private void enter() {
		if (!this.isCalled.compareAndSet(false, true)) {
			this.overlaps.incrementAndGet();
		}
	}

	/**
	 * A message that was brought.
	 *
	 * @param id its place
	 * @param message the message
	 */
	public record Received(EventId id, Message message) {
	}

}
