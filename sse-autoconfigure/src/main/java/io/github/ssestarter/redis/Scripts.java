package io.github.ssestarter.redis;

/**
 * What Redis does in one go. The generation of a log is the name of a group of consumers
 * of the stream, which nobody reads as one: it lives and dies with the stream, is copied
 * to replicas, and is saved with it.
 *
 * <p>
 * Redis does not take back what a script has written before it fails. So what may fail,
 * since the user may not do it or there is no room, comes before anything that counts.
 */
final class Scripts {

	/** What the name of the group begins with, before the generation. */
	static final String GROUP = "generation-";

	/** A publisher that was not heard of for so long is forgotten. */
	private static final int FORGET_SECONDS = 24 * 60 * 60;

	private static final String GENERATION_OF = """
			local function generation()
				for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
					local name = string.match(group[2], '^generation%-(%w+)$')
					if name then return name end
				end
			end
			""";

	private static final String STATE_OF = """
			local function known(publisher)
				local state = redis.call('HGET', KEYS[2], publisher)
				if not state then return 0, -1 end
				local epoch, last = string.match(state, '(%d+):(%-?%d+)')
				return tonumber(epoch), tonumber(last)
			end
			local function note(publisher, epoch, last)
				local now = redis.call('TIME')[1]
				redis.call('HSET', KEYS[2], publisher, string.format('%d:%d:%d', epoch, last, now))
			end
			""";

	/**
	 * Keys: log, publishers. Arguments: generation, publisher, epoch, number of the first
	 * message, most entries, messages.
	 */
	static final String APPEND = GENERATION_OF + STATE_OF + """
			local ok, present = pcall(generation)
			if not ok or present ~= ARGV[1] then return redis.error_reply('GENERATION') end
			local epoch, last = known(ARGV[2])
			if tonumber(ARGV[3]) < epoch then return redis.error_reply('FENCED') end
			note(ARGV[2], math.max(epoch, tonumber(ARGV[3])), last)
			local ids = {}
			for i = 6, #ARGV do
				local number = tonumber(ARGV[4]) + i - 6
				if number > last then
					local id = redis.pcall('XADD', KEYS[1], 'MAXLEN', '~', ARGV[5], '*',
							'p', ARGV[2], 'n', string.format('%d', number), 'b', ARGV[i])
					if type(id) == 'table' and id.err then
						if #ids == 0 then return id end
						break
					end
					ids[#ids + 1] = id
					last = number
				end
			end
			note(ARGV[2], ARGV[3], last)
			return { last, ids }
			""";

	/**
	 * Keys: log, publishers. Arguments: publisher, epoch. Answers the publisher's last
	 * number.
	 */
	static final String FENCE = STATE_OF + """
			local epoch, last = known(ARGV[1])
			note(ARGV[1], math.max(epoch, tonumber(ARGV[2])), last)
			return last
			""";

	/**
	 * Keys: log, publishers. Arguments: generation, the broken one or nothing, least
	 * milliseconds of the first entry. Answers the generation that there is.
	 */
	static final String CREATE = GENERATION_OF + """
			local present = redis.call('EXISTS', KEYS[1]) == 1 and generation()
			if present and present ~= ARGV[2] then return present end
			local time = redis.call('TIME')
			local states = redis.call('HGETALL', KEYS[2])
			for i = 1, #states, 2 do
				if tonumber(time[1]) - tonumber(string.match(states[i + 1], '%d+$')) > FORGET then
					redis.call('HDEL', KEYS[2], states[i])
				end
			end
			redis.call('XGROUP', 'CREATE', KEYS[1], 'generation-' .. ARGV[1], '0', 'MKSTREAM')
			local info, last = redis.call('XINFO', 'STREAM', KEYS[1]), 0
			for i = 1, #info, 2 do
				if info[i] == 'last-generated-id' then last = tonumber(string.match(info[i + 1], '^%d+')) end
			end
			local now = time[1] * 1000 + math.floor(time[2] / 1000)
			local id = '*'
			if tonumber(ARGV[3]) > math.max(last, now) then id = ARGV[3] .. '-0' end
			redis.call('XADD', KEYS[1], id, 'g', ARGV[1])
			for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
				local name = string.match(group[2], '^generation%-(%w+)$')
				if name and name ~= ARGV[1] then redis.call('XGROUP', 'DESTROY', KEYS[1], group[2]) end
			end
			return ARGV[1]
			""".replace("FORGET", Integer.toString(FORGET_SECONDS));

	private Scripts() {
	}

}
