package io.github.ssestarter.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience.Member;
import io.github.ssestarter.backplane.ClusterRegistry;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.fanout.notice.DaemonThreads;

/**
 * The registry of many nodes, in Redis. One thread tells Redis what this node has, as
 * soon as it changes, and that the node is alive, five times in
 * {@code sse.redis.node-timeout}.
 *
 * @since 0.1.0
 */
public final class RedisRegistry implements ClusterRegistry {

	private static final Log logger = LogFactory.getLog(RedisRegistry.class);

	/** So many changes are told at once. */
	private static final int MAX_CHANGES = 500;

	private static final Duration SECOND_LOOK = Duration.ofMillis(250);

	private static final Duration RETRY = Duration.ofMillis(300);

	private static final Duration MAX_STOP = Duration.ofSeconds(5);

	/** Longer than any answer takes that is still to come. */
	private static final Replies REPLIES = new Replies(Duration.ofMinutes(5));

	private final RedisRecords records;

	private final NodeLife life;

	/** 0 for any number. */
	private final int maxPerUser;

	private final RandomGenerator random;

	private final HeldStreams held = new HeldStreams();

	private volatile @Nullable Listener listener;

	/** This node, by a new name whenever it was declared dead. */
	private volatile String node;

	/** How many streams other nodes have. */
	private volatile int elsewhere;

	/** How many those users have there who have as many as one may have. */
	private volatile Map<String, Integer> elsewhereOfUsers = Map.of();

	private @Nullable Thread thread;

	/** Whether it was told that Redis cannot be reached. */
	private boolean hasWarned;

	/**
	 * Creates a registry that does nothing before it is started.
	 * @param records what nodes share
	 * @param nodeTimeout within which a node that died is noticed
	 * @param maxPerUser how many streams a user may have, {@code null} if that is not
	 * limited
	 * @param random gives nodes their names
	 * @param nanoTime a clock that cannot jump
	 */
	public RedisRegistry(RedisRecords records, Duration nodeTimeout, @Nullable Integer maxPerUser,
			RandomGenerator random, LongSupplier nanoTime) {
		this.records = records;
		this.maxPerUser = (maxPerUser != null) ? maxPerUser : 0;
		this.life = new NodeLife(nodeTimeout, nanoTime);
		this.random = random;
		this.node = newName();
	}

	private String newName() {
		return EventId.newGeneration(this.random) + EventId.newGeneration(this.random);
	}

	@Override
	public void start(Listener listener) {
		this.listener = listener;
		this.held.open();
		Thread started = DaemonThreads.named("sse-redis-registry").newThread(this::run);
		this.thread = started;
		started.start();
	}

	@Override
	public void stop() {
		this.held.close();
		Thread stopped = this.thread;
		if (stopped != null) {
			try {
				stopped.join(MAX_STOP.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			this.listener = null;
			stopped.interrupt();
		}
	}

	@Override
	public String node() {
		return this.node;
	}

	@Override
	public void opened(Member stream) {
		this.held.opened(stream);
	}

	@Override
	public void ended(Member stream) {
		this.held.ended(stream);
	}

	/**
	 * Does nothing: what is known Redis answers, and the thread that hears it tells.
	 */
	@Override
	public void tell() {
	}

	/**
	 * Asks again a moment later if there is none: a client may come to this node with the
	 * id of a stream that has only just opened.
	 */
	@Override
	public CompletableFuture<@Nullable Place> find(String clientId) {
		return place(clientId).thenCompose((found) -> (found != null) ? CompletableFuture.completedFuture(found)
				: new CompletableFuture<@Nullable Place>()
					.completeOnTimeout(null, SECOND_LOOK.toMillis(), TimeUnit.MILLISECONDS)
					.thenCompose((later) -> place(clientId)));
	}

	private CompletableFuture<@Nullable Place> place(String clientId) {
		return this.records.field(RegistryScript.CLIENTS, clientId).thenApply((found) -> {
			Place place = (found != null) ? RegistryScript.place(Replies.text(found)) : null;
			return (place != null && !place.node().equals(this.node)) ? place : null;
		});
	}

	@Override
	public CompletableFuture<Boolean> isOnline(String user) {
		return this.records.field(RegistryScript.USERS, "u" + user).thenApply(Objects::nonNull);
	}

	@Override
	public int elsewhere() {
		return this.elsewhere;
	}

	@Override
	public int elsewhere(String user) {
		return this.elsewhereOfUsers.getOrDefault(user, 0);
	}

	@Override
	public void receive(Message.Replace message) {
		Listener listener = this.listener;
		Member stream = (message.node().equals(this.node)) ? this.held.find(message.clientId(), message.stream())
				: null;
		if (stream != null && listener != null) {
			listener.replaced(stream);
		}
	}

	private void run() {
		long number = 0;
		this.node = newName();
		RegistryScript.Mode mode = RegistryScript.Mode.BEGIN;
		while (mode != RegistryScript.Mode.LEAVE) {
			List<RegistryScript.Change> changes = this.held.next(MAX_CHANGES);
			if (changes.isEmpty() && this.held.isClosed() && mode == RegistryScript.Mode.RENEW) {
				mode = RegistryScript.Mode.LEAVE;
			}
			RegistryScript.Answer answer = tell(new RegistryScript.Telling(this.node, number++, mode,
					this.life.deadAfter(), this.maxPerUser, this.maxPerUser > 0 && this.life.asksForMore(), changes));
			if (answer == null) {
				return;
			}
			if (answer.isKnown()) {
				handle(answer);
			}
			if (!answer.isKnown() && mode != RegistryScript.Mode.LEAVE) {
				logger.warn("Redis does not know this node any more, which was held up for longer than"
						+ " sse.redis.node-timeout, or has lost its data: all streams are told to it again");
				this.node = newName();
				this.held.forgotten(changes);
				mode = RegistryScript.Mode.BEGIN;
			}
			else if (mode != RegistryScript.Mode.LEAVE) {
				mode = RegistryScript.Mode.RENEW;
				if (!answer.hasMore()) {
					this.held.await(this.life.renewal().toNanos());
				}
			}
		}
	}

	/**
	 * Tells Redis until it has answered.
	 * @return what it has answered, {@code null} if it does not before this stops
	 */
	private RegistryScript.@Nullable Answer tell(RegistryScript.Telling telling) {
		while (true) {
			try {
				RegistryScript.Answer answer = REPLIES
					.await(RegistryScript.run(this.records, telling, this.life.mayRemoveDead()));
				this.life.told();
				if (this.hasWarned) {
					this.hasWarned = false;
					logger.info("The streams of other nodes are known again");
				}
				return answer;
			}
			catch (RuntimeException | Error ex) {
				this.life.failed();
				// What is not known any more keeps nobody out
				this.elsewhere = 0;
				this.elsewhereOfUsers = Map.of();
				if (this.held.isClosed()) {
					return null;
				}
				if (!this.hasWarned) {
					this.hasWarned = true;
					logger.warn("What streams other nodes have is not known, nor do they know of this node's: "
							+ ex.getMessage());
					logger.debug("Redis could not be told of streams", ex);
				}
				// What Redis refuses it will refuse for longer
				this.held.rest(((ex instanceof RedisErrorException) ? this.life.renewal() : RETRY).toNanos());
			}
		}
	}

	private void handle(RegistryScript.Answer answer) {
		this.elsewhere = (int) Math.max(0, answer.streams() - answer.own());
		Map<String, Integer> full = answer.full();
		if (full != null) {
			this.elsewhereOfUsers = this.held.elsewhere(full);
		}
		List<RegistryScript.News> news = answer.news();
		if (!news.isEmpty()) {
			news.forEach((each) -> call((listener) -> handle(each, listener)));
			call(Listener::tell);
		}
	}

	/**
	 * Tells the engine. What fails there must not end this thread, nor keep back the
	 * rest.
	 */
	private void call(Consumer<Listener> news) {
		Listener listener = this.listener;
		if (listener != null) {
			try {
				news.accept(listener);
			}
			catch (RuntimeException | Error ex) {
				logger.error("What became known of the streams of other nodes could not be handled", ex);
			}
		}
	}

	private void handle(RegistryScript.News news, Listener listener) {
		switch (news.kind()) {
			case ONLINE -> listener.online(news.name());
			case OFFLINE -> listener.offline(news.name());
			case REPLACES ->
				listener.replaces(news.name(), Objects.requireNonNull(RegistryScript.place(news.stream())));
			case OUTDATED -> {
				Member stream = this.held.find(news.name(),
						Long.parseLong(news.stream().substring(0, news.stream().indexOf(':'))));
				if (stream != null) {
					listener.replaced(stream);
				}
			}
		}
	}

}
