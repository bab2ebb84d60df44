package io.github.ssestarter.sample;

import java.util.Iterator;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;

/**
 * An answer that is written token by token, whoever listens or does not. All may be
 * called by any thread, {@link #next()} by one at a time.
 */
class Answer {

	private final String id;

	private final Iterator<String> model;

	private final SseBroadcaster broadcaster;

	private volatile String text = "";

	private volatile Status status = Status.WRITING;

	private volatile boolean isStopped;

	Answer(String id, Iterator<String> model, SseBroadcaster broadcaster) {
		this.id = id;
		this.model = model;
		this.broadcaster = broadcaster;
	}

	String topic() {
		return "answers/" + this.id;
	}

	/**
	 * Tells the next token, or the end.
	 * @return whether there is more to come
	 */
	boolean next() {
		SseAudience listeners = SseAudience.topic(topic());
		if (this.isStopped || !this.model.hasNext()) {
			this.status = (this.isStopped) ? Status.STOPPED : Status.FINISHED;
			this.broadcaster.send(listeners, done());
			return false;
		}
		Token token = new Token(this.text.length(), this.model.next());
		this.text += token.text();
		this.broadcaster.send(listeners, "token", token);
		return true;
	}

	void stop() {
		this.isStopped = true;
	}

	boolean isDone() {
		return this.status != Status.WRITING;
	}

	/**
	 * Tells all of it at once.
	 */
	void tell(SseStream stream) {
		stream.send("token", new Token(0, this.text)).send(done());
	}

	private SseEvent done() {
		return SseEvent.of("done", new Done(this.status, this.text.length()));
	}

	State state() {
		// In this order: what is finished has all its text
		Status current = this.status;
		return new State(this.id, current, this.text);
	}

	enum Status {

		WRITING, FINISHED, STOPPED

	}

	/**
	 * A piece of the text, and where in the text it stands.
	 */
	record Token(int at, String text) {
	}

	record Done(Status status, int length) {
	}

	record State(String id, Status status, String text) {
	}

}
