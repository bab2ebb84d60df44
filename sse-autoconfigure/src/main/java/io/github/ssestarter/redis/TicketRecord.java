package io.github.ssestarter.redis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import io.github.ssestarter.tickets.Ticket;
import io.github.ssestarter.tickets.TicketUser;
import io.github.ssestarter.tickets.TicketUsers;

/**
 * Tickets as JSON, for all nodes. No class of the application is named in it.
 *
 * @since 0.1.0
 */
public final class TicketRecord {

	private static final Log logger = LogFactory.getLog(TicketRecord.class);

	private static final int VERSION = 1;

	private final JsonMapper json = new JsonMapper();

	private final Supplier<TicketUsers> users;

	/**
	 * Creates it.
	 * @param users takes users to other nodes; asked for with each ticket
	 */
	public TicketRecord(Supplier<TicketUsers> users) {
		this.users = users;
	}

	byte[] write(Ticket ticket) {
		TicketUser user = this.users.get().describe(ticket.principal());
		ObjectNode record = this.json.createObjectNode();
		record.put("version", VERSION).put("name", user.name()).put("login", user.login().name());
		ArrayNode authorities = record.putArray("authorities");
		for (TicketUser.Authority authority : user.authorities()) {
			ObjectNode node = authorities.addObject().put("name", authority.name());
			putMoment(node, "since", authority.since());
		}
		putMoment(record, "loginEndsAt", user.loginEndsAt());
		ArrayNode topics = record.putArray("topics");
		ticket.topics().forEach(topics::add);
		putMoment(record, "expiresAt", ticket.expiresAt());
		return this.json.writeValueAsBytes(record);
	}

	private static void putMoment(ObjectNode node, String field, @Nullable Instant moment) {
		if (moment != null) {
			node.put(field, moment.toEpochMilli());
		}
	}

	/**
	 * Reads a ticket.
	 * @return the ticket, {@code null} if it is one of another version, or none
	 */
	@Nullable Ticket read(byte[] bytes) {
		try {
			JsonNode record = this.json.readTree(bytes);
			Instant expiresAt = moment(record, "expiresAt");
			if (record.path("version").asInt(0) != VERSION || expiresAt == null) {
				logger.warn("A ticket of another version of the SSE starter was refused");
				return null;
			}
			List<TicketUser.Authority> authorities = new ArrayList<>();
			for (JsonNode authority : record.path("authorities")) {
				authorities
					.add(new TicketUser.Authority(authority.path("name").asString(), moment(authority, "since")));
			}
			Set<String> topics = new HashSet<>();
			record.path("topics").forEach((topic) -> topics.add(topic.asString()));
			TicketUser user = new TicketUser(record.path("name").asString(), authorities, moment(record, "loginEndsAt"),
					login(record));
			return new Ticket(this.users.get().restore(user), topics, expiresAt);
		}
		catch (JacksonException ex) {
			logger.warn("A record that is no ticket was refused");
			return null;
		}
	}

	/**
	 * The least that a login can be, if it is not known.
	 */
	private static TicketUser.Login login(JsonNode record) {
		String name = record.path("login").asString();
		return Stream.of(TicketUser.Login.values())
			.filter((login) -> login.name().equals(name))
			.findFirst()
			.orElse(TicketUser.Login.REMEMBERED);
	}

	private static @Nullable Instant moment(JsonNode node, String field) {
		JsonNode moment = node.path(field);
		return (moment.isNumber()) ? Instant.ofEpochMilli(moment.asLong()) : null;
	}

}
