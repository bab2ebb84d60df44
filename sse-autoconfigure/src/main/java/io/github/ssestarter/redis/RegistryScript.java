package io.github.ssestarter.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.backplane.ClusterRegistry.Place;

/**
 * What Redis knows of the streams of all nodes, and how a node tells it of its own.
 * <p>
 * {@code nodes} has the nodes, by when they were heard of last; {@code clients} the node,
 * the number and the user of each client's stream; {@code users} how many streams each
 * user has, and {@code full} the same of those who have as many as one may have;
 * {@code node:NAME} the streams of a node; {@code replies} what each node was answered
 * last, for a node that has not heard the answer and asks again.
 */
final class RegistryScript {

	static final String CLIENTS = "clients";

	static final String USERS = "users";

	private static final String NODES = "nodes";

	private static final String REPLIES = "replies";

	private static final String FULL = "full";

	/** Of so many users with as many streams as one may have a node is told. */
	private static final int MAX_FULL = 10_000;

	/** So many streams of a dead node are removed at once. */
	private static final int REMOVED_AT_ONCE = 500;

	/** A node, the number of a stream, and a user behind a letter, or nobody. */
	private static final Pattern PLACE = Pattern.compile("(\\w+):(\\d+):([u-])(.*)", Pattern.DOTALL);

	/**
	 * Keys: nodes, clients, users, replies, the node's streams, full. Arguments: node,
	 * number of the telling, {@code begin}, {@code renew} or {@code leave}, milliseconds
	 * after which a node is dead, whether one that is dead may be removed, how many
	 * streams a user may have or 0, whether the node asks who has as many, then for each
	 * change what it is, the client, and the stream.
	 */
	private static final String SCRIPT = """
			local me, telling, mode = ARGV[1], ARGV[2], ARGV[3]
			local time = redis.call('TIME')
			local now = time[1] * 1000 + math.floor(time[2] / 1000)
			local function is_alive(node)
				local seen = redis.call('ZSCORE', KEYS[1], node)
				return seen and tonumber(seen) > 0
			end
			local is_new = mode == 'begin' and not redis.call('ZSCORE', KEYS[1], me)
			if not is_new and not is_alive(me) then return { 'UNKNOWN' } end
			local number, reply = string.match(redis.call('HGET', KEYS[4], me) or '', '^(%d+):(.*)$')
			local ahead = telling - (number or -1)
			if not is_new and ahead ~= 0 and ahead ~= 1 then
				-- It has lost the last ones, unless this comes late and nobody hears the answer
				if ahead > 1 then redis.call('ZADD', KEYS[1], 0, me) end
				return { 'UNKNOWN' }
			end
			local seen = redis.call('ZSCORE', KEYS[1], me)
			local was_away = not seen or now - seen > ARGV[4] / 2
			redis.call('ZADD', KEYS[1], now, me)
			if ahead == 0 and not is_new then return cmsgpack.unpack(reply) end
			local max = tonumber(ARGV[6])
			local news = {}
			local function tell(...)
				for _, text in ipairs({ ... }) do news[#news + 1] = text end
			end
			local function user(stream) return string.match(stream, '^%d+:(.*)$') end
			local function come(user)
				if user == '-' then return end
				local count = redis.call('HINCRBY', KEYS[3], user, 1)
				if count == 1 then tell('online', string.sub(user, 2), '') end
				if max > 0 and count >= max then redis.call('HSET', KEYS[6], user, count) end
			end
			local function gone(user)
				if user == '-' then return end
				local count = redis.call('HINCRBY', KEYS[3], user, -1)
				if count <= 0 then
					redis.call('HDEL', KEYS[3], user)
					tell('offline', string.sub(user, 2), '')
				end
				if max > 0 and count >= max then
					redis.call('HSET', KEYS[6], user, count)
				elseif max > 0 then
					redis.call('HDEL', KEYS[6], user)
				end
			end
			local function remove(node, streams, client)
				local stream = redis.call('HGET', streams, client)
				if not stream then return end
				redis.call('HDEL', streams, client)
				if redis.call('HGET', KEYS[2], client) == node .. ':' .. stream then
					redis.call('HDEL', KEYS[2], client)
				end
				gone(user(stream))
			end
			local function put(client, stream, is_old)
				local present = redis.call('HGET', KEYS[2], client)
				local node = present and string.match(present, '^(%w+):')
				if present and node ~= me and is_alive(node) then
					if is_old then
						tell('outdated', client, stream)
						return
					end
					tell('replaces', client, present)
				end
				redis.call('HSET', KEYS[2], client, me .. ':' .. stream)
				local older = redis.call('HGET', KEYS[5], client)
				redis.call('HSET', KEYS[5], client, stream)
				come(user(stream))
				if older then gone(user(older)) end
			end
			for i = 8, #ARGV, 3 do
				if ARGV[i] == 'ended' then
					remove(me, KEYS[5], ARGV[i + 1])
				else
					put(ARGV[i + 1], ARGV[i + 2], ARGV[i] == 'old')
				end
			end
			local more = 0
			if ARGV[5] == '1' and not was_away then
				local dead = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[4], 'LIMIT', 0, 1)[1]
				if dead then
					more = 1
					redis.call('ZADD', KEYS[1], 0, dead)
					local streams = string.sub(KEYS[5], 1, -#me - 1) .. dead
					for _, client in ipairs(redis.call('HRANDFIELD', streams, AT_ONCE)) do
						remove(dead, streams, client)
					end
					if redis.call('EXISTS', streams) == 0 then
						redis.call('ZREM', KEYS[1], dead)
						redis.call('HDEL', KEYS[4], dead)
					end
				end
			end
			local reply = { 'OK', redis.call('HLEN', KEYS[2]), redis.call('HLEN', KEYS[5]), more, news }
			if mode == 'leave' then
				redis.call('ZADD', KEYS[1], 0, me)
				redis.call('HDEL', KEYS[4], me)
				if redis.call('EXISTS', KEYS[5]) == 0 then redis.call('ZREM', KEYS[1], me) end
			else
				redis.call('HSET', KEYS[4], me, telling .. ':' .. cmsgpack.pack(reply))
			end
			if ARGV[7] == '1' then
				reply[#reply + 1] = redis.call('HRANDFIELD', KEYS[6], MAX_FULL, 'WITHVALUES')
			end
			return reply
			""".replace("AT_ONCE", Integer.toString(REMOVED_AT_ONCE)).replace("MAX_FULL", Integer.toString(MAX_FULL));

	private RegistryScript() {
	}

	/**
	 * Tells Redis.
	 * @param mayRemoveDead whether the node may have one that is dead removed; not by a
	 * call that Redis carries out late, after an outage when all have been silent
	 */
	static CompletableFuture<Answer> run(RedisRecords records, Telling telling, boolean mayRemoveDead) {
		List<String> names = List.of(NODES, CLIENTS, USERS, REPLIES, "node:" + telling.node(), FULL);
		List<byte[]> arguments = new ArrayList<>();
		add(arguments, telling.node(), Long.toString(telling.number()), telling.mode().name().toLowerCase(Locale.ROOT),
				Long.toString(telling.deadAfter().toMillis()), (mayRemoveDead) ? "1" : "0",
				Integer.toString(telling.maxPerUser()), (telling.asksWhoIsFull()) ? "1" : "0");
		for (Change change : telling.changes()) {
			HeldStreams.Held held = change.held();
			if (held == null) {
				add(arguments, "ended", change.client(), "");
			}
			else {
				String user = held.stream().user();
				add(arguments, (held.isOld()) ? "old" : "opened", change.client(),
						held.number() + ":" + ((user != null) ? "u" + user : "-"));
			}
		}
		return records.run(SCRIPT, names, arguments).thenApply(RegistryScript::answer);
	}

	private static void add(List<byte[]> arguments, String... texts) {
		for (String text : texts) {
			arguments.add(LogKeys.bytes(text));
		}
	}

	private static Answer answer(List<@Nullable Object> reply) {
		if ("UNKNOWN".equals(Replies.text(reply.get(0)))) {
			return new Answer(false, 0, 0, false, List.of(), null);
		}
		List<News> news = new ArrayList<>();
		List<?> texts = (reply.get(4) instanceof List<?> list) ? list : List.of();
		for (int i = 0; i + 2 < texts.size(); i += 3) {
			news.add(new News(News.Kind.valueOf(Replies.text(texts.get(i)).toUpperCase(Locale.ROOT)),
					Replies.text(texts.get(i + 1)), Replies.text(texts.get(i + 2))));
		}
		return new Answer(true, number(reply, 1), number(reply, 2), number(reply, 3) == 1, news,
				(reply.size() > 5 && reply.get(5) instanceof List<?> users) ? full(users) : null);
	}

	private static Map<String, Integer> full(List<?> users) {
		Map<String, Integer> full = new HashMap<>();
		for (int i = 0; i + 1 < users.size(); i += 2) {
			full.put(Replies.text(users.get(i)).substring(1), Integer.parseInt(Replies.text(users.get(i + 1))));
		}
		return full;
	}

	private static long number(List<@Nullable Object> reply, int index) {
		return (reply.get(index) instanceof Long number) ? number : 0;
	}

	/**
	 * Where a stream is, as it is kept.
	 */
	static @Nullable Place place(String text) {
		Matcher matcher = PLACE.matcher(text);
		return (matcher.matches()) ? new Place(matcher.group(1), Long.parseLong(matcher.group(2)),
				("u".equals(matcher.group(3))) ? matcher.group(4) : null) : null;
	}

	/**
	 * What a node tells.
	 *
	 * @param node the node
	 * @param number which of its tellings it is
	 * @param mode whether it is the first one, or the last
	 * @param deadAfter after which time without any a node is dead
	 * @param maxPerUser how many streams a user may have, 0 if that is not limited
	 * @param asksWhoIsFull whether the node asks who has as many
	 * @param changes what is new
	 */
	record Telling(String node, long number, Mode mode, Duration deadAfter, int maxPerUser, boolean asksWhoIsFull,
			List<Change> changes) {
	}

	/**
	 * Whether a node comes, stays or goes.
	 */
	enum Mode {

		BEGIN, RENEW, LEAVE

	}

	/**
	 * How a client stands on this node.
	 *
	 * @param client the client
	 * @param held its stream, {@code null} if it has none any more
	 */
	record Change(String client, HeldStreams.@Nullable Held held) {
	}

	/**
	 * What a node is answered.
	 *
	 * @param isKnown whether Redis knew the node; if not, nothing was done
	 * @param streams how many streams all nodes have
	 * @param own how many of these are the node's
	 * @param hasMore whether there is more to do
	 * @param news what has become known by this, in order
	 * @param full the users who have as many streams as one may have, and how many;
	 * {@code null} if it was not asked for, or not answered
	 */
	record Answer(boolean isKnown, long streams, long own, boolean hasMore, List<News> news,
			@Nullable Map<String, Integer> full) {
	}

	/**
	 * What has become known.
	 *
	 * @param kind what it is
	 * @param name the user or the client
	 * @param stream the stream, if it is about one
	 */
	record News(Kind kind, String name, String stream) {

		/**
		 * What it is.
		 */
		enum Kind {

			/** A user has a first stream. */
			ONLINE,

			/** A user has lost the last stream. */
			OFFLINE,

			/** A stream of this node was put where one of another node was. */
			REPLACES,

			/** A stream of this node was not put where a newer one is. */
			OUTDATED

		}

	}

}
