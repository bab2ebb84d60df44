package io.github.ssestarter.fanout.testsupport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;

/**
 * A log that many nodes share, as {@link Backplane} has it. Each reads one message when
 * it is told to.
 */
final class ScriptedLog {

	private final Random random;

	private final List<Item> items = new ArrayList<>();

	/** The place before the first item. */
	private EventId start;

	/** How many items were let go of, in all logs. */
	private long trimmed;

	private EventId last;

	ScriptedLog(Random random) {
		this.random = random;
		this.last = new EventId(1_000, 0, EventId.newGeneration(random));
		this.start = this.last;
	}

	EventId last() {
		return this.last;
	}

	/**
	 * Lets go of all but the newest.
	 */
	void trim(int keep) {
		while (this.items.size() > keep) {
			this.start = this.items.remove(0).id();
			this.trimmed++;
		}
	}

	/**
	 * The log is gone, and there is another one.
	 * @return where it begins
	 */
	EventId beginAgain() {
		this.trimmed += this.items.size();
		this.items.clear();
		// The clock may be behind the one of before
		this.last = new EventId(this.last.millis() - 5 + this.random.nextInt(10), 0,
				EventId.newGeneration(this.random));
		this.start = this.last;
		return this.start;
	}

	Reading newBackplane(ModelNode node) {
		return new Reading(node);
	}

	/**
	 * The backplane of a node.
	 */
	final class Reading implements Backplane {

		private final ModelNode node;

		private @Nullable Receiver receiver;

		/** The number of the item that it reads next. */
		private long next;

		private EventId read = ScriptedLog.this.last;

		private Reading(ModelNode node) {
			this.node = node;
		}

		@Override
		public void start(Receiver receiver) {
			this.receiver = receiver;
			begin(receiver);
			for (Item item : ScriptedLog.this.items) {
				this.node.hearing();
				if (item.message() instanceof Message.Event) {
					receiver.receive(item.id(), item.message());
				}
				else {
					receiver.passed(item.id());
				}
				read(item);
			}
		}

		private void read(Item item) {
			this.read = item.id();
			this.next++;
			this.node.heard(this.read);
		}

		private void begin(Receiver receiver) {
			this.read = ScriptedLog.this.start;
			this.next = ScriptedLog.this.trimmed;
			this.node.begun(this.read);
			receiver.begin(this.read);
		}

		/**
		 * Takes notice of another log, of what was let go of, or of the next message.
		 * @return whether there was anything
		 */
		boolean read() {
			Receiver receiver = Objects.requireNonNull(this.receiver);
			int index = (int) (this.next - ScriptedLog.this.trimmed);
			if (!isOfThisLog(this.read) || index < 0) {
				begin(receiver);
				return true;
			}
			if (index >= ScriptedLog.this.items.size()) {
				return false;
			}
			Item item = ScriptedLog.this.items.get(index);
			if (item.message() instanceof Message.Close close) {
				this.node.closing(close.audience());
			}
			this.node.hearing();
			receiver.receive(item.id(), item.message());
			read(item);
			return true;
		}

		private boolean isOfThisLog(EventId id) {
			return id.generation().equals(ScriptedLog.this.last.generation());
		}

		@Override
		public boolean awaitReceived(EventId id, Duration timeout) {
			while (this.node.isPatient() && id.generation().equals(this.read.generation())
					&& this.read.compareTo(id) < 0 && read()) {
				// It has read one more
			}
			return id.generation().equals(this.read.generation()) && this.read.compareTo(id) >= 0;
		}

		@Override
		public CompletableFuture<EventId> publish(Message message) {
			ScriptedLog log = ScriptedLog.this;
			log.last = log.last.next(log.last.millis() + log.random.nextInt(3) - 1);
			log.items.add(new Item(log.last, message));
			return CompletableFuture.completedFuture(log.last);
		}

		@Override
		public void stop() {
			this.receiver = null;
		}

	}

	private record Item(EventId id, Message message) {
	}

}
