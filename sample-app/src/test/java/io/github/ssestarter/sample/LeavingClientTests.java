package io.github.ssestarter.sample;

import java.io.IOException;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ssestarter.sample.testsupport.Attack;
import io.github.ssestarter.sample.testsupport.Container;
import io.github.ssestarter.sample.testsupport.HostileKind;
import io.github.ssestarter.sample.testsupport.LogFaults;
import io.github.ssestarter.sample.testsupport.Loot;
import io.github.ssestarter.sample.testsupport.RunningSample;
import io.github.ssestarter.sample.testsupport.Tally;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that leave before they have said all they meant to say are no fault of the
 * sample: nothing is logged of them.
 */
class LeavingClientTests {

	private static final int CLIENTS = 30;

	@ParameterizedTest
	@EnumSource
	void aBodyThatBreaksOffIsNoFault(Container container) {
		try (RunningSample sample = RunningSample.start(container); LogFaults log = new LogFaults()) {
			Tally tally = new Tally();
			for (HostileKind kind : List.of(HostileKind.HTTP2_BODIES, HostileKind.HALF_CLOSED, HostileKind.RESET)) {
				for (int i = 0; i < CLIENTS; i++) {
					act(kind, new Attack(sample.port(), kind, i, new Random(i), new Loot(), tally));
				}
			}
			sample.serve();
			assertThat(tally.faults()).isEmpty();
			assertThat(log.all()).isEmpty();
		}
	}

	private static void act(HostileKind kind, Attack attack) {
		try {
			kind.act(attack);
		}
		catch (IOException ex) {
			// The server has had enough of this one
		}
	}

}
