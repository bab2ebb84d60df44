package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A user of Redis who may do what {@code docs/scaling.md} says that the starter needs,
 * and nothing else.
 */
public final class RedisUser {

	public static final String NAME = "starter";

	public static final String PASSWORD = "secret";

	private static final Pattern CODE = Pattern.compile("`([^`]+)`");

	private RedisUser() {
	}

	/**
	 * The commands on the log, as the guide lists them.
	 */
	public static List<String> commands() {
		return code(row().split(" on `\\{sse}:log\\*`", -1)[0]);
	}

	/**
	 * The commands for the connection.
	 */
	public static List<String> connectionCommands() {
		return code(row().split(" for the connection ", -1)[1].split("\\|", -1)[0]);
	}

	private static List<String> code(String text) {
		List<String> found = new ArrayList<>();
		Matcher matcher = CODE.matcher(text);
		while (matcher.find()) {
			found.add(matcher.group(1).toLowerCase(Locale.ROOT));
		}
		assertThat(found).isNotEmpty();
		return found;
	}

	private static String row() {
		try {
			return Files.readAllLines(Path.of("..", "docs", "scaling.md"))
				.stream()
				.filter((line) -> line.startsWith("| ACL"))
				.findFirst()
				.orElseThrow();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Lets the user log in.
	 */
	public static void create(RedisCommands<String, String> redis) {
		set(redis, "on", ">" + PASSWORD, "~" + RedisNodes.KEY + "*");
		for (String command : commands()) {
			set(redis, "+" + command);
		}
		for (String command : connectionCommands()) {
			set(redis, "+" + command);
		}
	}

	/**
	 * What the user was not let do, but for telling who it is, which it can do without.
	 */
	public static List<String> denied(RedisCommands<String, String> redis) {
		return redis.aclLog()
			.stream()
			.map((denial) -> String.valueOf(denial.get("object")))
			.filter((object) -> !object.startsWith("client"))
			.toList();
	}

	private static void set(RedisCommands<String, String> redis, String... rules) {
		CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add(NAME);
		for (String rule : rules) {
			arguments.add(rule);
		}
		redis.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), arguments);
	}

}
