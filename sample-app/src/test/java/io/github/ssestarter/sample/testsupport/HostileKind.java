package io.github.ssestarter.sample.testsupport;

import java.io.IOException;
import java.util.Random;
import java.util.function.BiFunction;

/**
 * What hostile clients do, and how often.
 */
public enum HostileKind {

	METHOD(6, HostileRequests::method),

	HEADER(12, HostileRequests::header),

	LARGE(4, HostileRequests::large),

	ACCEPT(8, HostileRequests::accept),

	LAST_EVENT_ID(8, HostileRequests::lastEventId),

	CLIENT_ID(8, HostileRequests::clientId),

	TOPIC(8, HostileRequests::topic),

	BODY(10, HostileRequests::body),

	NUMBER(3, HostileRequests::number),

	FRAMING(4, HostileRequests::framing),

	PIPELINED(3, HostileRequests::pipelined),

	HALF_CLOSED(8, (attack) -> HostileSocket.halfClose(attack, anyRequest(attack))),

	RESET(8, (attack) -> HostileSocket.reset(attack, anyRequest(attack))),

	/** By {@link SlowClients}, all the time. */
	SLOW(0, (attack) -> {
	}),

	HTTP2_HEADERS(3, Http2Attacks::headers),

	HTTP2_BODIES(2, Http2Attacks::bodies),

	HTTP2_RESETS(2, Http2Attacks::resets),

	HTTP2_WINDOWS(2, Http2Attacks::windows),

	HTTP2_CONTROL(2, Http2Attacks::control),

	HTTP2_GARBAGE(2, Http2Attacks::garbage),

	HTTP2_STREAMS(1, Http2Attacks::streams);

	private final int weight;

	private final Act act;

	HostileKind(int weight, BiFunction<Random, Loot, HostileRequest> request) {
		this(weight, (Act) (attack) -> HostileSocket.exchange(attack, request.apply(attack.random(), attack.loot())));
	}

	HostileKind(int weight, Act act) {
		this.weight = weight;
		this.act = act;
	}

	/**
	 * Any kind, by the weights.
	 */
	public static HostileKind any(Random random) {
		int sum = 0;
		for (HostileKind kind : values()) {
			sum += kind.weight;
		}
		int dice = random.nextInt(sum);
		for (HostileKind kind : values()) {
			dice -= kind.weight;
			if (dice < 0) {
				return kind;
			}
		}
		throw new IllegalStateException();
	}

	static HostileRequest anyRequest(Attack attack) {
		Random random = attack.random();
		Loot loot = attack.loot();
		return switch (random.nextInt(6)) {
			case 0 -> HostileRequests.body(random, loot);
			case 1 -> HostileRequests.clientId(random, loot);
			case 2 -> HostileRequests.number(random, loot);
			case 3 -> HostileRequests.framing(random, loot);
			case 4 -> HostileRequest.get(HostileText.path(random));
			default -> HostileRequest.get(HostileText.oneOf(random, HostileText.STREAMS));
		};
	}

	/**
	 * Does it once.
	 * @throws IOException if the server has had enough
	 */
	public void act(Attack attack) throws IOException {
		this.act.act(attack);
	}

	/**
	 * Something to do.
	 */
	private interface Act {

		void act(Attack attack) throws IOException;

	}

}
