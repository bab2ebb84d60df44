package io.github.ssestarter.fanout.testsupport;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.format.testsupport.EventStreamParser;
import io.github.ssestarter.format.testsupport.EventStreamParser.Block;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client of a model test. It knows its cursor as clients do, from the bytes it was
 * given, and checks what it receives against the log: each event of its audience exactly
 * once and in order, or a gap exactly where it lost some.
 */
public final class ModelClient {

	private final String id;

	private final @Nullable String user;

	private final boolean isIdWithoutDataIgnored;

	private final ModelLog log;

	private ModelListener listener;

	/** Of the last connection on which the client could receive anything. */
	private ModelListener listenerBefore;

	private EventStreamParser parser;

	private String lastEventId = "";

	/** The application's own that it was sent last, {@code null} for none. */
	private @Nullable String ownId;

	/** The position of the last event received, over all connections. */
	private long at;

	/**
	 * What it presented when it was not found: another audience, or node, may find it.
	 */
	private String unknown = "";

	/** Whether what it presents is another client's. */
	private boolean isForeign;

	private boolean isGapDue;

	private final Queue<Direct> directs = new ArrayDeque<>();

	/** What it wants of the past, up to {@link #past}. */
	private Set<Long> newest = Set.of();

	private long past;

	/** What was lost before it came as a newcomer. */
	private Set<Long> gone = Set.of();

	/** What was lost when it was told of a gap. */
	private Set<Long> told = Set.of();

	/** Where it is connected. */
	private @Nullable ModelNode node;

	/** Where it was with {@link #listenerBefore}. */
	private @Nullable ModelNode nodeBefore;

	private int received;

	private int gaps;

	public ModelClient(String id, @Nullable String user, boolean isIdWithoutDataIgnored, ModelLog log) {
		this.id = id;
		this.user = user;
		this.isIdWithoutDataIgnored = isIdWithoutDataIgnored;
		this.log = log;
		this.listener = new ModelListener(id, user);
		this.listenerBefore = this.listener;
		this.parser = new EventStreamParser("", false, (block) -> {
		});
	}

	public String id() {
		return this.id;
	}

	public @Nullable String user() {
		return this.user;
	}

	public ModelListener listener() {
		return this.listener;
	}

	public int received() {
		return this.received;
	}

	public int gaps() {
		return this.gaps;
	}

	/**
	 * What it presents when it comes back.
	 */
	public String lastEventId() {
		return this.lastEventId;
	}

	/**
	 * The application's own that it was sent last, {@code null} for none.
	 */
	public @Nullable String ownId() {
		return this.ownId;
	}

	/**
	 * The place in the log of what it presents, {@code ""} for none.
	 */
	public String presentedPosition() {
		return positionOf(this.lastEventId);
	}

	private static String positionOf(String lastEventId) {
		return (lastEventId.startsWith("own")) ? "" : lastEventId.replaceAll("~.*", "");
	}

	/**
	 * While its stream is attached it has the place with which it came, and one at the
	 * latest when the stream hears the log.
	 */
	public void assertThatItKnowsItsPlace(boolean isListening) {
		String place = positionOf(this.parser.lastEventId());
		if (!isListening) {
			assertThat(place).as("%s: its place", this).isEqualTo(presentedPosition());
		}
		else if (!this.lastEventId.startsWith("own")) {
			assertThat(place).as("%s: its place, after %s", this, this.lastEventId).isNotEmpty();
		}
	}

	/**
	 * It presents the last event of another client as its own, or an id that it has from
	 * elsewhere.
	 */
	public void presentForeign(String lastEventId) {
		this.lastEventId = lastEventId;
		this.ownId = ownIdOf(lastEventId);
		this.isForeign = true;
	}

	private static @Nullable String ownIdOf(String lastEventId) {
		if (lastEventId.startsWith("own")) {
			return lastEventId;
		}
		int end = lastEventId.indexOf('~');
		return (end >= 0) ? lastEventId.substring(end + 1) : null;
	}

	/**
	 * It connects, to any node.
	 */
	public void connect(ModelNode node) {
		this.node = node;
		this.listener = new ModelListener(this.id, this.user);
		this.parser = new EventStreamParser(this.lastEventId, this.isIdWithoutDataIgnored, this::receive);
		this.directs.clear();
		this.isGapDue = false;
	}

	/**
	 * It is settled where the stream begins: not where the client left off.
	 * @param isGapDue whether it is to be told that it may have lost events
	 */
	public void begin(long start, boolean isGapDue) {
		this.unknown = this.lastEventId;
		this.at = start;
		this.past = 0;
		this.gone = Set.of();
		this.told = Set.of();
		this.isGapDue = isGapDue;
		this.listenerBefore = this.listener;
		this.nodeBefore = this.node;
	}

	/**
	 * It is settled that it begins with the newest of its topics.
	 * @param newest their positions
	 * @param upTo what comes after it, it hears whatever it is
	 */
	public void beginWithNewest(Set<Long> newest, long upTo) {
		begin(newest.stream().mapToLong((position) -> position - 1).min().orElse(upTo), false);
		this.newest = newest;
		this.past = upTo;
	}

	/**
	 * It is settled where the stream begins: at what the client presents, which may be
	 * ahead of the last event it received, but not of one that it did not.
	 */
	public void resume(long presented) {
		boolean isFoundAgain = this.isForeign || this.lastEventId.equals(this.unknown)
				|| (!this.unknown.isEmpty() && positionOf(this.unknown).equals(presentedPosition()));
		for (long position = this.at + 1; position <= presented && !isFoundAgain; position++) {
			assertThat(isLeftOut(this.nodeBefore, position) || !isWanted(position)
					|| !this.log.get(position).isHeard(this.listenerBefore, position))
				.as("%s: its cursor was moved over event %s, which it never got", this, position)
				.isTrue();
		}
		begin((isFoundAgain) ? presented : Math.max(this.at, presented), false);
		this.unknown = "";
	}

	/**
	 * It is a newcomer: what was lost by now was so before it came.
	 * @param upTo the last event before it came
	 */
	public void hasNotLostBefore(long upTo) {
		ModelNode node = Objects.requireNonNull(this.node);
		this.gone = Set.copyOf(node.lost().headSet(upTo, true));
	}

	/**
	 * Something is sent to its stream alone.
	 * @param position what it leaves after
	 */
	public void expectDirect(String data, @Nullable String ownId, long position) {
		this.directs.add(new Direct(data, ownId, position));
	}

	public void disconnect() {
		this.isForeign = this.isForeign && this.lastEventId.equals(this.parser.lastEventId());
		this.lastEventId = this.parser.lastEventId();
		assertThat(ownIdOf(this.lastEventId)).as("%s: the application's own id in %s", this, this.lastEventId)
			.isEqualTo(this.ownId);
		this.directs.clear();
	}

	/**
	 * Bytes have come.
	 */
	public void take(byte[] bytes, int offset, int length) {
		this.parser.take(bytes, offset, length);
	}

	private void receive(Block block) {
		String data = block.data();
		assertThat(data).as("%s: a block without data", this).isNotEmpty();
		if (data == null || block.type().equals("connected") || block.type().equals("sse-heartbeat")) {
			return;
		}
		if (data.startsWith("attached")) {
			this.ownId = (data.contains("own")) ? data.substring(data.indexOf("own")) : this.ownId;
		}
		else if (block.type().equals("sse-gap")) {
			gap(data);
		}
		else if (data.startsWith("d")) {
			direct(data);
		}
		else {
			event(Long.parseLong(data.substring(1, data.indexOf(' '))), block.lastEventId());
		}
	}

	private void gap(String data) {
		this.gaps++;
		String oldest = data.substring(data.lastIndexOf(":\"") + 2, data.length() - 2);
		long goesOn = Objects.requireNonNull(this.log.position(oldest), () -> this + ": a gap to nowhere: " + data);
		ModelNode node = Objects.requireNonNull(this.node);
		Set<Long> lost = node.lost().tailSet(this.at, false);
		if (!this.isGapDue) {
			boolean isLoss = this.at < node.begunAt() || lost.stream()
				.anyMatch((position) -> (node.isMerged() || (position <= goesOn && !this.gone.contains(position)))
						&& this.log.get(position).mayBeHeard(this.listener, position));
			assertThat(isLoss).as("%s: a gap to %s without a loss", this, goesOn).isTrue();
		}
		this.told = (node.isMerged()) ? Set.copyOf(lost) : Set.of();
		this.isGapDue = false;
		this.at = Math.max(this.at, goesOn);
	}

	private void event(long position, String id) {
		this.received++;
		assertThat(this.isGapDue).as("%s: event %s before the gap", this, position).isFalse();
		assertThat(position).as("%s: an event that it has already", this).isGreaterThan(this.at);
		assertThat(isHeard(position))
			.as("%s: event %s is for others: %s", this, position, this.log.get(position).audience())
			.isTrue();
		assertThatNothingIsMissing(position - 1, "event " + position);
		Direct direct = this.directs.peek();
		if (direct != null) {
			assertThat(direct.position()).as("%s: event %s before %s", this, position, direct)
				.isGreaterThanOrEqualTo(position);
		}
		ModelLog.Entry entry = this.log.get(position);
		this.ownId = (entry.ownId() != null) ? entry.ownId() : this.ownId;
		assertThat(id).isEqualTo(entry.id() + ((this.ownId != null) ? "~" + this.ownId : ""));
		this.at = position;
	}

	private void direct(String data) {
		assertThat(this.isGapDue).as("%s: %s before the gap", this, data).isFalse();
		Direct direct = this.directs.poll();
		assertThat(direct).as("%s: %s was never sent", this, data).isNotNull();
		assertThat(data).as("%s: direct sends in order", this).isEqualTo(direct.data());
		assertThatNothingIsMissing(direct.position(), data);
		this.ownId = (direct.ownId() != null) ? direct.ownId() : this.ownId;
	}

	/**
	 * All was sent that is to be, up to a position.
	 */
	public void assertThatItIsServed(long upTo) {
		assertThat(this.isGapDue).as("%s: a gap was not told", this).isFalse();
		assertThat(this.directs).as("%s: direct sends are missing", this).isEmpty();
		assertThatNothingIsMissing(upTo, "the end");
	}

	private void assertThatNothingIsMissing(long upTo, String before) {
		for (long position = this.at + 1; position <= upTo; position++) {
			assertThat(isOwed(position)).as("%s: event %s is missing before %s", this, position, before).isFalse();
		}
	}

	private boolean isHeard(long position) {
		return isWanted(position) && this.log.get(position).isHeard(this.listener, position);
	}

	/**
	 * Whether it may not be left out, even if the client lags.
	 */
	private boolean isOwed(long position) {
		return isHeard(position) && !isLeftOut(this.node, position);
	}

	private boolean isLeftOut(@Nullable ModelNode node, long position) {
		return this.gone.contains(position) || this.told.contains(position)
				|| (node != null && node.isSuperseded(position, node.tail()));
	}

	private boolean isWanted(long position) {
		return position > this.past || this.newest.contains(position);
	}

	@Override
	public String toString() {
		return "Client " + this.id + " at " + this.at;
	}

	/**
	 * An event sent to one stream alone.
	 *
	 * @param data its data
	 * @param ownId its id, {@code null} for none
	 * @param position what it leaves after
	 */
	public record Direct(String data, @Nullable String ownId, long position) {
	}

}
