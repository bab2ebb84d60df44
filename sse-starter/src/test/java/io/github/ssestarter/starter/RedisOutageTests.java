package io.github.ssestarter.starter;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.lettuce.core.AclCategory;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.CommandType;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.starter.testsupport.FaultProxy;
import io.github.ssestarter.starter.testsupport.RedisNodes;
import io.github.ssestarter.starter.testsupport.RedisServer;
import io.github.ssestarter.starter.testsupport.Stress;
import io.github.ssestarter.test.backplane.BackplaneNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What goes wrong with Redis, and what two nodes make of it: {@code docs/backplane.md}
 * has the table.
 */
class RedisOutageTests {

	/** One for each task: some JVMs would have one for all. */
	private static final Executor THREADS = (task) -> new Thread(task).start();

	private final RedisServer.Version version = version();

	@TempDir
	private Path folder;

	private RedisServer redis;

	private RedisCommands<String, String> commands;

	private FaultProxy network;

	private final RedisNodes nodes = new RedisNodes();

	private BackplaneNode left;

	private BackplaneNode right;

	private final List<CompletableFuture<EventId>> places = new ArrayList<>();

	RedisServer.Version version() {
		return RedisServer.Version.newest();
	}

	@BeforeEach
	void start() {
		this.redis = RedisServer.start(this.version, this.folder);
		this.commands = this.redis.commands();
		this.network = FaultProxy.to(this.redis.port());
		this.left = this.nodes.start(this.network.port());
		this.right = this.nodes.start(this.network.port());
		publish(this.left, "before", 100);
		awaitAccepted();
		awaitTexts(100);
	}

	@AfterEach
	void stop() {
		if (this.network != null) {
			this.network.silence(false);
		}
		this.nodes.close();
		if (this.network != null) {
			this.network.close();
		}
		if (this.redis != null) {
			this.redis.close();
		}
	}

	@Test
	void killedAndRestartedFromAnOlderDumpIsAGap() {
		this.commands.save();
		publish(this.left, "lost", 10);
		awaitAccepted();
		awaitTexts(110);
		this.redis.kill();
		publish(this.right, "meanwhile", 10);
		this.redis.startAgain();
		publish(this.left, "after", 10);
		awaitAccepted();
		awaitTexts(130);
		assertSame();
		assertGaps(1);
	}

	@Test
	void killedWithoutAnyDumpIsAGap() {
		this.redis.kill();
		this.redis.startAgain();
		publish(this.left, "after", 10);
		awaitAccepted();
		awaitTexts(110);
		assertSame();
		assertGaps(1);
	}

	/**
	 * Lettuce would keep what is on its way for when it has connected again, and say
	 * nothing before the time-out.
	 */
	@Test
	void aConnectionThatEndsIsNoticedAtOnce() {
		this.redis.kill();
		long since = System.nanoTime();
		await().until(() -> this.left.backplane().failure() != null && this.right.backplane().failure() != null);
		// A read has a second left at least
		assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(RedisNodes.TIMEOUT.minusSeconds(1));
		assertThat(this.left.backplane().failure()).hasMessageNotContaining("not answered");
	}

	@ParameterizedTest
	@ValueSource(strings = { "FLUSHALL", "DEL", "FLUSHALL while publishing" })
	void aLogThatIsDeletedIsAGapAndAllThatComesIsHeard(String fault) {
		List<CompletableFuture<EventId>> accepted = this.places;
		if (fault.endsWith("publishing")) {
			publish(this.right, "meanwhile", 200);
		}
		if (fault.startsWith("FLUSHALL")) {
			this.commands.flushall();
		}
		else {
			this.commands.del(RedisNodes.KEY);
		}
		publish(this.left, "after", 10);
		awaitAccepted();
		await().until(() -> this.left.texts().contains("after9") && this.right.texts().contains("after9"));
		assertThat(accepted).isNotEmpty();
		assertThat(this.left.texts()).doesNotHaveDuplicates();
		assertThat(this.right.texts()).doesNotHaveDuplicates();
		assertGaps(1);
	}

	@Test
	void trimmedToNothingThoughAllHadBeenReadIsNoGap() {
		this.commands.xtrim(RedisNodes.KEY, 0);
		awaitChecks();
		awaitChecks();
		publish(this.left, "after", 10);
		awaitAccepted();
		awaitTexts(110);
		assertSame();
		assertGaps(0);
	}

	@Test
	void trimmedPastANodeThatCouldNotReadIsAGap() {
		try (RedisNodes others = new RedisNodes()) {
			BackplaneNode other = others.start(this.redis.port());
			this.network.silence(true);
			// So that no read waits at Redis, to be answered before
			this.network.cut(true);
			publish(other, "others", 50);
			await().until(() -> other.texts().contains("others49"));
			this.commands.xtrim(RedisNodes.KEY, 20);
			this.network.silence(false);
			publish(other, "after", 10);
			awaitAccepted();
			await().until(() -> this.left.texts().contains("after9") && this.right.texts().contains("after9"));
			assertGaps(1);
			assertThat(this.left.texts()).doesNotContain("others0").contains("others49").doesNotHaveDuplicates();
			assertThat(other.begins()).hasSize(1);
		}
	}

	@Test
	void aKeyOfAnotherTypeIsToldAndOnceItIsGoneIsAGap() {
		this.commands.del(RedisNodes.KEY);
		this.commands.set(RedisNodes.KEY, "something else");
		publish(this.left, "after", 10);
		await().untilAsserted(() -> assertThat(this.left.backplane().failure()).hasMessageContaining("WRONGTYPE"));
		this.commands.del(RedisNodes.KEY);
		awaitAccepted();
		awaitTexts(110);
		assertGaps(1);
		await().until(() -> this.left.backplane().failure() == null);
	}

	@Test
	void aReplicaTakesNothingAndSaysSoAndOnceItIsAMasterNothingIsLost() {
		this.commands.replicaof("127.0.0.1", 1);
		publish(this.left, "meanwhile", 10);
		await().untilAsserted(() -> assertThat(this.left.backplane().failure()).hasMessageContaining("READONLY"));
		assertThat(this.places).filteredOn(CompletableFuture::isDone).hasSize(100);
		this.commands.replicaofNoOne();
		awaitAccepted();
		awaitTexts(110);
		assertSame();
		assertGaps(0);
		await().until(() -> this.left.backplane().failure() == null);
	}

	@Test
	void outOfMemoryIsToldAndOnceThereIsRoomNothingIsLost() {
		this.commands.configSet("maxmemory", "1");
		publish(this.left, "meanwhile", 10);
		await().untilAsserted(() -> assertThat(this.left.backplane().failure()).hasMessageContaining("OOM"));
		this.commands.configSet("maxmemory", "0");
		awaitAccepted();
		awaitTexts(110);
		assertSame();
		assertGaps(0);
	}

	@Test
	void killedConnectionsWithThousandsOnTheirWayLoseAndRepeatNothing() {
		killConnections(10);
	}

	@Tag("stress")
	@Test
	void killedConnectionsWithThousandsOnTheirWayLoseAndRepeatNothingAHundredTimes() {
		killConnections(Stress.count(100, 20));
	}

	private void killConnections(int times) {
		for (int i = 0; i < times; i++) {
			publish((i % 2 == 0) ? this.left : this.right, i + ":", 4_096);
			this.commands.clientKill(KillArgs.Builder.typeNormal().skipme());
			awaitAccepted();
			// Readers were cut too, and are to come as far before they are cut again
			awaitTexts(100 + (i + 1) * 4_096);
		}
		assertSame();
		assertGaps(0);
		assertThat(this.network.connections()).isGreaterThan(4);
		for (int i = 0; i < times; i++) {
			String name = i + ":";
			assertThat(this.left.texts().stream().filter((text) -> text.startsWith(name)))
				.isEqualTo(IntStream.range(0, 4_096).mapToObj((number) -> name + number).toList());
		}
	}

	@Test
	void frozenWhilePublishingLosesAndRepeatsNothing() {
		publish(this.left, "sent", 2_000);
		this.redis.freeze();
		publish(this.right, "meanwhile", 100);
		await().until(() -> this.right.backplane().failure() != null && this.left.backplane().failure() != null);
		// Twice the time-out, so that what was sent again is frozen too
		await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
		assertThat(this.places).noneMatch(CompletableFuture::isCompletedExceptionally);
		this.redis.thaw();
		awaitAccepted();
		awaitTexts(2_200);
		assertSame();
		assertGaps(0);
	}

	@Test
	void aSilentNetworkIsNoticedWithinTheTimeOutAndGoneSoonAfterItIsBack() {
		this.network.silence(true);
		long since = System.nanoTime();
		publish(this.left, "meanwhile", 100);
		await().until(() -> this.left.backplane().failure() != null && this.right.backplane().failure() != null);
		// Half a second for a busy machine
		assertThat(Duration.ofNanos(System.nanoTime() - since))
			.isLessThan(RedisNodes.TIMEOUT.plus(Duration.ofMillis(500)));
		// Twice the time-out more, so that new connections meet the silence too
		await().pollDelay(RedisNodes.TIMEOUT.multipliedBy(2)).until(() -> true);
		this.network.silence(false);
		long back = System.nanoTime();
		awaitTexts(200);
		awaitAccepted();
		assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(2));
		assertSame();
		assertGaps(0);
	}

	@Test
	void aNetworkThatIsCutAgainAndAgainLosesAndRepeatsNothing() {
		cutAgainAndAgain(4, 500);
	}

	@Tag("stress")
	@Test
	void aNetworkThatIsCutAgainAndAgainLosesAndRepeatsNothingOfManyEvents() {
		cutAgainAndAgain(Stress.count(40, 10), 500);
	}

	/**
	 * Each time somewhere in the middle of what both publish.
	 */
	private void cutAgainAndAgain(int times, int count) {
		for (int i = 0; i < times; i++) {
			String name = i + ":";
			int before = this.left.count();
			CompletableFuture<Void> others = CompletableFuture
				.runAsync(() -> publishInSteps(this.right, "r" + name, count), THREADS);
			CompletableFuture<Void> ours = CompletableFuture
				.runAsync(() -> publishInSteps(this.left, "l" + name, count), THREADS);
			await().pollInterval(Duration.ofMillis(1)).until(() -> this.left.count() > before + count / 4);
			this.network.cut(i % 2 == 0);
			others.join();
			ours.join();
		}
		awaitTexts(100 + 2 * times * count);
		assertSame();
		assertGaps(0);
		assertThat(this.network.connections()).isGreaterThan(times);
	}

	private static void publishInSteps(BackplaneNode node, String name, int count) {
		for (int i = 0; i < count; i += 50) {
			List<CompletableFuture<EventId>> places = new ArrayList<>();
			for (int j = i; j < i + 50; j++) {
				places.add(node.publish(name + j));
			}
			places.forEach((place) -> place.orTimeout(60, TimeUnit.SECONDS).join());
		}
	}

	@Test
	void aFailoverWithoutTheTailIsAGap() {
		try (RedisServer replica = RedisServer.start(this.version, this.folder, "--replicaof", "127.0.0.1",
				Integer.toString(this.redis.port()))) {
			replica.awaitReplication();
			assertThat(this.commands.waitForReplication(1, 10_000)).isEqualTo(1);
			replica.commands().replicaofNoOne();
			publish(this.left, "lost", 10);
			awaitAccepted();
			awaitTexts(110);
			this.network.moveTo(replica.port());
			publish(this.right, "after", 10);
			awaitAccepted();
			awaitTexts(120);
			assertSame();
			assertGaps(1);
			this.nodes.close();
		}
	}

	/**
	 * Another node may be faster, so that the log is longer than what was lost, and ends
	 * with the very id that the others have read.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 10, 11 })
	void aFailoverWithoutTheTailToAClockThatIsBehindIsAGapThoughIdsAreGivenAgain(int count) {
		try (RedisServer replica = RedisServer.start(this.version, this.folder, "--replicaof", "127.0.0.1",
				Integer.toString(this.redis.port())); RedisNodes others = new RedisNodes()) {
			replica.awaitReplication();
			turnClockBack();
			assertThat(this.commands.waitForReplication(1, 10_000)).isEqualTo(1);
			replica.commands().replicaofNoOne();
			publish(this.left, "lost", 10);
			awaitAccepted();
			awaitTexts(110);
			BackplaneNode other = others.start(replica.port());
			List<EventId> again = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				again.add(other.publish("other" + i).orTimeout(60, TimeUnit.SECONDS).join());
			}
			assertThat(again.get(9)).isEqualTo(this.left.received().get(109).id());
			this.network.moveTo(replica.port());
			publish(this.right, "after", 10);
			awaitAccepted();
			awaitTexts(120 + count);
			assertSame();
			assertThat(this.left.texts()).containsAll(other.texts()).contains("lost9", "other0", "after9");
			assertGaps(1);
			this.nodes.close();
		}
	}

	/**
	 * Ids go on from those of five seconds ahead, until the clock is there.
	 */
	private void turnClockBack() {
		long ahead = System.currentTimeMillis() + 5_000;
		this.commands.eval("return redis.call('XSETID', KEYS[1], ARGV[1])", ScriptOutputType.STATUS,
				new String[] { RedisNodes.KEY }, ahead + "-0");
	}

	@Tag("stress")
	@Test
	void stoppedForTenSecondsAndStartedWithItsDataLosesNothing() {
		this.commands.save();
		this.redis.stop();
		publish(this.left, "meanwhile", 1_000);
		publish(this.right, "others", 1_000);
		await().pollDelay(Duration.ofSeconds(10)).until(() -> true);
		assertThat(this.places).noneMatch(CompletableFuture::isCompletedExceptionally);
		this.redis.startAgain();
		long back = System.nanoTime();
		awaitAccepted();
		awaitTexts(2_100);
		assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(5));
		assertSame();
		assertGaps(0);
	}

	@Test
	void whereScriptsAreForbiddenNothingIsLostOrRepeatedEither() {
		this.commands.aclSetuser("plain",
				AclSetuserArgs.Builder.on()
					.addPassword("secret")
					.allKeys()
					.allChannels()
					.allCommands()
					.removeCategory(AclCategory.SCRIPTING));
		try (RedisNodes others = new RedisNodes()) {
			RedisURI uri = RedisURI.builder()
				.withHost("127.0.0.1")
				.withPort(this.network.port())
				.withAuthentication("plain", "secret")
				.build();
			BackplaneNode plain = new BackplaneNode(others.create(uri));
			for (int i = 0; i < 5; i++) {
				publish(plain, i + ":", 300);
				this.network.cut(true);
				awaitAccepted();
			}
			awaitTexts(1_600);
			assertSame();
			assertGaps(0);
			this.commands.del(RedisNodes.KEY);
			publish(plain, "after", 10);
			awaitAccepted();
			awaitTexts(1_610);
			assertGaps(1);
		}
	}

	@Test
	void whatAUserMayNotNoteIsNotAppendedAgainAndAgain() {
		this.commands.aclSetuser("limited",
				AclSetuserArgs.Builder.on()
					.addPassword("secret")
					.allKeys()
					.allChannels()
					.allCommands()
					.removeCommand(CommandType.HSET));
		try (RedisNodes others = new RedisNodes()) {
			RedisURI uri = RedisURI.builder()
				.withHost("127.0.0.1")
				.withPort(this.network.port())
				.withAuthentication("limited", "secret")
				.build();
			BackplaneNode limited = new BackplaneNode(others.create(uri));
			long before = this.commands.xlen(RedisNodes.KEY);
			publish(limited, "noted", 10);
			await().until(() -> limited.backplane().failure() != null);
			int connections = this.network.connections();
			await().until(() -> this.network.connections() > connections + 3);
			assertThat(this.commands.xlen(RedisNodes.KEY)).isEqualTo(before);
			this.commands.aclSetuser("limited", AclSetuserArgs.Builder.addCommand(CommandType.HSET));
			awaitAccepted();
			awaitTexts(110);
			assertSame();
			assertGaps(0);
		}
	}

	private void publish(BackplaneNode node, String name, int count) {
		for (int i = 0; i < count; i++) {
			this.places.add(node.publish(name + i));
		}
	}

	private void awaitAccepted() {
		this.places.forEach((place) -> place.orTimeout(60, TimeUnit.SECONDS).join());
	}

	private void awaitTexts(int count) {
		await().until(() -> this.left.count() >= count && this.right.count() >= count);
	}

	/**
	 * Waits until both nodes have looked again how the log stands.
	 */
	private void awaitChecks() {
		// Each check asks once, and both check once a second
		long before = checks();
		await().until(() -> checks() >= before + 4);
	}

	private long checks() {
		return Arrays.stream(this.commands.info("commandstats").split("\\R"))
			.filter((line) -> line.startsWith("cmdstat_xinfo|groups:calls=") || line.startsWith("cmdstat_xinfo:calls="))
			.mapToLong((line) -> Long.parseLong(line.split("[=,]")[1]))
			.sum();
	}

	private void assertSame() {
		assertThat(this.left.texts()).doesNotHaveDuplicates().isEqualTo(this.right.texts());
		assertThat(this.left.overlaps()).isZero();
	}

	private void assertGaps(int gaps) {
		assertThat(this.left.begins()).hasSize(1 + gaps);
		assertThat(this.right.begins()).hasSize(1 + gaps);
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(30, TimeUnit.SECONDS).pollInterval(20, TimeUnit.MILLISECONDS);
	}

}
