package io.github.ssestarter.fanout.shard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.fanout.testsupport.FakeTransport;
import io.github.ssestarter.fanout.transport.TransportListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link FrameSender}.
 */
class FrameSenderTests {

	private static final TransportListener NOBODY = new TransportListener() {

		@Override
		public void ready() {
		}

		@Override
		public void ended(SseCloseReason reason) {
		}

	};

	private final FakeTransport transport = new FakeTransport(NOBODY);

	private final FrameSender sender = new FrameSender();

	private final FrameSender.Block block = new FrameSender.Block();

	private final Queue<byte[]> frames = new ArrayDeque<>();

	private final ByteArrayOutputStream expected = new ByteArrayOutputStream();

	private final Random random = new Random(7);

	@AfterEach
	void nothingWasDoneThatMustNotBe() {
		assertThat(this.transport.violations()).isEmpty();
	}

	@Test
	void smallFramesLeaveInOneWriteWithOneFlush() throws Exception {
		add(100, 200, 300);
		assertThat(send()).isEqualTo(FrameSender.Outcome.ALL_SENT);
		assertThat(this.transport.writes()).containsExactly(600);
		assertThat(this.transport.flushes()).isOne();
		assertThatAllIsReceived();
	}

	@Test
	void nothingToSendIsNeitherWrittenNorFlushed() throws Exception {
		assertThat(send()).isEqualTo(FrameSender.Outcome.ALL_SENT);
		assertThat(this.transport.writes()).isEmpty();
		assertThat(this.transport.flushes()).isZero();
	}

	@Test
	void noWriteHasMoreThan8000Bytes() throws Exception {
		add(20_000, 10, 7_990, 1, 16_000, 3);
		assertThat(send()).isEqualTo(FrameSender.Outcome.ALL_SENT);
		assertThat(this.transport.writes()).containsExactly(8_000, 8_000, 8_000, 8_000, 8_000, 4_004);
		assertThat(this.transport.flushes()).isOne();
		assertThatAllIsReceived();
	}

	@Test
	void aTransportThatHoldsMoreIsGivenMoreInOneWrite() throws Exception {
		this.transport.setMaxWrite(16_000);
		add(20_000, 10, 7_990, 1, 16_000, 3);
		assertThat(send()).isEqualTo(FrameSender.Outcome.ALL_SENT);
		assertThat(this.transport.writes()).containsExactly(16_000, 16_000, 12_004);
		assertThatAllIsReceived();
	}

	@Test
	void whatIsNotReadyWaitsAndNothingIsLost() throws Exception {
		add(20_000);
		this.transport.block();
		assertThat(send()).isEqualTo(FrameSender.Outcome.NOT_READY);
		assertThat(this.transport.writes()).isEmpty();
		this.transport.allow(1);
		assertThat(send()).isEqualTo(FrameSender.Outcome.NOT_READY);
		assertThat(this.transport.writes()).containsExactly(8_000);
		this.transport.allow(Long.MAX_VALUE);
		assertThat(send()).isEqualTo(FrameSender.Outcome.ALL_SENT);
		assertThatAllIsReceived();
	}

	@Test
	void aFlushIsOwedUntilTheTransportIsReadyForIt() throws Exception {
		this.transport.block();
		this.transport.allow(50);
		add(50);
		assertThat(send()).isEqualTo(FrameSender.Outcome.NOT_READY);
		assertThat(this.transport.flushes()).isZero();
		this.transport.allow(1);
		assertThat(send()).isEqualTo(FrameSender.Outcome.ALL_SENT);
		assertThat(this.transport.flushes()).isOne();
		assertThatAllIsReceived();
	}

	@Test
	void aWriteThatIsRefusedKeepsItsBytes() throws Exception {
		add(50, 60);
		this.transport.refuse(1);
		assertThat(send()).isEqualTo(FrameSender.Outcome.NOT_READY);
		add(70);
		assertThat(send()).isEqualTo(FrameSender.Outcome.ALL_SENT);
		assertThatAllIsReceived();
	}

	@Test
	void afterTheBudgetOthersHaveTheirTurn() throws Exception {
		add(50_000);
		assertThat(send(20_000)).isEqualTo(FrameSender.Outcome.BUDGET_USED);
		assertThat(this.transport.writes()).containsExactly(8_000, 8_000, 8_000);
		assertThat(send(20_000)).isEqualTo(FrameSender.Outcome.BUDGET_USED);
		assertThat(send(20_000)).isEqualTo(FrameSender.Outcome.ALL_SENT);
		assertThatAllIsReceived();
	}

	@Test
	void aTransportMayTakePartOfAWriteLikeASocket() throws Exception {
		this.transport.takePartly();
		this.transport.block();
		this.transport.allow(70);
		add(50, 60);
		assertThat(send()).isEqualTo(FrameSender.Outcome.NOT_READY);
		assertThat(this.transport.writes()).containsExactly(70);
		assertThat(this.block.taken()).isEqualTo(70);
		add(7_000, 9_000);
		this.transport.allow(8_100);
		assertThat(send()).isEqualTo(FrameSender.Outcome.NOT_READY);
		this.transport.allow(Long.MAX_VALUE);
		assertThat(send()).isEqualTo(FrameSender.Outcome.ALL_SENT);
		assertThatAllIsReceived();
	}

	@Test
	void aTransportThatKeepsNoArraysIsLentTheSameAgainAndAgain() throws Exception {
		this.transport.borrowArrays();
		whateverTheTransportDoesTheBytesAreTheSame();
	}

	@Test
	void aSocketThatTakesWhatItCanGetsTheSameBytes() throws Exception {
		this.transport.takePartly();
		this.transport.borrowArrays();
		whateverTheTransportDoesTheBytesAreTheSame();
	}

	@Test
	void aFailureIsTold() {
		add(10);
		this.transport.fail();
		assertThatIOException().isThrownBy(this::send);
	}

	@Test
	void whateverTheTransportDoesTheBytesAreTheSame() throws Exception {
		this.transport.block();
		for (int i = 0; i < 5_000; i++) {
			switch (this.random.nextInt(6)) {
				case 0 -> add(this.random.nextInt(30_000) + 1);
				case 1 -> add(this.random.nextInt(500) + 1, this.random.nextInt(500) + 1);
				case 2 -> this.transport.refuse(this.random.nextInt(2));
				case 3 -> this.transport.allow(this.random.nextInt(20_000));
				default -> send(this.random.nextInt(30_000) + 1);
			}
		}
		this.transport.allow(Long.MAX_VALUE);
		this.transport.refuse(0);
		assertThat(send(Integer.MAX_VALUE)).isEqualTo(FrameSender.Outcome.ALL_SENT);
		assertThatAllIsReceived();
	}

	private void add(int... lengths) {
		for (int length : lengths) {
			byte[] frame = new byte[length];
			this.random.nextBytes(frame);
			this.frames.add(frame);
			this.expected.writeBytes(frame);
		}
	}

	private FrameSender.Outcome send() throws IOException {
		return send(1_000_000);
	}

	private FrameSender.Outcome send(int budget) throws IOException {
		return this.sender.send(this.transport, Queue::poll, this.frames, this.block, budget);
	}

	private void assertThatAllIsReceived() {
		assertThat(this.transport.received()).isEqualTo(this.expected.toByteArray());
	}

}
